"""The queue on a slow line that breaks, under fast fingers, in a real Chromium: nothing is decided unseen, nothing is lost."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error

from service.domain import Role
from tests.browser import divert
from tests.queue.at_desk import desk, fetched, in_hand, press, said, shows, waiting
from tests.queue.given import someone
from tests.queue.waiting import TEXTS, empty, hold, state_of

__all__ = ["desk", "waiting"]
COPIES = [f"The very best watches of the world at http://w{place}.example" for place in range(3)]
ACTS = "**/queue/act"


def held_back(page, pattern, **options):
    """What asks for such an address waits in the list that this gives."""
    late = []
    divert(page, pattern, lambda route: late.append(route), **options)  # noqa: PLW0108 # playwright marks what it is given, and a built-in cannot be marked
    return late


def came(page, late, count=1):
    for _ in range(500):
        if len(late) >= count:
            return
        page.wait_for_timeout(20)
    pytest.fail("nothing was asked for")


def states(service, ids):
    return [state_of(service, each)[0] for each in ids]


def test_a_key_held_down_decides_once(service, desk, waiting):
    """What the keyboard repeats by itself decides nothing; through the list it goes."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[3])
    page.keyboard.down("j")
    page.keyboard.down("j")
    page.keyboard.up("j")
    shows(page, waiting[2])
    page.keyboard.down("a")
    shows(page, waiting[3])
    page.keyboard.down("a")
    page.keyboard.up("a")
    said(page, "Accepted.")
    assert states(service, waiting) == ["waiting", "waiting", "decided", "waiting", "waiting"]


def test_behind_the_list_of_keys_nothing_is_decided(service, desk, waiting):
    """While all keys are shown, only the keys that close them do anything."""
    page = desk()
    shows(page, waiting[0])
    press(page, "?")
    page.locator("#help[open]").wait_for()
    press(page, "a", "j", "r", "Control+z")
    assert in_hand(page) == waiting[0]
    press(page, "?")
    page.locator("#help:not([open])").wait_for(state="attached")
    press(page, "a")
    said(page, "Accepted.")
    assert states(service, waiting[:2]) == ["decided", "waiting"]


