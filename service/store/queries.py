"""Reads: a comment with its decisions, pages of comments, the comment that a feedback means, counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Connection, Row, Text, bindparam, func, select, union_all

from service.domain import Comment, Decision, Label, Verdict
from service.store import storable
from service.store.batch import day_of, decision_of, match_key
from service.store.direct import Direct
from service.store.events import CALLBACK
from service.store.schema import comments, decisions, labels, outbox, tallies


class Given(Struct, frozen=True):
    """A label as it was given, and by whom."""

    label: Label
    kind: str
    hand: str
    trust: float
    at: float


class StoredComment(Struct, frozen=True):
    """A comment as it was stored, its decisions oldest first (of a page's comments only the newest one), its labels.

    ``told`` says how far the site's WordPress knows of a moderator's decision: empty when there is nothing to tell, ``waiting``,
    ``sent``, or why it cannot be told. ``author_key`` names the author, None where nothing is known of one.
    """

    id: str
    site_id: int
    received_at: float
    comment: Comment
    decisions: tuple[Decision, ...]
    labels: tuple[Given, ...] = ()
    told: str = ""
    author_key: int | None = None

    @property
    def decision(self) -> Decision:
        """Give the decision in force."""
        return self.decisions[-1]


class Tally(Struct, frozen=True):
    """Verdicts of a period (month YYYY-MM) and the mistakes that humans found in them."""

    month: str
    accepted: int
    held: int
    rejected: int
    missed_spam: int
    false_rejects: int


_DECISION = [decisions.c[name] for name in ("verdict", "rule", "reasons", "source", "spam", "abuse", "model", "at")]


_LABEL = [labels.c[name] for name in ("label", "kind", "hand", "trust", "at")]
_ID = bindparam("id", type_=Text)
_COMMENT = Direct(select(comments).where(comments.c.id == _ID))
_MADE = Direct(select(*_DECISION).where(decisions.c.comment_id == _ID).order_by(decisions.c.number))
_GIVEN = Direct(select(*_LABEL).where(labels.c.comment_id == _ID).order_by(labels.c.number))
_TOLD = Direct(
    select(outbox.c.state, outbox.c.error)
    .where(outbox.c.comment_id == _ID, outbox.c.kind == CALLBACK)
    .order_by(outbox.c.number.desc())
    .limit(1)
)


def get_comment(connection: Connection, site_id: int, comment_id: str) -> StoredComment | None:
    """Give a site's comment with all its decisions and labels, or None."""
    return comment_of_any(connection, (site_id,), comment_id)


def comment_of_any(connection: Connection, site_ids: Collection[int], comment_id: str) -> StoredComment | None:
    """Give a comment of one of those sites as ``get_comment`` does."""
    wanted = {"id": storable.text(comment_id)}
    values = next(iter(_COMMENT.rows(connection, wanted)), None)
    row: Any = None if values is None else SimpleNamespace(**dict(zip(comments.c.keys(), values, strict=True)))
    if row is None or row.site_id not in site_ids:
        return None
    made, given = _MADE.rows(connection, wanted), _GIVEN.rows(connection, wanted)
    found = _stored(row, [decision_of(each) for each in made], [Given(Label(each[0]), *each[1:]) for each in given])
    return structs.replace(found, told=_told(connection, found))


def _told(connection: Connection, found: StoredComment) -> str:
    for state, error in _TOLD.rows(connection, {"id": found.id}):
        return str(error if state == "dead" else state)
    ours = bool(found.labels) and not found.labels[-1].hand.startswith("akismet:")
    if ours and found.comment.door == "akismet" and found.decision.verdict is not found.decisions[0].verdict:
        return "decide in WordPress: its Akismet plugin named no way to be told"
    return ""


def site_of(connection: Connection, comment_id: str) -> int | None:
    """Give the site that a comment belongs to, or None."""
    return connection.execute(select(comments.c.site_id).where(comments.c.id == storable.text(comment_id))).scalar()


def sites_of(connection: Connection, comment_ids: Sequence[str]) -> list[int]:
    """Give the sites that comments belong to, each once."""
    ids = [storable.text(each) for each in comment_ids]
    return list(connection.execute(select(comments.c.site_id).where(comments.c.id.in_(ids)).distinct()).scalars())


def list_comments(
    connection: Connection, site_id: int, *, verdict: Verdict | None = None, before: str | None = None, limit: int = 50
) -> list[StoredComment]:
    """Give up to ``limit`` comments of a site, newest first, older than the comment id ``before`` (the cursor of the next page).

    The index is ordered by verdict, so a page of all verdicts is merged from one short run of each.
    """
    runs = []
    for wanted in (verdict,) if verdict else tuple(Verdict):
        run = select(comments.c.id).where(comments.c.site_id == site_id, comments.c.verdict == wanted.value)
        if before is not None:
            run = run.where(comments.c.id < storable.text(before))
        runs.append(select(run.order_by(comments.c.id.desc()).limit(limit).subquery().c.id))
    page = union_all(*runs).subquery()
    later = decisions.alias()
    newest = select(func.max(later.c.number)).where(later.c.comment_id == comments.c.id)
    query = (
        select(*comments.c, *(column.label(f"d_{column.name}") for column in _DECISION))
        .join(page, page.c.id == comments.c.id)
        .join(decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.number == newest.scalar_subquery()))
        .order_by(comments.c.id.desc())
        .limit(limit)
    )
    return [_stored(row, [decision_of(row[len(comments.c) :])]) for row in connection.execute(query)]


