"""Every key of the queue, pressed in a real Chromium."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from service.domain import Role
from service.people import preferences
from service.queue.keys import KEYS
from service.store import people
from service.store.desk_tables import notes
from service.store.schema import queue_items
from tests.browser import divert
from tests.queue.at_desk import desk, in_hand, press, said, shows, waiting
from tests.queue.given import someone, stored
from tests.queue.waiting import TEXTS, empty, hold, state_of

__all__ = ["desk", "waiting"]


def claimer(service, comment_id):
    query = select(queue_items.c.claimed_by).where(queue_items.c.comment_id == comment_id)
    return stored(service, lambda connection: connection.execute(query).scalar_one())


def test_selecting_and_extending_upwards(service, desk, waiting):
    """x selects, Shift+K extends upwards, Shift+A accepts what is selected."""
    page = desk()
    shows(page, waiting[0])
    press(page, "j")
    shows(page, waiting[1])
    press(page, "x", "Shift+K")
    shows(page, waiting[0])
    press(page, "Shift+A")
    said(page, "2 accepted.")
    assert [state_of(service, each)[1] for each in waiting] == ["accept"] * 2 + ["hold"] * 3


def test_shift_r_without_a_selection_rejects_the_cluster(service, desk):
    """With nothing selected, what is in hand goes with all that are alike."""
    empty(service)
    ids = hold(service, *(f"The very best watches of the world at http://w{place}.example" for place in range(3)))
    page = desk()
    shows(page, ids[0])
    press(page, "Shift+R")
    said(page, "3 rejected.")
    assert {state_of(service, each)[1] for each in ids} == {"reject"}


def test_claiming_and_giving_back(service, desk, waiting):
    """Looking at a comment claims it; c gives it back, c again claims it."""
    page = desk()
    shows(page, waiting[0])
    service.until(lambda: claimer(service, waiting[0]) is not None)
    press(page, "c")
    said(page, "You gave it back.")
    assert claimer(service, waiting[0]) is None
    press(page, "c")
    said(page, "You look at it")
    assert claimer(service, waiting[0]) is not None


def test_nothing_is_decided_that_does_not_show_yet(service, desk, waiting):
    """A key that comes before its comment does decides neither that comment nor the one that still shows."""
    page = desk()
    late = []
    divert(page, f"**/comments/{waiting[1]}?beside*", lambda route: late.append(route))  # noqa: PLW0108 # playwright marks what it is given, and a built-in cannot be marked
    page.reload()
    shows(page, waiting[0])
    press(page, "j", "2", "c", ".", "Shift+A")
    page.wait_for_timeout(300)
    assert [state_of(service, each)[0] for each in waiting[:2]] == ["waiting", "waiting"]
    for route in late:
        route.continue_()
    shows(page, waiting[1])
    press(page, "2")
    shows(page, waiting[2])
    said(page, "Rejected.")
    assert [state_of(service, each)[0] for each in waiting[:3]] == ["waiting", "decided", "waiting"]


def test_giving_back_waits_for_the_claim_before_it(service, desk, waiting):
    """c gives back also when the answer to the claim is still on its way."""
    page = desk()
    late = []
    divert(page, "**/queue/claim/*", lambda route: late.append((route, route.fetch())), times=1)
    shows(page, waiting[0])
    service.until(lambda: page.wait_for_timeout(20) or late)
    press(page, "c")
    page.wait_for_timeout(200)
    route, answer = late[0]
    route.fulfill(response=answer)
    said(page, "You gave it back.")
    assert claimer(service, waiting[0]) is None


def test_what_is_decided_can_be_repeated(service, desk, waiting):
    """A full stop does to the next comment what was done to the last one; Ctrl+Z takes it back."""
    page = desk()
    shows(page, waiting[0])
    press(page, "2")
    shows(page, waiting[1])
    said(page, "Rejected.")
    former = page.locator("#said form").get_attribute("action")
    press(page, ".")
    shows(page, waiting[2])
    page.locator(f'#said form:not([action="{former}"])').wait_for()
    press(page, "Control+z")
    said(page, "Taken back.")
    assert [state_of(service, each)[0] for each in waiting[:2]] == ["decided", "waiting"]


def test_thread_copies_and_why_open_and_close(service, desk):
    """e shows what is answered and its neighbours, s the copies with what was done to them, w hides and shows why."""
    empty(service)
    post = {"article_id": "harbour", "author_email": "a@example.org"}
    hold(service, "The first word on the harbour.", external_id="first", **post)
    replies = [
        hold(service, f"A reply about {what} and the sea.", parent_id="first", **post)[0] for what in ("boats", "nets", "gulls")
    ]
    page = desk(f"sort=oldest&at={replies[1]}")
    shows(page, replies[1])
    press(page, "e")
    thread = page.locator("#thread")
    thread.locator("text=It answers").wait_for()
    assert [word in thread.inner_text() for word in ("first word", "boats", "gulls", "harbour")] == [True] * 4
    press(page, "w")
    assert not page.locator("table.clues").is_visible()
    press(page, "s")
    page.locator("#similar", has_text="Nothing like it").wait_for()
    assert page.complaints == []


def test_copies_tell_what_became_of_them(service, desk):
    """Who finds a text anew sees who rejected it before."""
    empty(service)
    ids = hold(service, *(f"The very best watches of the world at http://w{place}.example" for place in range(3)))
    someone(service, Role.MODERATOR, name="Ben").post("/queue/act", item=f"{ids[2]}.1", verdict="reject")
    page = desk()
    shows(page, ids[0])
    press(page, "s")
    page.locator("#similar", has_text="rejected by Ben").wait_for()
    assert page.locator("#similar .near").count() == 2


def test_a_note_is_kept(service, desk, waiting):
    """n leads to the field; what is written shows, on the comment or its author, and can be taken back."""
    page = desk()
    shows(page, waiting[0])
    press(page, "n")
    page.keyboard.type("Writes here every week. <b>Kind</b>")
    page.get_by_role("button", name="Note on the author").click()
    page.locator(".notes", has_text="<b>Kind</b>").wait_for()
    kept = stored(service, lambda connection: connection.execute(select(notes.c.about, notes.c.text)).all())
    assert [tuple(row) for row in kept] == [("author", "Writes here every week. <b>Kind</b>")]
    page.get_by_role("button", name="Remove the note").click()
    said(page, "The note was removed.")
    assert page.locator(".notes").count() == 0


def test_a_note_that_was_begun_is_there_again(service, desk, waiting):
    """Whoever looks at another comment first, or decides and takes it back, goes on writing; what was noted is not there again."""
    page = desk()
    shows(page, waiting[0])
    press(page, "n")
    page.keyboard.type("Writes here")
    page.locator(f"#r-{waiting[1]} a").click()
    shows(page, waiting[1])
    assert page.locator("#note-text").input_value() == ""
    press(page, "k")
    shows(page, waiting[0])
    press(page, "a")
    said(page, "Accepted.")
    press(page, "u")
    shows(page, waiting[0])
    assert page.locator("#note-text").input_value() == "Writes here"
    page.get_by_role("button", name="Note on the author").click()
    page.locator(".notes", has_text="Writes here").wait_for()
    press(page, "j")
    shows(page, waiting[1])
    press(page, "k")
    shows(page, waiting[0])
    assert (page.locator(".notes").count(), page.locator("#note-text").input_value()) == (1, "")


def test_the_article_opens_in_a_tab_of_its_own(service, desk):
    """o opens it without telling it where from; an address elsewhere is text."""
    empty(service)
    here, elsewhere = (
        hold(service, *TEXTS[:2], permalink="http://blog.example.net/post/"),
        hold(service, TEXTS[2], permalink="https://evil.example/"),
    )
    page = desk()
    shows(page, here[0])
    link = page.locator('#detail [data-action="article"]')
    assert (link.get_attribute("rel"), link.get_attribute("target")) == ("noreferrer noopener", "_blank")
    page.context.route("http://blog.example.net/**", lambda route: route.fulfill(body="the article"))
    with page.context.expect_page() as opened:
        press(page, "o")
    assert opened.value.url == "http://blog.example.net/post/"
    press(page, "j", "j")
    shows(page, elsewhere[0])
    assert page.locator('#detail [data-action="article"]').count() == 0


def test_one_at_a_time(desk, waiting):
    """z hides the list, keys go on working, and it stays so on the next page."""
    page = desk()
    shows(page, waiting[0])
    press(page, "z", "j")
    shows(page, waiting[1])
    assert not page.locator("#rows").is_visible()
    page.reload()
    assert not page.locator("#rows").is_visible()
    press(page, "z")
    assert page.locator("#rows").is_visible()


def test_pages_are_turned(service, desk):
    """] goes on by a page and loads it, [ goes back."""
    empty(service)
    ids = hold(service, *(f"A remark number {chr(97 + place // 26)}{chr(97 + place % 26)}." for place in range(53)))
    page = desk()
    shows(page, ids[0])
    press(page, "]")
    shows(page, ids[50])
    press(page, "[")
    shows(page, ids[0])


@pytest.mark.parametrize(
    ("keys", "path"), [("gq", "/queue"), ("gs", "/search"), ("gr", "/rules"), ("gm", "/model"), ("gt", "/stats")]
)
def test_g_goes_places(service, desk, waiting, keys, path):
    """Two keys, one after the other, lead to a page where there is one; where there is none, nothing happens."""
    page = desk()
    shows(page, waiting[0])
    known = page.locator(f'nav a[href="{path}"]').count()
    press(page, *keys)
    if known:
        page.wait_for_url(lambda url: url.endswith(path))
    assert page.url.endswith(path) == bool(known)


def test_a_stroke_leads_to_the_search(service, desk, waiting):
    """/ is the way into the field, and keys typed there are letters."""
    page = desk()
    shows(page, waiting[0])
    if page.locator("#find").count() == 0:
        pytest.skip("there is no search here")
    press(page, "/", "a")
    assert page.locator("#find").input_value() == "a"
    assert state_of(service, waiting[0])[0] == "waiting"


def test_the_author_and_all_keys_show(desk, waiting):
    """p opens what the author sent; ? lists every action with its key, and Escape closes the list."""
    page = desk()
    shows(page, waiting[0])
    press(page, "p")
    page.locator("dd", has_text="r0@example.org").wait_for()
    press(page, "?")
    page.locator("#help[open]").wait_for()
    shown = page.locator("#help .keys").inner_text()
    assert [label for key, label in KEYS.values() if label not in shown or key not in shown] == []
    press(page, "Escape")
    assert page.locator("#help[open]").count() == 0


def test_keys_are_where_they_were_put(service, desk, waiting):
    """Who accepts with y accepts with y, and a does nothing."""
    page = desk()
    body = preferences.write(preferences.Preferences(keymap={"accept": "y"}))
    stored(service, lambda connection: people.change_person(connection, page.person_id, settings=body))
    page.reload()
    shows(page, waiting[0])
    assert json.loads(page.locator("#words").text_content())["keymap"]["accept"] == "y"
    press(page, "a", "y")
    shows(page, waiting[1])
    said(page, "Accepted.")
    assert [state_of(service, each)[0] for each in waiting[:2]] == ["decided", "waiting"]
    assert in_hand(page) == waiting[1]
