"""The outbox as workers see it: endpoints with something due, leased by one worker at a time, and what became of each message.

The lease is on the endpoint: whoever holds it sends all its messages, so that order and the number in flight hold whatever the
number of workers. A worker that dies leaves a lease that runs out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, text, update

from service.store import audit
from service.store.endpoints import COLUMNS, REMOVED, Endpoint, endpoint_of
from service.store.events import Event, tell
from service.store.ids import new_id
from service.store.schema import comments, deliveries, endpoints, outbox, sites
from service.store.sites import note_change

KEEP_SECONDS = 30 * 86_400.0
"""How long messages that are done with, and the log, are kept."""
_SWEPT = 1_000
_FORGOTTEN = 60.0
"""Seconds after which every service knows of a removal."""


class Due(Struct, frozen=True):
    """A message that may leave now. ``attempts`` were made before; ``comment`` is what it may tell of the text, when anything."""

    id: str
    site_id: int
    endpoint_id: int
    comment_id: str | None
    kind: str
    payload: str
    due_at: float
    attempts: int
    comment: dict[str, str] | None = None


class Result(Struct, frozen=True):
    """What became of one attempt. ``state`` is sent, dead, or waiting with the time ``due_at`` of the next one."""

    id: str
    state: str
    number: int
    at: float
    seconds: float
    status: int | None
    error: str
    due_at: float


class Health(Struct, frozen=True):
    """How an endpoint fares after some attempts; ``disable`` says why it is to be switched off, if it is."""

    failures: int
    failing_since: float | None
    paused_until: float
    key_id: int | None = None
    disable: str = ""


class Depth(Struct, frozen=True):
    """How many messages wait, how many died, and since when (epoch seconds) the oldest could have left; None when none waits.

    ``disabled`` counts the endpoints that were switched off.
    """

    waiting: int
    dead: int
    oldest_due: float | None
    disabled: int = 0


_o, _e = outbox.c, endpoints.c
_earlier = outbox.alias()
_before = or_(_earlier.c.number < _o.number, and_(_earlier.c.number == _o.number, _earlier.c.id < _o.id))
_same_order = and_(_earlier.c.comment_id == _o.comment_id, _earlier.c.endpoint_id == _o.endpoint_id)
_waits_too = func.coalesce(_earlier.c.state, "") == "waiting"
"""Put so that SQLite finds the few messages of the comment, not by the other index the many that wait for the endpoint."""
_may_leave = and_(_o.state == "waiting", _o.due_at <= bindparam("now"), ~exists().where(_same_order, _waits_too, _before))
"""Due, and nothing that comes earlier in the order of its comment still waits."""

_ready = and_(
    _e.disabled_at.is_(None),
    _e.paused_until <= bindparam("now"),
    _e.lease_until <= bindparam("now"),
    exists().where(_o.endpoint_id == _e.id, _may_leave),
)
_READY = select(_e.id).where(_ready).order_by(_e.lease_until).limit(bindparam("limit"))
_FREE = select(_e.id).where(_e.id.in_(bindparam("numbers", expanding=True)), _ready).with_for_update(skip_locked=True)
_LEASE = update(endpoints).where(_e.id.in_(_FREE)).returning(*COLUMNS)
_DUE = (
    select(*(_o[name] for name in Due.__struct_fields__ if name != "comment"))
    .where(_o.endpoint_id == bindparam("endpoint"), _may_leave)
    .order_by(_o.due_at)
    .limit(bindparam("limit"))
)
_SETTLE = text(
    "UPDATE outbox SET state = :state, attempts = :number, error = :error, due_at = :due_at"
    " WHERE id = :message AND state = 'waiting' AND attempts = :number - 1"
)
_DELAY = text(
    "UPDATE outbox SET due_at = :due_at WHERE endpoint_id = :endpoint AND coalesce(state, '') = 'waiting' AND due_at < :due_at"
    " AND comment_id = (SELECT comment_id FROM outbox WHERE id = :message AND state = 'waiting' AND attempts = :number)"
    " AND number >= (SELECT number FROM outbox WHERE id = :message)"
)
"""What comes later of a comment waits for what failed; with that time written down, nobody looks at it in vain until then."""
_LOG = text(
    "INSERT INTO deliveries (outbox_id, at, endpoint_id, number, seconds, status, error)"
    " VALUES (:message, :at, :endpoint, :number, :seconds, :status, :error) ON CONFLICT DO NOTHING"
)


def ready(connection: Connection, now: float, limit: int) -> list[int]:
    """Give endpoints that have something to send and that nobody serves, those left alone for longest first."""
    return list(connection.execute(_READY, {"now": now, "limit": limit}).scalars())


def lease(connection: Connection, numbers: Sequence[int], worker: str, now: float, until: float) -> list[Endpoint]:
    """Take endpoints for a worker until a time; gives those that nobody else took meanwhile."""
    change = _LEASE.values(lease_by=worker, lease_until=until)
    return [endpoint_of(row) for row in connection.execute(change, {"numbers": numbers, "now": now})]


def renew(connection: Connection, numbers: Sequence[int], worker: str, until: float) -> set[int]:
    """Keep leases; gives the endpoints that are still the worker's."""
    mine = and_(_e.id.in_(numbers), _e.lease_by == worker)
    return set(connection.execute(update(endpoints).where(mine).values(lease_until=until).returning(_e.id)).scalars())


def release(connection: Connection, number: int, worker: str) -> None:
    """Give an endpoint back."""
    mine = and_(_e.id == number, _e.lease_by == worker)
    connection.execute(update(endpoints).where(mine).values(lease_by="", lease_until=0.0))


