"""A site's last thirty days, counted for the model page: in short reads, so that nobody waits for a long one."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct

from service.queue import spread
from service.queue.spread import Layer, Spread
from service.store import queries, scores, workload
from service.store.scores import Aim
from service.store.workload import Pace

if TYPE_CHECKING:
    from service.moderation import Moderation

DAYS = 30
DAY = 86_400.0
_AT_ONCE = 25_000
"""Comments that one read goes through: some 50 ms of processor time."""


class Month(Struct, frozen=True):
    """What came in the last thirty days, or since the first comment that the model scored: ``days`` (at least one)."""

    spread: Spread
    days: float
    seconds: Pace


async def month(moderation: Moderation, aim: Aim, at: float) -> Month:
    """Count the site's last thirty days. Raises Unavailable."""
    since = at - DAYS * DAY
    counts, labelled = [], []
    first = at
    for begin, end in await slices(moderation, since, at):
        found = await moderation.look(lambda connection, b=begin, e=end: scores.counts(connection, aim, b, e))  # type: ignore[misc]
        if not found:
            continue
        first = min(first, begin)
        counts += found
        labelled += await moderation.look(lambda connection, b=begin, e=end: scores.labelled(connection, aim, b, e))  # type: ignore[misc]
    began = await moderation.look(lambda connection: scores.first_seen(connection, aim, first, at)) if counts else at
    paces = await moderation.look(lambda connection: workload.paces(connection, [aim.site_id], since))
    return Month(spread.of_traffic(counts, labelled), max(1.0, (at - began) / DAY), workload.usual(paces))


async def slices(moderation: Moderation, since: float, until: float) -> list[tuple[float, float]]:
    """Cut a span of time so that each part has few enough comments for one read."""
    total = await moderation.look(lambda connection: queries.arrived(connection, since))
    count = max(1, ceil(total / _AT_ONCE))
    edges = [since + (until - since) * number / count for number in range(count)] + [until + 1.0]
    return list(pairwise(edges))


def nothing() -> Month:
    """Give a month without comments."""
    return Month(Spread(Layer()), 1.0, Pace(None, 0))
