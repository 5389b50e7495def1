"""The queue in a real Chromium, worked with keys alone."""

from __future__ import annotations

import time

import pytest

from service.domain import Role
from tests.browser import divert, findings
from tests.queue.at_desk import LOOKS, desk, fetched, press, said, shows, waiting
from tests.queue.given import someone
from tests.queue.waiting import state_of

__all__ = ["desk", "waiting"]


def test_keys_move_decide_and_take_back(service, desk, waiting):
    """j k go through the list, a r h decide and advance, u takes the last one back."""
    page = desk()
    shows(page, waiting[0])
    press(page, "j")
    shows(page, waiting[1])
    press(page, "k")
    shows(page, waiting[0])
    press(page, "a")
    said(page, "Accepted.")
    shows(page, waiting[1])
    press(page, "r")
    said(page, "Rejected.")
    shows(page, waiting[2])
    assert [state_of(service, each)[1] for each in waiting[:2]] == ["accept", "reject"]
    press(page, "u")
    said(page, "Taken back.")
    assert state_of(service, waiting[1]) == ("waiting", "hold", [])
    assert page.complaints == []


def test_what_is_taken_back_is_in_hand_again(service, desk, waiting):
    """Whoever takes a decision back wants another one: the comment is there, wherever it stands in the list."""
    page = desk()
    shows(page, waiting[0])
    press(page, "j")
    shows(page, waiting[1])
    press(page, "r")
    shows(page, waiting[2])
    press(page, "u")
    shows(page, waiting[1])
    assert page.complaints == []


def test_digits_give_reasons_and_h_asks_for_another(service, desk, waiting):
    """A digit rejects with the reason it stands for; h leaves the comment to someone else."""
    page = desk()
    shows(page, waiting[0])
    press(page, "3")
    said(page, "Rejected.")
    shows(page, waiting[1])
    press(page, "h")
    said(page, "second opinion")
    assert state_of(service, waiting[0]) == ("decided", "reject", ["abuse"])
    assert state_of(service, waiting[1])[0] == "waiting"


def test_a_selection_is_decided_at_once(service, desk, waiting):
    """x selects, Shift+J extends, Shift+R rejects what is selected."""
    page = desk()
    shows(page, waiting[0])
    press(page, "x", "Shift+J")
    shows(page, waiting[1])
    press(page, "Shift+R")
    said(page, "2 rejected.")
    assert [state_of(service, each)[0] for each in waiting] == ["decided"] * 2 + ["waiting"] * 3


def test_the_list_is_one_stop_of_the_tab_key(service, desk, waiting):
    """Arrows go through it, with single keys switched off as well; Tab leaves it for the comment, Shift+Tab for the filters."""
    page = desk()
    shows(page, waiting[0])
    page.locator("#rows a[aria-current]").focus()
    press(page, "ArrowDown", "ArrowDown")
    shows(page, waiting[2])
    press(page, "ArrowUp")
    shows(page, waiting[1])
    press(page, "End")
    shows(page, waiting[-1])
    press(page, "Home")
    shows(page, waiting[0])
    press(page, "Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('#detail'))")
    press(page, "Shift+Tab", "Shift+Tab", "Shift+Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.filters'))")
    assert page.complaints == []


def test_on_a_phone_the_comment_comes_first(desk, waiting):
    """What stands above it leaves it room; filters, orders and the search are there when asked for."""
    page = desk(**LOOKS["phone"])
    shows(page, waiting[0])
    assert page.locator("#detail .hand").bounding_box()["y"] < 150
    assert not page.get_by_role("link", name="Riskiest").is_visible()
    page.locator(".filters summary").click()
    assert page.get_by_role("link", name="Riskiest").is_visible()
    assert page.get_by_role("searchbox").is_visible()
    page.locator(".filters").get_by_role("link", name="New here").click()
    page.wait_for_url("**new=1*")
    assert page.locator(".filters summary").inner_text().split() == ["Filters", "·", "1"]


def test_who_is_too_late_is_told_and_goes_on(service, desk, waiting):
    """What another decided meanwhile stays decided; the row goes, the name shows."""
    page = desk()
    shows(page, waiting[0])
    ben = someone(service, Role.MODERATOR, name="Ben")
    ben.post("/queue/act", item=f"{waiting[0]}.1", verdict="reject")
    press(page, "a")
    said(page, "Already rejected by Ben")
    shows(page, waiting[1])
    assert state_of(service, waiting[0])[1] == "reject"


def test_nothing_is_lost_without_a_connection(service, desk, waiting):
    """A decision that could not be sent comes back into the list, and it is said."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[1])
    divert(page, "**/queue/act", lambda route: route.abort())
    press(page, "a")
    said(page, "No connection")
    shows(page, waiting[0])
    assert state_of(service, waiting[0])[0] == "waiting"


def test_a_session_that_ended_is_told(service, desk, waiting):
    """Whoever decides when signed out by now learns that it was not done; from there one comes back to the same queue."""
    page = desk()
    shows(page, waiting[0])
    page.context.clear_cookies()
    press(page, "a")
    page.wait_for_url("**/sign-in?ended")
    assert "was not done" in page.get_by_role("alert").inner_text()
    assert next(each["value"] for each in page.context.cookies() if each["name"] == "next").strip('"') == "/queue?sort=oldest"
    assert state_of(service, waiting[0])[0] == "waiting"


def test_the_next_comment_is_there_before_the_answer(service, desk, waiting):
    """Nobody waits for the server: the next comment is in hand while the decision is still on its way (milliseconds: the bench)."""
    page = desk()
    shows(page, waiting[0])
    fetched(page, waiting[1])
    on_its_way = []
    divert(page, "**/queue/act", lambda route: on_its_way.append(route))  # noqa: PLW0108 # playwright takes no built-in method
    press(page, "a")
    shows(page, waiting[1])
    assert [state_of(service, each)[0] for each in waiting[:2]] == ["waiting", "waiting"]
    on_its_way.pop().continue_()
    said(page, "Accepted.")
    assert state_of(service, waiting[0])[0] == "decided"


@pytest.mark.parametrize("look", LOOKS)
def test_the_queue_is_in_order(desk, waiting, look):
    """axe finds nothing serious, the console nothing at all, and nothing sticks out."""
    page = desk(**LOOKS[look])
    shows(page, waiting[0])
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (findings(page), max(wider, 0), page.complaints) == ([], 0, [])


def test_it_works_without_script(service, desk, waiting):
    """The same buttons, as plain forms."""
    page = desk(java_script_enabled=False)
    page.get_by_role("button", name="Accept a").click()
    assert "Accepted." in page.locator("#said").inner_text()
    page.get_by_role("button", name="Undo").click()
    assert "Taken back." in page.locator("#said").inner_text()
    assert state_of(service, waiting[0]) == ("waiting", "hold", [])


def test_keys_can_be_switched_off(service, desk, waiting):
    """For who cannot have single keys, a letter does nothing."""
    page = desk()
    page.goto(f"http://127.0.0.1:{service.port}/keys")
    page.locator("#f-on").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto(f"http://127.0.0.1:{service.port}/queue?sort=oldest")
    shows(page, waiting[0])
    press(page, "a")
    time.sleep(0.3)
    assert state_of(service, waiting[0])[0] == "waiting"