def test_a_double_click_decides_once(service, desk, waiting):
    """The second click of two meets the next comment, and leaves it alone."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[1])
    page.locator("#acts .yes").dblclick()
    said(page, "Accepted.")
    shows(page, waiting[1])
    assert states(service, waiting[:2]) == ["decided", "waiting"]


def test_the_last_one_can_be_taken_back(service, desk):
    """Also when nothing is left, the button to take it back stays; a second press on what is decided is none."""
    empty(service)
    [only] = hold(service, COPIES[0])
    page = desk()
    shows(page, only)
    late = held_back(page, ACTS)
    press(page, "a", "a", "r")
    came(page, late)
    late[0].continue_()
    page.locator(".empty").wait_for()
    press(page, "u")
    shows(page, only)
    assert (len(late), states(service, [only])) == (1, ["waiting"])


def test_the_list_comes_anew_after_the_last_answer(service, desk):
    """What is decided and still on its way does not wait in the list again."""
    empty(service)
    ids = hold(service, *TEXTS[:2])
    page = desk()
    shows(page, ids[0])
    fetched(page, ids[1])
    late = held_back(page, ACTS)
    press(page, "a")
    shows(page, ids[1])
    press(page, "r")
    came(page, late)
    late[0].continue_()
    came(page, late, 2)
    page.wait_for_timeout(200)
    late[1].continue_()
    page.locator(".empty").wait_for()
    press(page, "u")
    shows(page, ids[1])
    assert states(service, ids) == ["decided", "waiting"]


def test_a_list_that_comes_late_hides_nothing(service, desk):
    """The empty list that was asked for before the last one was taken back does not take its place again."""
    empty(service)
    [only] = hold(service, COPIES[0])
    page = desk()
    shows(page, only)
    nothing = page.request.get(f"{page.url}&lang=xx", headers={"X-Part": "1"})
    acts, lists = held_back(page, ACTS, times=1), held_back(page, "**/queue?*", times=1)
    press(page, "a")
    came(page, acts)
    press(page, "u")
    acts[0].continue_()
    came(page, lists)
    said(page, "Taken back.")
    shows(page, only)
    with suppress(Error):  # nobody waits for it any more
        lists[0].fulfill(response=nothing)
    page.wait_for_timeout(300)
    assert in_hand(page) == only


def test_a_selection_is_sent_once(service, desk, waiting):
    """Who presses again while it is on its way does not lose the button that takes it back."""
    page = desk()
    shows(page, waiting[0])
    press(page, "x", "Shift+J")
    shows(page, waiting[1])
    late = held_back(page, ACTS)
    press(page, "Shift+A")
    came(page, late)
    press(page, "Shift+A", "Shift+R", "j", "a")
    late[0].continue_()
    said(page, "2 accepted.")
    press(page, "u")
    said(page, "2 taken back.")
    assert (len(late), states(service, waiting)) == (1, ["waiting"] * 5)


def test_what_is_decided_last_is_taken_back_last(service, desk):
    """A cluster waits for the decision before it, so that what is said last is what was done last."""
    empty(service)
    first, *alike = hold(service, "A word on the harbour and its boats.", *COPIES)
    page = desk()
    shows(page, first)
    fetched(page, alike[0])
    late = held_back(page, ACTS)
    press(page, "a")
    shows(page, alike[0])
    press(page, "r")
    page.wait_for_timeout(100)
    assert len(late) == 1
    late[0].continue_()
    came(page, late, 2)
    late[1].continue_()
    said(page, "3 rejected.")
    press(page, "u")
    said(page, "3 taken back.")
    assert states(service, [first, *alike]) == ["decided", "waiting", "waiting", "waiting"]


def test_taking_back_takes_back_what_was_last_then(service, desk, waiting):
    """u means the decision before it, also while that is on its way; until it is back in hand no key decides."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[1])
    late = held_back(page, ACTS)
    press(page, "a")
    shows(page, waiting[1])
    press(page, "u", "r", "j", "r")
    came(page, late)
    late[0].continue_()
    said(page, "Taken back.")
    shows(page, waiting[0])
    assert (len(late), states(service, waiting)) == (1, ["waiting"] * 5)


def test_while_it_is_taken_back_nothing_is_decided(service, desk, waiting):
    """Who takes back waits for the comment that comes, and decides neither it nor the one before."""
    page = desk()
    shows(page, waiting[0])
    press(page, "a")
    said(page, "Accepted.")
    shows(page, waiting[1])
    late = held_back(page, "**/queue/undo*")
    press(page, "u")
    came(page, late)
    press(page, "r", "1")
    late[0].continue_()
    said(page, "Taken back.")
    shows(page, waiting[0])
    assert states(service, waiting) == ["waiting"] * 5


