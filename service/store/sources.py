"""Sources: the platforms that call our webhooks. Their secrets are sealed: a copy of the database alone opens nothing."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from typing import Any, Literal

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from msgspec import Struct
from sqlalchemy import Connection, Row, select

from service.store import storable
from service.store.ids import Digests
from service.store.source_tables import arrivals, sources

MAX_SECRETS = 3
"""So many work at once: the newest, and those before it until the platform has been told."""


class SourceUnreadable(RuntimeError):
    """A source's secrets were sealed with another server secret."""


class Options(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a source does differently from its adapter's defaults.

    ``mode``: ``wait`` answers with the verdict, ``later`` tells it by event; empty leaves it to the adapter. ``budget_ms``: how
    long the platform waits. ``headers``: other names of headers that carry a secret. ``fields``: our field → dotted path in the
    payload. ``only``: dotted path → word that must occur there. ``statuses``: verdict → the platform's word for it.
    """

    mode: Literal["", "wait", "later"] = ""
    budget_ms: int = 800
    headers: dict[str, str] = {}
    fields: dict[str, str] = {}
    only: dict[str, str] = {}
    statuses: dict[str, str] = {}


class Source(Struct, frozen=True, kw_only=True):
    """A platform that calls us for one site, with the secrets that it may sign with, newest first."""

    id: str
    site_id: int
    adapter: str
    secrets: tuple[str, ...]
    label: str = ""
    options: Options = Options()
    created_at: float = 0.0


def _box(digests: Digests) -> Fernet:
    return Fernet(urlsafe_b64encode(digests.derived(b"winnow sources")))


def _sealed(digests: Digests, words: tuple[str, ...]) -> str:
    return _box(digests).encrypt(msgspec.json.encode(words)).decode()


def add_source(connection: Connection, digests: Digests, source: Source) -> Source:
    """Add a source; its id, when empty, is drawn."""
    made = msgspec.structs.replace(source, id=source.id or secrets.token_urlsafe(15), label=storable.text(source.label))
    values = {
        "id": made.id,
        "site_id": made.site_id,
        "adapter": made.adapter,
        "label": made.label,
        "secrets": _sealed(digests, made.secrets),
        "options": storable.text(msgspec.json.encode(made.options).decode()),
        "created_at": made.created_at,
    }
    connection.execute(sources.insert().values(values))
    return made


def find_source(connection: Connection, digests: Digests, source_id: str) -> Source | None:
    """Find a source by its id. Raises SourceUnreadable."""
    row = connection.execute(select(sources).where(sources.c.id == storable.text(source_id))).one_or_none()
    return None if row is None else _source(digests, row)


def list_sources(connection: Connection, digests: Digests, site_id: int | None = None) -> list[Source]:
    """Give sources by age, of one site or of all. Raises SourceUnreadable."""
    query = select(sources).order_by(sources.c.created_at, sources.c.id)
    if site_id is not None:
        query = query.where(sources.c.site_id == site_id)
    return [_source(digests, row) for row in connection.execute(query)]


def _source(digests: Digests, row: Row[*tuple[Any, ...]]) -> Source:
    try:
        opened = _box(digests).decrypt(row.secrets.encode())
    except InvalidToken:
        raise SourceUnreadable("The source's secrets were sealed with another server secret.") from None
    return Source(
        id=row.id,
        site_id=row.site_id,
        adapter=row.adapter,
        label=row.label,
        secrets=msgspec.json.decode(opened, type=tuple[str, ...]),
        options=msgspec.json.decode(row.options, type=Options),
        created_at=row.created_at,
    )


def rotate_source(connection: Connection, digests: Digests, source: Source, secret: str, keep: int = 1) -> None:
    """Let a new secret work, and the ``keep`` newest of those before it beside it."""
    words = (secret, *source.secrets[: max(0, min(keep, MAX_SECRETS - 1))])
    connection.execute(sources.update().where(sources.c.id == source.id).values(secrets=_sealed(digests, words)))


def remove_source(connection: Connection, source_id: str) -> bool:
    """Forget a source and its deliveries; False when there is none."""
    connection.execute(arrivals.delete().where(arrivals.c.source_id == source_id))
    return bool(connection.execute(sources.delete().where(sources.c.id == source_id)).rowcount)
