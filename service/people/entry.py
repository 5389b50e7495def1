"""Coming in and going out: passwords, second factors, sessions."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import Connection

from service.people import passwords, second
from service.people.refusal import NotSo, Wait
from service.store import audit, people, sessions
from service.store.audit import Deed
from service.store.people import Person
from service.store.sessions import Session, Stage

if TYPE_CHECKING:
    from service.moderation import Moderation
    from service.people.oidc import Identity
    from service.store.ids import Digests

TOUCH_SECONDS = 60.0
"""A session's last use is written at most once a minute."""

_PACES = {"account": (20.0, 15), "address": (4.0, 30), "second": (60.0, 5)}
"""Seconds an attempt, and how many at once. An account's is generous: else anyone could shut its owner out."""


class Client(Struct, frozen=True):
    """From where a request comes: network address, and what the browser calls itself."""

    address: str
    agent: str


class Signed(Struct, frozen=True):
    """Someone who is signed in, and the session in which they are."""

    person: Person
    session: Session


class Entry:
    """The use-cases of coming in and going out. Times are epoch seconds."""

    def __init__(self, moderation: Moderation, digests: Digests) -> None:
        self._look = moderation.look
        self._run = moderation.writer.run
        self._digests = digests

    def find(self, connection: Connection, token: str, at: float) -> Signed | None:
        """Whom a session's token stands for; None when it is over."""
        found = sessions.find_session(connection, self._digests.token("session", token), at)
        return Signed(found[1], found[0]) if found is not None else None

    async def touch(self, signed: Signed, at: float) -> None:
        """Keep a session that is used from running out."""
        if at - signed.session.seen_at > TOUCH_SECONDS:
            await self._run(lambda connection: sessions.touch_session(connection, signed.session.digest, at))

    async def sign_in(self, email: str, password: str, client: Client, at: float) -> tuple[str, Stage]:
        """Compare the password and open a session; gives its token, and ``second`` if a code is wanted next.

        Takes as long for a wrong name as for a wrong password. Raises NotSo, Wait, Unavailable.
        """
        await self._pace(at, account=people.clean_email(email), address=client.address)
        person = await self._look(lambda connection: people.find_person(connection, email))
        right = await passwords.verified(password, person.password if person is not None else "")
        if person is None or not right or person.disabled_at is not None:
            await self._run(lambda connection: audit.append(connection, _failed(person, client, at)))
            raise NotSo("E-mail address or password are not right.")
        if passwords.outdated(person.password):
            fresh = await passwords.hashed(password)
            await self._run(lambda connection: people.change_person(connection, person.id, password=fresh))
        stage: Stage = "second" if person.totp else "open"
        return await self.open(person, client, at, stage), stage

    async def open(self, person: Person, client: Client, at: float, stage: Stage = "open", *, former: str = "") -> str:
        """Open a session in place of the one with the digest ``former``; gives its token."""
        token = secrets.token_hex(32)
        session = Session(self._digests.token("session", token), person.id, stage, at, at, client.address, client.agent)

        def change(connection: Connection) -> None:
            sessions.close_session(connection, former)
            sessions.open_session(connection, session)
            if stage == "open":
                people.change_person(connection, person.id, signed_in_at=at)
                audit.append(connection, _deed(person, "session.open", at, after={"address": client.address}))

        await self._run(change)
        return token

    async def sign_in_elsewhere(self, identity: Identity, client: Client, at: float) -> tuple[str, Stage]:
        """Open a session for whom a provider vouches; gives its token, and ``second`` if a code is wanted next.

        Who signs in so for the first time is known by the verified e-mail address. Raises NotSo, Unavailable.
        """

        def change(connection: Connection) -> Person | None:
            person = people.find_subject(connection, identity.subject)
            if person is None and identity.email and (person := people.find_person(connection, identity.email)) is not None:
                if person.subject is not None:
                    return None
                people.change_person(connection, person.id, subject=identity.subject)
                audit.append(connection, _deed(person, "person.subject", at, after=identity.subject))
            return person

        person = await self._run(change)
        if person is None or person.disabled_at is not None:
            await self._run(lambda connection: audit.append(connection, _failed(person, client, at)))
            raise NotSo("Nobody here is known by this account. Ask for an invitation.")
        stage: Stage = "second" if person.totp else "open"
        return await self.open(person, client, at, stage), stage

    async def second_step(self, signed: Signed, code: str, client: Client, at: float) -> str:
        """Take the second factor, an authenticator's code or a recovery code; gives the open session's token.

        Raises NotSo, Wait, Unavailable.
        """
        person = signed.person
        await self._pace(at, second=str(person.id))
        if not await self._run(lambda connection: self.use_code(connection, person, code, at)):
            await self._run(lambda connection: audit.append(connection, _failed(person, client, at)))
            raise NotSo("This code is not right, or was used before.", "code")
        return await self.open(person, client, at, former=signed.session.digest)

    def use_code(self, connection: Connection, person: Person, code: str, at: float) -> bool:
        """Use a code of either kind up; False when it is wrong or was used."""
        step = second.step_of(second.unseal(self._digests, person.totp), code, at) if person.totp else None
        if step is not None:
            return people.use_totp_step(connection, person.id, step)
        return people.use_recovery_code(connection, person.id, second.recovery_digest(self._digests, person.id, code))

    async def sign_out(self, signed: Signed, at: float) -> None:
        """End this session."""

        def change(connection: Connection) -> None:
            sessions.close_session(connection, signed.session.digest)
            audit.append(connection, _deed(signed.person, "session.close", at))

        await self._run(change)

    async def sign_out_elsewhere(self, signed: Signed, at: float, digest: str = "") -> int:
        """End one other session of this person, or all but this one; gives how many."""

        def change(connection: Connection) -> int:
            if digest:
                ended = int(sessions.close_session(connection, digest, signed.person.id))
            else:
                ended = sessions.close_sessions(connection, signed.person.id, but=signed.session.digest)
            audit.append(connection, _deed(signed.person, "session.close", at, after={"others": ended}))
            return ended

        return await self._run(change)

    async def _pace(self, at: float, **keys: str) -> None:
        """Count an attempt against each pace. Raises Wait."""
        digests = {kind: self._digests.token(f"attempt {kind}", key) for kind, key in keys.items()}

        def change(connection: Connection) -> float:
            return max(sessions.pace(connection, digests[kind], at, *_PACES[kind]) for kind in keys)

        if wait := await self._run(change):
            raise Wait(wait)


def _deed(person: Person, what: str, at: float, after: object = None) -> Deed:
    return Deed(at=at, who=person.name, person_id=person.id, what=what, target=f"person {person.id}", after=after)


def _failed(person: Person | None, client: Client, at: float) -> Deed:
    """Who does not exist is not named: it may be a password that went into the wrong field."""
    known = person.id if person is not None else None
    target = f"person {known}" if known is not None else ""
    return Deed(at=at, who="nobody", person_id=known, what="session.refused", target=target, after={"address": client.address})
