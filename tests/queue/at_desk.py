"""The queue opened in a browser, and what one does there: fixtures and words for tests."""

from __future__ import annotations

import pytest

from service.domain import Role
from tests.queue.given import someone
from tests.queue.waiting import TEXTS, empty, hold

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}


@pytest.fixture
def waiting(service):
    empty(service)
    return hold(service, *TEXTS)


@pytest.fixture
def desk(service, tab):
    """Opens the queue, oldest first, as a moderator of every site."""

    def open_desk(query: str = "sort=oldest", **options):
        ana = someone(service, Role.MODERATOR, name="Ana")
        page = tab(**{**LOOKS["light"], **options})
        page.person_id = ana.person_id
        page.context.add_cookies(ana.cookies(service))
        page.goto(f"http://127.0.0.1:{service.port}/queue?{query}")
        return page

    return open_desk


def in_hand(page) -> str:
    return page.locator("#detail .hand").get_attribute("data-id")


def press(page, *keys):
    page.wait_for_load_state()  # a page that shows may not listen yet
    for key in keys:
        page.keyboard.press(key)


def shows(page, comment_id):
    page.locator(f'#detail .hand[data-id="{comment_id}"]').wait_for()


def fetched(page, comment_id):
    """Wait until script has fetched a comment ahead: it has what its next key needs then, however slow the machine."""
    page.wait_for_function(
        "(id) => performance.getEntriesByType('resource').some((each) => each.responseEnd && each.name.includes(`/${id}?beside`))",
        arg=comment_id,
    )


def said(page, text):
    page.locator("#said", has_text=text).wait_for()
