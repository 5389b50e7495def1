"""Sites on their pages: keys shown once and replaced, whom a site tells, who tells it, how long it keeps what readers wrote."""

from __future__ import annotations

import re
import time

import pytest

from service.domain import Role
from service.store import audit, endpoints, notices, retention, sites, sources
from tests.queue.given import DIGESTS, site_id, someone, stored


@pytest.fixture
def blog(service) -> str:
    return f"/sites/{site_id(service, 'blog')}"


def deed(service, what: str) -> audit.Entry:
    return stored(service, lambda connection: audit.entries(connection, what=what, limit=1))[0]


def shown(page: str) -> str:
    return re.search(r'id="the-secret"[^>]* value="([^"]+)"', page)[1]


def valid(service, key: str) -> bool:
    return service.ask("POST", "/1.1/verify-key", f"key={key}&blog=x").body == b"valid"


def test_a_site_is_added_with_its_first_key(service, admin):
    """The key shows this once and works at once; the page says how to connect with the real address."""
    page = admin.post("/sites", name="gazette", url="https://gazette.example").text
    assert valid(service, shown(page))
    assert f"http://127.0.0.1:{service.port}/v1/comments" in page
    assert shown(page) not in admin.get(f"/sites/{site_id(service, 'gazette')}").text
    assert deed(service, "site.add").target == "gazette"


def test_a_site_needs_a_name_and_an_address(service, admin):
    """What is wrong is said at its field."""
    for fields, told in (
        ({"name": "", "url": "https://x.example"}, "between 1 and 200"),
        ({"name": "x", "url": "x.example"}, "must start with http://"),
        ({"name": "blog", "url": "https://x.example"}, "a site of this name already"),
    ):
        answer = admin.post("/sites", **fields)
        assert (answer.status_code, told in answer.text) == (422, True)


def test_settings_are_saved_and_logged(service, admin):
    """Name, how a hold is told, days, and whom to write to; the log has before and after."""
    admin.post("/sites", name="weekly", url="https://weekly.example")
    number = site_id(service, "weekly")
    sent = {
        "name": "daily",
        "url": "https://daily.example",
        "hold_as": "ham",
        "days": "30",
        "undo": "60",
        "controller": "Ana",
        "contact": "a@x.example",
    }
    assert "Saved." in admin.post(f"/sites/{number}/settings", **sent).text
    site = stored(service, lambda connection: sites.find_site(connection, "daily"))
    assert (site.url, site.hold_as, site.undo_seconds) == ("https://daily.example", "ham", 60)
    assert stored(service, lambda connection: retention.days_of(connection, number)) == 30
    assert stored(service, lambda connection: notices.notice_of(connection, number)).contact == "a@x.example"
    entry = deed(service, "site.change")
    assert ('"name":"weekly"' in entry.before, '"days":30' in entry.after, "https" in entry.after) == (True, True, True)
    assert admin.post(f"/sites/{number}/settings", **(sent | {"days": "3"})).status_code == 422


def test_how_long_a_decision_can_be_undone_is_a_number_of_seconds(service, admin, blog):
    """Up to an hour, said at its field; nothing means as everywhere."""
    sent = {"name": "blog", "url": "https://blog.example/"}
    for wrong in ("3601", "-1", "ten", "1.5", "9" * 30):
        answer = admin.post(f"{blog}/settings", **sent, undo=wrong)
        told = re.search(r'id="e-undo"[^>]*>.*?</p>', answer.text, re.DOTALL)[0]
        assert (answer.status_code, "0 to 3,600 seconds" in told) == (422, True)
    for given, kept in (("0", 0), ("3600", 3600), ("", None)):
        admin.post(f"{blog}/settings", **sent, undo=given)
        assert stored(service, lambda connection: sites.find_site(connection, "blog")).undo_seconds == kept


def test_a_key_is_replaced_while_the_old_one_still_works(service, admin, blog):
    """Both open the site for as long as was said; with no time, the old one nothing from then on."""
    old = shown(admin.post(f"{blog}/keys", label="old", kind="akismet", scope="check").text)
    number = stored(service, sites.list_keys)[-1].id
    new = shown(admin.post(f"{blog}/keys/replace", key=str(number), overlap="24").text)
    assert (valid(service, old), valid(service, new)) == (True, True)
    newest = stored(service, sites.list_keys)[-1].id
    newer = shown(admin.post(f"{blog}/keys/replace", key=str(newest), overlap="0").text)
    assert (valid(service, new), valid(service, newer)) == (False, True)
    assert new not in str(deed(service, "key.replace"))


def test_a_revoked_key_opens_nothing(service, admin, blog):
    """From the answer on."""
    key = shown(admin.post(f"{blog}/keys", label="gone", kind="akismet", scope="check").text)
    number = stored(service, sites.list_keys)[-1].id
    assert "opens nothing any more" in admin.post(f"{blog}/keys/revoke", key=str(number)).text
    assert not valid(service, key)


