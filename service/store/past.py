"""What happened lately, for those who set rules: comments as they came, and how often each rule decided, rightly or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, literal_column, or_, select

from service.domain import Comment, Decision, Scores, Verdict
from service.store import storable
from service.store.batch import day_of, decision_of
from service.store.ids import first_id
from service.store.schema import changes, comments, decisions, identities, labels, queue_items, rule_hits

_c, _d = comments.c, decisions.c
_TRACE: list[ColumnElement[Any]] = [_c.id, _c.author_key, _d.verdict, _c.verdict, _d.rule, _d.spam, _d.abuse, _d.model]
_COLUMNS = [_d[name] for name in ("verdict", "rule", "reasons", "source", "spam", "abuse", "model", "at")]
_FIRST = and_(_d.comment_id == _c.id, _d.number == 0)


class Trace(Struct, frozen=True):
    """What a comment left with its author: its first verdict and the one in force, the newest of its labels (or empty).

    ``author`` is the key in ``identities``; one that is not ``counted`` is so new that those do not know of its first verdict yet,
    though of what a human made of it. ``flooding`` tells that the flood limit decided; ``scores`` are those of the first decision.
    """

    id: str
    author: int | None
    first: Verdict
    verdict: Verdict
    label: str
    flooding: bool
    counted: bool
    scores: Scores | None


class Past(Struct, frozen=True):
    """A comment with its first decision, and its trace."""

    received_at: float
    comment: Comment
    decision: Decision
    trace: Trace

    @property
    def id(self) -> str:
        """Give the comment's id."""
        return self.trace.id

    @property
    def label(self) -> str:
        """Give the newest of its labels, or an empty text."""
        return self.trace.label


class Known(Struct, frozen=True):
    """What is known of an author now."""

    accepted: int = 0
    held: int = 0
    rejected: int = 0
    ham: int = 0
    spam: int = 0


class Record(Struct, frozen=True):
    """How a rule did lately: how often it decided or added something, and of decisions that a human looked at those found right."""

    hits: int = 0
    judged: int = 0
    right: int = 0


def recent(connection: Connection, site_id: int, before: tuple[float, str] | None, limit: int) -> list[Past]:
    """Give a site's comments, newest first, older than the moment and id of one; tests and erased ones are left out."""
    wanted = [_c.site_id == site_id, _c.is_test.is_(False), or_(_c.text != "", _c.author != "")]
    if before is not None:
        at, comment_id = before
        wanted += [_c.received_at <= at, or_(_c.received_at < at, _c.id < comment_id)]
    newest = select(_c.id).where(*wanted).order_by(_c.received_at.desc(), _c.id.desc()).limit(limit).subquery()
    query = _whole(connection).join(newest, newest.c.id == _c.id).order_by(_c.received_at.desc(), _c.id.desc())
    rows = connection.execute(query).all()
    said = _labels(connection, labels.c.comment_id.in_([row.id for row in rows]))
    return [_past(row, said.get(row.id, "")) for row in rows]


def traces(connection: Connection, site_id: int, begin: float, end: float) -> list[Trace]:
    """Give the traces of a site's comments of a span [begin, end), by the times in their ids, newest first; tests are left out."""
    span = (_c.id >= first_id(begin), _c.id < first_id(end), _c.site_id == site_id, _c.is_test.is_(False))
    query = select(*_TRACE, _is_counted(connection)).join(decisions, _FIRST).where(*span).order_by(_c.id.desc())
    l = labels.c  # noqa: E741 # as the other tables are abbreviated
    said = _labels(connection, l.comment_id >= first_id(begin), l.comment_id < first_id(end), l.site_id == site_id)
    rows = connection.execute(query).all()
    return [_trace(row, said.get(row[0], "")) for row in rows]


def of(connection: Connection, traces: Sequence[Trace]) -> list[Past]:
    """Give the comments of traces, in their order."""
    known = {trace.id: trace for trace in traces}
    rows = {row.id: row for row in connection.execute(_whole(connection).where(_c.id.in_(list(known))))}
    return [_past(rows[trace.id], trace.label) for trace in traces if trace.id in rows]


def chances(connection: Connection, site_id: int, begin: float, end: float) -> dict[str, float]:
    """Give the comments of a span that have a label and were drawn for the queue, held or for the audit, each with its chance."""
    q = queue_items.c
    span = (q.comment_id >= first_id(begin), q.comment_id < first_id(end), q.site_id == site_id, q.why.in_(("held", "audit")))
    labelled = select(labels.c.comment_id).where(labels.c.comment_id == q.comment_id).exists()
    return {row[0]: row[1] for row in connection.execute(select(q.comment_id, q.chance).where(*span, labelled))}


