"""What happened on sites in a span of days: verdicts, mistakes, scores, and what the newest comments are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Integer, Select, case, cast, func, literal_column, select, union_all

from service.store.batch import day_of
from service.store.ids import first_id
from service.store.schema import comments, decisions, labels, queue_items, tallies

PARTS = 1_000
"""Scores are counted in so many parts of equal width."""

_d, _l, _q = decisions.c, labels.c, queue_items.c
_FIRST = _d.number == literal_column("0")


class Day(Struct, frozen=True):
    """The verdicts of a day (YYYY-MM-DD, UTC), and the mistakes in them that humans found."""

    day: str
    accepted: int
    held: int
    rejected: int
    missed_spam: int
    false_rejects: int

    @property
    def total(self) -> int:
        """How many comments came."""
        return self.accepted + self.held + self.rejected


class Drawn(Struct, frozen=True):
    """So many labelled comments of a first verdict, drawn for the queue with a chance, bad (spam or abuse) or not."""

    verdict: str
    chance: float
    bad: bool
    count: int


class Scored(Struct, frozen=True):
    """So many comments whose score lies in a part, by the first verdict's model; part i of 1,000 begins at i / 1,000."""

    model: str
    part: int
    count: int


class Said(Struct, frozen=True):
    """A comment's text and author's address, with its verdict: to count words in, not to show."""

    text: str
    author_url: str
    verdict: str


def days(connection: Connection, site_ids: Sequence[int], since: float, until: float) -> list[Day]:
    """Give every day from one time to another that had comments on those sites, oldest first."""
    names = ("accepted", "held", "rejected", "missed_spam", "false_rejects")
    sums = [func.sum(tallies.c[name]) for name in names]
    span = tallies.c.day.between(day_of(since), day_of(until)) & tallies.c.site_id.in_(site_ids)
    rows = connection.execute(select(tallies.c.day, *sums).where(span).group_by(tallies.c.day).order_by(tallies.c.day))
    return [Day(row[0], *map(int, row[1:])) for row in rows]


def drawn(connection: Connection, site_ids: Sequence[int], since: float, until: float) -> list[Drawn]:
    """Count labels of comments that came in a span of time and were drawn for the queue; a comment's newest label counts."""
    later = labels.alias()
    newest = select(func.max(later.c.number)).where(later.c.comment_id == _l.comment_id).scalar_subquery()
    columns: list[Any] = [_d.verdict, _q.chance, case((_l.label == "ham", 0), else_=1)]
    query: Select[Any] = (
        select(*columns, func.count())
        .select_from(labels)
        .join(decisions, (_d.comment_id == _l.comment_id) & _FIRST)
        .join(queue_items, _q.comment_id == _l.comment_id)
        .where(_l.comment_id >= first_id(since), _l.comment_id < first_id(until), _l.site_id.in_(site_ids))
        .where(_l.number == newest, _q.why.in_(("held", "audit")))
        .group_by(*columns)
    )
    return [Drawn(verdict, chance, bool(bad), count) for verdict, chance, bad, count in connection.execute(query)]


def spread(connection: Connection, site_ids: Sequence[int], since: float, until: float) -> list[Scored]:
    """Count the comments of a span of time by the higher of their scores."""
    higher = case((_d.spam >= _d.abuse, _d.spam), else_=_d.abuse) * literal_column(f"{PARTS}.0")
    whole = cast(func.floor(higher) if connection.dialect.name == "postgresql" else higher, Integer)  # SQLite's cast cuts off
    span = (_d.comment_id >= first_id(since)) & (_d.comment_id < first_id(until)) & _FIRST & _d.site_id.in_(site_ids)
    columns: list[Any] = [_d.model, whole]
    query: Select[Any] = select(*columns, func.count()).where(span, _d.model.is_not(None)).group_by(*columns)
    return [Scored(model, min(part, PARTS - 1), count) for model, part, count in connection.execute(query)]


class Sums(Struct, frozen=True):
    """So many values, their sum, and that of their squares."""

    count: int
    total: float
    squares: float


def scores(connection: Connection, site_ids: Sequence[int], since: float, until: float) -> Sums:
    """Sum the higher scores of the comments of a span of time up."""
    higher = case((_d.spam >= _d.abuse, _d.spam), else_=_d.abuse)
    span = (_d.comment_id >= first_id(since)) & (_d.comment_id < first_id(until)) & _FIRST & _d.site_id.in_(site_ids)
    query = select(func.count(), func.sum(higher), func.sum(higher * higher)).where(span, _d.model.is_not(None))
    count, total, squares = connection.execute(query).one()
    return Sums(count, total or 0.0, squares or 0.0)


def mistakes(connection: Connection, site_ids: Sequence[int], since: float, until: float) -> Sums:
    """Count the labels on comments of a span of time, and those that the model, on its side of one half, would not have given."""
    wrong = case(((_l.label == "ham") == ((_d.spam >= 0.5) | (_d.abuse >= 0.5)), 1), else_=0)
    query = (
        select(func.count(), func.sum(wrong))
        .select_from(labels)
        .join(decisions, (_d.comment_id == _l.comment_id) & _FIRST)
        .where(_l.comment_id >= first_id(since), _l.comment_id < first_id(until), _l.site_id.in_(site_ids), _d.model.is_not(None))
    )
    count, total = connection.execute(query).one()
    return Sums(count, float(total or 0), float(total or 0))


def newest(connection: Connection, site_ids: Sequence[int], limit: int) -> list[Said]:
    """Give the newest comments of those sites, up to ``limit``."""
    c = comments.c
    runs = []
    for site_id in site_ids:
        run = select(c.id, c.received_at).where(c.site_id == site_id).order_by(c.received_at.desc()).limit(limit)
        runs.append(select(run.subquery()))
    if not runs:
        return []
    found = union_all(*runs).subquery()
    ids = select(found.c.id).order_by(found.c.received_at.desc()).limit(limit)
    text = func.substr(c.text, 1, 2_000)
    return [Said(*row) for row in connection.execute(select(text, c.author_url, c.verdict).where(c.id.in_(ids)))]
