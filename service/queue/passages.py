"""A comment's text cut into passages: those that speak for spam or abuse, those that speak against, and the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from service.domain import Clue

_MOST_WORDS = 24
_LEAST_WEIGHT = 0.3
_MOST_CHARACTERS = 20_000
_LINK = r"https?://[^\s<>\"']+|www\.[^\s<>\"']+"


class Passage(Struct, frozen=True):
    """A run of text; ``kind`` is ``for``, ``against``, ``link`` or empty; ``rude`` what speaks for abuse."""

    text: str
    kind: str = ""
    rude: bool = False


def passages(text: str, clues: Sequence[Clue]) -> list[Passage]:
    """Cut a text where the heaviest words among the clues stand; together the passages are the text, unchanged."""
    weights: dict[str, float] = {}
    for clue in sorted(clues, key=lambda clue: -abs(clue.weight)):
        if clue.kind == "word" and abs(clue.weight) >= _LEAST_WEIGHT and len(weights) < _MOST_WORDS:
            weights.setdefault(clue.name, clue.weight)
    rude = {clue.name for clue in clues if clue.head == "abuse" and clue.kind == "word" and clue.weight >= _LEAST_WEIGHT}
    head, rest = text[:_MOST_CHARACTERS], text[_MOST_CHARACTERS:]
    found, end = [], 0
    for match in _pattern(weights).finditer(head):
        if match.start() > end:
            found.append(Passage(head[end : match.start()]))
        kind = _kind(match, weights)
        found.append(Passage(match[0], kind, rude=kind == "for" and _name(match) in rude))
        end = match.end()
    tail = head[end:] + rest
    return [*found, Passage(tail)] if tail else found


def _pattern(weights: dict[str, float]) -> re.Pattern[str]:
    """Match addresses, and words from the longest to the shortest; between two words may stand a few signs."""
    words = [r"\W{1,8}".join(map(re.escape, name.split(" "))) for name in sorted(weights, key=len, reverse=True)]
    either = f"|(?<!\\w)(?:{'|'.join(words)})(?!\\w)" if words else ""
    return re.compile(f"(?P<link>{_LINK}){either}", re.IGNORECASE)


def _kind(match: re.Match[str], weights: dict[str, float]) -> str:
    if match["link"]:
        return "link"
    return "for" if weights.get(_name(match), weights.get(match[0].lower(), 1.0)) > 0 else "against"


def _name(match: re.Match[str]) -> str:
    return " ".join(re.split(r"\W+", match[0].lower()))
