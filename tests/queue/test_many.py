"""All of an author, all that name a domain, all within a range of scores: shown first, decided as one, without script."""

from __future__ import annotations

import re

import pytest

from service.domain import Role
from service.store import audit
from tests.browser import findings
from tests.queue.at_desk import LOOKS
from tests.queue.given import someone, stored
from tests.queue.waiting import empty, hold, state_of

WORDS = ("boats", "nets", "gulls", "tides", "ropes", "sails", "piers", "buoys")


@pytest.fixture
def ana(service):
    return someone(service, Role.MODERATOR, name="Ana")


@pytest.fixture(autouse=True)
def nothing_waits(service):
    empty(service)


def remarks(service, *, count=3, **fields):
    return hold(service, *(f"A remark on {WORDS[place % 8]} and {WORDS[place // 8]}." for place in range(count)), **fields)


def found(service, ana, query, count):
    """The page, once what it is about was looked up behind the queue."""
    page = []

    def known():
        page[:] = [ana.get(f"/queue/many?{query}").text]
        return len(re.findall(r'name="item"', page[0])) == count

    ana.get("/queue")
    service.until(known, 10)
    return page[0]


def decide(ana, page, verdict, **fields):
    items = re.findall(r'name="item" value="([0-9a-f]+\.\d+)"', page)
    return ana.post("/queue/act", item=items, verdict=verdict, whole="1", **fields)


def test_all_of_an_author(service, ana):
    """Three of one author are shown and rejected at once; another author's waits on, and the ten seconds hold for all."""
    ids = remarks(service, author="Mallory", author_email="m@example.org")
    [other] = hold(service, "Somebody else's word.", author_email="else@example.org")
    page = found(service, ana, f"by=author&comment={ids[0]}", 3)
    assert "All that waits of Mallory" in page
    assert "sure" not in page
    answer = decide(ana, page, "reject")
    assert "3 rejected." in answer.text
    assert [state_of(service, each)[1] for each in (*ids, other)] == ["reject"] * 3 + ["hold"]
    deeds = [entry.target for entry in stored(service, audit.entries) if entry.what == "comment.reject"]
    assert set(ids) <= set(deeds)
    undo = re.search(r'action="(/queue/undo[^"]+)"', answer.text)[1].replace("&amp;", "&")
    assert "3 taken back." in ana.post(undo).text


def test_all_that_link_to_a_domain(service, ana):
    """Whatever stands before the registered name; a mention of another domain is not meant."""
    ids = hold(service, "Boats at https://www.shop.example/a", "Nets from http://eu.shop.example", "Gulls: shop.example.org/x")
    page = found(service, ana, f"by=domain&comment={ids[0]}&domain=shop.example", 0)
    domain = "shop.example"
    page = found(service, ana, f"by=domain&comment={ids[0]}&domain={domain}", 2)
    decide(ana, page, "reject")
    assert [state_of(service, each)[1] for each in ids] == ["reject", "reject", "hold"]


def test_all_within_a_range_of_scores(service, ana):
    """The range is that of the model's scores, and the spread shows how many wait where."""
    ids = remarks(service, count=4)
    page = ana.get("/queue/many?by=score&low=0&high=100").text
    assert page.count('name="item"') == 4
    assert page.count("<rect") == 20
    assert ana.get("/queue/many?by=score&low=100&high=0").text.count('name="item"') == 0
    decide(ana, page, "accept")
    assert {state_of(service, each)[1] for each in ids} == {"accept"}


def test_from_twenty_on_their_number_is_typed(service, ana):
    """The page asks for it; without it, or with another one, nothing happens."""
    ids = remarks(service, count=21, author_email="m@example.org")
    page = found(service, ana, f"by=author&comment={ids[0]}", 21)
    assert "Type their number, 21" in page
    assert "It can be taken back for 10 seconds." in page
    assert "That is not their number" not in decide(ana, page, "reject").text
    again = decide(ana, page, "reject", sure="20").text
    assert "Type their number, 21" in again
    assert "That is not their number: nothing was done." in again
    assert {state_of(service, each)[0] for each in ids} == {"waiting"}
    assert "21 rejected." in decide(ana, page, "reject", sure="21").text


def test_what_was_decided_since_it_was_shown_is_left_alone(service, ana):
    """Each is an update of its own: one that Ben accepted meanwhile stays accepted."""
    ids = remarks(service, author_email="m@example.org")
    page = found(service, ana, f"by=author&comment={ids[0]}", 3)
    someone(service, Role.MODERATOR, name="Ben").post("/queue/act", item=f"{ids[1]}.1", verdict="accept")
    assert "2 rejected. 1 had been decided before." in decide(ana, page, "reject").text
    assert [state_of(service, each)[1] for each in ids] == ["reject", "accept", "reject"]


@pytest.mark.parametrize("query", ["by=author", "by=x&comment=%00", "by=domain&domain=x", "by=author&comment=' OR 1=1"])
def test_nonsense_finds_nothing(ana, query):
    """An address that names no comment is no page."""
    assert ana.get(f"/queue/many?{query}").status_code == 404


def test_any_range_gives_a_page(ana):
    """Whatever stands in the fields."""
    for query in ("low=-5", "low=x&high=999", "high=٣", "low=&high="):
        assert ana.get(f"/queue/many?by=score&{query}").status_code == 200


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_shown_first_is_in_order(service, ana, tab, look):
    """The pages before an act on many, of a thread and of copies: axe finds nothing serious, nothing sticks out."""
    ids = remarks(service, author_email="m@example.org")
    page = tab(**LOOKS[look])
    page.context.add_cookies(ana.cookies(service))
    for path in ("/queue/many?by=score&low=0", f"/comments/{ids[0]}/thread", f"/comments/{ids[0]}/similar", "/queue?sort=article"):
        page.goto(f"http://127.0.0.1:{service.port}{path}")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, findings(page), max(wider, 0)) == (path, [], 0)
    page.keyboard.press("?")
    page.locator("#help[open]").wait_for()
    assert (findings(page), page.complaints) == ([], [])
