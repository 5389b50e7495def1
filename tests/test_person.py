"""`winnow person`, and the link that `winnow serve` prints while there is nobody."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

from service import settings
from service.domain import Role
from service.store import audit, people
from service.store.engine import open_engine
from tests.running import Shell, winnow_serve

LINK = re.compile(r"http://127\.0\.0\.1:8000/welcome/[0-9a-f]{48}")


@pytest.fixture
def winnow(monkeypatch, capsys, tmp_path) -> Shell:
    return Shell(monkeypatch, capsys, tmp_path)


def look(question):
    """Ask the database of the commands."""
    engine = open_engine(settings.load().database)
    try:
        with engine.connect() as connection:
            return question(connection)
    finally:
        engine.dispose()


def test_a_person_is_added_with_a_link(winnow):
    """No password is typed or printed: the person sets it by the link."""
    done = winnow("person", "add", "Ana@example.org", "--name", "Ana", "--role", "lead")
    assert (done.code, bool(LINK.search(done.out))) == (0, True)
    ana = look(lambda connection: people.find_person(connection, "ana@example.org"))
    assert (ana.name, ana.everywhere, ana.password) == ("Ana", Role.LEAD, "")
    assert [entry.who for entry in look(audit.entries)] == ["command line"]


def test_the_first_invitation_sets_up_whatever_it_asks_for(winnow):
    """Someone must administer the rest."""
    assert winnow("person", "invite", "--role", "viewer").code == 0
    assert look(audit.entries)[0].after == '{"email":"","role":"admin"}'


def test_a_role_may_be_for_one_site(winnow):
    """A site that is not there is refused by name, with those that are."""
    winnow("site", "add", "blog", "--url", "http://blog.example")
    winnow("person", "add", "ana@example.org", "--name", "Ana", "--role", "admin")
    assert winnow("person", "add", "ben@example.org", "--name", "Ben", "--site", "blog").code == 0
    refused = winnow("person", "invite", "--site", "news")
    assert (refused.code, "Known sites: blog" in refused.err) == (1, True)
    shown = json.loads(winnow("person", "list", "--json").out)
    assert [(each["name"], each["roles"]) for each in shown] == [
        ("Ana", {"every site": "admin"}),
        ("Ben", {"blog": "moderator"}),
    ]


def test_mistakes_are_told_in_a_sentence(winnow):
    """An address that is taken, one that is none, one that nobody has."""
    winnow("person", "add", "ana@example.org", "--name", "Ana")
    wrong = [
        winnow("person", "add", "ANA@example.org", "--name", "Other"),
        winnow("person", "add", "nonsense", "--name", "X"),
        winnow("person", "reset", "ben@example.org"),
    ]
    assert [done.code for done in wrong] == [1, 1, 1]
    assert [done.err.partition(".")[0] for done in wrong] == [
        "winnow: There is a person with this e-mail address already",
        "winnow: This is no e-mail address",
        "winnow: There is no person with this e-mail address; see winnow person list",
    ]


def test_a_reset_lets_back_in(winnow):
    """Also who was shut out, and who lost the second step."""
    winnow("person", "add", "ana@example.org", "--name", "Ana")

    def shut_out(connection):
        people.change_person(connection, 1, totp="sealed", disabled_at=1.0)
        connection.commit()

    look(shut_out)
    assert "shut out" in winnow("person", "list").out
    assert LINK.search(winnow("person", "reset", "ana@example.org", "--second-step").out)
    ana = look(lambda connection: people.get_person(connection, 1))
    assert (ana.totp, ana.disabled_at) == ("", None)


def test_serving_prints_a_link_while_there_is_nobody(tmp_path):
    """The link works as it stands; once someone is there, none is printed."""
    with winnow_serve(tmp_path) as running:
        link = re.search(r"  (http://\S+/welcome/[0-9a-f]{48})", running.said)[1]
        assert link.startswith(running.url)
        request = urllib.request.Request(link, headers={"Accept": "text/html"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert "Set up Winnow" in answer.read().decode()
    engine = open_engine(f"sqlite:///{tmp_path / 'winnow.db'}")
    with engine.begin() as connection:
        people.add_person(connection, "ana@example.org", "Ana", 1.0)
    engine.dispose()
    with winnow_serve(tmp_path) as running:
        assert "/welcome/" not in running.said
