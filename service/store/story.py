"""What happened to a comment: its decisions with their hands, its way through the queue, and what its site was told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection, select

from service.domain import Decision
from service.store.batch import decision_of
from service.store.people_tables import people
from service.store.schema import decisions, deliveries, endpoints, outbox, queue_items

_d, _o = decisions.c, outbox.c


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
    actor: str | None
    claimer: str | None
    claimed_until: float


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
    return None if row is None else Opened(**dict(zip(Opened.__struct_fields__, row, strict=True)))
