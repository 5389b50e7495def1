"""What stands above the queue: how much is left, since when, and one's own pace."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from service.queue.view import View
from service.queue.visit import Visit
from service.store import queue

_HOUR = 3600.0
_DAY = 86_400.0
_SHORTEST = 300.0
"""Seconds that a pace is reckoned over at least: the first two comments of the day are no speed."""


async def head(visit: Visit, view: View) -> dict[str, Any]:
    """Give what is left, since when the oldest waits, and how many an hour the visitor decides."""
    waiting = await visit.pages.counts.waiting()
    return {"left": waiting.left(view.wanted), **await visit.look(lambda connection: progress(connection, visit, view))}


def progress(connection: Connection, visit: Visit, view: View) -> dict[str, Any]:
    """Give since when the oldest waits, and how many an hour the visitor decides."""
    oldest = queue.oldest(connection, view.wanted.site_ids)
    count, first = queue.pace(connection, visit.person.id, visit.at - _HOUR)
    hours = max(visit.at - (first or visit.at), _SHORTEST) / _HOUR
    return {"oldest": oldest, "pace": round(count / hours)}


async def day(visit: Visit) -> dict[str, Any]:
    """Give what the visitor decided since midnight (UTC), and how long the longest of it had waited, in seconds."""
    person, midnight = visit.person.id, visit.at - visit.at % _DAY
    count, longest = await visit.look(lambda connection: queue.done(connection, person, midnight))
    return {"count": count, "longest": longest}
