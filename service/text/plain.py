"""Most texts wear no disguise. What proves it at a glance, so that neither guards nor shapes need to be asked.

A text is looked at in pairs of neighbouring letters. Some pairs, and some words, are *telling*: each text that a guard of
``normalise`` or a shape of ``shapes`` meets holds one of theirs. Other texts hold them too, and are then looked at properly, so a
pair or a word too many costs time, and one too few would cost the sight of a disguise: whoever adds a guard or a shape adds what
tells of it here, and a test makes texts of every pattern to see that nothing was forgotten.

Letters that stand alone (``c a s i n o``, ``c.a.s.i.n.o``), signs drawn out and doubled letters are no pairs; plain.c looks for
them itself. Only texts in ASCII are proven plain; without a compiler none is, and the answers are the same.
"""

from __future__ import annotations

import string
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Protocol

from service.text.suspects import suspects

GUARDS, SHAPES = 1, 2
LONGEST = 20_000
"""Characters of the longest text that is looked at."""

SURE_TLDS = ("com", "org", "biz", "ru", "xyz")
"""Top-level domains that are no words: a dot, a blank and one of these are an address."""

SEPARATORS = ".-_*~|+,'/"
"""Signs that may part the letters of a word."""

_EVERY = "".join(map(chr, range(128)))
_SMALL, _DIGITS = string.ascii_lowercase, string.digits
_CONTROLS = "".join(map(chr, (*range(9), *range(14, 28), 127)))

_PAIRS = (
    (_CONTROLS, _EVERY, GUARDS | SHAPES),
    ("<&[{_*~^|", _EVERY, GUARDS | SHAPES),
    ("@$!", _SMALL, GUARDS | SHAPES),
    (_SMALL, "$", GUARDS),
    (_SMALL, _DIGITS, GUARDS),
    (_DIGITS, _SMALL, GUARDS),
    (".", _SMALL, GUARDS | SHAPES),
    (" ", ".", GUARDS),
    ("h", "x", GUARDS),
    ("w", "w", GUARDS),
    (_DIGITS, _EVERY, SHAPES),
    ('"/>#@%$}=+\\`]', _EVERY, SHAPES),
    (":", _EVERY.replace(" ", ""), SHAPES),
    ("-", "-", SHAPES),
    ("f", "-", SHAPES),
    (".", "-", SHAPES),
    ("(", ")", SHAPES),
)
"""(first letters, second letters, what they tell of)"""

_WORDS = (
    *((f". {tld}", GUARDS) for tld in SURE_TLDS),
    *((f"({blank}{sign}", GUARDS) for blank in ("", " ") for sign in (".", "dot", "d0t", "punkt", "punto", "ponto", "at")),
    *((word, GUARDS) for word in ("dot", "htx", "http")),
    *((word, SHAPES) for word in ("gmail", "yahoo", "hotmail", "outlook", "proton")),
    *((word, SHAPES) for word in ("percent", "joinchat", "toto", "slot", "hoki", "jitu")),
)


class Plain(Protocol):
    """Proves. Either function may say no for no reason."""

    def lower(self, text: str, /) -> str | None:
        """Give the text as it is normalised, if that is proven to take no more than small letters and single blanks."""

    def is_shapeless(self, text: str, /) -> bool:
        """Tell whether it is proven that a normalised text meets no shape."""


class _NothingIsPlain:
    """For machines without a compiler: every text is looked at properly."""

    def lower(self, _: str, /) -> None:
        """Prove nothing."""

    def is_shapeless(self, _: str, /) -> bool:
        """Prove nothing."""
        return False


@cache
def plain(*, compiled: bool = True) -> Plain:
    """Give what proves, put together on first use."""
    if compiled:
        with suppress(ImportError):
            module = import_module("service.text._text")
            proof: Plain = module.Plain(suspects(), _pairs(), tuple(sorted(_WORDS)), SEPARATORS, LONGEST)
            return proof
    return _NothingIsPlain()


def _pairs() -> bytes:
    table = bytearray(128 * 128)
    for firsts, seconds, asks in _PAIRS:
        for first in firsts:
            for second in seconds:
                table[ord(first) * 128 + ord(second)] |= asks
    return bytes(table)
