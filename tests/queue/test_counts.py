"""How much waits, as it is told above the queue."""

from __future__ import annotations

import re
import threading

import pytest

from service.domain import Role
from tests.queue.given import forget, someone
from tests.queue.waiting import hold
from tests.serving import serving

PLANTS = ("Beans", "Peas", "Figs", "Roses", "Kale", "Mint")


@pytest.fixture
def service(tmp_path):
    """A service of its own: nobody else decides here."""
    with serving(tmp_path) as running:
        yield running
        forget(running)


def left(page: str) -> int:
    """What a page of the queue says is left."""
    return int(re.search(r'id="left"[^>]*><strong>(\d+)</strong>', page)[1])


def test_what_was_just_decided_waits_no_more(service):
    """The page after a decision counts it, also when someone else was having the queue counted while it was made."""
    hold(
        service,
        *(f"{first} {second} in the garden" for first in PLANTS for second in ("grow", "bloom", "ripen", "wither", "climb")),
    )
    ana, ben, done = someone(service, Role.MODERATOR, name="Ana"), someone(service, Role.MODERATOR, name="Ben"), threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            ben.get("/queue?sort=oldest")

    looking = threading.Thread(target=look)
    looking.start()
    try:
        found = []
        for _ in range(30):
            page, token = ana.get("/queue").text, ana.csrf()
            mark = re.search(r'name="item" value="([^"]+)"', page)[1]
            found.append((left(page), left(ana.post("/queue/act", csrf=token, item=mark, verdict="accept").text)))
    finally:
        done.set()
        looking.join()
    assert found == [(before, before - 1) for before in range(30, 0, -1)]