def test_a_key_can_be_tested(service, admin, blog):
    """It says what the key is for; one of another site opens nothing here."""
    assert "This key works for blog: check, feedback, read." in admin.post(f"{blog}/keys/test", key=service.key).text
    other = f"/sites/{site_id(service, 'other')}"
    assert admin.post(f"{other}/keys/test", key=service.key).status_code == 422
    assert service.key not in admin.post(f"{other}/keys/test", key=service.key).text


def test_a_short_key_cannot_administer(service, admin, blog):
    """Nor is there a key for nothing."""
    assert admin.post(f"{blog}/keys", kind="akismet", scope="admin").status_code == 422
    assert admin.post(f"{blog}/keys", kind="bearer").status_code == 422


def test_an_endpoint_where_nothing_may_be_sent_is_refused(service, admin, blog):
    """Inner addresses, and no event."""
    for fields, told in (
        ({"url": "http://127.0.0.1/x", "event": "comment.held"}, "not on the public internet"),
        ({"url": "https://cms.example/x"}, "Say what it shall be told of"),
        ({"url": "ftp://cms.example/x", "event": "comment.held"}, "must begin with https"),
    ):
        answer = admin.post(f"{blog}/endpoints", **fields)
        assert (answer.status_code, told in answer.text) == (422, True)


@pytest.fixture
def endpoint(service) -> int:
    """An endpoint of the blog."""
    blog, url = site_id(service, "blog"), f"https://cms-{time.time_ns()}.example/hook?token=secret-in-url"
    add = lambda connection: endpoints.add_endpoint(connection, DIGESTS, blog, url, time.time(), events=["comment.held"])  # noqa: E731
    return stored(service, add)[1]


def test_endpoints_are_changed_switched_and_removed(service, admin, blog, endpoint):
    """Each is one deed in the log, which names the host and not the address."""
    number = str(endpoint)
    found = lambda: stored(service, lambda connection: endpoints.find_endpoint(connection, endpoint))  # noqa: E731
    admin.post(f"{blog}/endpoints/change", endpoint=number, event="comment.decided", with_text="1")
    assert (found().events, found().with_text) == (("comment.decided",), True)
    admin.post(f"{blog}/endpoints/switch", endpoint=number, do="off")
    assert found().disabled_why == "by Ana Admin"
    admin.post(f"{blog}/endpoints/switch", endpoint=number, do="on")
    assert found().disabled_at is None
    assert shown(admin.post(f"{blog}/endpoints/secret", endpoint=number).text).startswith("whsec_")
    admin.post(f"{blog}/endpoints/remove", endpoint=number)
    assert found() is None
    logged = stored(service, lambda connection: audit.entries(connection, what="endpoint.", limit=6))
    ours = [entry.what for entry in logged if entry.who == "Ana Admin"]
    assert ours == [f"endpoint.{what}" for what in ("remove", "secret", "on", "off", "change")]
    assert "secret-in-url" not in str(logged)


def test_who_only_looks_sees_no_address_and_no_button(service, blog, endpoint):
    """An address can open a door."""
    page = someone(service, blog=Role.LEAD).get(blog).text
    assert ("secret-in-url" in page, "Send a test" in page, "Revoke" in page) == (False, False, False)
    assert "cms-" in page


def test_sources_come_and_go(service, admin, blog):
    """Address and secret show once; a new secret works beside the old one until that is dropped."""
    page = admin.post(f"{blog}/sources", platform="generic", label="ours", mode="wait").text
    assert shown(page).startswith("whsec_")
    assert f"http://127.0.0.1:{service.port}/webhooks/" in page
    listed = lambda: stored(service, lambda connection: sources.list_sources(connection, DIGESTS))  # noqa: E731
    source = listed()[-1]
    assert (source.options.mode, source.label) == ("wait", "ours")
    new = shown(admin.post(f"{blog}/sources/secret", source=source.id).text)
    assert listed()[-1].secrets == (new, source.secrets[0])
    admin.post(f"{blog}/sources/secret", source=source.id, do="drop")
    assert listed()[-1].secrets == (new,)
    admin.post(f"{blog}/sources/remove", source=source.id)
    assert source.id not in [each.id for each in listed()]


def test_names_are_text(service, admin):
    """A site's name, a key's and a source's are shown and not run."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>%(x)s"
    admin.post("/sites", name=evil, url="https://evil.example/?<script>")
    number = site_id(service, evil)
    admin.post(f"/sites/{number}/keys", label=evil, kind="bearer", scope="check")
    admin.post(f"/sites/{number}/sources", platform="generic", label=evil)
    for path in ("/sites", f"/sites/{number}", f"/rules?site={number}", "/deliveries"):
        answer = admin.get(path)
        assert (path, answer.status_code, "<script>alert" in answer.text, "<img" in answer.text) == (path, 200, False, False)
