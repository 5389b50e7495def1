"""Comments that try to be more than text, at every place of the queue where they show."""

from __future__ import annotations

import json

import pytest

from service.domain import Role
from service.store import sites
from tests.queue.given import someone, stored
from tests.queue.payloads import PAYLOADS
from tests.queue.waiting import empty, hold

PLACES = ("author", "author_url", "author_email", "permalink", "article_id", "parent_id", "user_agent", "referrer", "lang")
AT_ONCE = 40


@pytest.fixture
def moderator(service, tab):
    """A tab of a moderator in which anything that runs is noted."""
    page = tab()
    page.context.add_cookies(someone(service, Role.MODERATOR, name="Ana").cookies(service))
    page.add_init_script("window.hits = 0; window.fired = () => { window.hits += 1; };")
    return page


def test_there_are_enough():
    """Five hundred at least, each another one."""
    assert len(set(PAYLOADS)) >= 500


def test_a_page_that_does_not_escape_is_hit(moderator, service):
    """The same payloads do fire where nothing keeps them from it: the silence elsewhere means something."""
    hits = 0
    moderator.goto("about:blank")
    for payload in PAYLOADS[:80]:
        moderator.set_content(f"<!doctype html><div>{payload}</div>")
        moderator.wait_for_timeout(5)
        hits += bool(moderator.evaluate("window.hits"))
    assert hits > 5


def test_nothing_fires_in_the_queue(moderator, service):
    """Every payload as text and in another of the comment's fields: list, comment in hand, own page. Text stays text."""
    empty(service)
    ids = []
    for start in range(0, len(PAYLOADS), AT_ONCE):
        for number, payload in enumerate(PAYLOADS[start : start + AT_ONCE]):
            place = PLACES[(start + number) % len(PLACES)]
            ids += hold(service, f"{payload} {number}", **{place: payload[: 60 if place == "lang" else 200]})
    home = f"http://127.0.0.1:{service.port}"
    after = ""
    for _ in range(len(ids) // 50 + 1):
        moderator.goto(f"{home}/queue?sort=oldest&after={after}")
        assert moderator.evaluate("window.hits") == 0
        more = moderator.locator("[data-more]")
        after = more.get_attribute("href").partition("after=")[2] if more.count() else ""
    for comment_id in ids[::9]:
        moderator.evaluate(
            """async (id) => {
            const { swap } = await import(document.querySelector('script[src*="frame.js"]').src);
            swap(await (await fetch(`/comments/${id}?beside=1`, { headers: { "X-Part": "1" } })).text());
        }""",
            comment_id,
        )
        assert moderator.evaluate("window.hits") == 0
    assert [each for each in moderator.complaints if "Content Security" in each] == []


def test_a_sites_name_is_text(moderator, service):
    """Nor does it fire from the name of a site, in filters and rows."""
    name = "<img src=x onerror=fired()>"
    stored(service, lambda connection: sites.add_site(connection, name, "https://n.example/", 1.0))
    empty(service)
    hold(service, "Something ordinary.")
    moderator.goto(f"http://127.0.0.1:{service.port}/queue")
    assert moderator.evaluate("window.hits") == 0
    assert json.loads(moderator.locator("#words").text_content())
