"""Coming in and going out."""

from __future__ import annotations

import re
import time

import pytest

from service.domain import Role
from service.store import audit, people, sessions
from tests.queue.given import DIGESTS, PASSWORD, link, someone, stored, stranger
from tests.serving import serving

NEW = {"email": "Zoe@example.org", "name": "Zoe", "password": PASSWORD}


def join(service, **form):
    """Follow a link as someone new."""
    client = stranger(service)
    address = link(service, "join", by="Ana", role=form.pop("role", Role.VIEWER)).partition("/welcome/")[2]
    return client, client.post(f"/welcome/{address}", **{**NEW, "email": f"{time.time()}@example.org", **form})


def sign_in(service, email, password=PASSWORD, **more):
    client = stranger(service)
    return client, client.post("/sign-in", email=email, password=password, **more)


@pytest.fixture
def zoe(service) -> str:
    """The e-mail address of someone with a password."""
    client, _ = join(service)
    page = client.get("/account").text
    return re.search(r'type="email" value="([^"]+)"', page)[1]


def test_the_first_person_sets_up(tmp_path):
    """A link, a form, and one administers everything; the link is of no use to the next."""
    with serving(tmp_path) as service:
        client, url = stranger(service), link(service)
        path = url.partition(str(service.port))[2]
        assert "first person" in client.get(path).text
        done = client.post(path, **NEW)
        assert (done.status_code, done.url.path) == (200, "/queue")
        assert "You are signed in." in done.text
        assert stored(service, people.count_admins) == 1
        again = stranger(service).get(path)
        assert (again.status_code, "used before" in again.text) == (404, True)


def test_a_session_is_kept_from_scripts_and_other_sites(service, zoe):
    """The cookie is HttpOnly and SameSite; the database holds a digest of it only."""
    client, _ = sign_in(service, zoe, follow=False)
    token = client.http.cookies["session"]
    assert len(token) == 64
    assert stored(service, lambda connection: sessions.find_session(connection, token, time.time())) is None
    _, answer = sign_in(service, zoe, follow=False)
    set_cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("session="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(set_cookie.split("; "))


def test_over_tls_the_cookie_travels_over_tls_only(tmp_path):
    """With an https address it is Secure, with the prefix that browsers hold to; forms come from that address."""
    with serving(tmp_path, public_url="https://mod.example.org") as service:
        path = link(service).partition(str(service.port))[2]
        client, form = stranger(service), {**NEW, "csrf": DIGESTS.token("form", "v")}
        client.http.headers["cookie"] = "visit=v"

        def post(origin: str):
            return client.http.post(path, data=form, headers={"origin": origin})

        assert post(f"http://127.0.0.1:{service.port}").status_code == 403
        cookies = post("https://mod.example.org").headers.get_list("set-cookie")
        assert any(re.fullmatch("__Host-session=.*; Path=/; .*; Secure", each) for each in cookies)


def test_a_wrong_password_and_a_wrong_name_look_alike(service, zoe):
    """The same words, the same status; the log keeps no name that nobody has."""
    answers = [sign_in(service, email, password)[1] for email, password in ((zoe, "not hers at all"), ("who@x.example", PASSWORD))]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("E-mail address or password are not right." in answer.text for answer in answers)
    refused = stored(service, lambda connection: audit.entries(connection, what="session.refused", limit=2))
    assert [entry.who for entry in refused] == ["nobody", "nobody"]
    assert "who@x" not in str(refused)


def test_guessing_is_slowed(tmp_path):
    """After some attempts on one account even the right password must wait, and is told how long."""
    with serving(tmp_path) as service:
        _, _ = join(service, email="eve@example.org")
        answers = [sign_in(service, "eve@example.org", "a wrong password")[1].status_code for _ in range(16)]
        assert answers == [422] * 15 + [429]
        _, answer = sign_in(service, "Eve@example.org ")
        assert answer.status_code == 429
        assert re.search(r"Try again in \d+ seconds?\.", answer.text)


def test_one_comes_back_to_where_one_wanted_to_go(service, zoe):
    """The way to a page leads over sign-in to that page, and never to another site."""
    client = stranger(service)
    assert client.get("/keys?x=1", follow_redirects=True).url.path == "/sign-in"
    assert str(client.post("/sign-in", email=zoe, password=PASSWORD).url).endswith("/keys?x=1")
    client = stranger(service)
    client.http.cookies.set("next", "//evil.example/")
    assert client.post("/sign-in", email=zoe, password=PASSWORD).url.host == "127.0.0.1"


def test_signing_out_ends_the_session(service):
    """The cookie is gone, and whoever copied it has nothing."""
    client = someone(service, Role.VIEWER)
    copied = someone(service)
    copied.http.cookies.set("session", client.token)
    assert copied.get("/account").status_code == 200
    assert "You are signed out." in client.post("/sign-out").text
    assert copied.get("/account").status_code == 303


def test_signing_out_everywhere_leaves_this_one(service, zoe):
    """Other browsers are signed out at once."""
    here, there = sign_in(service, zoe)[0], sign_in(service, zoe)[0]
    assert "Signed out everywhere else" in here.post("/sign-out/everywhere").text
    assert [here.get("/account").status_code, there.get("/account").status_code] == [200, 303]


def test_a_new_password_ends_other_sessions(service, zoe):
    """It needs the former one."""
    here, there = sign_in(service, zoe)[0], sign_in(service, zoe)[0]
    wrong = here.post("/account/password", former="not it, surely", password="nine paper elephants")
    assert (wrong.status_code, "not your present password" in wrong.text) == (422, True)
    assert here.post("/account/password", former=PASSWORD, password="nine paper elephants").status_code == 200
    assert [here.get("/account").status_code, there.get("/account").status_code] == [200, 303]
    assert sign_in(service, zoe, "nine paper elephants")[1].url.path != "/sign-in"


def test_a_link_sets_a_new_password_and_ends_all_sessions(service, admin, zoe):
    """An administrator makes it, and does not learn the password."""
    there, _ = sign_in(service, zoe)
    person = stored(service, lambda connection: people.find_person(connection, zoe))
    shown = admin.post(f"/people/{person.id}/reset").text
    path = re.search(r'value="http://[^/]+(/welcome/\w+)"', shown)[1]
    assert stranger(service).post(path, password="short").status_code == 422
    assert stranger(service).post(path, password="nine paper elephants").status_code == 200
    assert there.get("/account").status_code == 303
    assert stranger(service).get(path).status_code == 404


def test_a_wrong_form_keeps_what_was_typed(service):
    """Each mistake is told beside its field, and nothing has to be typed twice but the password."""
    _, answer = join(service, email="no address", name="Zoe Zanetti")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "This is no e-mail address." in answer.text
    assert 'value="Zoe Zanetti"' in answer.text
    assert PASSWORD not in answer.text


def test_the_second_to_follow_a_link_is_told_so(service):
    """A link makes one person, however fast two are."""
    path = link(service, "join", by="Ana", role=Role.VIEWER).partition(str(service.port))[2]
    first, second = stranger(service), stranger(service)
    csrf = second.csrf()
    assert first.post(path, **{**NEW, "email": "first@example.org"}).status_code == 200
    assert second.post(path, **NEW, csrf=csrf).status_code == 404
