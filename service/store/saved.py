"""Searches that a person keeps under a name."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, func, select

from service.store import storable
from service.store.desk_tables import searches

MOST = 50
"""So many a person keeps; the oldest goes for a newer one."""

_s = searches.c


class Saved(Struct, frozen=True):
    """A search with its name."""

    id: int
    name: str
    query: str


def saved(connection: Connection, person_id: int) -> list[Saved]:
    """Give a person's searches by name."""
    query = select(_s.id, _s.name, _s.query).where(_s.person_id == person_id).order_by(func.lower(_s.name), _s.id)
    return [Saved(*row) for row in connection.execute(query)]


def save(connection: Connection, person_id: int, name: str, query: str, at: float) -> None:
    """Keep a search; one of the same name is replaced."""
    name = storable.text(name)
    connection.execute(searches.delete().where(_s.person_id == person_id, _s.name == name))
    oldest = select(_s.id).where(_s.person_id == person_id).order_by(_s.at.desc()).offset(MOST - 1).limit(1000)
    connection.execute(searches.delete().where(_s.id.in_(list(connection.execute(oldest).scalars()))))
    connection.execute(searches.insert().values(person_id=person_id, name=name, query=storable.text(query), at=at))


def forget(connection: Connection, person_id: int, search_id: int) -> None:
    """Keep a search of that person's no more."""
    connection.execute(searches.delete().where(_s.id == search_id, _s.person_id == person_id))
