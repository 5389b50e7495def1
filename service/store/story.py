"""What happened to a comment and what stands around it: its decisions with their hands, what its site was told, its neighbours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection, Select, select

from service.domain import Decision
from service.store import storable
from service.store.batch import decision_of
from service.store.people_tables import people
from service.store.schema import comments, decisions, deliveries, endpoints, outbox, queue_items

_c, _d, _o = comments.c, decisions.c, outbox.c
_EXCERPT = 300
_NEAR = 400
"""So many comments of the site before and after are looked through for those of the same article."""


class Made(Struct, frozen=True):
    """A decision with its number and who took it, empty for the machine."""

    number: int
    by: str
    decision: Decision


class Sent(Struct, frozen=True):
    """A message about a comment: ``host`` got it, or will; ``seconds`` and ``status`` are of the last attempt at ``at``."""

    kind: str
    host: str
    state: str
    attempts: int
    created_at: float
    at: float | None
    seconds: float | None
    status: int | None
    error: str


class Opened(Struct, frozen=True):
    """How a comment came into the queue, and who acted on it or looks at it."""

    why: str
    chance: float
    state: str
    opened_at: float
    second: bool
    act: str
    acted_at: float | None
    actor: str
    claimer: str
    claimed_until: float


class Neighbour(Struct, frozen=True):
    """A comment beside another one, in short."""

    id: str
    author: str
    text: str
    verdict: str
    received_at: float


def made(connection: Connection, comment_id: str) -> list[Made]:
    """Give a comment's decisions, oldest first."""
    columns = [_d[name] for name in ("verdict", "rule", "reasons", "source", "spam", "abuse", "model", "at")]
    rows = connection.execute(select(_d.number, _d.by, *columns).where(_d.comment_id == comment_id).order_by(_d.number))
    return [Made(row[0], row[1], decision_of(row[2:])) for row in rows]


def sent(connection: Connection, comment_id: str) -> list[Sent]:
    """Give the messages about a comment with the last attempt of each, oldest first."""
    columns = (_o.id, _o.kind, endpoints.c.url, _o.state, _o.attempts, _o.created_at, _o.error)
    query = select(*columns).join(endpoints, endpoints.c.id == _o.endpoint_id).where(_o.comment_id == comment_id)
    return [_sent(connection, row) for row in connection.execute(query.order_by(_o.id)).all()]


def _sent(connection: Connection, row: Any) -> Sent:  # noqa: ANN401 # a row
    tried = deliveries.c
    query = select(tried.at, tried.seconds, tried.status).where(tried.outbox_id == row.id).order_by(tried.at.desc()).limit(1)
    at, seconds, status = connection.execute(query).one_or_none() or (None, None, None)
    host = urlsplit(row.url).hostname or ""
    return Sent(row.kind, host, row.state, row.attempts, row.created_at, at, seconds, status, row.error)


def opened(connection: Connection, comment_id: str) -> Opened | None:
    """Give what the queue knows of a comment, or None."""
    q, actor, claimer = queue_items.c, people.alias(), people.alias()
    columns = (q.why, q.chance, q.state, q.opened_at, q.second, q.act, q.acted_at, actor.c.name, claimer.c.name, q.claimed_until)
    query = select(*columns).outerjoin(actor, actor.c.id == q.acted_by).outerjoin(claimer, claimer.c.id == q.claimed_by)
    row: Any = connection.execute(query.where(q.comment_id == comment_id)).one_or_none()
    if row is None:
        return None
    *about, second, act, acted_at, actor, claimer, until = row
    return Opened(
        *about, second=bool(second), act=act, acted_at=acted_at, actor=actor or "", claimer=claimer or "", claimed_until=until
    )


def author_key_of(connection: Connection, comment_id: str) -> int | None:
    """Give the key of a comment's author; None where nothing is known of them."""
    return connection.execute(select(_c.author_key).where(_c.id == storable.text(comment_id))).scalar()


def _short() -> Select[Any]:
    return select(_c.id, _c.author, _c.text, _c.verdict, _c.received_at)


def _neighbour(row: Any) -> Neighbour:  # noqa: ANN401 # a row
    return Neighbour(row[0], row[1], row[2][:_EXCERPT], row[3], row[4])


def parent(connection: Connection, site_id: int, parent_id: str) -> Neighbour | None:
    """Give the comment that the site knows by this id, in its newest revision."""
    if not parent_id:
        return None
    known = (_c.site_id == site_id) & (_c.external_id == storable.text(parent_id))
    row = connection.execute(_short().where(known).order_by(_c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _neighbour(row)


def siblings(connection: Connection, site_id: int, comment_id: str, article: tuple[str, str]) -> list[Neighbour]:
    """Give the comment before and the one after on the same article (its id, or its address), if they came near in time."""
    if not any(article):
        return []
    at = select(_c.received_at).where(_c.id == comment_id).scalar_subquery()
    same = _c.article_id == article[0] if article[0] else _c.permalink == article[1]
    found: list[Any] = []
    for near, order in ((_c.received_at <= at, _c.received_at.desc()), (_c.received_at >= at, _c.received_at)):
        around = select(_c.id).where(_c.site_id == site_id, near).order_by(order).limit(_NEAR).subquery()
        query = _short().join(around, around.c.id == _c.id).where(same, _c.id != comment_id).order_by(order).limit(1)
        found += connection.execute(query).all()
    return [_neighbour(row) for row in sorted(found, key=lambda row: row.received_at)]
