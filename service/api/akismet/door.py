"""Every endpoint of the Akismet-compatible API but comment-check: parse, call one use-case, say it in the protocol's words."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

from service.api import auth
from service.api import body as bodies
from service.api.akismet import stats
from service.api.akismet.answers import INVALID, THANKS, VALID, help_with, send_json, send_text
from service.api.akismet.check import CommentCheck, Heads, key_of
from service.api.akismet.comment import decoded, read
from service.api.akismet.form import Fields, parse
from service.api.body import Gone, Receive, Scope, Send, TooLarge
from service.api.limits import RateLimit
from service.api.metrics import Meters
from service.domain import Label
from service.moderation import Access, Moderation, Overloaded, Unavailable, Word

_log = logging.getLogger(__name__)
_FEEDBACK_A_MINUTE = 600
_TRUST = 0.7
"""Weight of a label that comes with nothing but a site's key, against 1 for a known moderator's."""

_LABELS = {"/1.1/submit-spam": Label.SPAM, "/1.1/submit-ham": Label.HAM}


class Call(Struct, frozen=True):
    """A request of a known key."""

    path: str
    fields: Fields
    body: bytes
    key: str
    access: Access

    def value(self, name: str) -> str:
        """Give a field as text, empty when it is absent."""
        return decoded([self.fields.get(name.encode(), b"")], "utf-8", slashed=False)[0]


Verb = Callable[[Call, Send], Awaitable[None]]


class Door:
    """The ASGI application for ``/1.1/`` and ``/1.2/``. Whatever fails is said in the protocol's way, as ``invalid``."""

    def __init__(self, moderation: Moderation, meters: Meters, max_body: int) -> None:
        self._moderation = moderation
        self._meters = meters
        self._max_body = max_body
        self._find = auth.finder(moderation)
        self._limit = RateLimit(_FEEDBACK_A_MINUTE)
        self.check = CommentCheck(moderation, self._find, meters, max_body)
        self._verbs: dict[str, Verb] = {
            "/1.1/verify-key": self._verify,
            "/1.1/submit-spam": self._feedback,
            "/1.1/submit-ham": self._feedback,
            "/1.1/deactivate": self._deactivate,
            "/1.1/get-subscription": self._subscription,
            "/1.1/get-stats": self._stats,
            "/1.2/get-key-stats": self._stats,
            "/1.1/token": self._token,
            "/1.1/verify-wpcom-key": self._verify_wpcom,
            "/1.2/key-sites": self._key_sites,
            "/1.2/usage-limit": self._usage,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        if path == "/1.1/test":
            return await send_text(send, b"connected")
        verb = self._verbs.get(path)
        if verb is None and path != "/1.1/comment-check":
            return await send_text(send, b"not found", status=404)
        if verb is None or not (method == "POST" or (method == "GET" and path.startswith("/1.2/"))):
            return await send_text(send, b"method not allowed", [(b"allow", b"POST")], 405)
        return await self._answer(verb, scope, receive, send)

    async def _answer(self, verb: Verb, scope: Scope, receive: Receive, send: Send) -> None:
        heads = Heads(scope["headers"])
        try:
            body = await bodies.read(receive, self._max_body, heads.announced)
            fields = Fields(parse(scope["query_string"]) | parse(body))
            key = key_of(fields, b"", b"" if verb == self._verify else heads.host)
            access = self._find(key)
            if access is None:
                return await send_text(send, INVALID, help_with("The key is not known here"))
            return await verb(Call(scope["path"], fields, body, key.decode("latin-1"), access), send)
        except Gone:
            return None
        except TooLarge:
            return await send_text(send, INVALID, [(b"connection", b"close")], 413)
        except (Overloaded, Unavailable):
            return await send_text(send, INVALID, [(b"retry-after", b"5")], 503)
        except Exception as error:  # as on the other doors: a failure says nothing of the text
            _log.error("%s failed: %s", scope["path"], type(error).__name__)  # a traceback could quote the comment
            return await send_text(send, INVALID, [(b"retry-after", b"5")], 503)

    async def _verify(self, call: Call, send: Send) -> None:
        if not call.fields.get(b"blog"):
            return await send_text(send, INVALID, help_with('Empty "blog" value'))
        return await send_text(send, VALID)

    async def _feedback(self, call: Call, send: Send) -> None:
        """Moderators' corrections, in clean text without slashes and without the guid: the store looks for what is meant."""
        if not auth.may(call.access, "feedback"):
            return await send_text(send, INVALID, help_with("This key may not send feedback"))
        if wait := self._limit.wait(call.access.key_id):
            return await send_text(send, INVALID, [(b"retry-after", b"%d" % max(1, int(wait)))], 429)
        comment, _ = read(call.fields, call.body, slashed=False, site_url=call.access.site.url)
        if not comment.is_test:
            label = _LABELS[call.path]
            word = Word(label, f"akismet:{call.value('reporter')[:100]}", _TRUST, time.time(), tell_site=False)
            await self._moderation.feedback_on(call.access.site, comment, word)
            self._meters.labelled("akismet", label.value)
        return await send_text(send, THANKS)

    async def _deactivate(self, call: Call, send: Send) -> None:  # noqa: ARG002 # a verb like the others
        """Answer that the plugin was switched off. The key stays: switching it on again must work."""
        await send_text(send, b"deactivated")

    async def _subscription(self, call: Call, send: Send) -> None:
        """Say ``active``: the WordPress plugin stores a key only then."""
        await send_json(send, stats.subscription(call.access))

    async def _stats(self, call: Call, send: Send) -> None:
        since = stats.since(call.value("from"), time.time())
        await send_json(send, stats.counts(await self._moderation.monthly(call.access.site, since)))

    async def _token(self, call: Call, send: Send) -> None:
        """Give what the plugin passes on to a page of tools.akismet.com: useless there and here."""
        await send_text(send, hashlib.sha256(b"token %d" % call.access.key_id).hexdigest()[:32].encode())

    async def _verify_wpcom(self, call: Call, send: Send) -> None:
        await send_json(send, stats.connection(call.access, call.key))

    async def _key_sites(self, call: Call, send: Send) -> None:
        tallies = await self._moderation.monthly(call.access.site)
        month = call.value("month") or time.strftime("%Y-%m", time.gmtime())
        asked = stats.Asked(month, call.value("filter"), call.value("limit"), call.value("offset"))
        if call.value("format") == "csv":
            return await send_text(send, stats.sites_csv(call.access.site, tallies, asked))
        return await send_json(send, stats.sites_json(call.access.site, tallies, asked))

    async def _usage(self, call: Call, send: Send) -> None:
        month = time.strftime("%Y-%m-01", time.gmtime())
        await send_json(send, stats.usage(await self._moderation.monthly(call.access.site, month)))
