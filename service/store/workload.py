"""How moderators work: who decided how much, how long one decision takes, how far they agree, what waits for how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, case, func, literal_column, select

from service.store.ids import first_id
from service.store.people_tables import people
from service.store.schema import comments, decisions, labels, queue_items

BREAK_SECONDS = 300.0
"""Who decides nothing for so long does something else."""
_ACTS = 2_000
_PAIRS = 10_000
_q, _l = queue_items.c, labels.c
_WAITS = _q.state == literal_column("'waiting'")


class Pace(Struct, frozen=True):
    """Seconds from one decision to the next (the median; None where too few are known), and of how many that is."""

    seconds: float | None
    steps: int


class Work(Struct, frozen=True):
    """What one hand said in a span of time, and their pace where they work here."""

    hand: str
    ham: int
    spam: int
    abuse: int
    pace: Pace | None = None

    @property
    def total(self) -> int:
        """How many labels they gave."""
        return self.ham + self.spam + self.abuse


class Source(Struct, frozen=True):
    """Labels from one kind of hand: ``akismet``, ``api`` or another door, empty for people; ``new`` ones among them."""

    name: str
    ham: int
    spam: int
    abuse: int
    new: int


class Agreement(Struct, frozen=True):
    """Of ``pairs`` comments that two hands labelled, how many got the same answer (ham or not); Cohen's kappa (1960)."""

    pairs: int
    same: int
    kappa: float | None


class Waiting(Struct, frozen=True):
    """How many items wait, and since when the oldest, the middle one and the 95th of 100 (epoch seconds)."""

    count: int
    oldest: float | None
    middle: float | None
    late: float | None


class Doubt(Struct, frozen=True):
    """A comment whose labels people, or a person and the model, see differently."""

    id: str
    kind: str


class Conflict(Struct, frozen=True):
    """A comment about which hands, or a hand and the model, say different things.

    ``said`` is who said what, oldest first, ``number`` that of the newest decision.
    """

    id: str
    kind: str
    number: int
    received_at: float
    spam: float | None
    abuse: float | None
    verdict: str
    author: str
    text: str
    said: tuple[tuple[str, str], ...]


FEWEST_STEPS = 5


def pace_of(moments: Sequence[float]) -> Pace:
    """Give the pace of someone who acted at those times, newest first: breaks do not count."""
    steps = [later - earlier for later, earlier in pairwise(moments) if 0 < later - earlier < BREAK_SECONDS]
    return Pace(median(steps) if len(steps) >= FEWEST_STEPS else None, len(steps))


def paces(connection: Connection, site_ids: Sequence[int], since: float) -> dict[str, Pace]:
    """Give everyone's pace on those sites by name, of their last acts; what was done at one moment is one act."""
    found = {}
    for person_id, name in connection.execute(select(people.c.id, people.c.name)).all():
        mine = (_q.acted_by == person_id) & (_q.acted_at > since) & _q.site_id.in_(site_ids)
        query = select(_q.acted_at).distinct().where(mine).order_by(_q.acted_at.desc()).limit(_ACTS)
        if moments := list(connection.execute(query).scalars()):
            found[str(name)] = pace_of(moments)
    return found


def usual(found: dict[str, Pace]) -> Pace:
    """Give the median pace of all, everyone counting by their steps."""
    known = sorted((pace.seconds, pace.steps) for pace in found.values() if pace.seconds is not None)
    half, passed = sum(steps for _, steps in known) / 2, 0
    for seconds, steps in known:
        passed += steps
        if passed >= half:
            return Pace(seconds, int(half * 2))
    return Pace(None, 0)


def hands(connection: Connection, site_ids: Sequence[int], since: float) -> list[Work]:
    """Give everyone who labelled comments of those sites, the busiest first."""
    given = _l.site_id.in_(site_ids) & (_l.at >= since)
    rows = connection.execute(select(_l.hand, _l.label, func.count()).where(given).group_by(_l.hand, _l.label))
    counts: dict[str, Counter[str]] = {}
    for hand, label, count in rows:
        counts.setdefault(hand, Counter())[label] += count
    known = paces(connection, site_ids, since)
    work = [Work(hand, each["ham"], each["spam"], each["abuse"], known.get(hand)) for hand, each in counts.items()]
    return sorted(work, key=lambda each: -each.total)


def agreement(connection: Connection, site_ids: Sequence[int], since: float) -> Agreement:
    """Say how far the first two hands on a comment agree."""
    pairs: Counter[tuple[bool, bool]] = Counter()
    for said in _said(connection, site_ids, since, _PAIRS).values():
        first = said[0]
        other = next((each for each in said if each[0] != first[0]), None)
        if other is not None:
            pairs[first[1] == "ham", other[1] == "ham"] += 1
    whole, same = sum(pairs.values()), pairs[True, True] + pairs[False, False]
    return Agreement(whole, same, _kappa(pairs, whole, same))


def said(connection: Connection, site_id: int, since: float, until: float, made: float) -> list[tuple[str, str, int, int]]:
    """Count a site's labels given in a span of time: hand, label, how many, and how many of them after the time ``made``."""
    fresh = func.sum(case((_l.at >= made, 1), else_=0))
    span = (_l.site_id == site_id) & (_l.at >= since) & (_l.at < until)
    rows = connection.execute(select(_l.hand, _l.label, func.count(), fresh).where(span).group_by(_l.hand, _l.label))
    return [(hand, label, count, int(new or 0)) for hand, label, count, new in rows]