def match_comment(connection: Connection, site_id: int, comment: Comment, since: float = 0.0) -> str | None:
    """Give the id of the newest stored comment that a feedback without an id means, or None: by article, address, e-mail, text.

    Walks an index in order of time, newest first, back to ``since``: some 30 ms for 100,000 comments when none matches, so give
    a limit, and ask on a connection that only reads. An index in order of the checksum would cost every arriving comment a page.
    """
    meant, c = storable.comment(comment), comments.c
    said = (c.text == meant.text) & (c.author_email == meant.author_email) & (c.user_ip == meant.user_ip)
    article = c.article_id == meant.article_id if meant.article_id else c.permalink == meant.permalink
    candidates = (c.site_id == site_id) & (c.received_at >= since) & (c.match_key == match_key(meant))
    query = select(c.id).where(candidates, said, article).order_by(c.received_at.desc())
    found = connection.execute(query.limit(1)).scalar()
    return None if found is None else str(found)


def monthly(connection: Connection, site_id: int, since: str = "") -> list[Tally]:
    """Give counts by month, oldest first, of the days from ``since`` (YYYY-MM-DD) on."""
    month = func.substr(tallies.c.day, 1, 7)
    sums = [func.sum(tallies.c[name]) for name in ("accepted", "held", "rejected", "missed_spam", "false_rejects")]
    query = select(month, *sums).where(tallies.c.site_id == site_id, tallies.c.day >= since).group_by(month).order_by(month)
    return [Tally(row[0], *map(int, row[1:])) for row in connection.execute(query)]


def arrived(connection: Connection, since: float, site_id: int | None = None) -> int:
    """Count what came to a site, or to all (None), since the day of a time (epoch seconds)."""
    sums = (func.sum(tallies.c[name]) for name in ("accepted", "held", "rejected"))
    query = select(*sums).where(tallies.c.day >= day_of(since))
    row = connection.execute(query if site_id is None else query.where(tallies.c.site_id == site_id)).one()
    return sum(int(count or 0) for count in row)


def _stored(row: Row[*tuple[Any, ...]], made: Sequence[Decision], given: Sequence[Given] = ()) -> StoredComment:
    return StoredComment(
        row.id, row.site_id, row.received_at, comment_of(row), tuple(made), tuple(given), author_key=row.author_key
    )


def comment_of(row: Row[*tuple[Any, ...]]) -> Comment:
    """Read the comment of a row that has all columns of its table."""
    more = storable.unpack(row.more)
    return Comment(
        text=row.text,
        author=row.author,
        author_email=row.author_email,
        author_url=row.author_url,
        user_ip=row.user_ip,
        permalink=row.permalink,
        article_id=row.article_id,
        external_id=row.external_id,
        is_test=bool(row.is_test),
        **{name: getattr(more, name) for name in more.__struct_fields__},
    )
