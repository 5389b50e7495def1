"""What holds for every page there is: a route that is added is looked at here without another word."""

from __future__ import annotations

import itertools
from functools import partial

import pytest

from tests.browser import findings
from tests.queue.entries import ENTRIES
from tests.queue.given import stored, stranger
from tests.queue.hostile import COUNTER, Attack, attack, control, poison
from tests.queue.payloads import PAYLOADS
from tests.queue.screens import NO_PAGES, pages, screens
from tests.queue.test_screens import LOOKS, overflow
from tests.queue.world import admin, make_world


@pytest.fixture(scope="module")
def world(service):
    return make_world(service)


@pytest.fixture
def under(service, world, tab):
    return Attack(service, tab(), world)


def test_what_a_route_gives_is_a_page_or_said_to_be_none(service, world):
    """Every GET answers with HTML, in our frame and with our policy; a new one that does not belongs in `NO_PAGES`."""
    known = {"GET " + path for path in NO_PAGES} | {f"GET {route.path}" for route in pages()}
    assert known == {name for name in ENTRIES if name.startswith("GET")}, "say in screens.NO_PAGES what is no page"
    ana, nobody = admin(service), stranger(service)
    for screen in screens(world, more=True):
        look = partial((nobody if screen.outside else ana).get, screen.address)
        service.until(lambda page=look: page().status_code != 404, 30.0)  # where comments belong is looked up behind the queue
        answer = look()
        assert (screen.address, answer.status_code) == (screen.address, 200)
        assert answer.text.startswith("<!doctype html>"), f"{screen.route} shows no page: list it in screens.NO_PAGES"
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def open_all(service, world, tab, look: str):
    """Opens every screen in turn, signed in where that is needed."""
    inside, outside = tab(**LOOKS[look]), tab(**LOOKS[look])
    inside.set_default_timeout(60_000)  # a busy machine is no failure
    outside.set_default_timeout(60_000)
    inside.context.add_cookies(admin(service).cookies(service))
    for screen in screens(world, more=look == "light"):
        page = outside if screen.outside else inside
        page.goto(f"http://127.0.0.1:{service.port}{screen.address}")
        yield screen, page
    assert [each for each in inside.complaints + outside.complaints if "409" not in each] == []  # another's claim


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_is_reachable_for_everyone(service, world, tab, look):
    """axe finds nothing serious, the console says nothing, nothing sticks out, all unfolded: light, dark and on a phone."""
    wrong = {}
    for screen, page in open_all(service, world, tab, look):
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        if (found := findings(page)) or overflow(page) > 0:
            wrong[screen.address] = (found, overflow(page))
    assert wrong == {}, "mend the page, or the rule in winnow.css that it uses"


def test_nothing_from_outside_is_ever_markup(under):
    """Payloads in every text of the database and of the address: nothing runs on any page, even without the policy."""
    for written, wrong in attack(under, (0, 289)):
        assert written > 100
        assert wrong == [], "these pages show something without escaping it"
    assert control(under) > 5, "the same pages unescaped do nothing, so that the above proves nothing"


def test_nothing_runs_in_the_pages_themselves(service, world, under, tab):
    """The same with our own script at work, and with the policy: nothing runs, and the policy had nothing to stop."""
    page = tab()
    page.set_default_timeout(60_000)
    stored(service, lambda connection: poison(connection, itertools.cycle(PAYLOADS[5:])))
    page.add_init_script(COUNTER)
    page.context.add_cookies(under.someone.cookies(service))
    for screen in screens(world):
        if not screen.outside:
            page.goto(f"http://127.0.0.1:{service.port}{screen.address}")
            assert (screen.route, page.evaluate("window.hits")) == (screen.route, 0)
    assert [each for each in page.complaints if "Content Security" in each] == []
