"""Endpoints: where a site wants to be told of events, and with which secret the messages are signed."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.exc import IntegrityError

from service.store import storable
from service.store.events import Subscription
from service.store.ids import Digests, webhook_secret
from service.store.schema import deliveries, endpoints, outbox
from service.store.sites import note_change

ROTATION_SECONDS = 24 * 3600.0
"""How long messages carry the signatures of both secrets after a rotation."""


class EndpointTaken(ValueError):  # named like the other refusals
    """The site has an endpoint of this address already."""


class Endpoint(Struct, frozen=True):
    """An endpoint as it is stored. ``kind`` is webhook or akismet_callback; times are epoch seconds, None or 0 for never.

    ``failures`` counts those since the last success, ``failing_since`` is the first of them, until ``paused_until`` it is left in
    peace. ``key_id`` is the site's key that a callback was accepted with.
    """

    id: int
    site_id: int
    kind: str
    url: str
    events: tuple[str, ...]
    with_text: bool
    salt: str
    old_salt: str
    old_until: float
    key_id: int | None
    created_at: float
    disabled_at: float | None
    disabled_why: str
    failures: int
    failing_since: float | None
    paused_until: float

    def secrets(self, digests: Digests, now: float) -> list[bytes]:
        """Give the secrets that sign a message now: one, or the new and the old during a rotation."""
        salts = [self.salt, self.old_salt] if self.old_salt and now < self.old_until else [self.salt]
        return [webhook_secret(digests, salt) for salt in salts]


REMOVED = "removed"
_there = endpoints.c.disabled_why != REMOVED
COLUMNS = [endpoints.c[name] for name in Endpoint.__struct_fields__]


def endpoint_of(row: Row[*tuple[Any, ...]]) -> Endpoint:
    """Read a row of ``COLUMNS``."""
    known = row._asdict()
    return Endpoint(**known | {"events": tuple(known["events"].split()), "with_text": bool(known["with_text"])})


def shown_secret(digests: Digests, salt: str) -> str:
    """Give a secret as receivers are configured with it."""
    return "whsec_" + b64encode(webhook_secret(digests, salt)).decode()


def add_endpoint(
    connection: Connection, digests: Digests, site_id: int, url: str, at: float, *, events: Iterable[str], with_text: bool = False
) -> tuple[str, int]:
    """Add an endpoint; give its secret, which is shown this once, and its number. Raises EndpointTaken."""
    salt = secrets.token_hex(16)
    values = {
        "site_id": site_id,
        "kind": "webhook",
        "url": storable.text(url),
        "events": " ".join(events),
        "with_text": with_text,
        "salt": salt,
        "created_at": at,
    }
    try:
        with connection.begin_nested():
            number = connection.execute(endpoints.insert().values(values).returning(endpoints.c.id)).scalar_one()
    except IntegrityError:
        raise EndpointTaken("The site has an endpoint of this address already.") from None
    note_change(connection)
    return shown_secret(digests, salt), number


def list_endpoints(connection: Connection, site_id: int | None = None) -> list[Endpoint]:
    """Give endpoints by number: of one site or of all."""
    query = select(*COLUMNS).where(_there).order_by(endpoints.c.id)
    if site_id is not None:
        query = query.where(endpoints.c.site_id == site_id)
    return [endpoint_of(row) for row in connection.execute(query)]


def find_endpoint(connection: Connection, number: int) -> Endpoint | None:
    """Give the endpoint of that number, or None."""
    row = connection.execute(select(*COLUMNS).where(endpoints.c.id == number, _there)).one_or_none()
    return None if row is None else endpoint_of(row)


def remove_endpoint(connection: Connection, number: int, at: float) -> bool:
    """Remove an endpoint with all that waits for it and its log; False when there is none.

    Its row stays, as nobody's, until ``sweep``: a service that has not heard of the removal yet may still write messages for it.
    """
    connection.execute(delete(deliveries).where(deliveries.c.endpoint_id == number))
    connection.execute(delete(outbox).where(outbox.c.endpoint_id == number))
    nobody = {"url": f"removed:{number}", "salt": "", "old_salt": "", "disabled_at": at, "disabled_why": REMOVED}
    removed = connection.execute(endpoints.update().where(endpoints.c.id == number, _there).values(nobody)).rowcount
    note_change(connection)
    return bool(removed)


def change_endpoint(connection: Connection, number: int, *, events: Iterable[str], with_text: bool) -> bool:
    """Change what an endpoint is told of; False when there is no such webhook."""
    mine = (endpoints.c.id == number) & (endpoints.c.kind == "webhook") & _there
    values = {"events": " ".join(events), "with_text": with_text}
    changed = connection.execute(endpoints.update().where(mine).values(values)).rowcount
    note_change(connection)
    return bool(changed)


def enable_endpoint(connection: Connection, number: int) -> bool:
    """Switch an endpoint on again, as if it had never failed; False when there is none."""
    values = {"disabled_at": None, "disabled_why": "", "failures": 0, "failing_since": None, "paused_until": 0.0}
    changed = connection.execute(endpoints.update().where(endpoints.c.id == number, _there).values(values)).rowcount
    note_change(connection)
    return bool(changed)


def rotate_secret(connection: Connection, digests: Digests, number: int, at: float) -> str | None:
    """Give an endpoint a new secret and show it; the old one signs as well for a day. None when there is no such webhook."""
    salt = secrets.token_hex(16)
    values = {"salt": salt, "old_salt": endpoints.c.salt, "old_until": at + ROTATION_SECONDS}
    mine = (endpoints.c.id == number) & (endpoints.c.kind == "webhook") & _there
    changed = connection.execute(endpoints.update().where(mine).values(values)).rowcount
    return shown_secret(digests, salt) if changed else None


def subscriptions(connection: Connection) -> dict[int, tuple[Subscription, ...]]:
    """Give who wants which events, by site id; sites with no endpoint that works are left out."""
    works = endpoints.c.disabled_at.is_(None) & (endpoints.c.kind == "webhook")
    found: dict[int, tuple[Subscription, ...]] = {}
    for number, site_id, events in connection.execute(select(endpoints.c.id, endpoints.c.site_id, endpoints.c.events).where(works)):
        found[site_id] = (*found.get(site_id, ()), Subscription(number, frozenset(events.split())))
    return found
