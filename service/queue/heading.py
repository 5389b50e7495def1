"""What stands above the queue: how much is left, since when, and one's own pace."""

from __future__ import annotations

from typing import Any

from service.queue import counts
from service.queue.view import View
from service.queue.visit import Visit
from service.store import queue

_HOUR = 3600.0


async def head(visit: Visit, view: View) -> dict[str, Any]:
    """Give what is left, since when the oldest waits, and the visitor's own pace."""
    groups, ids, person = await visit.pages.counts.groups(), view.wanted.site_ids, visit.person.id
    since = visit.at - _HOUR
    oldest, pace = await visit.look(lambda connection: (queue.oldest(connection, ids), queue.pace(connection, person, since)))
    return {"left": counts.left(groups, view.wanted), "oldest": oldest, "pace": pace}