def test_no_other_decision_is_offered_to_be_taken_back(service, desk, waiting):
    """While a decision is on its way, the button of the one before it is gone."""
    page = desk()
    shows(page, waiting[0])
    press(page, "a")
    said(page, "Accepted.")
    held_back(page, ACTS)
    press(page, "r")
    shows(page, waiting[2])
    assert page.get_by_role("button", name="Undo").count() == 0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, "<html><h1>Bad gateway</h1></html>"),
        (504, "<!DOCTYPE html><p>Late"),
        (503, ""),
        (200, "<h1>This network is for guests</h1>"),
    ],
)
def test_a_server_that_is_away_is_said(service, desk, waiting, status, body):
    """What a proxy says instead of the service takes nobody from the queue: the decision comes back."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[1])
    divert(page, ACTS, lambda route: route.fulfill(status=status, body=body, content_type="text/html"), times=1)
    press(page, "a")
    page.locator("#said .problem").wait_for()
    shows(page, waiting[0])
    press(page, "a")
    said(page, "Accepted.")
    shows(page, waiting[1])
    assert states(service, waiting[:2]) == ["decided", "waiting"]


def test_a_refusal_leaves_the_queue_where_it_is(service, desk, waiting):
    """What the service itself refuses is said; the queue stays, and the comment in it."""
    page = desk()
    shows(page, waiting[0])
    page.evaluate("document.querySelector('#acts .yes').value = 'nonsense'")
    press(page, "a")
    said(page, "Choose what to do")
    shows(page, waiting[0])
    assert page.locator("#rows > li").count() == 5


def test_without_a_connection_everything_comes_back(service, desk, waiting):
    """Of several decisions on a line that is dead, each is in the list again; with the line back they are decided."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[3])
    page.context.set_offline(True)
    press(page, "a", "a", "j")
    page.locator("#said .problem").wait_for()
    page.locator(f"#r-{waiting[0]} + #r-{waiting[1]} + #r-{waiting[2]}").wait_for()
    page.locator(f"#r-{waiting[0]} a").click()
    shows(page, waiting[0])
    page.context.set_offline(False)
    press(page, "a")
    said(page, "Accepted.")
    assert states(service, waiting[:2]) == ["decided", "waiting"]


def test_a_comment_that_cannot_be_fetched_is_asked_for_again(service, desk, waiting):
    """The page stays; nothing is decided until the comment shows, which it does when one goes to it again."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[3])
    page.context.set_offline(True)
    page.locator(f"#r-{waiting[4]} a").click()
    said(page, "No connection")
    press(page, "a")
    page.context.set_offline(False)
    page.locator(f"#r-{waiting[4]} a").click()
    shows(page, waiting[4])
    assert states(service, waiting) == ["waiting"] * 5


def test_a_page_loaded_anew_has_nothing_selected(service, desk, waiting):
    """The browser puts no ticks on the rows that stand now where the selected ones were."""
    page = desk()
    shows(page, waiting[0])
    press(page, "x", "Shift+J")
    someone(service, Role.MODERATOR, name="Ben").post("/queue/act", item=f"{waiting[0]}.1", verdict="reject")
    page.reload()
    shows(page, waiting[1])
    assert page.locator("#rows input:checked").count() == 0


def test_rows_that_come_late_stand_there_once(service, desk):
    """What was fetched for the list before is not put into the one that came meanwhile."""
    empty(service)
    ids = hold(service, *(f"A remark number {chr(97 + place // 26)}{chr(97 + place % 26)}." for place in range(53)))
    page = desk()
    shows(page, ids[0])
    press(page, "a")
    said(page, "Accepted.")
    late = held_back(page, "**/queue?*rows=1", times=1)
    press(page, "]")
    came(page, late)
    press(page, "u")
    said(page, "Taken back.")
    shows(page, ids[0])
    late[0].continue_()
    page.wait_for_timeout(300)
    found = page.eval_on_selector_all("#rows > li", "all => all.map((row) => row.id)")
    assert len(found) == len(set(found)) == 50


def test_who_leaves_decides_nothing(service, desk, waiting):
    """Keys that are pressed while another page is on its way are not meant for the one that still shows."""
    page = desk()
    shows(page, waiting[0])
    late = held_back(page, "**/search", times=1)
    press(page, "g", "s", "a", "r")
    came(page, late)
    press(page, "a", "1")
    late[0].continue_()
    page.wait_for_url("**/search")
    assert states(service, waiting) == ["waiting"] * 5


def test_skipping_to_the_content_brings_no_other(service, desk, waiting):
    """A way within the page leaves in hand what is in hand."""
    page = desk()
    shows(page, waiting[0])
    press(page, "j")
    shows(page, waiting[1])
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/queue?" in request.url else None)
    page.locator(".skip").focus()
    press(page, "Enter")
    page.wait_for_timeout(200)
    assert (asked, in_hand(page)) == ([], waiting[1])


def test_whatever_else_is_said_a_decision_can_be_taken_back(service, desk, waiting):
    """Neither a claim nor a line that breaks for a moment takes the button away; both leave it its time."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[1])
    press(page, "a")
    said(page, "Accepted.")
    shows(page, waiting[1])
    press(page, "c")
    page.locator("#said > .said + .said").wait_for()
    page.context.set_offline(True)
    press(page, "?")
    said(page, "No connection")
    page.context.set_offline(False)
    assert page.locator("#said > .said").count() == 2
    press(page, "u")
    said(page, "Taken back.")
    shows(page, waiting[0])
    assert states(service, waiting[:1]) == ["waiting"]


