"""The rules that hold on all sites: versions that are only ever appended; the newest is in force."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, select

from service.store import audit, sites, storable
from service.store.audit import Deed
from service.store.drafts import Changed
from service.store.setup_tables import shared_rules

_s = shared_rules.c


class Version(Struct, frozen=True):
    """One version; ``body`` is a JSON list of ``service.conditions.OwnRule``. Version 0 is what was before anything was set."""

    version: int = 0
    body: str = "[]"
    by: str = ""
    at: float = 0.0


def in_force(connection: Connection) -> Version:
    """Give the newest version."""
    return next(iter(history(connection, 1)), Version())


def history(connection: Connection, limit: int) -> list[Version]:
    """Give versions, newest first."""
    return [Version(*row) for row in connection.execute(select(shared_rules).order_by(_s.version.desc()).limit(limit))]


def version_of(connection: Connection, version: int) -> Version | None:
    """Give one version."""
    if version == 0:
        return Version()
    row = connection.execute(select(shared_rules).where(_s.version == version)).one_or_none()
    return None if row is None else Version(*row)


def put_in_force(connection: Connection, version: int, body: str, deed: Deed) -> int:
    """Let rules replace the given version, and log the deed; gives the new version's number. Raises Changed."""
    audit.take_turn(connection)
    if in_force(connection).version != version:
        raise Changed("Somebody else changed the rules meanwhile.")
    values = {"version": version + 1, "body": storable.text(body), "by": deed.who, "at": deed.at}
    connection.execute(shared_rules.insert().values(values))
    audit.append(connection, deed)
    sites.note_change(connection)
    return version + 1
