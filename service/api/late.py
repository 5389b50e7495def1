"""What a framework answers: loaded beside the first verdicts, because importing a framework takes longer than all the rest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from service.api.akismet.answers import send_json
from service.api.body import App, Receive, Scope, Send

_log = logging.getLogger(__name__)
SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
"""Headers of every page."""

ALIVE = {"status": "ok"}
Troubles = Callable[[], Awaitable[list[str]]]
"""Tells why the process cannot do its work, in sentences."""

_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY.items()]
_NOT_LOADED = "The pages and the JSON API could not be loaded; the log says why."


def readiness(troubles: list[str]) -> tuple[int, dict[str, Any]]:
    """Tell whether the service can do its work, as a status and what to say."""
    return (503 if troubles else 200), {"status": "not ready" if troubles else "ready", "reasons": troubles}


class Late:
    """An application that ``load`` gives in a thread, once ``begin`` was called. Requests wait for it.

    Whether the process lives and gives verdicts is answered from the beginning. Where loading fails, everything else is answered
    with 503, and comment-check goes on.
    """

    def __init__(self, load: Callable[[], App], troubles: Troubles) -> None:
        self._load = load
        self._troubles = troubles
        self._loading: asyncio.Future[App] | None = None
        self._app: App | None = None

    def begin(self) -> asyncio.Future[App]:
        """Load it, beside what the event loop does."""
        self._loading = asyncio.ensure_future(asyncio.to_thread(self._load))
        self._loading.add_done_callback(self._loaded)
        return self._loading

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._app is None and scope["method"] == "GET" and scope["path"] in {"/healthz", "/readyz"}:
            return await self._early(scope["path"], send)
        if self._app is None and self._loading is not None:
            await asyncio.wait([self._loading])
        if self._app is None:
            return await _say(send, *readiness([_NOT_LOADED]))
        return await self._app(scope, receive, send)

    def _loaded(self, loading: asyncio.Future[App]) -> None:
        if loading.cancelled():
            return
        if error := loading.exception():
            _log.error(_NOT_LOADED, exc_info=error)
        else:
            self._app = loading.result()

    async def _early(self, path: str, send: Send) -> None:
        if path == "/healthz":
            return await _say(send, 200, ALIVE)
        failed = self._loading is not None and self._loading.done()
        return await _say(send, *readiness([*await self._troubles(), *[_NOT_LOADED] * failed]))


async def _say(send: Send, status: int, said: dict[str, Any]) -> None:
    await send_json(send, msgspec.json.encode(said), _HEADERS, status)
