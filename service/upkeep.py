"""What is done beside the requests, a little at a time: noting when keys were used, and emptying comments whose time is up."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial

from service.moderation import Moderation, Overloaded, Unavailable
from service.store import retention, sites

_log = logging.getLogger(__name__)
SECONDS = 60.0
_AT_ONCE = 64
_PAUSE = 0.2
"""Seconds between two batches: requests wait for the same writer."""


class Upkeep:
    """Looks round once a minute."""

    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation

    async def run(self) -> None:
        """Look round until cancelled; what cannot be done now is done the next time."""
        while True:
            await asyncio.sleep(SECONDS)
            try:
                await self.once(time.time())
            except (Unavailable, Overloaded):
                _log.warning("the upkeep waits for the database")

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
