"""How much waits, counted seldom enough to cost little and often enough to be believed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from service.store import queue
from service.store.queue import Filter, Group

if TYPE_CHECKING:
    from service.moderation import Moderation

_PART = 0.05
_OLD_SECONDS = 20.0


class Facet(Struct, frozen=True):
    """One value to filter by, and how many items it would leave."""

    value: str
    count: int


class Counts:
    """Counts what waits anew when the last counting took less than a twentieth of the time since.

    While that goes on, the former counts are given if they are not too old: nobody waits for a long queue to be counted.
    """

    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation
        self._groups: list[Group] = []
        self._at = 0.0
        self._cost = 0.0
        self._counting: asyncio.Task[None] | None = None

    async def groups(self) -> list[Group]:
        """Give what waits, in groups. Raises Unavailable."""
        age = time.monotonic() - self._at
        if self._at and age * _PART < self._cost:
            return self._groups
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())
        if not self._at or self._cost < 0.01 or age > _OLD_SECONDS:
            await asyncio.shield(self._counting)
        return self._groups

    async def _count(self) -> None:
        begun = time.monotonic()
        self._groups = await self._moderation.look(queue.groups)
        self._at = time.monotonic()
        self._cost = self._at - begun if len(self._groups) and self._at - begun > 0.005 else 0.0

    def forget(self) -> None:
        """Count a short queue anew at the next asking."""
        if self._cost < 0.01:
            self._at = 0.0


def left(groups: list[Group], wanted: Filter) -> int:
    """Count what a filter leaves."""
    return sum(group.count for group in groups if group.fits(wanted))


def facets(groups: list[Group], name: str, wanted: Filter) -> list[Facet]:
    """Give every value of a facet with what it would leave, most first."""
    found: Counter[str] = Counter()
    for group in groups:
        if group.fits(wanted):
            found[str(getattr(group, name))] += group.count
    return [Facet(value, count) for value, count in found.most_common(12)]
