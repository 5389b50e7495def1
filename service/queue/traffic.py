"""A site's last thirty days under other lines, counted for the model page: in short steps, so that nobody waits for a long one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct

from service.domain import Head, Site
from service.outlook import Choice, Outlook, Seen, Span
from service.queue import spread
from service.queue.spread import Count, Layer, Spread, way_of
from service.store import past, queries, workload
from service.store.ids import other_draw_of
from service.store.past import Trace
from service.store.workload import Pace
from service.sway import Asked, place_of

if TYPE_CHECKING:
    from service.moderation import Moderation

DAYS = 30
DAY = 86_400.0
MOST = 20_000
"""So many comments are judged anew at most, and half as many more that have labels; of more a sample is drawn by their ids."""
_AT_ONCE = 25_000
"""Comments that one read goes through: some 50 ms of processor time."""
_TRACES = 4_000
"""The same where each of them is looked at by itself."""


class Month(Struct, frozen=True):
    """What came in the last thirty days, or since the first comment: ``days`` (at least one). ``share`` of them was looked at."""

    spread: Spread
    days: float
    seconds: Pace
    share: float = 1.0


class Sample(Choice):
    """Comments drawn by their ids: a ``share`` of all, and of those with labels another one, ``labelled``, no smaller."""

    def __init__(self, share: float, labelled: float) -> None:
        self.share, self.labelled = share, labelled

    def traces(self, traces: Sequence[Trace], chances: Mapping[str, float]) -> Sequence[Trace]:
        """Choose by the dice of an id."""
        return [each for each in traces if other_draw_of(each.id) < (self.labelled if each.id in chances else self.share)]


async def month(moderation: Moderation, site: Site, head: Head, at: float) -> Month:
    """Look at the site's last thirty days. Raises Unavailable."""
    since = at - DAYS * DAY
    spans = [*reversed(await slices(moderation, since, at, _TRACES))]
    sample = await _sample(moderation, site, spans, since)
    asked = Asked(moderation.policy(site), head)
    outlook = Outlook(moderation.look, site.id, asked, moderation.model_of(site), sample)
    counts, labelled, first = Counter[Count](), Counter[tuple[Count, float, bool]](), at
    for span in spans:
        for each in await outlook.look_at(span):
            first = min(first, each.past.received_at)
            counted = _count(each)
            if other_draw_of(each.past.id) < sample.share:
                counts[counted] += 1
            if each.chance:
                labelled[counted, each.chance, each.past.label != "ham"] += 1
    paces = await moderation.look(lambda connection: workload.paces(connection, [site.id], since))
    days = max(1.0, (at - first) / DAY)
    return Month(spread.of_traffic(counts, labelled, sample.share), days, workload.usual(paces), sample.share)


def _count(each: Seen) -> Count:
    way = way_of(each.sway)
    return Count(each.past.decision.verdict.value, way, 0 if each.sway.fixed else place_of(each.sway.score))


async def _sample(moderation: Moderation, site: Site, spans: Sequence[Span], since: float) -> Sample:
    """Draw all, or where there are too many a sample; its authors are those whose past matters."""
    total = await moderation.look(lambda connection: queries.arrived(connection, since, site.id))
    if total <= MOST:
        return Sample(1.0, 1.0)
    share = ceil(4096 * MOST / total) / 4096
    labelled = [await moderation.look(lambda connection, s=span: past.chances(connection, site.id, *s)) for span in spans]  # type: ignore[misc]
    known = sum(map(len, labelled))
    sample = Sample(share, max(share, ceil(4096 * min(1.0, MOST / 2 / max(1, known))) / 4096))
    authors: set[int] = set()
    for span, chances in zip(spans, labelled, strict=True):
        traces = await moderation.look(lambda connection, s=span: past.traces(connection, site.id, *s))  # type: ignore[misc]
        authors |= {each.author for each in sample.traces(traces, chances) if each.author is not None}
    sample.authors = authors
    return sample


async def slices(moderation: Moderation, since: float, until: float, at_once: int = _AT_ONCE) -> list[Span]:
    """Cut a span of time so that each part has few enough comments for one read."""
    total = await moderation.look(lambda connection: queries.arrived(connection, since))
    count = max(1, ceil(total / at_once))
    edges = [since + (until - since) * number / count for number in range(count)] + [until + 1.0]
    return list(pairwise(edges))


def nothing() -> Month:
    """Give a month without comments."""
    return Month(Spread(Layer()), 1.0, Pace(None, 0))
