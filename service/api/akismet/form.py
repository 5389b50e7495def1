"""URL-encoded forms, read quickly: split once, decode only what is asked for.

A form of a WordPress site has some forty fields of which the door uses half; ``urllib.parse.parse_qsl`` decodes them all and
takes ten times as long. Semantics are PHP's, for which the protocol was made: the last of repeated names counts, ``+`` is a
space, a broken escape stands for itself. form.c does the same sooner yet.
"""

from __future__ import annotations

import re
from codecs import escape_decode
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Protocol

Wanted = tuple[tuple[bytes, bytes | None, int], ...]
"""Names of fields, where to look when one is empty, and how many characters are kept."""


CONTEXT, HIDDEN = 1, 2
"""Kinds of fields that have several names: ``comment_context``, and what the Akismet plugin's script adds to a form unseen."""


class Form(Protocol):
    """A form's fields: raw values by name. A kind whose bit is not in ``kinds`` is not there at all."""

    @property
    def kinds(self) -> int: ...  # noqa: D102 # the class says it
    def get(self, name: bytes, /) -> bytes | None: ...  # noqa: D102 # the class says it
    def __contains__(self, name: object, /) -> bool: ...
    def texts(self, wanted: Wanted, slashed: bool, /) -> list[str] | None:
        """Decode what is wanted, if all of it is UTF-8 and it can be done at once; else None."""


class Fields(dict[bytes, bytes]):
    """Raw names to raw values, as they stand in the body. Which kinds are there was not looked at."""

    kinds = CONTEXT | HIDDEN

    def texts(self, _: Wanted, __: bool, /) -> None:
        """Decode nothing at once."""


_CODECS = {
    "utf8": "utf-8",
    "ascii": "cp1252",
    "usascii": "cp1252",
    "iso88591": "cp1252",  # browsers send Windows-1252 when a page says ISO-8859-1
    "latin1": "cp1252",
    "macintosh": "mac_roman",
    **{f"iso8859{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"{prefix}{page}": f"cp{page}" for prefix in ("windows", "cp") for page in (874, *range(1250, 1259))},
    **{name: name for name in ("koi8r", "koi8u", "big5", "gbk", "gb2312", "gb18030", "shiftjis", "eucjp", "euckr", "tis620")},
    "koi8r": "koi8_r",
    "koi8u": "koi8_u",
    "big5hkscs": "big5hkscs",
    "sjis": "cp932",
    "shiftjis": "cp932",
    "eucjp": "euc_jp",
    "euckr": "cp949",
    "iso2022jp": "iso2022_jp",
}
"""Charsets that blogs have been written in, by name without punctuation. Other codecs of Python are not a client's to choose:
some are no charsets, some are slow."""

_BROKEN = re.compile(b"%(?![0-9A-Fa-f]{2})")
_PUNCTUATION = re.compile("[^a-z0-9]")
_BACKSLASH = re.compile(r"\\(.?)", re.DOTALL)


_MANY = 500
"""Pairs among which a dict finds sooner."""


def _opener() -> Callable[[bytes], Form]:
    with suppress(ImportError):
        found: Callable[[bytes, int], Form | None] = import_module("service.api.akismet._form").form
        return lambda body: found(body, _MANY) or parse(body)
    return parse


def parse(body: bytes) -> Fields:
    """Give the form's fields. Names are decoded where they carry escapes (``comment_context%5B0%5D``), values are left raw."""
    fields = Fields()
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        fields[name] = value
    for name in _escaped(b"&".join(fields)):
        fields.setdefault(unquote(name), fields[name])
    return fields


def _escaped(names: bytes) -> list[bytes]:
    """Give the names that carry an escape; found from the escapes, because looking into every name takes as long as the split."""
    found = []
    at = names.find(b"%")
    while at >= 0:
        end = names.find(b"&", at)
        end = len(names) if end < 0 else end
        found.append(names[names.rfind(b"&", 0, at) + 1 : end])
        at = names.find(b"%", end)
    return found


def unquote(raw: bytes) -> bytes:
    r"""Give the bytes that a URL-encoded value stands for.

    Python's ``\x41`` escapes are decoded in C, so the value is rewritten to them; 3 µs for 250 Cyrillic letters instead of 60.
    """
    value = raw.replace(b"+", b" ")
    if b"%" not in value:
        return value
    try:
        return escape_decode(value.replace(b"\\", b"\\\\").replace(b"%", b"\\x"))[0]
    except ValueError:  # a percent sign without two hexadecimal digits behind it stands for itself
        return unquote(_BROKEN.sub(b"%25", raw))


def repeated(body: bytes, name: bytes) -> list[bytes]:
    """Every value of a name that a client repeats without brackets, in order, still encoded."""
    start = name + b"="
    return [pair[len(start) :] for pair in body.split(b"&") if pair.startswith(start)]


def codec(charset: str) -> str:
    """Python's name of a blog's charset; UTF-8 when it is unknown."""
    return _CODECS.get(_PUNCTUATION.sub("", charset.lower()), "utf-8")


def unslash(text: str) -> str:
    r"""PHP's ``stripslashes``: WordPress sends what it received with a backslash before quotes, backslashes and NUL (``\0``)."""
    if "\\" not in text:
        return text
    return _BACKSLASH.sub(_unslashed, text)


def _unslashed(match: re.Match[str]) -> str:
    return "\0" if match[1] == "0" else match[1]


open_form = _opener()
"""Give the form's fields, found and decoded by compiled code where there is a compiler."""