def due(connection: Connection, endpoint: Endpoint, now: float, limit: int) -> list[Due]:
    """Give an endpoint's messages that may leave, longest due first: of a comment only the first that is not done with."""
    found = [Due(*row) for row in connection.execute(_DUE, {"endpoint": endpoint.id, "now": now, "limit": limit})]
    return _with_text(connection, found) if endpoint.with_text else found


def _with_text(connection: Connection, found: Sequence[Due]) -> list[Due]:
    ids = [each.comment_id for each in found if each.comment_id]
    columns = comments.c.id, comments.c.text, comments.c.author, comments.c.permalink
    texts = {row.id: row for row in connection.execute(select(*columns).where(comments.c.id.in_(ids)))}
    return [
        msgspec.structs.replace(each, comment={"text": row.text, "author": row.author, "permalink": row.permalink})
        if (row := texts.get(each.comment_id)) is not None
        else each
        for each in found
    ]


def record(connection: Connection, endpoint: Endpoint, results: Sequence[Result], health: Health, now: float) -> None:
    """Write what became of attempts, and how the endpoint fares. What another worker settled meanwhile stays as it is."""
    if results:
        _settle(connection, [{"message": each.id, "endpoint": endpoint.id} | msgspec.structs.asdict(each) for each in results])
    state = {"failures": health.failures, "failing_since": health.failing_since, "paused_until": health.paused_until}
    connection.execute(update(endpoints).where(_e.id == endpoint.id).values(state | {"key_id": health.key_id}))
    if health.disable:
        disable(connection, endpoint, health.disable, now)


def _settle(connection: Connection, attempts: list[dict[str, Any]]) -> None:
    connection.execute(_SETTLE, attempts)
    connection.execute(_LOG, attempts)
    if again := [each for each in attempts if each["state"] == "waiting"]:
        connection.execute(_DELAY, again)


def disable(connection: Connection, endpoint: Endpoint, why: str, now: float) -> None:
    """Switch an endpoint off, lay what waits for it aside, and tell the site's other endpoints."""
    works = and_(_e.id == endpoint.id, _e.disabled_at.is_(None))
    if not connection.execute(update(endpoints).where(works).values(disabled_at=now, disabled_why=why)).rowcount:
        return
    waiting = and_(_o.endpoint_id == endpoint.id, _o.state == "waiting")
    connection.execute(update(outbox).where(waiting).values(state="dead", error="the endpoint is switched off"))
    data = {"endpoint": endpoint.id, "url": endpoint.url, "why": why, "failing_since": endpoint.failing_since}
    tell(connection, endpoint.site_id, Event("endpoint.disabled", now, now, data), but=endpoint.id)
    site_id, target = endpoint.site_id, str(endpoint.id)
    audit.append(connection, audit.Deed(at=now, who="outbox", what="endpoint.disabled", site_id=site_id, target=target, after=why))
    note_change(connection)


def ping(connection: Connection, endpoint: Endpoint, now: float) -> Due:
    """Make a message that says nothing but that messages arrive; ``note_ping`` stores it when it was sent."""
    site = connection.execute(select(sites.c.name).where(sites.c.id == endpoint.site_id)).scalar_one()
    event = Event("ping", now, now, {"endpoint": endpoint.id, "site": site})
    return Due(new_id(now), endpoint.site_id, endpoint.id, None, event.kind, event.body(), now, 0)


def note_ping(connection: Connection, due: Due, result: Result) -> None:
    """Store a ping and its one attempt."""
    stored = {name: getattr(due, name) for name in ("id", "site_id", "endpoint_id", "comment_id", "kind", "payload", "due_at")}
    became = {"number": 0, "created_at": due.due_at, "state": result.state, "attempts": 1, "error": result.error}
    connection.execute(outbox.insert().values(stored | became))
    connection.execute(_LOG, {"message": due.id, "endpoint": due.endpoint_id} | msgspec.structs.asdict(result))


def depth(connection: Connection) -> Depth:
    """Count what waits and what died."""
    of_endpoint = select(_o.state, func.count(), func.min(_o.due_at)).join(endpoints, _e.id == _o.endpoint_id).group_by(_o.state)
    waiting, dead = (connection.execute(of_endpoint.where(_o.state == state)).one_or_none() for state in ("waiting", "dead"))
    off = select(func.count()).where(_e.disabled_at.is_not(None), _e.disabled_why != REMOVED)
    disabled = connection.execute(off).scalar_one()
    return Depth(waiting[1] if waiting else 0, dead[1] if dead else 0, waiting[2] if waiting else None, disabled)


def sweep(connection: Connection, now: float) -> int:
    """Delete some of what was done with more than 30 days ago; gives how many rows, 0 when nothing is left to delete."""
    removed = select(_e.id).where(_e.disabled_why == REMOVED, _e.disabled_at < now - _FORGOTTEN)
    deleted = connection.execute(delete(outbox).where(_o.endpoint_id.in_(removed))).rowcount
    connection.execute(delete(endpoints).where(_e.id.in_(removed)))
    for endpoint_id in connection.execute(select(_e.id)).scalars().all():
        old = and_(deliveries.c.endpoint_id == endpoint_id, deliveries.c.at < now - KEEP_SECONDS)
        deleted += connection.execute(delete(deliveries).where(old)).rowcount
        done = and_(_o.endpoint_id == endpoint_id, _o.state.in_(("sent", "dead")), _o.due_at < now - KEEP_SECONDS)
        deleted += connection.execute(delete(outbox).where(_o.id.in_(select(_o.id).where(done).limit(_SWEPT)))).rowcount
    return deleted
