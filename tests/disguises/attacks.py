"""All attacks by group, with the points of recall that each may cost."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.disguises.characters import CHARACTERS
from tests.disguises.markup import MARKUP
from tests.disguises.spacing import SPACING
from tests.disguises.wording import Attack

BUDGETS = {"character": 2.0, "markup": 2.0, "spacing and typos": 5.0, "padding": 20.0}
"""Points of recall that an attack of each group may cost."""
GROUPS: dict[str, dict[str, Attack]] = {"character": CHARACTERS, "markup": MARKUP, "spacing and typos": SPACING}
"""Attacks that need nothing but the spam; those of padding need honest text, see ``padding``."""
LENGTHS = (30, 150, 1000)
PLACES = ("after", "before", "around")


def padding(honest: Sequence[str]) -> dict[str, Attack]:
    """Attacks that add words of ``honest``: as running text and as loose words, and a few between the spam's own."""
    loose = [word for text in honest for word in text.split()]
    found = {"one good word between any two": _between_words(loose)}
    for length in LENGTHS:
        for place in PLACES:
            found[f"{length} words of running text {place}"] = _padded(honest, length, place)
            found[f"{length} loose words {place}"] = _padded(loose, length, place)
    return found


def _padded(stock: Sequence[str], length: int, place: str) -> Attack:
    def attack(text: str, dice: Random) -> str:
        good = _drawn(stock, length, dice)
        cut = {"after": 0, "before": length, "around": length // 2}[place]
        return " ".join([*good[:cut], text, *good[cut:]])

    return attack


def _drawn(stock: Sequence[str], length: int, dice: Random) -> list[str]:
    """``length`` words from whole texts of the stock in any order."""
    words: list[str] = []
    while len(words) < length:
        words += dice.choice(stock).split()
    return words[:length]


def _between_words(loose: Sequence[str]) -> Attack:
    return lambda text, dice: " ".join(f"{word} {dice.choice(loose)}" for word in text.split())
