"""Requests and answers without a connection: what both clients send, when they try again, and how they read what comes back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypedDict, TypeVar

import httpx

from service.client.answers import Feedback, Judgement, StoredComment, Unreachable, WinnowError

T = TypeVar("T", Judgement, Feedback, StoredComment)
Label = Literal["ham", "spam", "abuse"]
AT_ONCE = 1_000
"""Most comments of one request."""

_LATER = frozenset({429, 502, 503, 504})
_LONGEST_WAIT = 10.0


class CommentFields(TypedDict, total=False):
    """What may be told of a comment beside its text; each field helps. See docs/integrators.md."""

    author: str
    author_email: str
    author_url: str
    user_ip: str
    user_agent: str
    referrer: str
    permalink: str
    type: str
    date: str
    lang: str
    role: str
    external_id: str
    article_id: str
    parent_id: str
    callback: str
    context: list[str]
    honeypot: bool
    behaviour: dict[str, float]
    is_test: bool


@dataclass(frozen=True)
class Call:
    """A request. Every one may be sent again: what stores carries a key, or stores the same once more."""

    method: str
    path: str
    json: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def checking(text: str, told: CommentFields) -> Call:
    """Ask for a verdict. Its key makes a second attempt the same request."""
    return Call("POST", "/v1/comments", {"text": text, **told}, headers=_once())


def checking_many(comments: list[dict[str, Any]]) -> Call:
    """Ask for many verdicts, as above."""
    return Call("POST", "/v1/comments/batch", {"comments": comments}, headers=_once())


def _once() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(16)}


def labelling(comment_id: str, label: Label, by: str, kind: str) -> Call:
    """Say what a comment is; saying it twice changes nothing."""
    return Call("POST", f"/v1/comments/{comment_id}/feedback", {"label": label, "by": by, "kind": kind})


def looking(comment_id: str) -> Call:
    """Look a comment up."""
    return Call("GET", f"/v1/comments/{comment_id}")


def listing(verdict: str | None, cursor: str | None) -> Call:
    """List comments, newest first."""
    query = {"limit": "100", "verdict": verdict or "", "cursor": cursor or ""}
    return Call("GET", "/v1/comments", query={name: value for name, value in query.items() if value})


def pause_after(response: httpx.Response | None, attempt: int) -> float | None:
    """Seconds to wait before another attempt; None when the answer stands. ``response`` None is a failed connection."""
    if response is None:
        return 0.2 * 2.0**attempt
    if response.status_code not in _LATER:
        return None
    said = response.headers.get("retry-after", "")
    return min(float(said), _LONGEST_WAIT) if said.isdigit() else 0.2 * 2.0**attempt


def content(response: httpx.Response) -> Any:  # noqa: ANN401 # whatever the API answers
    """Give the JSON of an answer. Raises WinnowError, Unreachable."""
    try:
        found = response.json()
    except ValueError:
        raise Unreachable(f"The answer is no JSON (status {response.status_code}).", response.status_code) from None
    if response.is_success:
        return found
    detail = found.get("detail", "") if isinstance(found, dict) else ""
    if response.status_code in _LATER:
        raise Unreachable(detail or "The service cannot answer now.", response.status_code)
    raise WinnowError(response.status_code, detail, found.get("errors") if isinstance(found, dict) else None)


def read(kind: type[T], found: dict[str, Any]) -> T:
    """Give an answer as its type."""
    known = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in found.items() if name in known})
