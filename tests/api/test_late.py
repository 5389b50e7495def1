"""What a framework answers is loaded beside the first verdicts."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from service.api.body import App, Message, Receive, Scope, Send
from service.api.late import SECURITY, Late
from tests.serving import serving

_LOADED = "import sys, service.commands.serve; print(*sorted({'fastapi', 'starlette', 'jinja2'} & set(sys.modules)))"
Answer = tuple[int, dict[str, Any]]


def test_verdicts_do_not_wait_for_the_framework():
    """The service is put together without it."""
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


async def _pages(scope: Scope, _: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps({"page": scope["path"]}).encode()})


async def _nothing() -> list[str]:
    return []


async def _messages(late: Late, path: str) -> list[Message]:
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        said.append(message)

    await late({"type": "http", "method": "GET", "path": path}, receive, send)
    return said


async def _ask(late: Late, path: str) -> Answer:
    start, body = await _messages(late, path)
    return start["status"], json.loads(body["body"])


def _slow() -> tuple[threading.Event, Callable[[], App]]:
    """What is loaded only when it may go on."""
    go_on = threading.Event()

    def load() -> App:
        assert go_on.wait(60)
        return _pages

    return go_on, load


def _with(load: Callable[[], App], talk: Callable[[Late], Awaitable[list[Answer]]]) -> list[Answer]:
    async def run() -> list[Answer]:
        late = Late(load, _nothing)
        late.begin()
        return await talk(late)

    return asyncio.run(run())


def test_what_comes_while_it_is_loaded_waits():
    """A page asked for too early is given late, and meanwhile the process says that it lives and works."""
    go_on, load = _slow()

    async def talk(late: Late) -> list[Answer]:
        page = asyncio.ensure_future(_ask(late, "/queue"))
        early = [await _ask(late, "/healthz"), await _ask(late, "/readyz")]
        assert not page.done()
        go_on.set()
        return [*early, await page, await _ask(late, "/readyz")]

    alive, ready, page, later = _with(load, talk)
    assert alive == (200, {"status": "ok"})
    assert ready == (200, {"status": "ready", "reasons": []})
    assert page == (200, {"page": "/queue"})
    assert later == (200, {"page": "/readyz"})


def test_who_gives_up_waiting_takes_nothing_from_the_others():
    """The loading goes on when a request for a page is cancelled."""
    go_on, load = _slow()

    async def talk(late: Late) -> list[Answer]:
        impatient, patient = (asyncio.ensure_future(_ask(late, path)) for path in ("/a", "/b"))
        await asyncio.sleep(0)
        impatient.cancel()
        go_on.set()
        return [await patient]

    assert _with(load, talk) == [(200, {"page": "/b"})]


def test_what_cannot_be_loaded_is_said():
    """A broken installation answers with 503, is not ready, and yet lives."""

    def load() -> App:
        raise ImportError("no module of this name")

    async def talk(late: Late) -> list[Answer]:
        return [await _ask(late, path) for path in ("/queue", "/readyz", "/healthz")]

    page, ready, alive = _with(load, talk)
    assert page[0] == ready[0] == 503
    assert ready[1]["reasons"] == ["The pages and the JSON API could not be loaded; the log says why."]
    assert alive == (200, {"status": "ok"})


def test_an_early_answer_carries_the_headers_of_every_page():
    """It may not be framed, sniffed or kept."""
    start, _ = asyncio.run(_messages(Late(lambda: _pages, _nothing), "/healthz"))
    assert {(name.encode(), value.encode()) for name, value in SECURITY.items()} <= set(start["headers"])


def test_a_verdict_may_take_longer_only_while_the_pages_are_loaded(tmp_path: Path) -> None:
    """As soon as they answer, comments are held again that are not on disk within the configured time."""
    with serving(tmp_path, deadline_ms=250) as service:
        service.ask("GET", "/version")
        service.until(lambda: service.server.config.app.check._moderation.writer.deadline == 0.25)
