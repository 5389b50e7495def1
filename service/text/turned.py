"""Reads text that is written upside down, from its last word to its first."""

from __future__ import annotations

import re

from service.text.removed import Removed
from service.text.vocabulary import VOCABULARY

_UPRIGHT = dict(zip("ɐqɔpǝɟƃɓɥᴉıɾſʞlɯuodbɹsʇnʌʍxʎz¡¿˙'", "abcdefgghiijjklmnopqrstuvwxyz!?.,", strict=True))
_TELLING = re.compile("[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]")
_LINK = re.compile(r"://|www\.|[a-z0-9]\.[a-z]{2}|@")
_LEAST = 4


def is_turned_english(text: str) -> bool:
    """Tell a lower-case text of which half the words are English when turned round, and more of them than as it stands."""
    if len(_TELLING.findall(text[:4000])) < _LEAST:
        return False
    words = _turned(text).split()
    known = _known(words)
    return known > _known(text.split()) and known * 2 >= len(words)


def turn(text: str, removed: Removed) -> str:
    """Give the text as it is read upside down; links stand upright already."""
    removed.drawn += len(_TELLING.findall(text))
    return _turned(text.lower())


def _turned(text: str) -> str:
    return " ".join(token if _LINK.search(token) else _token(token) for token in reversed(text.split()))


def _token(token: str) -> str:
    return "".join(_UPRIGHT.get(letter, letter) for letter in reversed(token))


def _known(words: list[str]) -> int:
    return sum(word.strip(".,!?'") in VOCABULARY for word in words)
