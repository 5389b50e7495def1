"""What the statistics page counts that takes long: the labels, the scores of two weeks, and what is talked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from service.queue import topics
from service.queue.adwin import Change, Day, changes
from service.queue.drift import Drift, drift
from service.queue.spread import Rate, rate
from service.queue.topics import Topic
from service.queue.traffic import DAY, slices
from service.store import statistics, workload
from service.store.statistics import PARTS, Drawn, Sums
from service.store.workload import Agreement, Pace, Work

if TYPE_CHECKING:
    from service.moderation import Moderation

WEEK = 7 * DAY
_NEWEST = 2_000
_MONTH = 30
Counting = Callable[[Any, tuple[int, ...], float, float], Sums]


class Census(Struct, frozen=True):
    """What is known of some sites: shares of error with intervals, labels behind them, work, drift, topics.

    ``missed`` is the share of accepted comments that are bad, ``false_rejects`` of rejected ones that are ham, ``bad`` of all that
    are bad: each label stands for one over the chance of its draw. ``changes`` are of the mean ``scores`` and of ``mistakes``.
    """

    missed: Rate | None
    false_rejects: Rate | None
    bad: Rate | None
    hands: tuple[Work, ...]
    pace: Pace
    agreement: Agreement
    drift: Drift
    changes: dict[str, tuple[Change, ...]]
    weeks: tuple[tuple[int, ...], tuple[int, ...]]
    models: tuple[str, ...]
    hosts: tuple[Topic, ...]
    words: tuple[Topic, ...]
    newest: int


async def take(moderation: Moderation, site_ids: tuple[int, ...], days: int, at: float, arrived: dict[str, int]) -> Census:
    """Count, in short reads; ``arrived`` is how many comments each verdict had. Raises Unavailable."""
    since = at - days * DAY
    drawn: list[Drawn] = []
    for begin, end in await slices(moderation, since, at):
        drawn += await moderation.look(lambda connection, b=begin, e=end: statistics.drawn(connection, site_ids, b, e))  # type: ignore[misc]
    before, models = await _week(moderation, site_ids, at - 2 * WEEK, at - WEEK)
    after, others = await _week(moderation, site_ids, at - WEEK, at)
    hands = await moderation.look(lambda connection: workload.hands(connection, site_ids, since))
    agreement = await moderation.look(lambda connection: workload.agreement(connection, site_ids, since))
    said = await moderation.look(lambda connection: statistics.newest(connection, site_ids, _NEWEST))
    paces = {work.hand: work.pace for work in hands if work.pace is not None}
    return Census(
        missed=_share(drawn, "accept", bad=True),
        false_rejects=_share(drawn, "reject", bad=False),
        bad=_bad(drawn, arrived),
        hands=tuple(hands),
        pace=workload.usual(paces),
        agreement=agreement,
        drift=drift(before, after),
        changes={
            "scores": await _changes(moderation, statistics.scores, site_ids, at),
            "mistakes": await _changes(moderation, statistics.mistakes, site_ids, at),
        },
        weeks=(tuple(before), tuple(after)),
        models=tuple(sorted(models | others)),
        hosts=tuple(topics.hosts(said)),
        words=tuple(topics.words(said)),
        newest=len(said),
    )


async def _changes(moderation: Moderation, count: Counting, site_ids: tuple[int, ...], at: float) -> tuple[Change, ...]:
    """Say when the mean of something changed in the last month, a read a day."""
    begin = at - at % DAY - (_MONTH - 1) * DAY
    found = []
    for number in range(_MONTH):
        day = begin + number * DAY
        sums = await moderation.look(lambda connection, b=day: count(connection, site_ids, b, min(b + DAY, at)))  # type: ignore[misc]
        found.append(Day(day, sums.count, sums.total, sums.squares))
    return tuple(changes(found))


async def _week(moderation: Moderation, site_ids: tuple[int, ...], since: float, until: float) -> tuple[list[int], set[str]]:
    counts, models = [0] * PARTS, set()
    for begin, end in await slices(moderation, since, until):
        for each in await moderation.look(lambda connection, b=begin, e=end: statistics.spread(connection, site_ids, b, e)):  # type: ignore[misc]
            counts[each.part] += each.count
            models.add(each.model)
    return counts, models


def _share(drawn: list[Drawn], verdict: str, *, bad: bool) -> Rate | None:
    """Give the share of labelled comments of a first verdict that are bad, or are not."""
    mine = [each for each in drawn if each.verdict == verdict]
    return rate((1 / each.chance, each.count if each.bad is bad else 0, each.count) for each in mine)


def _bad(drawn: list[Drawn], arrived: dict[str, int]) -> Rate | None:
    """Give the share of all comments that are bad: labels of a verdict stand together for all comments of it (Hájek 1971)."""
    known: dict[str, float] = {}
    for each in drawn:
        known[each.verdict] = known.get(each.verdict, 0.0) + each.count / each.chance
    if any(arrived[verdict] and verdict not in known for verdict in arrived):
        return None
    weighted = ((arrived[each.verdict] / known[each.verdict] / each.chance, each) for each in drawn)
    return rate((weight, each.count if each.bad else 0, each.count) for weight, each in weighted)
