"""A real browser for tests: Chromium, found, or installed where that is possible.

Where there is none, tests that need it are left out, and the report says so in red; with `CI` set they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # where shared memory is small, a page would just stop
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERIOUS = {"serious", "critical"}


class NoBrowser(RuntimeError):  # a state of the machine
    """There is no Chromium, and none could be installed."""


def _found() -> str | None:
    """The Chromium of this machine, or the one that playwright downloaded before."""
    if (path := next(filter(None, map(shutil.which, NAMES)), None)) is not None:
        return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@cache
def executable() -> str:
    """The path of a Chromium. Installs one if need be; raises NoBrowser."""
    if (path := _found()) is not None:
        return path
    tried = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        tried.append(["sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"])
    tried.append([sys.executable, "-m", "playwright", "install", "chromium"])
    for command in tried:
        done = subprocess.run(command, capture_output=True, timeout=600, check=False)
        if done.returncode == 0 and (path := _found()) is not None:
            return path
    raise NoBrowser("no Chromium was found, and none could be installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium. For one module only: playwright's loop must not run beside those of asynchronous tests."""
    try:
        path = executable()
    except (NoBrowser, OSError, subprocess.SubprocessError) as reason:
        if os.environ.get("CI"):
            pytest.fail(f"Pages cannot be tried in a browser here: {reason}")
        pytest.skip(f"Pages cannot be tried in a browser here: {reason}")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=120_000)
        yield running
        running.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens tabs, each as of a person of its own. Whatever a page complains of fails the test: `page.complaints`."""
    contexts = []

    def open_tab(**options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # a busy machine is no failure
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
        page.on("crash", lambda: page.complaints.append("the page crashed"))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield open_tab
    for context in contexts:
        for page in context.pages:
            _leave(page)
        context.close()


def divert(page: Page, pattern: str, handle: Callable[..., Any], **options: Any) -> None:
    """Let what is asked for at such addresses go to `handle`, from the next request on.

    Chromium says that it does before a busy page knows of it: what that asks for meanwhile would go past. So one is asked for.
    """
    page.route(pattern, handle, **options)
    page.route("**/diverted", lambda route: route.fulfill(body="diverted"))
    page.wait_for_function("async () => (await (await fetch('/diverted')).text()) === 'diverted'")


def _leave(page: Page) -> None:
    """Let a page arrive at nothing: Chromium may never end one that is on its way to an address, which may come first."""
    with suppress(Error):
        page.goto("about:blank")
    page.wait_for_url("about:blank")


def findings(page: Page) -> list[str]:
    """What axe finds serious or worse on a page: rule, and the element's markup."""
    violations = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:150]}" for each in violations if each["impact"] in SERIOUS for node in each["nodes"]]
