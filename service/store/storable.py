"""What may not reach a database, made harmless in one place, so that SQLite and PostgreSQL give the same answer."""

from __future__ import annotations

import re
from math import isfinite

import msgspec

from service.domain import Comment

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_NUMBER = 1e15
"""Counters and times that clients send beyond this are cut; every integer up to it has its own double."""


class More(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fields of a comment that no query looks at; one JSON text in the table."""

    user_agent: str = ""
    referrer: str = ""
    type: str = "comment"
    date: str = ""
    lang: str = ""
    role: str = ""
    parent_id: str = ""
    context: tuple[str, ...] = ()
    callback: str = ""
    door: str = "v1"
    honeypot: bool = False
    behaviour: dict[str, float] = {}


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(More).decode


def text(value: str) -> str:
    """The text with U+FFFD for NUL and for lone surrogates: PostgreSQL stores neither, SQLite not the latter."""
    if value.isascii() and "\0" not in value:
        return value
    return _UNSTORABLE.sub("�", value)


def number(value: float) -> float:
    """The number cut to what both databases hold; 0 for what is none."""
    return max(-MAX_NUMBER, min(MAX_NUMBER, value)) if isfinite(value) else 0.0


def pack(comment: Comment) -> str:
    """The less used fields as JSON text."""
    more = More(
        text(comment.user_agent),
        text(comment.referrer),
        text(comment.type),
        text(comment.date),
        text(comment.lang),
        text(comment.role),
        text(comment.parent_id),
        tuple(map(text, comment.context)),
        text(comment.callback),
        comment.door,
        comment.honeypot,
        {text(name): number(value) for name, value in comment.behaviour.items()},
    )
    return _encode(more).decode()


def unpack(packed: str) -> More:
    """The fields that ``pack`` packed."""
    return _decode(packed)
