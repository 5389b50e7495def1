"""The second step: an authenticator, and recovery codes for a lost one."""

from __future__ import annotations

import re
import time

import pyotp
import pytest

from service.domain import Role
from service.people import second
from service.store import people
from tests.queue.given import DIGESTS, PASSWORD, link, someone, stored, stranger


@pytest.fixture
def enrolled(service):
    """Someone with an authenticator: their client, e-mail address, authenticator and recovery codes."""
    client, email = stranger(service), f"{time.time()}@example.org"
    path = link(service, "join", by="Ana", role=Role.VIEWER).partition(str(service.port))[2]
    client.post(path, email=email, name="Tom", password=PASSWORD)
    secret = re.search(r'name="secret" value="(\w+)"', client.get("/account/totp").text)[1]
    totp = pyotp.TOTP(secret)
    shown = client.post("/account/totp", secret=secret, code=totp.at(time.time() - 30), former=PASSWORD)
    codes = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", shown.text)
    assert (shown.status_code, len(codes)) == (200, 10)
    return client, email, totp, codes


def half_in(service, email):
    client = stranger(service)
    assert client.post("/sign-in", email=email, password=PASSWORD).url.path == "/sign-in/code"
    return client


def test_a_password_alone_opens_nothing(service, enrolled):
    """Between the two steps no page but the second one answers."""
    client = half_in(service, enrolled[1])
    assert client.get("/account").status_code == 303
    assert client.get("/people").headers["location"] == "/sign-in"


def test_a_code_lets_in_once(service, enrolled):
    """What someone saw over the shoulder is of no use to them."""
    _, email, totp, _ = enrolled
    code = totp.now()
    client = half_in(service, email)
    before = client.http.cookies["session"]
    assert client.post("/sign-in/code", code=code).url.path == "/queue"
    assert client.http.cookies["session"] != before
    again = half_in(service, email).post("/sign-in/code", code=code)
    assert (again.status_code, "used before" in again.text) == (422, True)


def test_a_recovery_code_lets_in_once(service, enrolled):
    """Without the authenticator there is another way, ten times."""
    _, email, _, codes = enrolled
    client = half_in(service, email)
    assert client.post("/sign-in/code", code=codes[0].upper()).url.path == "/queue"
    assert "9 recovery codes are left" in client.get("/account").text
    assert half_in(service, email).post("/sign-in/code", code=codes[0]).status_code == 422


def test_guessing_codes_is_slowed(service, enrolled):
    """Five tries, then one a minute: a million codes are safe behind that."""
    client = half_in(service, enrolled[1])
    assert [client.post("/sign-in/code", code="00000x").status_code for _ in range(6)] == [422] * 5 + [429]


def test_it_needs_the_password_to_begin_and_to_end(service, enrolled):
    """Whoever finds an open browser cannot change how its owner signs in."""
    client = enrolled[0]
    assert client.post("/account/totp/stop", former="not it, surely").status_code == 422
    assert client.post("/account/recovery", former="").status_code == 422
    assert "No codes are asked for any more." in client.post("/account/totp/stop", former=PASSWORD).text


def test_a_wrong_first_code_starts_nothing(service):
    """The same picture stays, so that the authenticator needs not read another."""
    client = someone(service, Role.VIEWER)
    secret = second.new_secret()
    shown = client.post("/account/totp", secret=secret, code="000000")
    assert (shown.status_code, secret in shown.text) == (422, True)
    assert stored(service, lambda connection: people.get_person(connection, client.person_id)).totp == ""


def test_an_administrator_helps_who_lost_both(service, admin, enrolled):
    """The second step is switched off, and the password is still asked for."""
    _, email, _, _ = enrolled
    person = stored(service, lambda connection: people.find_person(connection, email))
    assert "without a second step" in admin.post(f"/people/{person.id}/totp").text
    assert stranger(service).post("/sign-in", email=email, password=PASSWORD).url.path == "/queue"


def test_the_database_holds_no_secret(service, enrolled):
    """Neither the authenticator's, nor a recovery code."""
    _, email, totp, codes = enrolled
    person = stored(service, lambda connection: people.find_person(connection, email))
    assert totp.secret not in person.totp
    assert second.unseal(DIGESTS, person.totp) == totp.secret
    assert all(code not in str(person) for code in codes)
