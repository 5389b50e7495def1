"""What stands around every page."""

from __future__ import annotations

import gzip
import re

import pytest

from service.domain import Role
from service.queue import frame
from service.queue.views import ROUTES
from tests.queue.given import someone, stored, stranger
from tests.serving import serving

INLINE = re.compile(r"\sstyle=|<style|\son\w+=|javascript:|\|\s*safe\b|<script(?![^>]*(src=|application/json))")
BUDGETS = {"winnow.css": 25_000, "frame.js": 12_000}


@pytest.mark.parametrize("path", ["/sign-in", "/people", "/nothing", "/static/x/winnow.css", "/account"])
def test_every_answer_carries_the_headers(service, admin, path):
    """No inline script or style, no framing, no guessing of types, no address to other sites, nothing cached that is someone's."""
    headers = admin.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'", "'none'", "'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["referrer-policy"] == "same-origin"
    if not path.startswith("/static"):
        assert headers["cache-control"] == "no-store"


def test_no_template_has_inline_script_or_style():
    """The policy would refuse it, so it must not be there to be missed."""
    for path in (frame.STATIC.parent / "templates").rglob("*.html"):
        markup = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|\|\s*safe\b|<script(?![^>]*(src=|application/json))", markup), (
            path
        )


def test_static_files_may_be_kept_for_ever(nobody):
    """Their address changes with their content; a former address gets the present file, to be asked for again."""
    page = nobody.get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
    assert {address.rpartition("/")[2] for address in addresses} >= {"winnow.css", "frame.js", "mark.svg"}
    for address in addresses:
        answer = nobody.get(address)
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
        assert "set-cookie" not in answer.headers
    assert nobody.get("/static/former/winnow.css").headers["cache-control"] == "no-cache"
    assert nobody.get("/static/x/no.css").status_code == 404
    assert nobody.get("/static/x/..%2Fframe.py").status_code == 404


def test_files_stay_small():
    """The look fits 25 kB; all scripts together 60 kB compressed."""
    sizes = {name: len(file.body) for name, file in frame.files().items()}
    assert all(sizes[name] <= most for name, most in BUDGETS.items()), sizes
    assert sum(len(gzip.compress(file.body)) for name, file in frame.files().items() if name.endswith(".js")) <= 60_000


def test_programs_get_problems_and_people_get_pages(service, nobody):
    """What wants no HTML is answered as the API answers."""
    page, problem = nobody.get("/nothing"), service.ask("GET", "/nothing", Accept="*/*")
    assert (page.status_code, "<h1>Not found</h1>" in page.text) == (404, True)
    assert (problem.status, problem.json()["detail"]) == (404, "There is nothing at this address.")
    assert service.ask("DELETE", "/v1/comments").status == 405


def test_script_gets_parts(admin):
    """With X-Part a page comes as its title, its main and what was said, each in a template of its own."""
    page = admin.get("/people", headers={"x-part": "1"}).text
    assert re.findall(r'<template data-to="([^"]+)"', page) == ["title", "#main", "#said"]
    assert "<!doctype" not in page
    assert "<h1>People</h1>" in page


def test_what_was_said_shows_once(service):
    """It is carried over the redirect, and gone with the next page."""
    client = someone(service, Role.VIEWER)
    assert "Saved." in client.post("/account/settings", theme="dark").text
    assert "Saved." not in client.get("/account").text


def test_nobody_else_can_make_the_page_say_things(service):
    """A cookie that we did not sign is not shown."""
    client = someone(service, Role.VIEWER)
    client.http.cookies.set("said", "eyJ0ZXh0IjoiQ2FsbCAwODAwIn0.00ff")
    assert "Call 0800" not in client.get("/account").text


def test_settings_change_how_pages_look(service):
    """Theme, density and language are in the page itself, so that nothing flashes."""
    client = someone(service, Role.VIEWER)
    page = client.post("/account/settings", theme="dark", density="compact", language="de").text
    assert re.search(r'<html lang="de" dir="ltr" data-theme="dark" data-density="compact">', page)
    assert "Mein Konto" in page
    odd = client.post("/account/settings", theme='"><x', density="y", language="../../etc").text
    assert re.search(r'<html lang="en" dir="ltr" data-theme="auto" data-density="comfortable">', odd)


def test_keys_can_be_moved_and_switched_off(service):
    """A conflict is refused; off means that script is told of none."""
    client = someone(service, Role.VIEWER)
    usual = dict(re.findall(r'id="k-[^"]+" name="([^"]+)" value="([^"]*)"', client.get("/keys").text))
    assert client.post("/keys", **(usual | {"on": "1", "accept": "r"})).status_code == 422
    assert client.post("/keys", **(usual | {"on": "1", "accept": "g"})).status_code == 422
    assert '"accept": "y"' in client.post("/keys", **(usual | {"on": "1", "accept": "y"})).text
    assert '"keymap": {}' in client.post("/keys", **usual).text
    assert '"accept": "a"' in client.post("/keys", on="1", reset="1").text


def test_a_fault_is_a_page_that_tells_nothing(tmp_path, caplog):
    """When the database fails there is a page that says to try again; neither it nor the log repeats values."""
    with serving(tmp_path) as service:
        client = someone(service, Role.ADMIN, name="a-private-name")
        stored(service, lambda connection: connection.exec_driver_sql("ALTER TABLE invitations RENAME TO gone"))
        answer = client.get("/people")
        assert (answer.status_code, "Not just now" in answer.text) == (503, True)
    assert "a-private-name" not in caplog.text


def test_a_form_may_not_have_endless_fields(service):
    """Five thousand are a selection; more are refused before they are looked at."""
    client = someone(service, Role.VIEWER)
    body = "a=&" * 6000
    headers = {"content-type": "application/x-www-form-urlencoded", "x-csrf": client.csrf()}
    assert client.http.post("/account/settings", content=body, headers=headers).status_code == 422


def test_a_route_says_who_may():
    """There is no default: the keyword is demanded when the module is imported."""
    from service.queue.routes import Routes  # noqa: PLC0415 # only here

    with pytest.raises(TypeError, match="needs"):
        Routes().get("/open")  # type: ignore[call-arg]
    assert all(route.needs is not None for route in ROUTES)


def test_only_a_few_pages_are_for_everyone():
    """Whoever opens another page to everyone says so here."""
    public = {route.path for route in ROUTES if route.needs.level == "public"}
    assert public == {"/static/{digest}/{name}", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/back", "/welcome/{token}"}


def test_the_client_address_is_believed_from_proxies_only(tmp_path):
    """X-Forwarded-For counts when one of ours sent it, and then its last foreign hop."""
    told = {"x-forwarded-for": "6.6.6.6, 203.0.113.9, 10.0.0.2"}
    for proxies, wanted in (("127.0.0.1, 10.0.0.0/8", "203.0.113.9"), ("", "127.0.0.1")):
        with serving(tmp_path / (proxies[:3] or "none"), trusted_proxies=proxies) as service:
            client = stranger(service)
            client.http.headers.update(told)
            client.post("/sign-in", email="x@example.org", password="y")
            from service.store import audit  # noqa: PLC0415 # only here

            entry = stored(service, lambda connection: audit.entries(connection, limit=1)[0])
            assert wanted in entry.after
