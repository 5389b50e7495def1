"""People, sessions, links and paces, on both databases."""

from __future__ import annotations

import pytest

from service.domain import Role
from service.store import people, sessions
from service.store.sessions import IDLE_SECONDS, LONGEST_SECONDS, Invitation, Session
from tests.store.given import NOON


@pytest.fixture
def connection(engine, site):  # the site first: SQLite has one writer
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def ana(connection) -> int:
    return people.add_person(connection, " Ana@Example.org ", "Ana", NOON)


def session(person_id: int, digest: str = "d", at: float = NOON, stage="open") -> Session:
    return Session(digest, person_id, stage, at, at, "203.0.113.7", "Browser")


def test_an_address_is_one_whatever_its_case(connection, ana):
    """Found in any spelling, and taken in any."""
    assert people.find_person(connection, "ANA@example.ORG").id == ana
    with pytest.raises(people.EmailTaken):
        people.add_person(connection, "ana@EXAMPLE.org", "Other", NOON)


def test_the_highest_role_counts(connection, ana, site):
    """A role everywhere holds on each site, one on a site only there, and the higher one wins."""
    people.set_role(connection, ana, None, Role.MODERATOR)
    people.set_role(connection, ana, site.id, Role.ADMIN)
    person = people.get_person(connection, ana)
    assert (person.role_at(site.id), person.role_at(99)) == (Role.ADMIN, Role.MODERATOR)
    assert (person.may(Role.ADMIN, site.id), person.may(Role.ADMIN), person.may(Role.VIEWER)) == (True, False, True)
    people.set_role(connection, ana, site.id, Role.VIEWER)
    assert people.get_person(connection, ana).role_at(site.id) is Role.MODERATOR


def test_people_of_a_site_are_those_with_a_role_there(connection, ana, site):
    """Who has no role there is not listed; who has one everywhere is."""
    ben = people.add_person(connection, "ben@example.org", "Ben", NOON)
    people.set_role(connection, ben, site.id, Role.VIEWER)
    assert [person.id for person in people.list_people(connection, [site.id])] == [ben]
    people.set_role(connection, ana, None, Role.VIEWER)
    assert [person.id for person in people.list_people(connection, [site.id])] == [ana, ben]


def test_a_session_ends_when_idle_and_after_a_week(connection, ana):
    """Use keeps it, but not for ever."""
    sessions.open_session(connection, session(ana))
    assert sessions.find_session(connection, "d", NOON + IDLE_SECONDS - 1) is not None
    assert sessions.find_session(connection, "d", NOON + IDLE_SECONDS) is None
    sessions.touch_session(connection, "d", NOON + LONGEST_SECONDS - 10)
    assert sessions.find_session(connection, "d", NOON + LONGEST_SECONDS - 1) is not None
    assert sessions.find_session(connection, "d", NOON + LONGEST_SECONDS) is None


def test_who_is_shut_out_has_no_session(connection, ana):
    """Shutting out ends what is open, and nothing new opens."""
    sessions.open_session(connection, session(ana))
    people.disable(connection, ana, NOON)
    assert sessions.find_session(connection, "d", NOON) is None
    sessions.open_session(connection, session(ana, "e"))
    assert sessions.find_session(connection, "e", NOON) is None


def test_a_session_is_closed_by_its_own_person_only(connection, ana):
    """Another person's id ends nothing."""
    sessions.open_session(connection, session(ana))
    assert not sessions.close_session(connection, "d", ana + 1)
    assert sessions.close_session(connection, "d", ana)


def test_a_link_works_once_and_not_for_long(connection):
    """The second use finds nothing, and so does who comes late."""
    invitation = Invitation("d", "join", None, "", Role.VIEWER, None, "Ana", NOON, NOON + 60)
    sessions.add_invitation(connection, invitation)
    assert sessions.find_invitation(connection, "d", NOON + 59) == invitation
    assert sessions.find_invitation(connection, "d", NOON + 60) is None
    assert [sessions.use_invitation(connection, "d"), sessions.use_invitation(connection, "d")] == [True, False]


def test_a_new_link_to_set_up_replaces_the_former(connection):
    """Only the one that was printed last works."""
    for digest in "ab":
        sessions.add_invitation(connection, Invitation(digest, "setup", None, "", Role.ADMIN, None, "", NOON, NOON + 60))
    assert sessions.find_invitation(connection, "a", NOON) is None
    assert sessions.find_invitation(connection, "b", NOON) is not None


def test_attempts_keep_their_pace(connection):
    """Five at once, then one a minute; waiting costs nothing further, and other keys are not slowed."""
    tries = [sessions.pace(connection, "ana", NOON, 60, 5) for _ in range(7)]
    assert tries == [0, 0, 0, 0, 0, 60, 60]
    assert sessions.pace(connection, "ben", NOON, 60, 5) == 0
    assert [sessions.pace(connection, "ana", NOON + 61, 60, 5) for _ in range(2)] == [0, 59]


def test_a_code_is_used_once(connection, ana):
    """Neither its time step nor an earlier one counts again; a recovery code goes when it is used."""
    assert [people.use_totp_step(connection, ana, step) for step in (7, 7, 6, 8)] == [True, False, False, True]
    people.set_recovery_codes(connection, ana, ["x", "y"])
    assert [people.use_recovery_code(connection, ana, each) for each in "xxz"] == [True, False, False]
    assert people.count_recovery_codes(connection, ana) == 1
