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

_PART = 0.03
_OLD_SECONDS = 20.0
_CHEAP = 0.005
T = TypeVar("T")


class Counted(Generic[T]):
    """Counts anew when the last counting took less than a thirtieth of the time since.

    While that goes on, the former result is given if it is not too old: nobody waits for a long queue to be counted.
    """

    def __init__(self, moderation: Moderation, count: Callable[[Connection], T], empty: T) -> None:
        self._moderation = moderation
        self._look = count
        self._known = empty
        self._at = 0.0
        self._cost = 0.0
        self._counting: asyncio.Task[None] | None = None

    async def get(self) -> T:
        """Give what was counted last. Raises Unavailable."""
        age = time.monotonic() - self._at
        if self._at and age * _PART < self._cost:
            return self._known
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())
        if not self._at or self._cost < _CHEAP or age > _OLD_SECONDS:
            await asyncio.shield(self._counting)
        return self._known

    async def _count(self) -> None:
        begun = time.monotonic()
        self._known = await self._moderation.look(self._look)
        self._at = time.monotonic()
        self._cost = self._at - begun if self._at - begun > _CHEAP else 0.0

    def forget(self) -> None:
        """Count what is counted quickly anew at the next asking."""
        if self._cost < 2 * _CHEAP:
            self._at = 0.0


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
        """Count a short queue anew at the next asking."""
        self._waiting.forget()
        self._clusters.forget()
        self._spread.forget()


def most(found: Counter[T], count: int = 12) -> list[tuple[T, int]]:
    """Give the values that most items have, most first, with how many."""
    return [(value, items) for value, items in found.most_common(count) if items > 0]
