"""comment-check, the hot path: from a whole request to a whole answer, without a framework and without a task of its own.

A framework's router, models and middleware cost more than cleaning, scoring and storing the comment together.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from service.api import body as bodies
from service.api.akismet.answers import INVALID, headers_of, help_with, lines, renderings, text_headers, why
from service.api.akismet.comment import read
from service.api.akismet.form import Form, open_form, parse, unquote
from service.api.auth import Find
from service.api.body import Gone, Receive, Scope, Send, TooLarge
from service.api.metrics import Meters
from service.domain import Comment, Site, Verdict
from service.moderation import Access, Moderation, Overloaded, Stored, Unavailable, new_id

_log = logging.getLogger(__name__)
_GROUP = 64
_RETRY = (b"retry-after", b"5")
_CLOSE = (b"connection", b"close")
Reply = Callable[[int, bytes, bytes], None]
"""Takes the answer: status, lines of the head, body."""


class Heads:
    """What is needed of a request's headers."""

    __slots__ = ("announced", "host", "wordpress")

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self.host = b""
        self.wordpress = False
        """Whether the official plugin speaks: it alone knows a hold, and it alone sends backslashes."""
        self.announced = 0
        for name, value in headers:
            if name == b"user-agent":
                self.wordpress = value.startswith(b"WordPress/")
            elif name == b"host":
                self.host = value
            elif name == b"content-length" and value.isdigit():
                self.announced = int(value[:15])


def key_of(fields: Form, query: bytes, host: bytes) -> bytes:
    """Give the key: ``api_key`` or ``key`` of the form, then of the query, then the first label of the host name."""
    if not (key := fields.get(b"api_key") or fields.get(b"key")) and query:
        asked = parse(query)
        key = asked.get(b"api_key") or asked.get(b"key")
    if not key:
        return host.partition(b".")[0]
    return unquote(key) if b"%" in key else key


class Asked:
    """A whole request until it is answered, which ``reply`` does; ``at`` is when it was whole (``perf_counter``).

    The writer tells it what became of its comment as it tells a future, which would cost a task and a callback more.
    """

    __slots__ = ("_answered", "_check", "access", "at", "body", "heads", "query", "reply")

    def __init__(self, check: CommentCheck, heads: Heads, body: bytes, query: bytes, reply: Reply) -> None:
        self._check = check
        self._answered = False
        self.heads, self.body, self.query, self.reply = heads, body, query, reply
        self.access: Access | None = None
        self.at = time.perf_counter()

    def done(self) -> bool:
        """Tell whether it was answered."""
        return self._answered

    def set_result(self, stored: Stored) -> None:
        """Answer with the decision that is on disk."""
        self._answered = True
        self._check.finish(self, stored)

    def set_exception(self, error: Exception) -> None:
        """Answer that nothing was stored."""
        self._answered = True
        self._check.fail(self, error)


