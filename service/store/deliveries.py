"""The delivery log, and messages sent once more."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select, update

from service.store.endpoints import Endpoint
from service.store.outbox import ping
from service.store.schema import deliveries, endpoints, outbox


class Attempt(Struct, frozen=True):
    """One attempt: when (epoch seconds), how long it took, the HTTP status if there was an answer, what was wrong if anything."""

    number: int
    at: float
    seconds: float
    status: int | None
    error: str


class Message(Struct, frozen=True):
    """A message and its attempts, oldest first. ``payload`` is what was sent, without the comment's text."""

    id: str
    endpoint_id: int
    comment_id: str | None
    kind: str
    payload: str
    created_at: float
    due_at: float
    state: str
    attempts: int
    error: str
    log: tuple[Attempt, ...] = ()


class Chosen(Struct, frozen=True, kw_only=True):
    """Which messages: by number, endpoint, sites, comment, state, and time of the event (epoch seconds, half-open). None is any.

    ``before`` asks for messages older than the one of that number.
    """

    id: str | None = None
    endpoint_id: int | None = None
    site_id: int | None = None
    comment_id: str | None = None
    state: str | None = None
    since: float | None = None
    until: float | None = None
    site_ids: tuple[int, ...] | None = None
    before: str | None = None

    def conditions(self) -> list[Any]:
        """Give the conditions on rows of the outbox."""
        named = ("id", "endpoint_id", "site_id", "comment_id", "state")
        found: list[Any] = [outbox.c[name] == getattr(self, name) for name in named if getattr(self, name) is not None]
        if self.since is not None:
            found.append(outbox.c.created_at >= self.since)
        if self.until is not None:
            found.append(outbox.c.created_at < self.until)
        if self.site_ids is not None:
            found.append(outbox.c.site_id.in_(self.site_ids))
        if self.before is not None:
            found.append(outbox.c.id < self.before)
        return found


def list_messages(connection: Connection, chosen: Chosen, limit: int) -> list[Message]:
    """Give messages with their attempts, newest first."""
    columns = [outbox.c[name] for name in Message.__struct_fields__ if name != "log"]
    found = connection.execute(select(*columns).where(*chosen.conditions()).order_by(outbox.c.id.desc()).limit(limit)).all()
    logs: dict[str, list[Attempt]] = {row.id: [] for row in found}
    attempts = [deliveries.c[name] for name in Attempt.__struct_fields__]
    query = select(deliveries.c.outbox_id, *attempts).where(deliveries.c.outbox_id.in_(logs)).order_by(deliveries.c.at)
    for row in connection.execute(query):
        logs[row.outbox_id].append(Attempt(*row[1:]))
    return [Message(**row._asdict(), log=tuple(logs[row.id])) for row in found]


def replay(connection: Connection, chosen: Chosen, now: float) -> int:
    """Let messages that were sent or died leave once more, with the same number and a new schedule; gives how many."""
    works = select(endpoints.c.id).where(endpoints.c.disabled_at.is_(None))
    again = update(outbox).where(*chosen.conditions(), outbox.c.state != "waiting", outbox.c.endpoint_id.in_(works))
    return connection.execute(again.values(state="waiting", attempts=0, error="", due_at=now)).rowcount


def send_ping(connection: Connection, endpoint: Endpoint, now: float) -> str:
    """Let a message leave that says nothing but that messages arrive; gives its number."""
    due = ping(connection, endpoint, now)
    stored = {name: getattr(due, name) for name in ("id", "site_id", "endpoint_id", "comment_id", "kind", "payload", "due_at")}
    connection.execute(outbox.insert().values(stored | {"number": 0, "created_at": now}))
    return due.id


class Health(Struct, frozen=True):
    """How an endpoint's messages fared lately: attempts and those that arrived, seconds that half of them took at most."""

    attempts: int = 0
    arrived: int = 0
    median: float = 0.0
    waiting: int = 0
    dead: int = 0


_MOST = 1000


def health(connection: Connection, endpoint_id: int, since: float) -> Health:
    """Tell how an endpoint's messages fared since a time (epoch seconds), by its thousand newest attempts at most."""
    mine = (deliveries.c.endpoint_id == endpoint_id, deliveries.c.at >= since)
    newest = select(deliveries.c.seconds, deliveries.c.error).where(*mine).order_by(deliveries.c.at.desc()).limit(_MOST)
    rows = connection.execute(newest).all()
    times = sorted(row.seconds for row in rows if not row.error)
    states = select(outbox.c.state, func.count()).where(
        outbox.c.endpoint_id == endpoint_id, outbox.c.state.in_(("waiting", "dead"))
    )
    counted = {row[0]: row[1] for row in connection.execute(states.group_by(outbox.c.state))}
    median = times[len(times) // 2] if times else 0.0
    return Health(len(rows), len(times), median, counted.get("waiting", 0), counted.get("dead", 0))
