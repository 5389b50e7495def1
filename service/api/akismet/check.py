"""comment-check, the hot path, as a raw ASGI application.

A framework's router, models and middleware cost more than cleaning, scoring and storing the comment together.
"""

from __future__ import annotations

import logging
import time

from service.api import body as bodies
from service.api.akismet.answers import INVALID, Headers, help_with, renderings, send_text
from service.api.akismet.comment import read
from service.api.akismet.form import Fields, parse, unquote
from service.api.auth import Find
from service.api.body import Gone, Receive, Scope, Send, TooLarge
from service.api.metrics import Meters
from service.domain import Verdict
from service.moderation import Access, Moderation
from service.store.ids import new_id
from service.store.writer import Overloaded, Unavailable

_log = logging.getLogger(__name__)
_RETRY = (b"retry-after", b"5")
_CLOSE = (b"connection", b"close")


class Heads:
    """What is needed of a request's headers."""

    __slots__ = ("agent", "announced", "host")

    def __init__(self, scope: Scope) -> None:
        self.agent = self.host = b""
        self.announced = 0
        for name, value in scope["headers"]:
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


def key_of(fields: dict[bytes, bytes], scope: Scope, host: bytes) -> bytes:
    """Give the key: ``api_key`` or ``key`` of the form, then of the query, then the first label of the host name."""
    if not (key := fields.get(b"api_key") or fields.get(b"key")) and scope["query_string"]:
        query = parse(scope["query_string"])
        key = query.get(b"api_key") or query.get(b"key")
    if not key:
        return host.partition(b".")[0]
    return unquote(key) if b"%" in key else key


class CommentCheck:
    """``POST /1.1/comment-check``."""

    def __init__(self, moderation: Moderation, find: Find, meters: Meters, max_body: int) -> None:
        self._moderation = moderation
        self._find = find
        self._meters = meters
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whatever fails, the answer makes the client hold the comment."""
        started = time.perf_counter()
        heads = Heads(scope)
        try:
            fields = parse(body := await bodies.read(receive, self._max_body, heads.announced))
        except Gone:
            return
        except TooLarge:
            await self._hold(send, heads, None, 413, b"too-large")
            return
        access = self._find(key_of(fields, scope, heads.host))
        if access is None or "check" not in access.scopes:
            await _refuse(send, heads, "The key is not known here")
        elif not fields.get(b"blog"):
            await _refuse(send, heads, 'Empty "blog" value')
        else:
            await self._judge(fields, body, heads, access, send, started)

    async def _judge(self, fields: Fields, body: bytes, heads: Heads, access: Access, send: Send, started: float) -> None:
        site = access.site
        try:
            slashed = heads.wordpress and b"recheck_reason" not in fields
            comment, blog = read(fields, body, slashed=slashed, site_url=site.url)
            self._meters.note_blog(site, blog)
            stored = await self._moderation.check(site, comment, time.time())
        except Exception as error:  # whatever it is, nothing may be published for it
            if not isinstance(error, Overloaded | Unavailable):
                _log.error("comment-check failed: %s", type(error).__name__)  # a traceback could quote the comment
            return await self._hold(send, heads, access, 503, b"unavailable")
        rendering = renderings(site.hold_as, wordpress=heads.wordpress)[stored.decision.verdict]
        headers = [*rendering.headers, (b"x-akismet-guid", stored.id.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": rendering.body})
        return self._meters.decided("akismet", stored.decision, time.perf_counter() - started)

    async def _hold(self, send: Send, heads: Heads, access: Access | None, status: int, why: bytes) -> None:
        """Nothing was stored: say what makes this client hold the comment, with a status for those that look at it."""
        self._meters.failed(why.decode())
        rendering = renderings(access.site.hold_as if access else "auto", wordpress=heads.wordpress)[Verdict.HOLD]
        headers: Headers = [_guid(), _CLOSE] if status == 413 else [_guid(), _RETRY]
        if heads.wordpress:
            headers.append((b"x-akismet-error", why))
        await send_text(send, rendering.body, headers, status)


def _guid() -> tuple[bytes, bytes]:
    """Give a guid of nothing stored: without one the plugin would ignore the answer and publish."""
    return b"x-akismet-guid", new_id(time.time()).encode()


async def _refuse(send: Send, heads: Heads, why: str) -> None:
    headers = [_guid(), *help_with(why)]
    if heads.wordpress:
        headers.append((b"x-akismet-error", b"refused"))
    await send_text(send, INVALID, headers)
