"""comment-check, the hot path: from a whole request to a whole answer, without a framework and without a task of its own.

A framework's router, models and middleware cost more than cleaning, scoring and storing the comment together.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

from msgspec import Struct

from service.api import body as bodies
from service.api.akismet.answers import INVALID, Headers, help_with, renderings, text_headers, why
from service.api.akismet.comment import read
from service.api.akismet.form import Form, open_form, parse, unquote
from service.api.auth import Find
from service.api.body import Gone, Receive, Scope, Send, TooLarge
from service.api.metrics import Meters
from service.domain import Comment, Verdict
from service.moderation import Access, Moderation, Overloaded, Stored, Unavailable, new_id

_log = logging.getLogger(__name__)
_GROUP = 64
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


def key_of(fields: Form, query: bytes, host: bytes) -> bytes:
    """Give the key: ``api_key`` or ``key`` of the form, then of the query, then the first label of the host name."""
    if not (key := fields.get(b"api_key") or fields.get(b"key")) and query:
        asked = parse(query)
        key = asked.get(b"api_key") or asked.get(b"key")
    if not key:
        return host.partition(b".")[0]
    return unquote(key) if b"%" in key else key


class Arrived(Struct, frozen=True, gc=False):
    """A whole request; ``reply`` takes its answer, ``at`` is when it was whole (``perf_counter``)."""

    heads: Heads
    body: bytes
    query: bytes
    reply: Reply
    at: float


class CommentCheck:
    """``POST /1.1/comment-check``. Whatever fails, the answer makes the client hold the comment."""

    def __init__(self, moderation: Moderation, find: Find, meters: Meters, max_body: int) -> None:
        self._moderation = moderation
        self._find = find
        self._meters = meters
        self.max_body = max_body
        self._arrived: list[Arrived] = []

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
        """Judge the form in ``body``; ``reply`` is called once, later, when the decision is on disk. Never raises.

        What arrives in one turn of the event loop is judged together, step by step: code and tables stay in the processor's caches.
        """
        self._arrived.append(Arrived(heads, body, query, reply, time.perf_counter()))
        if len(self._arrived) == 1:
            asyncio.get_running_loop().call_soon(self._judge)

    def _judge(self) -> None:
        """Judge what has arrived, not too many at a time: other requests want their turn."""
        group, self._arrived = self._arrived[:_GROUP], self._arrived[_GROUP:]
        if self._arrived:
            asyncio.get_running_loop().call_soon(self._judge)
        asked = [(each, *understood) for each in group if (understood := self._understand(each)) is not None]
        try:
            futures = self._moderation.check_group([(access.site, comment) for _, access, comment in asked], time.time())
        except Exception as error:  # whatever it is, nothing may be published for it
            for each, access, _ in asked:
                self._failed(error, each, access)
            return
        for (each, access, _), future in zip(asked, futures, strict=True):
            future.add_done_callback(partial(self._finish, each, access))

    def _understand(self, arrived: Arrived) -> tuple[Access, Comment] | None:
        """Give whose the comment is, and the comment; None when it was answered already."""
        access, heads = None, arrived.heads
        try:
            fields = open_form(arrived.body)
            access = self._find(key_of(fields, arrived.query, heads.host))
            if access is None or not ("check" in access.scopes or "admin" in access.scopes):
                _refuse(arrived, "The key is not known here")
                return None
            if not fields.get(b"blog"):
                _refuse(arrived, 'Empty "blog" value')
                return None
            slashed = heads.wordpress and b"recheck_reason" not in fields
            comment, blog = read(fields, arrived.body, slashed=slashed, site_url=access.site.url)
            self._meters.note_blog(access.site, blog)
        except Exception as error:  # as above
            self._failed(error, arrived, access)
            return None
        return access, comment

    def _finish(self, arrived: Arrived, access: Access, done: asyncio.Future[Stored]) -> None:
        try:
            stored = done.result()
        except Exception as error:  # as above
            return self._failed(error, arrived, access)
        wordpress = arrived.heads.wordpress
        rendering = renderings(access.site.hold_as, wordpress=wordpress)[stored.decision.verdict]
        headers = [*rendering.headers, (b"x-akismet-guid", stored.id.encode())]
        if wordpress:
            headers += why(stored.decision)
        arrived.reply(200, headers, rendering.body)
        return self._meters.decided("akismet", stored.decision, time.perf_counter() - arrived.at)

    def _failed(self, error: Exception, arrived: Arrived, access: Access | None) -> None:
        if not isinstance(error, Overloaded | Unavailable):
            _log.error("comment-check failed: %s", type(error).__name__)  # a traceback could quote the comment
        self._hold(arrived.reply, arrived.heads, access, 503, b"unavailable")

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


def _refuse(arrived: Arrived, why: str) -> None:
    headers = [*text_headers(INVALID), _guid(), *help_with(why)]
    if arrived.heads.wordpress:
        headers.append((b"x-akismet-error", b"refused"))
    arrived.reply(200, headers, INVALID)
