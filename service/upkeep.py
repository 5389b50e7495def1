"""What is done beside the requests, a little at a time: noting when keys were used, and emptying comments whose time is up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

from service.moderation import Moderation, Overloaded, Unavailable
from service.store import retention, sites

_log = logging.getLogger(__name__)
SECONDS = 60.0
_AT_ONCE = 64
_PAUSE = 0.2
"""Seconds between two batches: requests wait for the same writer."""


async def every_minute(name: str, once: Callable[[float], Awaitable[object]]) -> None:
    """Look round once a minute until cancelled, with the time in epoch seconds; what cannot be done now is done the next time."""
    while True:
        await asyncio.sleep(SECONDS)
        try:
            await once(time.time())
        except (Unavailable, Overloaded):
            _log.warning("%s: the database is busy or away", name)


class Upkeep:
    """Keeps what no request asks for."""

    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation

    async def once(self, now: float) -> int:
        """Do what is to be done; gives how many comments were emptied. Raises Unavailable, Overloaded."""
        if used := self._moderation.used_keys():
            await self._moderation.writer.run(lambda connection: sites.note_used(connection, used, now))
        count = 0
        while found := await self._moderation.look(lambda connection: retention.due(connection, now, _AT_ONCE)):
            for due in found:
                count += await self._moderation.writer.run(partial(retention.empty, due=due, now=now))
                await asyncio.sleep(_PAUSE)
        if count:
            _log.info("%d comments were emptied: their sites keep them no longer", count)
        return count
