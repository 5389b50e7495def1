"""The delivery log, and messages sent once more."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select, update

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
    """Which messages: by number, endpoint, comment, state, and time of the event (epoch seconds, half-open). None is any."""

    id: str | None = None
    endpoint_id: int | None = None
    site_id: int | None = None
    comment_id: str | None = None
    state: str | None = None
    since: float | None = None
    until: float | None = None

    def conditions(self) -> list[Any]:
        """Give the conditions on rows of the outbox."""
        named = ("id", "endpoint_id", "site_id", "comment_id", "state")
        found: list[Any] = [outbox.c[name] == getattr(self, name) for name in named if getattr(self, name) is not None]
        if self.since is not None:
            found.append(outbox.c.created_at >= self.since)
        if self.until is not None:
            found.append(outbox.c.created_at < self.until)
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
