"""What is costly to count: counted beside the requests, kept while it is fresh enough for what it cost."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

from service.store.writer import Unavailable

T = TypeVar("T")
_log = logging.getLogger(__name__)
LONGEST = 3600.0
_TIMES_ITS_COST = 100
_CHEAP = 0.05
_REST = 10.0
"""Seconds that a database which was too busy is left alone."""
_MOST = 200


class Known(Generic[T]):
    """A value, when it was counted (monotonic seconds) and how long that took."""

    def __init__(self, value: T, at: float, cost: float) -> None:
        self.value, self.at, self.cost = value, at, cost

    @property
    def stale(self) -> bool:
        """Tell whether it is time to count anew: after a hundred times what it cost, and within the hour."""
        return time.monotonic() - self.at > min(LONGEST, self.cost * _TIMES_ITS_COST)


class Seldom:
    """Values by key. One is counted at a time; what is cheap is always counted anew, what is not is given as it was."""

    def __init__(self, patience: float = 0.8) -> None:
        self._patience = patience
        self._known: OrderedDict[Hashable, Known[Any]] = OrderedDict()
        self._counting: dict[Hashable, asyncio.Task[None]] = {}
        self._one = asyncio.Lock()

    async def get(self, key: Hashable, count: Callable[[], Awaitable[T]]) -> T | None:
        """Give what ``count`` gives or gave; None while the first counting takes long, or the database was too busy for it.

        Raises what else ``count`` raises.
        """
        known = self._known.get(key)
        if known is not None and not known.stale:
            return known.value  # type: ignore[no-any-return]  # of the same key
        task = self._counting.get(key)
        if task is None:
            task = self._counting[key] = asyncio.create_task(self._count(key, count))
            task.add_done_callback(lambda done: self._forget(key, done))
        if known is None or known.cost < _CHEAP:
            await asyncio.wait([task], timeout=self._patience)
            if task.done():
                task.result()
            known = self._known.get(key)
        return known.value if known is not None else None

    def _forget(self, key: Hashable, done: asyncio.Task[None]) -> None:
        self._counting.pop(key, None)
        if not done.cancelled() and (error := done.exception()) is not None:
            _log.info("a count failed: %s", type(error).__name__)

    async def _count(self, key: Hashable, count: Callable[[], Awaitable[Any]]) -> None:
        async with self._one:
            begun = time.monotonic()
            try:
                value = await count()
            except Unavailable:
                former = self._known.get(key)
                self._known[key] = Known(former.value if former is not None else None, time.monotonic(), _REST / _TIMES_ITS_COST)
                return
            self._known[key] = Known(value, time.monotonic(), time.monotonic() - begun)
            self._known.move_to_end(key)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
