"""Accounts: who joins by which link, who may do what where, and what each changes of their own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from msgspec import Struct, structs
from sqlalchemy import Connection

from service.domain import Role
from service.people import passwords, preferences, second
from service.people.preferences import Preferences
from service.people.refusal import NotSo
from service.store import audit, people, sessions
from service.store.audit import Deed
from service.store.people import Person
from service.store.sessions import Invitation, Kind

if TYPE_CHECKING:
    from service.moderation import Moderation
    from service.people.entry import Signed
    from service.store.ids import Digests

LINK_SECONDS: dict[Kind, float] = {"setup": 86_400.0, "join": 7 * 86_400.0, "reset": 86_400.0}
"""How long a link of each kind works."""

_LONGEST_NAME = 80


class Offer(Struct, frozen=True, kw_only=True):
    """What a link offers, by whom: to join with a role on a site (None: on every site), or a new password for a person."""

    by: str = ""
    email: str = ""
    role: Role | None = None
    site_id: int | None = None
    person_id: int | None = None


def new_link(connection: Connection, digests: Digests, kind: Kind, at: float, offer: Offer) -> str:
    """Make what a link carries: a token that is stored as a digest only, works once, and not for long."""
    token = secrets.token_hex(24)
    digest, until = digests.token("link", token), at + LINK_SECONDS[kind]
    email = people.clean_email(offer.email)
    invitation = Invitation(digest, kind, offer.person_id, email, offer.role, offer.site_id, offer.by, at, until)
    sessions.add_invitation(connection, invitation)
    return token


def check_identity(email: str, name: str) -> None:
    """Refuse what can be no name or no e-mail address. Raises NotSo."""
    if not 1 <= len(name.strip()) <= _LONGEST_NAME or not name.isprintable():
        raise NotSo("Please say what others shall call you, in at most 80 characters.", "name")
    local, at_sign, host = email.strip().rpartition("@")
    if not (at_sign and local and host) or len(email) > 254 or not email.strip().isprintable() or " " in email.strip():
        raise NotSo("This is no e-mail address.", "email")


def forget_totp(connection: Connection, person_id: int) -> None:
    """Let a person sign in without a code."""
    people.change_person(connection, person_id, totp="")
    people.set_recovery_codes(connection, person_id, [])


class Accounts:
    """The use-cases of accounts. ``at`` is the time in epoch seconds, ``by`` who does it."""

    def __init__(self, moderation: Moderation, digests: Digests) -> None:
        self._look = moderation.look
        self._run = moderation.writer.run
        self._digests = digests

    # Links.

    async def invitation(self, token: str, at: float) -> Invitation | None:
        """Give what a link allows, unless it is used up or too old."""
        digest = self._digests.token("link", token)
        return await self._look(lambda connection: sessions.find_invitation(connection, digest, at))

    async def accept(  # each is a field of the form
        self, token: str, email: str, name: str, password: str, at: float, *, subject: str | None = None
    ) -> Person:
        """Follow a link to set up or to join: makes the person, with the role that the link gives. Raises NotSo."""
        check_identity(email, name)
        if subject is None:
            passwords.check_new(password, email, name)
        stored = await passwords.hashed(password) if subject is None else ""
        digest = self._digests.token("link", token)

        def change(connection: Connection) -> Person:
            invitation = _taken(connection, digest, at, ("setup", "join"))
            try:
                person_id = people.add_person(connection, email, name, at, password=stored, subject=subject)
            except people.EmailTaken:
                raise _taken_email() from None
            people.set_role(connection, person_id, invitation.site_id, invitation.role)
            after = {"role": invitation.role, "by": invitation.by}
            audit.append(connection, _deed(person_id, name, "person.join", at, invitation.site_id, after=after))
            return _found(connection, person_id)

        return await self._run(change)

    async def reset(self, token: str, password: str, at: float) -> Person:
        """Follow a link to a new password; ends all sessions. Raises NotSo."""
        passwords.check_new(password)
        stored, digest = await passwords.hashed(password), self._digests.token("link", token)

        def change(connection: Connection) -> Person:
            person_id = _taken(connection, digest, at, ("reset",)).person_id
            person = _found(connection, person_id or 0)
            people.change_person(connection, person.id, password=stored)
            sessions.close_sessions(connection, person.id)
            audit.append(connection, _deed(person.id, person.name, "person.password", at))
            return person

        return await self._run(change)

    async def invite(self, by: Signed, email: str, role: Role, site_id: int | None, at: float) -> str:
        """Make a link with which someone joins with a role on a site (None: on every site); gives its token. Raises NotSo."""
        if email:
            check_identity(email, "-")
        _check_grant(by.person, role, site_id)
        offer = Offer(by=by.person.name, email=email, role=role, site_id=site_id)

        def change(connection: Connection) -> str:
            if email and people.find_person(connection, email) is not None:
                raise _taken_email()
            after = {"role": role, "email": email}
            audit.append(connection, _by(by, "person.invite", at, site_id, after=after))
            return new_link(connection, self._digests, "join", at, offer)

        return await self._run(change)

    async def withdraw(self, by: Signed, digest: str, at: float) -> bool:
        """Make an invitation useless; False when it was used or withdrawn before. Raises NotSo."""

        def change(connection: Connection) -> bool:
            invitation = sessions.find_invitation(connection, digest, at)
            if invitation is None or invitation.kind != "join":
                return False
            if not by.person.may(Role.ADMIN, invitation.site_id):
                raise NotSo("Only who administers the site may do this.")
            audit.append(connection, _by(by, "person.withdraw", at, invitation.site_id, before={"email": invitation.email}))
            return sessions.use_invitation(connection, digest)

        return await self._run(change)

    async def reset_link(self, by: Signed, person_id: int, at: float) -> str:
        """Make a link with which a person sets a new password; gives its token. Only for who administers everything."""

        def change(connection: Connection) -> str:
            person = _found(connection, person_id)
            audit.append(connection, _by(by, "person.reset", at, target=person))
            return new_link(connection, self._digests, "reset", at, Offer(by=by.person.name, person_id=person.id))

        return await self._run(change)

    # Roles.

    async def set_role(self, by: Signed, person_id: int, site_id: int | None, role: Role | None, at: float) -> None:
        """Give a person another role on a site (None: on every site). Raises NotSo."""
        _check_grant(by.person, role or Role.VIEWER, site_id)

        def change(connection: Connection) -> None:
            person = _found(connection, person_id)
            before = person.everywhere if site_id is None else person.roles.get(site_id)
            people.set_role(connection, person_id, site_id, role)
            _keep_an_admin(connection)
            audit.append(connection, _by(by, "person.role", at, site_id, target=person, before=before, after=role))

        await self._run(change)

    async def set_disabled(self, by: Signed, person_id: int, at: float, *, disabled: bool) -> None:
        """Shut a person out, or let them in again. Raises NotSo."""

        def change(connection: Connection) -> None:
            person = _found(connection, person_id)
            people.disable(connection, person_id, at if disabled else None)
            _keep_an_admin(connection)
            audit.append(connection, _by(by, "person.disable" if disabled else "person.enable", at, target=person))

        await self._run(change)

    # One's own.

    async def rename(self, signed: Signed, name: str, email: str, at: float) -> None:
        """Change one's own name and e-mail address. Raises NotSo."""
        check_identity(email, name)
        values = {"name": name.strip(), "email": people.clean_email(email)}
        before = {"name": signed.person.name, "email": signed.person.email}

        def change(connection: Connection) -> None:
            try:
                people.change_person(connection, signed.person.id, **values)
            except people.EmailTaken:
                raise _taken_email() from None
            audit.append(connection, _by(signed, "person.rename", at, target=signed.person, before=before, after=values))

        await self._run(change)

    async def set_password(self, signed: Signed, former: str, password: str, at: float) -> None:
        """Change one's own password, knowing the former one; ends the other sessions. Raises NotSo."""
        await self.confirm(signed, former)
        passwords.check_new(password, signed.person.email, signed.person.name)
        stored = await passwords.hashed(password)

        def change(connection: Connection) -> None:
            people.change_person(connection, signed.person.id, password=stored)
            sessions.close_sessions(connection, signed.person.id, but=signed.session.digest)
            audit.append(connection, _by(signed, "person.password", at, target=signed.person))

        await self._run(change)

    async def confirm(self, signed: Signed, password: str) -> None:
        """Let someone prove again that it is them, where they have a password. Raises NotSo."""
        stored = signed.person.password
        if stored and not await passwords.verified(password, stored):
            raise NotSo("This is not your present password.", "former")

    async def set_preferences(self, signed: Signed, chosen: Preferences) -> None:
        """Keep what a person sets for themselves."""
        stored = preferences.write(chosen)
        await self._run(lambda connection: people.change_person(connection, signed.person.id, settings=stored))

    async def start_totp(self, signed: Signed, secret: str, code: str, at: float) -> list[str]:
        """Ask for codes from now on, once the authenticator has shown a right one; gives the recovery codes. Raises NotSo."""
        step = second.step_of(secret, code, at)
        if step is None:
            raise NotSo("This code is not right. Is the clock of your device?", "code")
        sealed = second.seal(self._digests, secret)

        def change(connection: Connection) -> list[str]:
            people.change_person(connection, signed.person.id, totp=sealed, totp_step=step)
            audit.append(connection, _by(signed, "person.totp", at, target=signed.person, before=False, after=True))
            return self._new_codes(connection, signed.person)

        return await self._run(change)

    async def stop_totp(self, by: Signed, person_id: int, at: float) -> None:
        """Ask for no codes any more: of oneself, or, by who administers everything, of someone who lost theirs."""

        def change(connection: Connection) -> None:
            person = _found(connection, person_id)
            forget_totp(connection, person_id)
            audit.append(connection, _by(by, "person.totp", at, target=person, before=bool(person.totp), after=False))

        await self._run(change)

    async def new_codes(self, signed: Signed, at: float) -> list[str]:
        """Replace the recovery codes."""

        def change(connection: Connection) -> list[str]:
            audit.append(connection, _by(signed, "person.recovery", at, target=signed.person))
            return self._new_codes(connection, signed.person)

        return await self._run(change)

    def _new_codes(self, connection: Connection, person: Person) -> list[str]:
        codes = second.new_recovery_codes()
        digests = [second.recovery_digest(self._digests, person.id, code) for code in codes]
        people.set_recovery_codes(connection, person.id, digests)
        return codes


