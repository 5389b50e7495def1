"""Rules, sites and deliveries in a real Chromium: with script and without, in every look, against text that wants to be more."""

from __future__ import annotations

import re
import time

import pytest

from service.domain import Role
from service.store import endpoints
from tests.browser import findings
from tests.queue.given import DIGESTS, site_id, someone, stored
from tests.queue.test_hostile import PAYLOADS
from tests.queue.waiting import TEXTS, hold

PATHS = (
    "/rules",
    "/rules/1/rule",
    "/rules/1/lists",
    "/rules/1/import",
    "/rules/1/history",
    "/rules/1/draft",
    "/sites",
    "/sites/1",
    "/deliveries",
)
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}


@pytest.fixture
def open_tab(service, tab):
    """Opens a tab in which Ana, who administers everything, is signed in."""

    def opened(path: str, **options):
        ana = someone(service, Role.ADMIN, name="Ana Admin")
        page = tab(**options)
        page.context.add_cookies(ana.cookies(service))
        page.add_init_script("window.hits = 0; window.fired = () => { window.hits += 1; };")
        page.goto(f"http://127.0.0.1:{service.port}{path}")
        return page

    return opened


@pytest.fixture
def furnished(service):
    """Comments, a rule in force, an endpoint, a source, and a change that is being tried out by whoever asks."""
    hold(service, *TEXTS, "The casino is open")
    ana = someone(service, Role.ADMIN)
    page = ana.post("/rules/1/rule", name=f"Casino {time.time()}", verdict="reject", words="casino", on="1").text
    ana.post("/rules/1/draft", do="save", version=re.search(r'name="version" value="(\d+)"', page)[1])
    url = f"https://cms{time.time_ns()}.example/"
    add = lambda connection: endpoints.add_endpoint(connection, DIGESTS, 1, url, time.time(), events=["comment.decided"])  # noqa: E731
    stored(service, add)
    ana.post("/sites/1/sources", platform="discourse", label="the forum")
    service.api("POST", "/v1/comments", {"text": "Hello", "author": "Ana"})


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_is_in_order(open_tab, furnished, look):
    """axe finds nothing serious, the console nothing at all, and nothing sticks out, with all that folds unfolded."""
    page = open_tab("/rules/1/rule", **LOOKS[look])
    page.get_by_label("Name", exact=True).fill("Another")
    page.get_by_label("Words", exact=True).fill("walk")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("heading", name="The change").wait_for()
    for path in PATHS:
        page.goto(page.url.partition("/rules")[0].partition("/sites")[0].partition("/deliveries")[0] + path)
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, findings(page), max(sticks_out, 0)) == (path, [], 0)
    assert page.complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_rule_from_nothing_to_force_and_back(service, open_tab, script):
    """Written, tried, put in force, moved, switched off, and taken back in the versions; no script needed."""
    hold(service, *TEXTS, "The casino is open")
    page = open_tab("/rules", java_script_enabled=script)
    page.get_by_role("link", name="New rule").click()
    name = f"By hand {script}"
    page.get_by_label("Name", exact=True).fill(name)
    page.locator("label").filter(has_text=re.compile("^Reject$")).click()
    page.get_by_label("Words", exact=True).fill("casino")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("heading", name=re.compile(r"Would have changed [1-9]")).wait_for()
    assert page.get_by_text("The casino is open").count()
    page.get_by_role("button", name="Put it in force").click()
    page.get_by_role("link", name=name).wait_for()
    page.locator("tr", has_text=name).get_by_role("button", name="Switch off").click()
    page.locator("tr", has_text=name).get_by_role("button", name="Switch on").wait_for()
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Back to this").first.click()
    page.locator("tr", has_text=name).get_by_role("button", name="Switch off").wait_for()


def test_undo_takes_a_removal_back(service, open_tab):
    """The bar that says what was done has the way back."""
    ana = someone(service, Role.ADMIN)
    page = ana.post("/rules/1/rule", name="Dear to us", verdict="hold", words="dear", on="1").text
    ana.post("/rules/1/draft", do="save", version=re.search(r'name="version" value="(\d+)"', page)[1])
    page = open_tab("/rules")
    page.get_by_role("button", name="Remove Dear to us").click()
    page.get_by_text("of the rules is in force.").wait_for()
    assert page.get_by_role("link", name="Dear to us").count() == 0
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Dear to us").wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_key_is_made_and_works(service, open_tab, script):
    """It shows this once, to be copied; the test of it says what it is for."""
    page = open_tab(f"/sites/{site_id(service, 'blog')}", java_script_enabled=script)
    page.get_by_text("Make a key").first.click()
    page.get_by_label("What it is for").first.fill("from the browser")
    page.get_by_role("button", name="Make a key").click()
    key = page.get_by_label("The secret").input_value()
    assert re.fullmatch("[0-9a-f]{12}", key)
    page.get_by_text("Test a key").click()
    page.get_by_label("The key").fill(key)
    page.get_by_role("button", name="Test it").click()
    page.get_by_text("This key works for blog").wait_for()
    assert key not in page.content()


def test_nothing_fires_on_these_pages(service, open_tab):
    """Payloads as comments in a dry run, as rules, notes, keys, sources, sites and list entries: text stays text."""
    chosen = PAYLOADS[::3]
    for start in range(0, len(chosen), 60):
        hold(service, *[f"{each} zebra" for each in chosen[start : start + 60]], author=chosen[start][:100])
    ana = someone(service, Role.ADMIN)
    for number, payload in enumerate(chosen[:12]):
        ana.post("/sites/1/keys", label=payload, kind="bearer", scope="check")
        ana.post("/sites/1/sources", platform="generic", label=payload)
        ana.post("/sites", name=f"{payload} {number}"[:190], url=f"https://x.example/{payload}"[:300].replace(" ", ""))
    page = open_tab("/rules/1/rule")
    home = f"http://127.0.0.1:{service.port}"
    page.get_by_label("Name", exact=True).fill(next(each for each in chosen if each.isprintable() and len(each) <= 80))
    page.get_by_label("Words", exact=True).fill("\n".join(["zebra", *[each for each in chosen[:40] if "\n" not in each]]))
    page.get_by_label("Note").fill(chosen[5][:200])
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("heading", name="The change").wait_for()
    assert page.evaluate("window.hits") == 0
    page.get_by_role("button", name="Put it in force").click()
    for path in ("/rules?site=1", "/rules/1/history", "/sites", "/sites/1", "/deliveries", "/rules/1/lists"):
        page.goto(home + path)
        assert (path, page.evaluate("window.hits")) == (path, 0)
    assert [each for each in page.complaints if "Content Security" in each] == []
