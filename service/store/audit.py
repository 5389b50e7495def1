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
from sqlalchemy import ColumnElement, Connection, Row, select, text

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


def take_turn(connection: Connection) -> None:
    """Be the one who appends until the transaction ends.

    Deeds that lock rows begin with it: two services that locked a row each and then both wanted to log would wait for each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def append(connection: Connection, *deeds: Deed) -> None:
    """Log deeds in order, in the transaction that does them."""
    if not deeds:
        return
    take_turn(connection)
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


class Wanted(Struct, frozen=True):
    """Which entries: of some sites (None: of all, and of the installation), a person, kinds that start with ``what``, a time."""

    site_ids: tuple[int, ...] | None = None
    person_id: int | None = None
    what: str = ""
    since: float | None = None
    until: float | None = None


class Page(Struct, frozen=True):
    """Entries, newest first; older ones are before the number ``older`` (None: there are none)."""

    entries: list[Entry]
    older: int | None


_WINDOW = 50_000
_WINDOWS = 4
"""A page looks at so many entries at most: who looks for something rare goes on by hand."""


def page(connection: Connection, wanted: Wanted, limit: int, before: int | None = None) -> Page:
    """Give a page of the log, newest first, of entries older than the number ``before``."""
    top = min(before or (1 << 62), _number_at(connection, wanted.until), last(connection).number + 1)
    bottom = _number_at(connection, wanted.since) if wanted.since is not None else 1
    found: list[Entry] = []
    for _ in range(_WINDOWS):
        floor = max(bottom, top - _WINDOW)
        query = select(audit).where(audit.c.number < top, audit.c.number >= floor, *_conditions(wanted))
        rows = connection.execute(query.order_by(audit.c.number.desc()).limit(limit + 1 - len(found)))
        found += map(_of, rows)
        if len(found) > limit:
            return Page(found[:limit], found[limit - 1].number)
        top = floor
        if floor <= bottom:
            return Page(found, None)
    return Page(found, top)


def run(connection: Connection, wanted: Wanted, after: int, limit: int) -> tuple[list[Entry], int | None]:
    """Give entries after a number, oldest first, and the number to go on after; None at the end."""
    first = max(after + 1, _number_at(connection, wanted.since) if wanted.since is not None else 1)
    final = min(first + limit, _number_at(connection, wanted.until), last(connection).number + 1)
    query = select(audit).where(audit.c.number >= first, audit.c.number < final, *_conditions(wanted))
    found = [_of(row) for row in connection.execute(query.order_by(audit.c.number))]
    return found, final - 1 if final == first + limit else None


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.site_ids is not None:
        found.append(audit.c.site_id.in_(wanted.site_ids))
    if wanted.person_id is not None:
        found.append(audit.c.person_id == wanted.person_id)
    if wanted.what:
        found.append(audit.c.what.startswith(storable.text(wanted.what), autoescape=True))
    if wanted.since is not None:
        found.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(audit.c.at < wanted.until)
    return found


def _number_at(connection: Connection, at: float | None) -> int:
    """Find the first number at or after a time, by halving: entries are in order of time, to within a few seconds."""
    low, high = 1, last(connection).number + 1
    if at is None:
        return high
    while low < high:
        middle = (low + high) // 2
        moment = connection.execute(select(audit.c.at).where(audit.c.number == middle)).scalar()
        low, high = (middle + 1, high) if moment is not None and moment < at else (low, middle)
    return low


class Tip(Struct, frozen=True):
    """The newest entry's number and hash: whoever notes them can tell later whether anything up to there was changed."""

    number: int
    hash: str


def last(connection: Connection) -> Tip:
    """Give the newest entry; number 0 when there is none."""
    row = connection.execute(select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)).first()
    return Tip(*row) if row is not None else Tip(0, START)


def names(connection: Connection, site_ids: Sequence[int] | None, most: int = 5_000) -> tuple[dict[int, str], list[str]]:
    """Give who did something lately, by id, and what kinds of deeds there were: to choose from."""
    newest = select(audit).where(audit.c.number > last(connection).number - most).order_by(audit.c.number.desc()).limit(most)
    lately = newest.subquery().c  # put in order first: no index of persons shall tempt anyone to walk through the whole log
    query = select(lately.person_id, lately.who, lately.what)
    if site_ids is not None:
        query = query.where(lately.site_id.in_(site_ids))
    rows = connection.execute(query.distinct()).all()
    return {row[0]: row[1] for row in rows if row[0] is not None}, sorted({row[2] for row in rows})


def everything(connection: Connection) -> Iterator[Entry]:
    """Give all entries, oldest first, without holding them all."""
    after = 0
    while rows := connection.execute(select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(_CHUNK)).all():
        yield from map(_of, rows)
        after = rows[-1].number


def check(connection: Connection, after: Tip, most: int = _CHUNK) -> tuple[Tip, int | None]:
    """Check up to ``most`` entries after one; give the last that was right, and the number at which the chain breaks, or None."""
    query = select(audit).where(audit.c.number > after.number).order_by(audit.c.number).limit(most)
    for entry in map(_of, connection.execute(query)):
        if entry.number != after.number + 1 or entry.hash != digest(entry, after.hash):
            return after, after.number + 1
        after = Tip(entry.number, entry.hash)
    return after, None


def broken_at(connection: Connection) -> int | None:
    """Check the whole chain; give the number at which it breaks, or None."""
    tip = Tip(0, START)
    while True:
        following, broken = check(connection, tip)
        if broken is not None or following == tip:
            return broken
        tip = following


def as_line(entry: Entry) -> bytes:
    """Write an entry as a line of JSON, with ``before`` and ``after`` as the values that they are."""
    raw = {name: msgspec.Raw(getattr(entry, name).encode()) for name in ("before", "after")}
    return msgspec.json.encode(msgspec.structs.asdict(entry) | raw) + b"\n"


def _of(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(*row)
