"""A new moderator's first minutes: `python -m tests.queue.trial [--comments 100] [--think 1.5] [--without-script]`.

A service that nobody has set up yet, a real Chromium, and a keyboard: the link that `winnow serve` prints, a password, and then the
queue, until so many comments are decided. ``--think`` is how long one reads each; now and then one is wrong and takes it back.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from service import settings
from tests.browser import FLAGS, executable
from tests.queue.crowd import hold_many
from tests.queue.given import PASSWORD
from tests.running import winnow_serve
from tests.serving import SECRET, Service, new_site

_WAIT = 30_000
_UNDO_EVERY = 20


@dataclass
class Trial:
    """How it went: seconds to the first comment, seconds in all, and from each key to the next comment."""

    ready: float = 0.0
    whole: float = 0.0
    answers: list[float] = field(default_factory=list)
    decided: int = 0

    def line(self) -> str:
        """The figures, for a report."""
        middle = statistics.median(self.answers) * 1000
        return f"{self.decided} decided in {self.whole:.0f} s, begun after {self.ready:.1f} s; key to next comment {middle:.0f} ms"


def come_in(page: Page, link: str) -> None:
    """Follow the set-up link and choose name, address and password, with the keyboard alone."""
    page.goto(link)
    name = page.get_by_label("Your name")
    if not page.evaluate("document.activeElement.matches('input[name=name]')"):
        name.focus()
    page.keyboard.type("Nora New")
    page.keyboard.press("Tab")
    page.keyboard.type("nora@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue*", timeout=_WAIT)


def in_hand(page: Page) -> str:
    """Give the id of the comment in hand; empty when there is none."""
    hand = page.locator("#detail .hand")
    return hand.get_attribute("data-id") or "" if hand.count() else ""


def decide(page: Page, trial: Trial, count: int, think: float, *, script: bool) -> None:
    """Decide so many, as they come."""
    while trial.decided < count and (now := in_hand(page)):
        time.sleep(think)
        verdict = "reject" if trial.decided % 3 else "accept"
        begun = time.monotonic()
        _press(page, verdict, script=script)
        _until_another(page, now)
        trial.answers.append(time.monotonic() - begun)
        trial.decided += 1
        if len(trial.answers) % _UNDO_EVERY == 0:
            _press(page, "undo", script=script)
            page.locator("#said", has_text="Taken back").wait_for(timeout=_WAIT)
            trial.decided -= 1


def _press(page: Page, action: str, *, script: bool) -> None:
    if script:
        page.keyboard.press({"accept": "a", "reject": "r", "undo": "u"}[action])
    else:
        page.locator(f"[data-action={action}]").first.press("Enter")


def _until_another(page: Page, before: str) -> None:
    gone = f"""() => {{ const hand = document.querySelector("#detail .hand"); return !hand || hand.dataset.id !== "{before}"; }}"""
    page.wait_for_function(gone, timeout=_WAIT)


def try_it(page: Page, link: str, count: int, think: float = 0.0, *, script: bool = True) -> Trial:
    """Do it all."""
    trial, begun = Trial(), time.monotonic()
    come_in(page, link)
    page.locator("#detail .hand").wait_for(timeout=_WAIT)
    trial.ready = time.monotonic() - begun
    decide(page, trial, count, think, script=script)
    trial.whole = time.monotonic() - begun
    return trial


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=100)
    parser.add_argument("--think", type=float, default=1.5, help="seconds that one reads each comment")
    parser.add_argument("--without-script", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        key, bearer = new_site(settings.load(data_dir=folder, secret=SECRET))
        with winnow_serve(folder, WINNOW_SECRET=SECRET) as running:
            link = next(word for word in running.said.split() if "/welcome/" in word)
            address = urlsplit(running.url)
            hold_many(Service(address.port or 0, key, bearer, "", None), given.comments + 20)
            page = playwright.chromium.launch(executable_path=executable(), args=FLAGS).new_page(
                java_script_enabled=not given.without_script
            )
            link = link.replace(urlsplit(link).netloc, address.netloc)
            trial = try_it(page, link, given.comments, given.think, script=not given.without_script)
    print(trial.line())  # noqa: T201 # a command line prints
    sys.exit(trial.whole > 300)


if __name__ == "__main__":
    main()