def _taken(connection: Connection, digest: str, at: float, kinds: tuple[Kind, ...]) -> Invitation:
    invitation = sessions.find_invitation(connection, digest, at)
    if invitation is None or invitation.kind not in kinds or not sessions.use_invitation(connection, digest):
        raise NotSo("This link was used before, or is too old. Ask for a new one.")
    return invitation


def _taken_email() -> NotSo:
    return NotSo("There is a person with this e-mail address already.", "email")


def _found(connection: Connection, person_id: int) -> Person:
    if (person := people.get_person(connection, person_id)) is None:
        raise NotSo("There is no such person.")
    return person


def _check_grant(by: Person, role: Role, site_id: int | None) -> None:
    """Nobody gives what they have not themselves, and only an admin gives."""
    if not by.may(Role.ADMIN, site_id) or not by.may(role, site_id):
        raise NotSo("Only who administers the site may do this.")


def _keep_an_admin(connection: Connection) -> None:
    if people.count_admins(connection) == 0:
        raise NotSo("Someone must remain who administers every site.")


def _deed(person_id: int, name: str, what: str, at: float, site_id: int | None = None, after: object = None) -> Deed:
    return Deed(at=at, who=name, person_id=person_id, what=what, site_id=site_id, target=f"person {person_id}", after=after)


def _by(  # the parts are named by keyword
    by: Signed,
    what: str,
    at: float,
    site_id: int | None = None,
    *,
    target: Person | None = None,
    before: object = None,
    after: object = None,
) -> Deed:
    deed = _deed(by.person.id, by.person.name, what, at, site_id, after)
    return structs.replace(deed, target=f"person {target.id}" if target is not None else "", before=before)
