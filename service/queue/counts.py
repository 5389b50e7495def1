"""How much waits, counted seldom enough to cost little and often enough to be believed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from service.store import facets
from service.store.facets import Cluster, Waiting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.moderation import Moderation

_PART = 0.01
_OLD_SECONDS = 60.0
_CHEAP = 0.005
_TRIES = 2
_SHORT = 5_000
T = TypeVar("T")


class Counted(Generic[T]):
    """Counts anew when the last counting took less than a hundredth of the time since.

    While that goes on, the former result is given if it is not too old: nobody waits for a long queue to be counted.
    """

    def __init__(self, moderation: Moderation, count: Callable[[Connection], T], empty: T) -> None:
        self._moderation = moderation
        self._look = count
        self.known = empty
        self._at = 0.0
        self._cost = 0.0
        self._outdated = False
        self._counting: asyncio.Task[None] | None = None

    async def get(self) -> T:
        """Give what was counted last. Raises Unavailable."""
        age = time.monotonic() - self._at
        if self._at and age * _PART < self._cost:
            return self.known
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())
        if not self._at or self._cost < _CHEAP or age > _OLD_SECONDS:
            await asyncio.shield(self._counting)
        return self.known

    async def _count(self) -> None:
        for _ in range(_TRIES):
            self._outdated, begun = False, time.monotonic()
            self.known = await self._moderation.look(self._look)
            took = time.monotonic() - begun
            self._cost = took if took > _CHEAP else 0.0
            if not self._outdated:
                break  # else something was decided meanwhile, which may be in there or not
        self._at = 0.0 if self._outdated else time.monotonic()

    def forget(self, *, short: bool) -> None:
        """Count anew at the next asking what is short, or is counted quickly."""
        if short or self._cost < 2 * _CHEAP:
            self._at, self._cost, self._outdated = 0.0, 0.0, True


class Counts:
    """What waits, by all that it is filtered by; and its clusters."""

    def __init__(self, moderation: Moderation) -> None:
        self._waiting = Counted(moderation, lambda connection: facets.waiting(connection, time.time()), Waiting())
        self._spread: Counted[dict[int, list[int]]] = Counted(moderation, facets.spread, {})
        self._clusters: Counted[list[Cluster]] = Counted(moderation, facets.clusters, [])

    async def waiting(self) -> Waiting:
        """Give what waits, in groups. Raises Unavailable."""
        return await self._waiting.get()

    async def spread(self, site_ids: Sequence[int]) -> list[int]:
        """Give how many wait on sites with which score, in parts of [0, 1]. Raises Unavailable."""
        known = await self._spread.get()
        return [sum(parts) for parts in zip(*(known.get(site_id, [0] * facets.BINS) for site_id in site_ids), strict=True)]

    async def clusters(self) -> list[Cluster]:
        """Give the clusters, largest first. Raises Unavailable."""
        return await self._clusters.get()

    def forget(self) -> None:
        """Count a short queue anew at the next asking, however busy the machine was when it was counted last."""
        short = sum(group.count for group in self._waiting.known.groups) < _SHORT
        for each in (self._waiting, self._clusters, self._spread):
            each.forget(short=short)


def most(found: Counter[T], count: int = 12) -> list[tuple[T, int]]:
    """Give the values that most items have, most first, with how many."""
    return [(value, items) for value, items in found.most_common(count) if items > 0]