def test_back_shows_what_the_address_says(service, desk, waiting):
    """Also where one had skipped to the content, and where one goes forth again before the page of before has come."""
    page = desk()
    shows(page, waiting[0])
    page.locator(".skip").focus()
    press(page, "Enter")
    page.locator('.sorts a[href*="sort=newest"]').evaluate("link => { link.dataset.part = ''; link.click(); }")
    shows(page, waiting[-1])
    page.go_back()
    shows(page, waiting[0])
    page.go_forward()
    shows(page, waiting[-1])
    late = held_back(page, "**/queue?*", times=1)
    page.evaluate("history.back()")
    came(page, late)
    page.evaluate("history.forward()")
    page.wait_for_function("() => location.search.includes('newest') && !document.getElementById('main').inert")
    assert in_hand(page) == waiting[-1]


def test_a_plain_form_is_sent_once(service, desk, waiting):
    """On the list of a search, too, a second press leaves the first one its button to take it back."""
    page = desk()
    page.goto(f"http://127.0.0.1:{service.port}/search?q=verdict:hold")
    page.locator("[data-all]").click()
    late = held_back(page, "**/comments/act", times=1)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/comments/act") else None)
    twice = "for (const pause of [0, 200]) setTimeout(() => document.querySelector('#bulk [value=accept]').click(), pause)"
    page.evaluate(twice)
    came(page, late)
    page.wait_for_timeout(400)
    late[0].continue_()
    said(page, "5 accepted.")
    press(page, "u")
    said(page, "5 taken back.")
    assert len(asked) == 1


def test_a_reason_is_repeated_by_its_name(service, desk):
    """Where another site has other reasons, its second one is not the second one of before."""
    empty(service)
    ids = hold(service, *TEXTS[:2])
    page = desk()
    shows(page, ids[0])
    fetched(page, ids[1])
    press(page, "2")
    shows(page, ids[1])
    said(page, "Rejected.")
    page.locator("#acts [value=reason-2] bdi").evaluate("(name) => (name.textContent = 'Something else')")
    press(page, ".")
    page.wait_for_timeout(200)
    assert states(service, ids) == ["decided", "waiting"]


def test_going_back_ticks_no_other_row(service, desk, waiting):
    """Whoever comes back to the list finds ticks on what was selected, or none."""
    page = desk()
    shows(page, waiting[0])
    press(page, "x", "Shift+J")
    page.goto(f"http://127.0.0.1:{service.port}/account")
    someone(service, Role.MODERATOR, name="Ben").post("/queue/act", item=f"{waiting[0]}.1", verdict="reject")
    page.go_back()
    shows(page, waiting[1])
    assert page.locator("#rows input:checked").count() == 0


def test_it_can_be_taken_back_by_any_clock(service, desk, waiting):
    """How long the button stays is counted from its coming: a computer's clock may be an hour ahead."""
    page = desk()
    page.clock.set_fixed_time((time.time() + 3600) * 1000)
    page.reload()
    shows(page, waiting[0])
    press(page, "a")
    said(page, "Accepted.")
    page.wait_for_timeout(200)
    press(page, "u")
    said(page, "Taken back.")
