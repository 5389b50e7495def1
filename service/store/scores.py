"""How a site's comments are spread over a score, and where other lines would have decided them otherwise.

A comment's ``floor`` is the mildest verdict that it can get whatever one head's lines are: by the other head's lines, by rules that
hold unless a score rejects, or for good by rules that no score can change. Comments are found by the time in their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Case, ColumnElement, Connection, Integer, Select, case, cast, func, literal_column, select

from service.domain import Head, Lines
from service.store.schema import comments, decisions, labels, queue_items

BINS = 1000
"""Bin i holds scores in [i / 1000, (i + 1) / 1000); the last one holds 1 alone."""

FREE = ("score_rejects", "score_holds", "below_lines")
"""Rules that follow the scores."""
CAUTIOUS = ("hold_list", "flood", "honeypot", "link_limit", "first_time_author")
"""Rules that hold what no score rejects. All others decide before a score is looked at."""

_d = decisions.c
_FIRST = _d.number == literal_column("0")


class Aim(Struct, frozen=True):
    """Whose comments, scored by which model, by which head; ``others`` are the lines of the other head."""

    site_id: int
    model: str
    head: Head
    others: Lines


class Count(Struct, frozen=True):
    """So many comments of a first verdict, floor and bin.

    ``floor`` is accept, hold or reject, with a ``!`` before it where no line moves the comment; its bin is then 0.
    """

    verdict: str
    floor: str
    bin: int
    count: int


class Labelled(Struct, frozen=True):
    """So many labelled comments of a first verdict, drawn with a chance, bad (spam or abuse) or not."""

    verdict: str
    chance: float
    bad: bool
    floor: str
    bin: int
    count: int


class Moved(Struct, frozen=True):
    """A comment that other lines would have decided otherwise; ``text`` is an excerpt."""

    id: str
    score: float
    was: str
    would_be: str
    verdict: str
    received_at: float
    author: str
    text: str


def first_id(at: float) -> str:
    """Give what is at or before every id made at a time (epoch seconds) or later."""
    return f"{max(0, int(at * 1000)):012x}"


def counts(connection: Connection, aim: Aim, since: float, until: float) -> list[Count]:
    """Count the comments of a span of time that the model scored, in one pass over their first decisions."""
    columns: list[Any] = [_d.verdict, _floor(aim), _bin(connection, aim)]
    query: Select[Any] = select(*columns, func.count()).where(*_span(aim, since, until)).group_by(*columns)
    return [Count(*row) for row in connection.execute(query)]


def first_seen(connection: Connection, aim: Aim, since: float, until: float) -> float:
    """Give when the first of those comments was decided; ``until`` where there is none."""
    query = select(_d.at).where(*_span(aim, since, until)).order_by(_d.comment_id).limit(1)
    return float(connection.execute(query).scalar() or until)


def labelled(connection: Connection, aim: Aim, since: float, until: float) -> list[Labelled]:
    """Count those that were drawn for the queue, held or for the audit, and have a label: the newest one counts."""
    later = labels.alias()
    newest = select(func.max(later.c.number)).where(later.c.comment_id == labels.c.comment_id).scalar_subquery()
    bad = case((labels.c.label == "ham", 0), else_=1)
    columns = [_d.verdict, queue_items.c.chance, bad, _floor(aim), _bin(connection, aim)]
    query = (
        select(*columns, func.count())
        .select_from(labels)
        .join(decisions, (_d.comment_id == labels.c.comment_id) & _FIRST)
        .join(queue_items, queue_items.c.comment_id == labels.c.comment_id)
        .where(labels.c.number == newest, labels.c.comment_id >= first_id(since), labels.c.comment_id < first_id(until))
        .where(queue_items.c.why.in_(("held", "audit")), *_span(aim, since, until))
        .group_by(*columns)
    )
    rows = connection.execute(query)
    return [Labelled(verdict, chance, bool(wrong), *rest) for verdict, chance, wrong, *rest in rows]


def moved(connection: Connection, aim: Aim, before: Lines, after: Lines, since: float, until: float, limit: int) -> list[Moved]:
    """Give the newest comments of a span that ``after`` would decide otherwise than ``before``."""
    c, was, now = comments.c, _verdict(aim, before), _verdict(aim, after)
    chosen: Select[Any] = select(_d.comment_id, _score(aim).label("score"), was.label("was"), now.label("now"))
    chosen = chosen.where(*_span(aim, since, until), was != now).order_by(_d.comment_id.desc()).limit(limit)
    rows = chosen.subquery()
    text, author = func.substr(c.text, 1, 400), func.substr(c.author, 1, 80)
    query: Select[Any] = select(*rows.c, c.verdict, c.received_at, author, text).join(rows, rows.c.comment_id == c.id)
    return [Moved(*row) for row in connection.execute(query.order_by(rows.c.comment_id.desc()))]


def _span(aim: Aim, since: float, until: float) -> Sequence[ColumnElement[bool]]:
    ids = (_d.comment_id >= first_id(since), _d.comment_id < first_id(until))
    return (*ids, _FIRST, _d.site_id == aim.site_id, *((_d.model == aim.model,) if aim.model else ()))


def _score(aim: Aim) -> ColumnElement[Any]:
    return _d.spam if aim.head == "spam" else _d.abuse


def _fixed() -> ColumnElement[bool]:
    """Match what no line moves: settled by a rule, or a trusted author's comment, held instead of rejected."""
    return _d.rule.not_in((*FREE, *CAUTIOUS)) | ((_d.rule == "score_rejects") & (_d.verdict == "hold")) | _d.spam.is_(None)


def _floor(aim: Aim) -> Case[Any]:
    other = _d.abuse if aim.head == "spam" else _d.spam
    return case(
        (_fixed(), literal_column("'!'").concat(_d.verdict)),
        (other >= aim.others.reject_at, literal_column("'!reject'")),
        (_d.rule.in_(CAUTIOUS) | (other >= aim.others.hold_at), literal_column("'hold'")),
        else_=literal_column("'accept'"),
    )


def _bin(connection: Connection, aim: Aim) -> Case[Any]:
    other = _d.abuse if aim.head == "spam" else _d.spam
    scaled = _score(aim) * literal_column("1000.0")
    whole = cast(func.floor(scaled) if connection.dialect.name == "postgresql" else scaled, Integer)  # SQLite's cast cuts off
    return case((_fixed() | (other >= aim.others.reject_at), literal_column("0")), else_=whole)


def _verdict(aim: Aim, lines: Lines) -> Case[Any]:
    score, floor = _score(aim), _floor(aim)
    return case(
        (floor.like("!%"), func.substr(floor, 2)),
        (score >= lines.reject_at, literal_column("'reject'")),
        ((score >= lines.hold_at) | (floor == "hold"), literal_column("'hold'")),
        else_=literal_column("'accept'"),
    )