def _whole(connection: Connection) -> Select[Any]:
    """Select comments with their first decisions, as ``_past`` reads them."""
    made = (column.label(f"d_{column.name}") for column in _COLUMNS)
    return select(*_c, *made, _is_counted(connection).label("is_counted")).join(decisions, _FIRST)


def _is_counted(connection: Connection) -> ColumnElement[bool]:
    """Match comments that ``identities`` counts; see ``Statements.uncounted``."""
    if connection.dialect.name != "sqlite":
        return _c.counted
    upto = select(changes.c.number).where(changes.c.name == "identities").scalar_subquery()
    return or_(_c.counted, literal_column("comments.rowid") <= func.coalesce(upto, 0))


def _labels(connection: Connection, *wanted: ColumnElement[bool]) -> dict[str, str]:
    query = select(labels.c.comment_id, labels.c.label).where(*wanted).order_by(labels.c.number)
    return {row.comment_id: row.label for row in connection.execute(query)}


def _past(row: Row[*tuple[Any, ...]], label: str) -> Past:
    more = storable.unpack(row.more)
    comment = Comment(
        text=row.text,
        author=row.author,
        author_email=row.author_email,
        author_url=row.author_url,
        user_ip=row.user_ip,
        permalink=row.permalink,
        article_id=row.article_id,
        external_id=row.external_id,
        **{name: getattr(more, name) for name in more.__struct_fields__},
    )
    decision = decision_of(row[len(_c) : -1])
    kept = (row.id, row.author_key, decision.verdict, Verdict(row.verdict), label, decision.rule == "flood", bool(row.is_counted))
    trace = Trace(*kept, decision.scores)
    return Past(row.received_at, comment, decision, trace)


def _trace(row: Iterable[Any], label: str) -> Trace:
    comment_id, author, first, verdict, rule, spam, abuse, model, counted = row
    scores = Scores(spam, abuse, model) if spam is not None else None
    return Trace(comment_id, author, Verdict(first), Verdict(verdict), label, rule == "flood", bool(counted), scores)


def known(connection: Connection, authors: Iterable[int]) -> dict[int, Known]:
    """Give what is known now of authors, by key."""
    i = identities.c
    query = select(i.key, i.accepted, i.held, i.rejected, i.ham, i.spam).where(i.key.in_(list(authors)))
    return {row[0]: Known(*row[1:]) for row in connection.execute(query)}


def records(connection: Connection, site_id: int, since: float, judged_since: float, most: int) -> dict[str, Record]:
    """Give by rule how often it decided since a moment, and how often humans agreed with it since another one.

    Looks at the ``most`` newest decisions and labels of the site at most.
    """
    hits = _hits(connection, site_id, since, most)
    right = _right(connection, site_id, judged_since, most)
    return {rule: Record(hits.get(rule, 0), *right.get(rule, (0, 0))) for rule in hits.keys() | right.keys()}


def _hits(connection: Connection, site_id: int, since: float, most: int) -> dict[str, int]:
    mine = (_d.comment_id >= first_id(since), _d.number == 0, _d.site_id == site_id)
    newest = select(_d.rule).where(*mine).order_by(_d.comment_id.desc()).limit(most).subquery()
    decided = {row[0]: row[1] for row in connection.execute(select(newest.c.rule, func.count()).group_by(newest.c.rule))}
    h = rule_hits.c
    added = select(h.rule, func.sum(h.hits)).where(h.site_id == site_id, h.day > day_of(since)).group_by(h.rule)
    return decided | {row[0]: decided.get(row[0], 0) + int(row[1]) for row in connection.execute(added)}


def _right(connection: Connection, site_id: int, since: float, most: int) -> dict[str, tuple[int, int]]:
    """Count what humans said of the rules' decisions: to hold or to reject ham is wrong, and so is to accept anything else."""
    l = labels.c  # noqa: E741 # as the other tables are abbreviated
    later = labels.alias()
    newest = select(func.max(later.c.number)).where(later.c.comment_id == l.comment_id).scalar_subquery()
    mine = (l.site_id == site_id, l.at >= since)
    said = select(l.comment_id, l.label).where(*mine, l.number == newest).order_by(l.at.desc()).limit(most).subquery()
    agrees = case(((_d.verdict == "accept") == (said.c.label == "ham"), 1), else_=0)
    query = (
        select(_d.rule, func.count(), func.sum(agrees))
        .select_from(said)
        .join(decisions, and_(_d.comment_id == said.c.comment_id, _d.number == 0))
        .group_by(_d.rule)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}
