"""Looks up where queued comments belong while moderators are at work: in small steps, with pauses, beside the requests."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from service.moderation import domains_of
from service.store import places
from service.store.places import Place, Unplaced
from service.store.writer import Overloaded, Unavailable

if TYPE_CHECKING:
    from service.moderation import Moderation

_log = logging.getLogger(__name__)
_STEP = 60
_SHARE = 0.2
"""At most so much of the time is spent on it."""

_REST_SECONDS = 2.0
_PATIENCE_SECONDS = 1.0
_LATE_SECONDS = 60.0
"""A comment's id is made before it is stored: so far behind the newest one that was seen others may still turn up."""


class Placing:
    """Fills in places when asked to hurry, and stops when nothing is left to do."""

    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation
        self._working: asyncio.Task[None] | None = None
        self._after = ""
        self._ended = 0.0

    @property
    def busy(self) -> bool:
        """Tell whether there may be comments whose place is not known."""
        return self._working is not None and not self._working.done()

    def hurry(self) -> None:
        """Begin unless that was done just now."""
        if not self.busy and time.monotonic() - self._ended > _REST_SECONDS:
            self._working = asyncio.create_task(self._work())

    async def patience(self) -> None:
        """Wait until it is done, but not for long."""
        if self._working is not None:
            await asyncio.wait([self._working], timeout=_PATIENCE_SECONDS)

    async def _work(self) -> None:
        try:
            while await self._step():
                pass
        except (Unavailable, Overloaded):
            _log.info("places were not looked up: the database is busy")
        finally:
            self._ended = time.monotonic()

    async def _step(self) -> bool:
        begun, at = time.monotonic(), time.time()
        found = await self._moderation.look(lambda connection: places.unplaced(connection, self._after, _STEP))
        if found:
            known = await asyncio.to_thread(lambda: [_place(each) for each in found])
            await self._moderation.writer.run(lambda connection: places.place(connection, known))
        settled = _id_before(at - _LATE_SECONDS)
        if len(found) < _STEP:
            self._after = settled
            return False
        self._after = max(self._after, min(found[-1].id, settled))
        await asyncio.sleep((time.monotonic() - begun) * (1 / _SHARE - 1))
        return True


def _id_before(at: float) -> str:
    """Give the least id that a comment of that time (epoch seconds) can have."""
    return f"{int(at * 1000):012x}"


def _place(each: Unplaced) -> Place:
    comment = each.comment
    domains = domains_of(comment) if each.linked or comment.author_url else ()
    return Place(each.id, each.site_id, comment.article_id or comment.permalink, each.author, domains)
