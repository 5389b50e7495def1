"""What stands around the framework: the cap on every body, the headers of every page."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from starlette.datastructures import MutableHeaders

from service.api import body as bodies
from service.api.body import App, Gone, Message, Receive, Scope, Send, TooLarge
from service.api.late import SECURITY
from service.api.problems import Problem

_log = logging.getLogger(__name__)
_LARGE = frozenset({"/v1/comments/batch", "/v1/policy"})
_WEBHOOK = 256 << 10
"""Bytes of the largest webhook: platforms send what they know of article and site along."""


class Shell:
    """An ASGI application around another one. ``max_body`` and ``max_batch_body`` are bytes."""

    def __init__(self, pages: App, max_body: int, max_batch_body: int) -> None:
        self._pages = pages
        self._max_body = max_body
        self._max_batch_body = max_batch_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body."""
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
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
        await self._send(message)
