"""What stands around a comment: the one it answers, its neighbours under the article, and its copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from service.domain import Comment
from service.store import storable
from service.store.people_tables import people
from service.store.queries import StoredComment
from service.store.schema import comments, queue_items

_EXCERPT = 600
_NEAR = 2000
"""So many comments of a site are looked through on either side: no index is by article, and this is asked for one at a time."""

_c, _q = comments.c, queue_items.c


class Near(Struct, frozen=True):
    """A comment near another one; ``text`` is an excerpt."""

    id: str
    author: str
    text: str
    verdict: str
    received_at: float
    article: str


class Thread(Struct, frozen=True):
    """What a comment answers (None: not known here), and its nearest neighbours that answer the same, before and after."""

    parent: Near | None
    before: Near | None
    after: Near | None


class Copy(Struct, frozen=True):
    """A near-duplicate, and what was done with it, by whom and when; empty while it waits."""

    near: Near
    act: str
    by: str
    at: float


_NEAR_COLUMNS = (
    _c.id,
    func.substr(_c.author, 1, 80).label("author"),
    func.substr(_c.text, 1, _EXCERPT).label("text"),
    _c.verdict,
    _c.received_at,
    _c.permalink,
)


def thread(connection: Connection, stored: StoredComment) -> Thread:
    """Give what stands around a comment under its article."""
    parent = None
    if stored.comment.parent_id:
        named = (_c.site_id == stored.site_id) & (_c.external_id == storable.text(stored.comment.parent_id))
        row = connection.execute(select(*_NEAR_COLUMNS).where(named).order_by(_c.id.desc()).limit(1)).one_or_none()
        parent = Near(*row) if row is not None else None
    return Thread(parent, _beside(connection, stored, earlier=True), _beside(connection, stored, earlier=False))


def _beside(connection: Connection, stored: StoredComment, *, earlier: bool) -> Near | None:
    """Give the nearest comment to the same parent under the same article, on one side."""
    comment: Comment = stored.comment
    if not (comment.article_id or comment.permalink):
        return None
    order = _c.received_at.desc() if earlier else _c.received_at
    side = _c.received_at < stored.received_at if earlier else _c.received_at > stored.received_at
    run = select(_c.id).where(_c.site_id == stored.site_id, side).order_by(order).limit(_NEAR).subquery()
    same = _c.article_id == comment.article_id if comment.article_id else _c.permalink == comment.permalink
    query = select(*_NEAR_COLUMNS, _c.more).join(run, run.c.id == _c.id).where(same).order_by(order).limit(20)
    for row in connection.execute(query):
        if storable.unpack(row.more).parent_id == comment.parent_id and row.id != stored.id:
            return Near(*row[:-1])
    return None


def copies(connection: Connection, site_id: int, cluster: int, but: str, most: int = 8) -> list[Copy]:
    """Give near-duplicates of a comment: those that wait, oldest first, then those decided last."""
    found = []
    for state, order in (("waiting", _q.comment_id), ("decided", _q.comment_id.desc())):
        mine = (_q.site_id == site_id) & (_q.cluster == cluster) & (_q.comment_id != but)
        query = _copies(state).where(mine).order_by(order).limit(most)
        found += [Copy(Near(*row[:6]), row[6], row[7] or "", row[8] or 0.0) for row in connection.execute(query)]
    return found


def _copies(state: str) -> Select[Any]:
    columns = (*_NEAR_COLUMNS, _q.act, people.c.name, func.coalesce(_q.acted_at, _q.closed_at))
    joined = queue_items.join(comments, _c.id == _q.comment_id).outerjoin(people, people.c.id == _q.acted_by)
    only: ColumnElement[bool] = literal_column(f"queue_items.state = '{state}'")  # as it stands in the indexes
    return select(*columns).select_from(joined).where(only, _q.cluster.is_not(None))


class Seen(Struct, frozen=True):
    """An item as it is now: who acted on it last, how and when, and who looks at it until when."""

    id: str
    state: str
    version: int
    act: str
    acted_by: int | None
    by: str | None
    at: float | None
    claimed_by: int | None
    claimer: str | None
    until: float


def seen(connection: Connection, site_ids: Sequence[int], ids: Sequence[str]) -> list[Seen]:
    """Give what became of items of those sites."""
    holder = people.alias("holder")
    columns = (_q.comment_id, _q.state, _q.version, _q.act, _q.acted_by, people.c.name, func.coalesce(_q.acted_at, _q.closed_at))
    claims = (_q.claimed_by, holder.c.name, _q.claimed_until)
    joined = queue_items.outerjoin(people, people.c.id == _q.acted_by).outerjoin(holder, holder.c.id == _q.claimed_by)
    mine = _q.comment_id.in_([storable.text(each) for each in ids]) & _q.site_id.in_(site_ids)
    return [Seen(*tuple(row)) for row in connection.execute(select(*columns, *claims).select_from(joined).where(mine))]
