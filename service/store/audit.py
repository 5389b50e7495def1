"""The audit log: who did what, when, from what to what; appended to in the transaction of the deed, each entry chained to the last.

An entry's hash is the SHA-256 of the former hash and of the entry's own fields, so that whoever noted a hash once can tell later
whether anything up to there was changed. The text of comments never goes in: the log outlives their erasure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, select, text

from service.store import storable
from service.store.people_tables import audit

START = "0" * 64
_LOCK = 0x617564697400  # "audit": one appender at a time on PostgreSQL; SQLite's writers wait for each other anyway
_CHUNK = 500


class Deed(Struct, frozen=True, kw_only=True):
    """What is to be logged. ``who`` is a person's name or ``command line``; ``before`` and ``after`` are anything JSON holds."""

    at: float
    who: str
    what: str
    person_id: int | None = None
    site_id: int | None = None
    target: str = ""
    before: Any = None
    after: Any = None


class Entry(Struct, frozen=True):
    """A deed as it was logged; ``before`` and ``after`` are JSON texts."""

    number: int
    at: float
    person_id: int | None
    who: str
    what: str
    site_id: int | None
    target: str
    before: str
    after: str
    hash: str


def append(connection: Connection, *deeds: Deed) -> None:
    """Log deeds in order, in the transaction that does them."""
    if not deeds:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = connection.execute(select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)).first()
    number, former = last if last is not None else (0, START)
    rows = []
    for deed in deeds:
        number += 1
        entry = _entry(number, deed, former)
        former = entry.hash
        rows.append(msgspec.structs.asdict(entry))
    connection.execute(audit.insert(), rows)


def _entry(number: int, deed: Deed, former: str) -> Entry:
    unchained = Entry(
        number,
        deed.at,
        deed.person_id,
        storable.text(deed.who),
        deed.what,
        deed.site_id,
        storable.text(deed.target),
        _json(deed.before),
        _json(deed.after),
        "",
    )
    return msgspec.structs.replace(unchained, hash=digest(unchained, former))


def _json(value: object) -> str:
    return storable.text(msgspec.json.encode(value, order="deterministic").decode())


def digest(entry: Entry, former: str) -> str:
    """Give the hash that an entry must have after the one with the hash ``former``."""
    fields = msgspec.json.encode([former, *msgspec.structs.astuple(entry)[:-1]])
    return hashlib.sha256(fields).hexdigest()


def entries(
    connection: Connection,
    *,
    site_ids: Sequence[int] | None = None,
    person_id: int | None = None,
    what: str = "",
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Give entries, newest first.

    Of some sites (None: of all, and of the installation), of a person, of kinds that start with ``what``, older than the
    number ``before``.
    """
    query = select(audit).order_by(audit.c.number.desc()).limit(limit)
    if site_ids is not None:
        query = query.where(audit.c.site_id.in_(site_ids))
    if person_id is not None:
        query = query.where(audit.c.person_id == person_id)
    if what:
        query = query.where(audit.c.what.startswith(storable.text(what), autoescape=True))
    if before is not None:
        query = query.where(audit.c.number < before)
    return [_of(row) for row in connection.execute(query)]


def everything(connection: Connection) -> Iterator[Entry]:
    """Give all entries, oldest first, without holding them all."""
    after = 0
    while rows := connection.execute(select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(_CHUNK)).all():
        yield from map(_of, rows)
        after = rows[-1].number


def broken_at(connection: Connection) -> int | None:
    """Check the whole chain; give the number at which it breaks, or None."""
    former, expected = START, 1
    for entry in everything(connection):
        if entry.number != expected or entry.hash != digest(entry, former):
            return expected
        former, expected = entry.hash, expected + 1
    return None


def _of(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(*row)
