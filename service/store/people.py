"""People and what they may do where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.exc import IntegrityError

from service.domain import Role
from service.store import storable
from service.store.people_tables import memberships, people, recovery_codes, sessions


class EmailTaken(ValueError):  # named like the other refusals
    """A person with this e-mail address is there already."""


class Person(Struct, frozen=True):
    """Someone who may sign in. ``everywhere`` is the role on every site, ``roles`` those on single sites by site id."""

    id: int
    email: str
    name: str
    password: str
    everywhere: Role | None
    totp: str
    totp_step: int
    subject: str | None
    settings: str
    created_at: float
    signed_in_at: float | None
    disabled_at: float | None
    roles: dict[int, Role] = {}

    def role_at(self, site_id: int) -> Role | None:
        """Give the highest role on a site, or None."""
        own = self.roles.get(site_id)
        if own is None or (self.everywhere is not None and self.everywhere.rank > own.rank):
            return self.everywhere
        return own

    def may(self, role: Role, site_id: int | None = None) -> bool:
        """Tell whether they may do on that site what ``role`` may; without one: on all sites, and with what belongs to none."""
        held = self.everywhere if site_id is None else self.role_at(site_id)
        return held is not None and held.rank >= role.rank


def clean_email(email: str) -> str:
    """Give the form under which an address is stored and found."""
    return storable.text(email).strip().casefold()


def add_person(connection: Connection, email: str, name: str, at: float, *, password: str = "", subject: str | None = None) -> int:
    """Add a person without any role; gives the id. Raises EmailTaken."""
    values = {
        "email": clean_email(email),
        "name": storable.text(name).strip(),
        "password": password,
        "subject": subject,
        "created_at": at,
    }
    try:
        with connection.begin_nested():
            return int(connection.execute(people.insert().values(values).returning(people.c.id)).scalar_one())
    except IntegrityError:
        raise EmailTaken("There is a person with this e-mail address already.") from None


def any_person(connection: Connection) -> bool:
    """Tell whether there is anyone yet."""
    return connection.execute(select(people.c.id).limit(1)).first() is not None


def find_person(connection: Connection, email: str) -> Person | None:
    """Find by e-mail address, in any case of letters."""
    return _one(connection, people.c.email == clean_email(email))


def find_subject(connection: Connection, subject: str) -> Person | None:
    """Find by issuer and subject of OpenID Connect."""
    return _one(connection, people.c.subject == storable.text(subject))


def get_person(connection: Connection, person_id: int) -> Person | None:
    """Give a person."""
    return _one(connection, people.c.id == person_id)


def _one(connection: Connection, wanted: ColumnElement[bool]) -> Person | None:
    return next(iter(_people(connection, wanted)), None)


def list_people(connection: Connection, site_ids: Sequence[int] | None = None) -> list[Person]:
    """Give everyone by name; or those who have a role on one of some sites, be it by a role on every site."""
    if site_ids is None:
        return _people(connection)
    there = select(memberships.c.person_id).where(memberships.c.site_id.in_(site_ids))
    return _people(connection, (people.c.role != "") | people.c.id.in_(there))


def _people(connection: Connection, *wanted: ColumnElement[bool]) -> list[Person]:
    rows = connection.execute(select(people).where(*wanted).order_by(func.lower(people.c.name), people.c.id)).all()
    held: dict[int, dict[int, Role]] = {row.id: {} for row in rows}
    query = select(memberships).where(memberships.c.person_id.in_(held)) if held else None
    for row in connection.execute(query) if query is not None else ():
        held[row.person_id][row.site_id] = Role(row.role)
    return [person_of(row._mapping, held[row.id]) for row in rows]


def person_of(row: Any, roles: dict[int, Role]) -> Person:  # noqa: ANN401 # a row by names
    """Read a row of the table, with the roles on single sites."""
    values = {name: row[name] for name in Person.__struct_fields__ if name not in {"everywhere", "roles"}}
    return Person(everywhere=Role(row["role"]) if row["role"] else None, roles=roles, **values)


def change_person(connection: Connection, person_id: int, **values: object) -> None:
    """Set columns of a person. Raises EmailTaken."""
    try:
        with connection.begin_nested():
            connection.execute(people.update().where(people.c.id == person_id).values(values))
    except IntegrityError:
        raise EmailTaken("There is a person with this e-mail address already.") from None


def set_role(connection: Connection, person_id: int, site_id: int | None, role: Role | None) -> None:
    """Give a role on a site (None: on every site), in place of the one they have there; None takes it away."""
    if site_id is None:
        connection.execute(people.update().where(people.c.id == person_id).values(role=role.value if role else ""))
        return
    connection.execute(memberships.delete().where(memberships.c.person_id == person_id, memberships.c.site_id == site_id))
    if role is not None:
        connection.execute(memberships.insert().values(person_id=person_id, site_id=site_id, role=role.value))


def count_admins(connection: Connection) -> int:
    """Count those who are admin everywhere and can sign in: with none left, nobody could look after the installation."""
    wanted = (people.c.role == Role.ADMIN.value) & people.c.disabled_at.is_(None)
    return int(connection.execute(select(func.count()).select_from(people).where(wanted)).scalar_one())


def disable(connection: Connection, person_id: int, at: float | None) -> None:
    """Shut a person out, and end their sessions; with None, let them in again."""
    connection.execute(people.update().where(people.c.id == person_id).values(disabled_at=at))
    connection.execute(sessions.delete().where(sessions.c.person_id == person_id))


def use_totp_step(connection: Connection, person_id: int, step: int) -> bool:
    """Take a code's step for used; False when it, or a later one, was used before."""
    change = people.update().where(people.c.id == person_id, people.c.totp_step < step).values(totp_step=step)
    return bool(connection.execute(change).rowcount)


def set_recovery_codes(connection: Connection, person_id: int, digests: Sequence[str]) -> None:
    """Replace a person's recovery codes."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.person_id == person_id))
    if digests:
        connection.execute(recovery_codes.insert(), [{"digest": each, "person_id": person_id} for each in digests])


def count_recovery_codes(connection: Connection, person_id: int) -> int:
    """Count the codes that are left."""
    wanted = recovery_codes.c.person_id == person_id
    return int(connection.execute(select(func.count()).select_from(recovery_codes).where(wanted)).scalar_one())


def use_recovery_code(connection: Connection, person_id: int, digest: str) -> bool:
    """Use a code up; False when there is none such."""
    wanted = (recovery_codes.c.digest == digest) & (recovery_codes.c.person_id == person_id)
    return bool(connection.execute(recovery_codes.delete().where(wanted)).rowcount)
