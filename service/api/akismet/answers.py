"""How the Akismet protocol says what we have to say. Bodies are compared byte by byte by several clients: no newline, no quotes."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from msgspec import Struct

from service.api.body import Send
from service.domain import Decision, Verdict

VALID = b"valid"
INVALID = b"invalid"
THANKS = b"Thanks for making the web a better place."
SPAM = b"true"
HAM = b"false"

Headers = list[tuple[bytes, bytes]]
_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_HELD: Headers = [(b"x-akismet-error", b"hold")]


class Rendering(Struct, frozen=True):
    """The body of a verdict and the lines of the head that go with it."""

    body: bytes
    head: bytes


def lines(headers: Headers) -> bytes:
    """Give headers as the lines of an answer's head."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def headers_of(head: bytes) -> Headers:
    """Give the headers that lines of ours say."""
    parts = [line.partition(b": ") for line in head.split(b"\r\n")[:-1]]
    return [(name, value) for name, _, value in parts]


def text_headers(body: bytes) -> Headers:
    """Give the headers of a plain text."""
    return [_TEXT, (b"content-length", b"%d" % len(body))]


def _rendering(body: bytes, extra: Headers) -> Rendering:
    return Rendering(body, lines([*text_headers(body), *extra]))


def _renderings(held: Rendering) -> dict[Verdict, Rendering]:
    return {Verdict.ACCEPT: _rendering(HAM, []), Verdict.HOLD: held, Verdict.REJECT: _rendering(SPAM, [])}


_PENDING = _renderings(_rendering(HAM, _HELD))
_AS_SPAM = _renderings(_rendering(SPAM, []))
_AS_HAM = _renderings(_rendering(HAM, []))


def renderings(hold_as: str, *, wordpress: bool) -> dict[Verdict, Rendering]:
    """Give what to say for each verdict to a site's client.

    The protocol knows no third verdict: WordPress' plugin puts a comment into its moderation queue for ``X-akismet-error``; other
    clients can only be told spam, which all of them let a moderator undo, or ham, which publishes.
    """
    if hold_as == "pending" or (hold_as == "auto" and wordpress):
        return _PENDING
    return _AS_HAM if hold_as == "ham" else _AS_SPAM


async def send_text(send: Send, body: bytes, headers: Headers | None = None, status: int = 200) -> None:
    """One whole answer of plain text."""
    await send({"type": "http.response.start", "status": status, "headers": [*text_headers(body), *(headers or [])]})
    await send({"type": "http.response.body", "body": body})


async def send_json(send: Send, body: bytes, headers: Headers | None = None, status: int = 200) -> None:
    """One whole answer of JSON."""
    about = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*about, *(headers or [])]})
    await send({"type": "http.response.body", "body": body})


def why(decision: Decision) -> bytes:
    """Give the lines of which the companion in WordPress makes its column of scores and reasons; no other client reads them."""
    said = _verdict_and_reason(decision.verdict, decision.reasons)
    if (scores := decision.scores) is not None:
        return b"%bx-winnow-score: spam=%.3f; abuse=%.3f\r\n" % (said, scores.spam, scores.abuse)
    return said


@lru_cache(maxsize=1024)
def _verdict_and_reason(verdict: Verdict, reasons: tuple[str, ...]) -> bytes:
    said: Headers = [(b"x-winnow-verdict", verdict.value.encode())]
    if reasons:
        reason = reasons[0][:_MAX_REASON]
        said.append((b"x-winnow-reason", (reason if _IS_PLAIN(reason) else quote(reason, safe=_PLAIN, errors="replace")).encode()))
    return lines(said)


_MAX_REASON = 200
_PLAIN = " !#$&'()*+,-./:;<=>?@[]^_`{|}~"
"""What may stand in a header as it is; the rest goes as %XX of UTF-8."""

_IS_PLAIN = re.compile(f"[A-Za-z0-9{re.escape(_PLAIN)}]*").fullmatch


def help_with(text: str) -> Headers:
    """Give the header that says what is wrong. Only ever sent with errors: clients of the protocol throw when they see it."""
    return [(b"x-akismet-debug-help", text.encode("ascii"))]
