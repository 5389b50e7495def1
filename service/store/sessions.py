"""Sessions, links that let someone in once, and the pace of attempts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Double, bindparam, select, text

from service.domain import Role
from service.store import storable
from service.store.direct import Direct
from service.store.people import Person, person_of
from service.store.people_tables import attempts, invitations, memberships, people, sessions

IDLE_SECONDS = 12 * 3600.0
"""A session that was not used for so long is over: a shift, and some."""

LONGEST_SECONDS = 7 * 86_400.0
"""However much it is used, a session ends after a week."""

Stage = Literal["open", "second"]
Kind = Literal["setup", "join", "reset"]


class Session(Struct, frozen=True):
    """A browser in which someone is signed in, or half so: at stage ``second`` the second factor is awaited."""

    digest: str
    person_id: int
    stage: Stage
    created_at: float
    seen_at: float
    address: str
    agent: str


class Invitation(Struct, frozen=True):
    """What a link allows: to be the first person, to join with a role on a site (None: every site), or to set a new password."""

    digest: str
    kind: Kind
    person_id: int | None
    email: str
    role: Role | None
    site_id: int | None
    by: str
    created_at: float
    expires_at: float


def _alive(at: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 # a moment, or a parameter for one
    return sessions.c.seen_at > at - IDLE_SECONDS, sessions.c.created_at > at - LONGEST_SECONDS


def open_session(connection: Connection, session: Session) -> None:
    """Store a session; those that are over go."""
    connection.execute(
        sessions.delete().where(
            (sessions.c.seen_at <= session.created_at - IDLE_SECONDS)
            | (sessions.c.created_at <= session.created_at - LONGEST_SECONDS)
        )
    )
    values = {name: getattr(session, name) for name in Session.__struct_fields__}
    values |= {"address": storable.text(session.address), "agent": storable.text(session.agent)[:300]}
    connection.execute(sessions.insert().values(values))


_FIND = Direct(
    select(sessions, people, memberships.c.site_id, memberships.c.role)
    .join(people, people.c.id == sessions.c.person_id)
    .outerjoin(memberships, memberships.c.person_id == people.c.id)
    .where(
        sessions.c.digest == bindparam("digest"),
        *_alive(bindparam("at", type_=Double)),
        people.c.disabled_at.is_(None),
    )
)
_WIDTH = len(sessions.c)


def find_session(connection: Connection, digest: str, at: float) -> tuple[Session, Person] | None:
    """Give a session that is not over, with its person; None also for a person who was shut out."""
    rows = _FIND.rows(connection, {"digest": digest, "at": at})
    if not rows:
        return None
    roles = {site_id: Role(role) for *_, site_id, role in rows if site_id is not None}
    named = dict(zip(people.c.keys(), rows[0][_WIDTH:], strict=False))
    return Session(*rows[0][:_WIDTH]), person_of(named, roles)


def list_sessions(connection: Connection, person_id: int, at: float) -> list[Session]:
    """Give a person's open sessions, the one used last first."""
    wanted = (sessions.c.person_id == person_id, sessions.c.stage == "open", *_alive(at))
    query = select(sessions).where(*wanted).order_by(sessions.c.seen_at.desc())
    return [Session(*row) for row in connection.execute(query)]


def touch_session(connection: Connection, digest: str, at: float) -> None:
    """Note that a session is used."""
    connection.execute(sessions.update().where(sessions.c.digest == digest).values(seen_at=at))


def close_session(connection: Connection, digest: str, person_id: int | None = None) -> bool:
    """End a session, of that person if one is named; False when there was none."""
    wanted = [sessions.c.digest == digest]
    if person_id is not None:
        wanted.append(sessions.c.person_id == person_id)
    return bool(connection.execute(sessions.delete().where(*wanted)).rowcount)


def close_sessions(connection: Connection, person_id: int, but: str = "") -> int:
    """End a person's sessions, all but one; gives how many."""
    wanted = (sessions.c.person_id == person_id, sessions.c.digest != but)
    return int(connection.execute(sessions.delete().where(*wanted)).rowcount)


def add_invitation(connection: Connection, invitation: Invitation) -> None:
    """Store what a link allows. A new link to set up, or for the same person's password, replaces the former."""
    connection.execute(invitations.delete().where(invitations.c.expires_at <= invitation.created_at))
    if invitation.kind != "join":
        same = (invitations.c.kind == invitation.kind) & (invitations.c.person_id.is_not_distinct_from(invitation.person_id))
        connection.execute(invitations.delete().where(same))
    values = {name: getattr(invitation, name) for name in Invitation.__struct_fields__}
    values |= {"role": invitation.role.value if invitation.role else "", "email": storable.text(invitation.email)}
    connection.execute(invitations.insert().values(values))


def find_invitation(connection: Connection, digest: str, at: float) -> Invitation | None:
    """Give what a link allows, unless it is used up or too old."""
    found = _invitations(connection, invitations.c.digest == digest, invitations.c.expires_at > at)
    return found[0] if found else None


def list_invitations(connection: Connection, at: float, site_ids: Sequence[int] | None = None) -> list[Invitation]:
    """Give invitations that wait to be taken: of all, or of some sites."""
    wanted = [invitations.c.kind == "join", invitations.c.expires_at > at]
    if site_ids is not None:
        wanted.append(invitations.c.site_id.in_(site_ids))
    return _invitations(connection, *wanted)


def _invitations(connection: Connection, *wanted: object) -> list[Invitation]:
    query = select(invitations).where(*wanted).order_by(invitations.c.created_at)  # type: ignore[arg-type]
    rows = connection.execute(query).mappings()
    return [Invitation(**{**row, "role": Role(row["role"]) if row["role"] else None}) for row in rows]


def use_invitation(connection: Connection, digest: str) -> bool:
    """Use a link up; False when someone was faster."""
    return bool(connection.execute(invitations.delete().where(invitations.c.digest == digest)).rowcount)


def pace(connection: Connection, key: str, at: float, every: float, burst: int) -> float:
    """Count an attempt against its pace: one in ``every`` seconds, ``burst`` of them at once. Gives 0, or the seconds to wait.

    The generic cell rate algorithm (ITU-T I.371): the theoretical arrival time of the next attempt is all that is kept. An
    attempt that must wait does not push that time further.
    """
    connection.execute(attempts.delete().where(attempts.c.tat <= at))
    known = connection.execute(select(attempts.c.tat).where(attempts.c.key == key).with_for_update()).scalar()
    tat = max(at, known or 0.0) + every
    if tat - at > every * burst:
        return float(tat - at - every * burst)
    connection.execute(
        text("INSERT INTO attempts (key, tat) VALUES (:key, :tat) ON CONFLICT (key) DO UPDATE SET tat = excluded.tat"),
        {"key": key, "tat": tat},
    )
    return 0.0
