"""What is known of an author of a site, put together from their comments; and comments as a list shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select

from service.domain import Comment
from service.store import queries
from service.store.schema import comments, decisions, identities, queue_items

_c = comments.c
_EXCERPT = 400


class Author(Struct, frozen=True):
    """An author's counts: decisions in force, and human labels; times are epoch seconds."""

    key: int
    site_id: int
    accepted: int
    held: int
    rejected: int
    ham: int
    spam: int
    first_at: float
    last_at: float


class Line(Struct, frozen=True):
    """A comment as a list shows it. ``number`` is that of its newest decision, ``risk`` the higher score, None without one."""

    id: str
    site_id: int
    received_at: float
    verdict: str
    author: str
    author_key: int | None
    text: str
    article: str
    number: int
    rule: str
    risk: float | None
    by: str
    waits: bool


class Sample(Struct, frozen=True):
    """What one of an author's comments was sent with."""

    id: str
    received_at: float
    verdict: str
    comment: Comment


def site_of(connection: Connection, key: int) -> int | None:
    """Give the site of an author, or None."""
    return connection.execute(select(identities.c.site_id).where(identities.c.key == key)).scalar()


def author(connection: Connection, key: int) -> Author | None:
    """Give an author's counts, or None."""
    i = identities.c
    names = (i.key, i.site_id, i.accepted, i.held, i.rejected, i.ham, i.spam, i.first_us / 1e6, i.last_us / 1e6)
    row = connection.execute(select(*names).where(i.key == key)).one_or_none()
    return None if row is None else Author(*row)


def lines(connection: Connection, ids: Sequence[str]) -> list[Line]:
    """Give comments as a list shows them, in the order of their ids."""
    first, last = decisions.alias(), decisions.alias()
    later = decisions.alias()
    newest = select(func.max(later.c.number)).where(later.c.comment_id == _c.id).scalar_subquery()
    queued = (queue_items.c.comment_id == _c.id) & (queue_items.c.state == "waiting")
    query = (
        select(
            *(_c.id, _c.site_id, _c.received_at, _c.verdict, func.substr(_c.author, 1, 80), _c.author_key),
            *(func.substr(_c.text, 1, _EXCERPT), _c.permalink),
            *(last.c.number, first.c.rule, first.c.spam, first.c.abuse, last.c.by),
            select(1).where(queued).exists(),
        )
        .join(first, (first.c.comment_id == _c.id) & (first.c.number == 0))
        .join(last, (last.c.comment_id == _c.id) & (last.c.number == newest))
        .where(_c.id.in_(ids))
    )
    found = {row[0]: _line(row) for row in connection.execute(query)}
    return [found[each] for each in ids if each in found]


def _line(row: Any) -> Line:  # noqa: ANN401 # a row
    risk = None if row[10] is None else max(row[10], row[11])
    return Line(*row[:10], risk, row[12], bool(row[13]))  # type: ignore[call-arg]  # as many as it has fields


def samples(connection: Connection, site_id: int, ids: Sequence[str]) -> list[Sample]:
    """Give comments of a site with all that came with them."""
    here = _c.site_id + 0 == site_id  # no index of sites: the ids are known
    rows = connection.execute(select(comments).where(here, _c.id.in_(ids)).order_by(_c.id.desc()))
    return [Sample(row.id, row.received_at, row.verdict, queries.comment_of(row)) for row in rows]


def waiting(connection: Connection, site_id: int, ids: Sequence[str]) -> int:
    """Count those of these comments of a site that wait for a moderator."""
    q = queue_items.c
    query = select(func.count()).where(q.comment_id.in_(ids), q.site_id + 0 == site_id, q.state == "waiting")
    return int(connection.execute(query).scalar_one())
