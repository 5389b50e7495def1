"""Search, author and a comment in full in a real Chromium: in order in every look, by keyboard, without script, and hostile."""

from __future__ import annotations

import re

import pytest

from service.domain import Role
from service.people import preferences
from service.store import authors, many, people
from tests.browser import findings
from tests.queue.at_desk import press
from tests.queue.given import someone, stored
from tests.queue.test_hostile import PAYLOADS, PLACES
from tests.queue.waiting import TEXTS, empty, hold, state_of

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LOOKS = {
    "light": {"viewport": WIDE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True},
    "right to left": {"viewport": PHONE},
}
AT_ONCE = 60


@pytest.fixture
def home(service) -> str:
    return f"http://127.0.0.1:{service.port}"


@pytest.fixture
def opened(service, tab, home):
    """Opens a page as someone who may do everything."""

    def open_tab(path: str, look: str = "light", **options):
        ana = someone(service, Role.ADMIN, name="Ana Admin")
        if look == "right to left":
            body = preferences.write(preferences.Preferences(language="ar-XB"))
            stored(service, lambda connection: people.change_person(connection, ana.person_id, settings=body))
        page = tab(**{**LOOKS[look], **options})
        page.context.add_cookies(ana.cookies(service))
        page.goto(home + path)
        return page

    return open_tab


@pytest.fixture
def held(service) -> list[str]:
    empty(service)
    return hold(service, *TEXTS, author="Ivan", author_email="ivan@mail.example", permalink="http://blog.example.net/a/")


def author_of(service, comment_id: str) -> int:
    key = stored(service, lambda connection: many.author_of(connection, comment_id))
    service.until(lambda: stored(service, lambda connection: authors.author(connection, key)) is not None)
    return key


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_are_in_order(service, opened, home, held, look):
    """axe finds nothing serious, the console nothing, nothing sticks out; with everything unfolded too."""
    page = opened("/search?q=harbour", look)
    paths = ("/search", "/search?q=verdict:hold", f"/comments/{held[0]}", f"/authors/{author_of(service, held[0])}")
    for path in paths:
        page.goto(home + path)
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, findings(page), max(over, 0)) == (path, [], 0)
    assert page.complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_text_is_shown_raw_and_as_it_is_read(opened, service, script):
    """A switch that needs no script."""
    empty(service)
    [only] = hold(service, "V1agra for you")
    page = opened(f"/comments/{only}", java_script_enabled=script)
    assert [page.locator(f".text.{each}").is_visible() for each in ("raw", "read")] == [True, False]
    page.get_by_text("As the filter reads it", exact=True).first.click()
    assert [page.locator(f".text.{each}").is_visible() for each in ("raw", "read")] == [False, True]
    assert "viagra" in page.locator(".text.read").inner_text()


def test_a_search_is_worked_through_from_the_keyboard(opened, service, held):
    """Down, select, down, select, reject, undo; the field is where the slash leads."""
    page = opened("/search?q=verdict:hold")
    for key in ("j", "x", "j", "x"):
        press(page, key)
    assert page.locator("#selected").inner_text() == "Selected · 2"
    press(page, "Shift+R")
    page.get_by_text("2 rejected.").wait_for()
    assert [state_of(service, each)[1] for each in held[::-1]][:3] == ["reject", "reject", "hold"]
    press(page, "u")
    page.get_by_text("2 taken back.").wait_for()
    assert {state_of(service, each)[1] for each in held} == {"hold"}
    press(page, "/")
    page.keyboard.type("x")
    assert page.locator("#q").input_value() == "x"


def test_all_of_a_page_are_chosen_at_once(opened, held):
    """One box for all, and a shift-click for a stretch."""
    page = opened("/search?q=verdict:hold")
    page.locator("[data-all]").check()
    assert page.locator(".line > input:checked").count() == len(held)
    page.locator("[data-all]").uncheck()
    page.locator(".line > input").nth(0).click()
    page.locator(".line > input").nth(2).click(modifiers=["Shift"])
    assert page.locator(".line > input:checked").count() == 3


def test_deciding_without_script(opened, service, held):
    """Plain forms: chosen, rejected, taken back."""
    page = opened("/search?q=verdict:hold", java_script_enabled=False)
    page.locator(".line > input").first.check()
    page.locator("#bulk").get_by_role("button", name="Spam").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    assert {state_of(service, each)[1] for each in held} == {"hold"}


def test_the_comments_own_keys_decide_it(opened, service, held):
    """On its page `a` accepts and a digit rejects for a reason."""
    page = opened(f"/comments/{held[0]}")
    press(page, "a")
    page.get_by_text("Accepted.").wait_for()
    press(page, "3")
    page.get_by_text("Rejected.").wait_for()
    assert state_of(service, held[0])[1:] == ("reject", ["ham", "abuse"])


def test_nothing_fires_on_these_pages(service, opened, home):
    """Every payload as text, name, address or anything else: in lists, on the comment's page, on the author's, in a search."""
    empty(service)
    page = opened("/search")
    page.add_init_script("window.hits = 0; window.fired = () => { window.hits += 1; };")
    ids = []
    for start in range(0, len(PAYLOADS), AT_ONCE):
        for number, payload in enumerate(PAYLOADS[start : start + AT_ONCE]):
            place = PLACES[(start + number) % len(PLACES)]
            ids += hold(service, f"{payload} {number}", **{place: payload[: 60 if place == "lang" else 200]})
    address = "/search"
    while address:
        page.goto(home + address)
        assert page.evaluate("window.hits") == 0
        more = page.locator("[data-action=page-on]")
        address = more.get_attribute("href") if more.count() else ""
    for comment_id in ids[::16]:
        page.goto(f"{home}/comments/{comment_id}")
        assert page.evaluate("window.hits") == 0
        link = page.locator("#hand-who a")
        if link.count():
            page.goto(home + link.get_attribute("href"))
            assert page.evaluate("window.hits") == 0
    for payload in PAYLOADS[::29]:
        page.goto(f"{home}/search")
        page.locator("#q").fill(re.sub(r"\s", " ", payload)[:300])
        page.locator("#q").press("Enter")
        assert page.evaluate("window.hits") == 0
    assert [each for each in page.complaints if "Content Security" in each] == []