def sources(rows: Iterable[tuple[str, str, int, int]]) -> list[Source]:
    """Add labels up by where they came from, the most first."""
    found: dict[str, Counter[str]] = {}
    for hand, label, count, new in rows:
        name, parted, _ = hand.partition(":")
        source = found.setdefault(name if parted or name == "api" else "", Counter())
        source.update({label: count, "new": new})
    added = [Source(name, each["ham"], each["spam"], each["abuse"], each["new"]) for name, each in found.items()]
    return sorted(added, key=lambda row: -(row.ham + row.spam + row.abuse))


def _kappa(pairs: Counter[tuple[bool, bool]], whole: int, same: int) -> float | None:
    if not whole:
        return None
    first = (pairs[True, True] + pairs[True, False]) / whole
    second = (pairs[True, True] + pairs[False, True]) / whole
    chance = first * second + (1 - first) * (1 - second)
    return (same / whole - chance) / (1 - chance) if chance < 1 else None


def _said(connection: Connection, site_ids: Sequence[int], since: float, most: int) -> dict[str, list[tuple[str, str]]]:
    """Give what was said of the newest comments that more than one hand labelled since a time."""
    given = _l.site_id.in_(site_ids) & (_l.at >= since)
    several = select(_l.comment_id).where(given).group_by(_l.comment_id).having(func.count(_l.hand.distinct()) > 1)
    rows = connection.execute(several.order_by(_l.comment_id.desc()).limit(most)).scalars().all()
    found: dict[str, list[tuple[str, str]]] = {}
    for start in range(0, len(rows), 500):
        found |= _told(connection, rows[start : start + 500])
    return found


def waiting(connection: Connection, site_ids: Sequence[int]) -> Waiting:
    """Say what waits on those sites, and for how long."""
    mine = _q.site_id.in_(site_ids) & _WAITS
    count = connection.execute(select(func.count()).select_from(queue_items).where(mine)).scalar_one()

    def place(number: int) -> float | None:
        there = select(_q.comment_id).where(mine).order_by(_q.comment_id).offset(number).limit(1)  # an index alone tells that
        return connection.execute(select(_q.opened_at).where(_q.comment_id == there.scalar_subquery())).scalar()

    return Waiting(count, place(0), place(count // 2), place(int(count * 0.05))) if count else Waiting(0, None, None, None)


# Labels that something speaks against.

SURE = 0.98
"""A score this near to 0 or 1 that a human contradicts is worth a second look."""


def conflicts(connection: Connection, site_id: int, since: float, until: float, limit: int) -> list[Doubt]:
    """Name comments that came in a span of time and whose labels are in doubt, newest first, up to ``limit`` of each kind.

    Of people: the last two hands on it disagree about ham or not. Of the model: one hand only, and the model was sure of the other.
    """
    span = (_l.comment_id >= first_id(since), _l.comment_id < first_id(until), _l.site_id == site_id)
    several = select(_l.comment_id).where(*span).group_by(_l.comment_id).having(func.count(_l.label.distinct()) > 1)
    rows = connection.execute(several.order_by(_l.comment_id.desc()).limit(4 * limit)).scalars().all()
    told = _told(connection, rows)
    people_ = [Doubt(comment_id, "people") for comment_id, said in told.items() if _disagree(said)]
    d = decisions.c
    query = (
        select(_l.comment_id)
        .join(decisions, (d.comment_id == _l.comment_id) & (d.number == 0))
        .where(*span, _against())
        .order_by(_l.comment_id.desc())
        .limit(2 * limit)
    )
    rows = connection.execute(query).scalars().all()
    model = [
        Doubt(comment_id, "model") for comment_id, said in _told(connection, rows).items() if len({hand for hand, _ in said}) == 1
    ]
    return people_[:limit] + model[:limit]


def _against() -> ColumnElement[bool]:
    """Match labels of which the model was sure that they are others."""
    d = decisions.c
    ham = (_l.label == "ham") & ((d.spam >= SURE) | (d.abuse >= SURE))
    return ham | ((_l.label != "ham") & (d.spam <= 1 - SURE) & (d.abuse <= 1 - SURE))


def _disagree(said: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the last hand and the last other one say different things."""
    last = said[-1]
    other = next((each for each in reversed(said) if each[0] != last[0]), last)
    return (last[1] == "ham") is not (other[1] == "ham")


def _told(connection: Connection, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Give who said what of some comments, oldest first; the newest comments first."""
    found: dict[str, list[tuple[str, str]]] = {}
    query = select(_l.comment_id, _l.hand, _l.label).where(_l.comment_id.in_(ids))
    for comment_id, hand, label in connection.execute(query.order_by(_l.comment_id.desc(), _l.number)):
        found.setdefault(comment_id, []).append((hand, label))
    return found


def described(connection: Connection, doubts: Sequence[Doubt]) -> list[Conflict]:
    """Describe those whose labels are still in doubt, as they stand now."""
    kinds = {each.id: each.kind for each in doubts}
    said = _told(connection, list(kinds))
    still = {
        comment_id
        for comment_id, each in said.items()
        if (_disagree(each) if kinds[comment_id] == "people" else len({hand for hand, _ in each}) == 1)
    }
    c, d = comments.c, decisions.c
    newest = decisions.alias()
    number = select(func.max(newest.c.number)).where(newest.c.comment_id == c.id).scalar_subquery()
    about = (c.verdict, func.substr(c.author, 1, 80), func.substr(c.text, 1, 400))
    query = (
        select(c.id, number, c.received_at, d.spam, d.abuse, *about)
        .join(decisions, (d.comment_id == c.id) & (d.number == 0))
        .where(c.id.in_(still))
    )
    rows = {row[0]: row for row in connection.execute(query)}
    shown = [(each, rows[each.id]) for each in doubts if each.id in rows]
    return [Conflict(each.id, each.kind, *row[1:], said=tuple(said[each.id])) for each, row in shown]
