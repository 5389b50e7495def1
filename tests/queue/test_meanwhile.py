"""What others do while one looks at the queue, in a real Chromium: it shows, and nothing moves."""

from __future__ import annotations

from service.domain import Role
from tests.queue.at_desk import desk, in_hand, press, said, shows, waiting
from tests.queue.given import someone
from tests.queue.waiting import hold

__all__ = ["desk", "waiting"]
LONG = 60_000


def row(page, comment_id):
    return page.locator(f"#r-{comment_id}")


def test_what_another_decided_is_marked_and_passed_over(service, desk, waiting):
    """The row tells who did what and when, stays where it is, cannot be chosen, and j goes past it."""
    page = desk()
    shows(page, waiting[0])
    before = page.evaluate("[...document.querySelectorAll('#rows > li')].map((row) => row.getBoundingClientRect().top)")
    someone(service, Role.MODERATOR, name="Ben").post("/queue/act", item=f"{waiting[1]}.1", verdict="reject")
    row(page, waiting[1]).locator("text=Rejected by Ben").wait_for(timeout=LONG)
    assert page.evaluate("[...document.querySelectorAll('#rows > li')].map((row) => row.getBoundingClientRect().top)") == before
    assert row(page, waiting[1]).locator("input").is_disabled()
    assert in_hand(page) == waiting[0]
    press(page, "j")
    shows(page, waiting[2])
    assert page.complaints == []


def test_who_holds_it_in_hand_is_told(service, desk, waiting):
    """The comment in hand says that it is decided; a key on it changes nothing and goes on."""
    page = desk()
    shows(page, waiting[0])
    someone(service, Role.MODERATOR, name="Ben").post("/queue/act", item=f"{waiting[0]}.1", verdict="accept")
    page.locator(".meanwhile", has_text="Accepted by Ben").wait_for(timeout=LONG)
    press(page, "r")
    said(page, "Already accepted by Ben")
    shows(page, waiting[1])


def test_new_comments_are_announced(service, desk, waiting):
    """A pill counts them; they come into the list when it is pressed, and not before."""
    page = desk("sort=newest")
    shows(page, waiting[-1])
    top = row(page, waiting[-1]).bounding_box()
    [new] = hold(service, "Something that came in just now.")
    page.locator("#new", has_text="1 new").wait_for(timeout=LONG)
    assert (page.locator("#rows > li").count(), row(page, waiting[-1]).bounding_box()) == (5, top)
    page.locator("#new a").click()
    shows(page, new)


def test_who_looks_at_what_shows(service, desk, waiting):
    """A row that someone claims bears their name within seconds, and loses it when they give it back."""
    page = desk()
    shows(page, waiting[0])
    ben = someone(service, Role.MODERATOR, name="Ben")
    ben.post(f"/queue/claim/{waiting[2]}")
    row(page, waiting[2]).locator(".claim", has_text="Ben").wait_for(timeout=LONG)
    ben.post(f"/queue/claim/{waiting[2]}", release="1")
    row(page, waiting[2]).locator(".claim").wait_for(state="detached", timeout=LONG)


def test_a_claim_is_renewed_while_one_looks(service, desk, waiting):
    """After a minute on the same comment its lease begins anew."""
    page = desk()
    told = []
    page.on("requestfinished", lambda request: told.append(request.url) if "/queue/claim/" in request.url else None)
    page.clock.install()
    page.reload()
    shows(page, waiting[0])
    for minute in range(3):
        for _ in range(200):
            if len(told) > minute:
                break
            page.clock.fast_forward("01:05")  # again and again: the page sets its clock only after the answer
            page.wait_for_timeout(100)
    assert len(told) >= 3


def test_a_swipe_decides(service, desk, waiting):
    """On a phone: to the right accepts, to the left rejects, a short one does nothing; the bar takes it back."""
    page = desk(viewport={"width": 390, "height": 844}, has_touch=True)
    shows(page, waiting[0])
    swipe = """(far) => {
        const card = document.querySelector("#queue .hand");
        const at = (x) => [new Touch({ identifier: 1, target: card, clientX: x, clientY: 200 })];
        const tell = (kind, x, on) => card.dispatchEvent(
            new TouchEvent(kind, { bubbles: true, touches: on ? at(x) : [], changedTouches: at(x) }));
        tell("touchstart", 200, true); tell("touchmove", 200 + far, true); tell("touchend", 200 + far, false);
    }"""
    page.evaluate(swipe, 40)
    page.evaluate(swipe, 150)
    said(page, "Accepted.")
    shows(page, waiting[1])
    page.evaluate(swipe, -150)
    said(page, "Rejected.")
    shows(page, waiting[2])
    page.get_by_role("button", name="Undo").tap()
    said(page, "Taken back.")
