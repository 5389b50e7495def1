"""What stands before the framework: the Akismet door by path, the cap on every body, the headers of every page."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.datastructures import MutableHeaders

from service.api import body as bodies
from service.api.akismet.door import Door
from service.api.body import Gone, Message, Receive, Scope, Send, TooLarge
from service.api.problems import Problem

_log = logging.getLogger(__name__)
App = Callable[[Scope, Receive, Send], Awaitable[None]]
_LARGE = frozenset({"/v1/comments/batch", "/v1/policy"})
_WEBHOOK = 256 << 10
"""Bytes of the largest webhook: platforms send what they know of article and site along."""

_SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
CHECK = "/1.1/comment-check"


class Front:
    """The ASGI application that the server runs."""

    def __init__(self, door: Door, pages: App, max_body: int, max_batch_body: int) -> None:
        self._door = door
        self.check = door.check
        self._pages = pages
        self._max_body = max_body
        self._max_batch_body = max_batch_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to where it belongs."""
        if scope["type"] != "http":
            return await self._pages(scope, receive, send)
        path = scope["path"]
        if path == CHECK and scope["method"] == "POST":
            return await self.check(scope, receive, send)
        if path.startswith(("/1.1/", "/1.2/")):
            return await self._door(scope, receive, send)
        return await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._most(scope["path"])
        sent = _Sent(send)
        try:
            body = await bodies.read(receive, most, bodies.announced(scope))
        except Gone:
            return
        except TooLarge:
            problem = Problem(413, f"The body is larger than {most:,} bytes.", headers={"connection": "close"})
            await problem.response()(scope, receive, sent)
            return
        try:
            await self._pages(scope, _replay(body, receive), sent)
        except Exception as error:  # the framework has answered 500 already, or the client left
            _log.error("%s at %s", type(error).__name__, _places(error))  # its message could quote the request

    def _most(self, path: str) -> int:
        if path.startswith("/webhooks/"):
            return max(self._max_body, _WEBHOOK)
        return self._max_batch_body if path in _LARGE else self._max_body


def _places(error: Exception) -> str:
    """Where it was raised: files and lines of ours, never values."""
    return " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)[-5:])
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


class _Sent:
    """Adds the security headers to a response."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SECURITY.items():
                headers.setdefault(name, value)
        await self._send(message)
