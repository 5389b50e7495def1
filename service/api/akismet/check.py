"""comment-check, the hot path: from a whole request to a whole answer, without a framework and without a task of its own.

A framework's router, models and middleware cost more than cleaning, scoring and storing the comment together.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from service.api import body as bodies
from service.api.akismet.answers import INVALID, Headers, help_with, renderings, text_headers, why
from service.api.akismet.comment import read
from service.api.akismet.form import Fields, parse, unquote
from service.api.auth import Find
from service.api.body import Gone, Receive, Scope, Send, TooLarge
from service.api.metrics import Meters
from service.domain import Verdict
from service.moderation import Access, Moderation, Overloaded, Stored, Unavailable, new_id

_log = logging.getLogger(__name__)
_RETRY = (b"retry-after", b"5")
_CLOSE = (b"connection", b"close")
Reply = Callable[[int, Headers, bytes], None]
"""Takes the answer: status, headers, body."""


class Heads:
    """What is needed of a request's headers."""

    __slots__ = ("agent", "announced", "host")

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self.agent = self.host = b""
        self.announced = 0
        for name, value in headers:
            if name == b"user-agent":
                self.agent = value
            elif name == b"host":
                self.host = value
            elif name == b"content-length" and value.isdigit():
                self.announced = int(value[:15])

    @property
    def wordpress(self) -> bool:
        """Does the official plugin speak? It alone knows a hold, and it alone sends backslashes."""
        return self.agent.startswith(b"WordPress/")


def key_of(fields: Fields, query: bytes, host: bytes) -> bytes:
    """Give the key: ``api_key`` or ``key`` of the form, then of the query, then the first label of the host name."""
    if not (key := fields.get(b"api_key") or fields.get(b"key")) and query:
        asked = parse(query)
        key = asked.get(b"api_key") or asked.get(b"key")
    if not key:
        return host.partition(b".")[0]
    return unquote(key) if b"%" in key else key


class CommentCheck:
    """``POST /1.1/comment-check``. Whatever fails, the answer makes the client hold the comment."""

    def __init__(self, moderation: Moderation, find: Find, meters: Meters, max_body: int) -> None:
        self._moderation = moderation
        self._find = find
        self._meters = meters
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        heads = Heads(scope["headers"])
        answer: asyncio.Future[tuple[int, Headers, bytes]] = asyncio.get_running_loop().create_future()

        def reply(status: int, headers: Headers, body: bytes) -> None:
            if not answer.done():
                answer.set_result((status, headers, body))

        try:
            body = await bodies.read(receive, self.max_body, heads.announced)
        except Gone:
            return
        except TooLarge:
            self._hold(reply, heads, None, 413, b"too-large")
        else:
            self.begin(heads, body, reply, scope["query_string"])
        status, headers, said = await answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": said})

    def begin(self, heads: Heads, body: bytes, reply: Reply, query: bytes = b"") -> None:
        """Judge the form in ``body``; ``reply`` is called once, now or when the decision is on disk. Never raises."""
        started = time.perf_counter()
        access = None
        try:
            fields = parse(body)
            access = self._find(key_of(fields, query, heads.host))
            if access is None or not ("check" in access.scopes or "admin" in access.scopes):
                return _refuse(reply, heads, "The key is not known here")
            if not fields.get(b"blog"):
                return _refuse(reply, heads, 'Empty "blog" value')
            slashed = heads.wordpress and b"recheck_reason" not in fields
            comment, blog = read(fields, body, slashed=slashed, site_url=access.site.url)
            self._meters.note_blog(access.site, blog)
            future = self._moderation.check(access.site, comment, time.time())
        except Exception as error:  # whatever it is, nothing may be published for it
            return self._failed(error, reply, heads, access)
        return future.add_done_callback(lambda done: self._finish(done, reply, heads, access, started))

    def _finish(self, done: asyncio.Future[Stored], reply: Reply, heads: Heads, access: Access, started: float) -> None:
        try:
            stored = done.result()
        except Exception as error:  # as above
            return self._failed(error, reply, heads, access)
        rendering = renderings(access.site.hold_as, wordpress=heads.wordpress)[stored.decision.verdict]
        headers = [*rendering.headers, (b"x-akismet-guid", stored.id.encode())]
        if heads.wordpress:
            headers += why(stored.decision)
        reply(200, headers, rendering.body)
        return self._meters.decided("akismet", stored.decision, time.perf_counter() - started)

    def _failed(self, error: Exception, reply: Reply, heads: Heads, access: Access | None) -> None:
        if not isinstance(error, Overloaded | Unavailable):
            _log.error("comment-check failed: %s", type(error).__name__)  # a traceback could quote the comment
        self._hold(reply, heads, access, 503, b"unavailable")

    def _hold(self, reply: Reply, heads: Heads, access: Access | None, status: int, why: bytes) -> None:
        """Nothing was stored: say what makes this client hold the comment, with a status for those that look at it."""
        self._meters.failed(why.decode())
        rendering = renderings(access.site.hold_as if access else "auto", wordpress=heads.wordpress)[Verdict.HOLD]
        headers = [*text_headers(rendering.body), _guid(), _CLOSE if status == 413 else _RETRY]
        if heads.wordpress:
            headers.append((b"x-akismet-error", why))
        reply(status, headers, rendering.body)


def _guid() -> tuple[bytes, bytes]:
    """Give a guid of nothing stored: without one the plugin would ignore the answer and publish."""
    return b"x-akismet-guid", new_id(time.time()).encode()


def _refuse(reply: Reply, heads: Heads, why: str) -> None:
    headers = [*text_headers(INVALID), _guid(), *help_with(why)]
    if heads.wordpress:
        headers.append((b"x-akismet-error", b"refused"))
    reply(200, headers, INVALID)
