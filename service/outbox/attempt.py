"""One attempt at one message: how it is put for its kind of endpoint, and what the answer means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from service.domain import Verdict
from service.outbox import signing
from service.outbox.schedule import SLOWING
from service.outbox.sending import Answer, Post
from service.store.events import CALLBACK
from service.store.outbox import Due

MAX_BODY = 20_000
"""Bytes of the largest message, as Standard Webhooks recommends."""

_encode = msgspec.json.Encoder().encode


class Keys(Struct, frozen=True):
    """What opens an endpoint: the secrets that sign webhooks, or a site's own keys (number, key), the likeliest first."""

    secrets: tuple[bytes, ...] = ()
    keys: tuple[tuple[int, str], ...] = ()


class Outcome(Struct, frozen=True):
    """What came of an attempt. ``final`` means that trying again is useless; ``gone`` that the endpoint wants nothing any more.

    ``slowing`` tells that the receiver has too much to do, ``key_id`` with which key a callback was accepted.
    """

    answer: Answer
    sent: bool
    error: str = ""
    final: bool = False
    gone: bool = False
    slowing: bool = False
    key_id: int | None = None


async def attempt(due: Due, keys: Keys, post: Post, now: float, *, hold_was_spam: bool = False) -> Outcome:
    """Send a message once. Never raises."""
    if due.kind == CALLBACK:
        return await call_back(due, keys.keys, post, hold_was_spam=hold_was_spam)
    body = body_of(due)
    answer = await post(body, signing.headers(keys.secrets, signing.message_id(due.id), int(now), body))
    return _outcome(answer)


def _outcome(answer: Answer) -> Outcome:
    sent = answer.status is not None and 200 <= answer.status < 300
    return Outcome(
        answer, sent, "" if sent else answer.error, final=answer.status == 410, gone=answer.status == 410,
        slowing=answer.status in SLOWING,
    )  # fmt: skip


def body_of(due: Due) -> bytes:
    """Give the body of a webhook; the comment's text, where the endpoint may have it, is cut to what fits."""
    if due.comment is None:
        return due.payload.encode()
    message = msgspec.json.decode(due.payload)
    text = due.comment["text"]
    while True:
        message["data"]["comment"] = {**due.comment, "text": text, "cut": len(text) < len(due.comment["text"])}
        body = _encode(message)
        if len(body) <= MAX_BODY or not text:
            return body
        text = text[: min(len(text) - 1, len(text) * MAX_BODY // len(body))]


# The way back to WordPress: the Akismet plugin's own REST route, which knows the site's key instead of a signature.

_MORE = {"X-Akismet-Webhook": "1"}


async def call_back(due: Due, keys: Sequence[tuple[int, str]], post: Post, *, hold_was_spam: bool) -> Outcome:
    """Tell the plugin of a decision. A site has had several keys: those that it does not know are answered 401.

    Spam that is ham is told twice: the plugin moves it to Pending at the first and publishes at the second telling.
    """
    told = msgspec.json.decode(due.payload)
    result = told["verdict"] == Verdict.REJECT
    outcome = Outcome(Answer(None, "", 0.0), sent=False, error="no key of the site can be told to it; make a new one", final=True)
    for key_id, key in keys:
        item = {"guid": told["guid"], "result": "true" if result else "false"}
        body = _encode({"key": key, "endpoint": "comment-check", "comments": [item]})
        outcome = _understood(await post(body, _MORE), told["guid"], key_id)
        if outcome.answer.status == 401:
            continue
        was_spam = told["previous"] == Verdict.REJECT or (hold_was_spam and told["previous"] == Verdict.HOLD)
        if outcome.sent and was_spam and not result:
            outcome = _understood(await post(body, _MORE), told["guid"], key_id)
        break
    return outcome


def _understood(answer: Answer, guid: str, key_id: int) -> Outcome:
    if answer.status == 404:
        return Outcome(answer, sent=False, error="decide in WordPress: its Akismet plugin has no way to be told", final=True)
    outcome = _outcome(answer)
    if not outcome.sent:
        return Outcome(answer, sent=False, error=outcome.error, slowing=outcome.slowing)
    status = _status(answer.body, guid)
    if status == "success":
        return Outcome(answer, sent=True, key_id=key_id)
    if status == "error":
        return Outcome(answer, sent=False, error="decide in WordPress: it does not know the comment", final=True, key_id=key_id)
    return Outcome(answer, sent=False, error="the answer is not the Akismet plugin's")


def _status(body: bytes, guid: str) -> Any:  # noqa: ANN401 # whatever the site said
    try:
        return msgspec.json.decode(body)["comments"][guid]["status"]
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError, IndexError):
        return None
