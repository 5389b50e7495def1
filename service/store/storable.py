"""What may not reach a database, made harmless in one place, so that SQLite and PostgreSQL give the same answer."""

from __future__ import annotations

import re
from math import isfinite
from operator import attrgetter

import msgspec
from msgspec import structs

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


_texts_of = attrgetter(*[name for name, kind in Comment.__annotations__.items() if kind == "str"])


def text(value: str) -> str:
    """Give the text with U+FFFD for NUL and for lone surrogates: PostgreSQL stores neither, SQLite not the latter."""
    if value.isascii() and "\0" not in value:
        return value
    return _UNSTORABLE.sub("�", value)


def number(value: float) -> float:
    """Give the number cut to what both databases hold; 0 for what is none."""
    return max(-MAX_NUMBER, min(MAX_NUMBER, value)) if isfinite(value) else 0.0


def comment(value: Comment) -> Comment:
    """Give the comment with every text and number storable; the very same one when nothing had to change, as is usual."""
    if _is_plain(value) or _is_storable(value):
        return value
    texts = {name: text(said) for name in value.__struct_fields__ if isinstance(said := getattr(value, name), str)}
    return structs.replace(
        value,
        **texts,
        context=tuple(map(text, value.context)),
        behaviour={text(name): number(each) for name, each in value.behaviour.items()},
    )


def _is_plain(value: Comment) -> bool:
    """Tell whether all is ASCII without NUL, and nothing was measured: most comments need no longer look."""
    said = "".join((*_texts_of(value), *value.context))
    return said.isascii() and "\0" not in said and not value.behaviour


def _is_storable(value: Comment) -> bool:
    try:
        fine = b"\\u0000" not in _encode(value)  # one pass in C over all fields; it refuses lone surrogates
    except UnicodeEncodeError:
        fine = False
    for each in value.behaviour.values():
        fine = fine and -MAX_NUMBER <= each <= MAX_NUMBER
    return fine


def pack(value: Comment) -> str:
    """Pack the less used fields of a storable comment as JSON text."""
    more = More(
        value.user_agent,
        value.referrer,
        value.type,
        value.date,
        value.lang,
        value.role,
        value.parent_id,
        value.context,
        value.callback,
        value.door,
        value.honeypot,
        value.behaviour,
    )
    return _encode(more).decode()


def unpack(packed: str) -> More:
    """Give the fields that ``pack`` packed."""
    return _decode(packed)