class CommentCheck:
    """``POST /1.1/comment-check``. Whatever fails, the answer makes the client hold the comment."""

    def __init__(self, moderation: Moderation, find: Find, meters: Meters, max_body: int) -> None:
        self._moderation = moderation
        self._find = find
        self._meters = meters
        self.max_body = max_body
        self._arrived: list[Asked] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        heads = Heads(scope["headers"])
        answer: asyncio.Future[tuple[int, bytes, bytes]] = asyncio.get_running_loop().create_future()

        def reply(status: int, head: bytes, body: bytes) -> None:
            if not answer.done():
                answer.set_result((status, head, body))

        try:
            body = await bodies.read(receive, self.max_body, heads.announced)
        except Gone:
            return
        except TooLarge:
            self._hold(Asked(self, heads, b"", b"", reply), 413, b"too-large")
        else:
            self.begin(heads, body, reply, scope["query_string"])
        status, head, said = await answer
        await send({"type": "http.response.start", "status": status, "headers": headers_of(head)})
        await send({"type": "http.response.body", "body": said})

    def begin(self, heads: Heads, body: bytes, reply: Reply, query: bytes = b"") -> None:
        """Judge the form in ``body``; ``reply`` is called once, later, when the decision is on disk. Never raises.

        What arrives in one turn of the event loop is judged together, step by step: code and tables stay in the processor's caches.
        """
        self._arrived.append(Asked(self, heads, body, query, reply))
        if len(self._arrived) == 1:
            asyncio.get_running_loop().call_soon(self._judge)

    def _judge(self) -> None:
        """Judge what has arrived, not too many at a time: other requests want their turn."""
        group, self._arrived = self._arrived[:_GROUP], self._arrived[_GROUP:]
        if self._arrived:
            asyncio.get_running_loop().call_soon(self._judge)
        asked = [understood for each in group if (understood := self._understand(each)) is not None]
        try:
            self._moderation.check_group(asked, time.time())
        except Exception as error:  # whatever it is, nothing may be published for it
            for _, _, each in asked:
                if not each.done():
                    each.set_exception(error)

    def _understand(self, asked: Asked) -> tuple[Site, Comment, Asked] | None:
        """Give whose the comment is, and the comment; None when it was answered already."""
        heads = asked.heads
        try:
            fields = open_form(asked.body)
            asked.access = access = self._find(key_of(fields, asked.query, heads.host))
            if access is None or not ("check" in access.scopes or "admin" in access.scopes):
                _refuse(asked, "The key is not known here")
                return None
            if not fields.get(b"blog"):
                _refuse(asked, 'Empty "blog" value')
                return None
            slashed = heads.wordpress and b"recheck_reason" not in fields
            comment, blog = read(fields, asked.body, slashed=slashed, site_url=access.site.url)
            self._meters.note_blog(access.site, blog)
        except Exception as error:  # as above
            self.fail(asked, error)
            return None
        return access.site, comment, asked

    def finish(self, asked: Asked, stored: Stored) -> None:
        """Answer with a decision."""
        assert asked.access is not None  # noqa: S101 # nothing else is judged
        wordpress = asked.heads.wordpress
        rendering = renderings(asked.access.site.hold_as, wordpress=wordpress)[stored.decision.verdict]
        said = why(stored.decision) if wordpress else b""
        asked.reply(200, b"%bx-akismet-guid: %b\r\n%b" % (rendering.head, stored.id.encode(), said), rendering.body)
        self._meters.decided("akismet", stored.decision, time.perf_counter() - asked.at)

    def fail(self, asked: Asked, error: Exception) -> None:
        """Answer that nothing was stored."""
        if not isinstance(error, Overloaded | Unavailable):
            _log.error("comment-check failed: %s", type(error).__name__)  # a traceback could quote the comment
        self._hold(asked, 503, b"unavailable")

    def _hold(self, asked: Asked, status: int, why: bytes) -> None:
        """Nothing was stored: say what makes this client hold the comment, with a status for those that look at it."""
        self._meters.failed(why.decode())
        hold_as, wordpress = asked.access.site.hold_as if asked.access else "auto", asked.heads.wordpress
        rendering = renderings(hold_as, wordpress=wordpress)[Verdict.HOLD]
        headers = [*text_headers(rendering.body), _guid(), _CLOSE if status == 413 else _RETRY]
        if wordpress:
            headers.append((b"x-akismet-error", why))
        asked.reply(status, lines(headers), rendering.body)


def _guid() -> tuple[bytes, bytes]:
    """Give a guid of nothing stored: without one the plugin would ignore the answer and publish."""
    return b"x-akismet-guid", new_id(time.time()).encode()


def _refuse(asked: Asked, why: str) -> None:
    headers = [*text_headers(INVALID), _guid(), *help_with(why)]
    if asked.heads.wordpress:
        headers.append((b"x-akismet-error", b"refused"))
    asked.reply(200, lines(headers), INVALID)
