"""How much of a spam's wording comes back when its disguise is taken off: measured on own sentences, without any model."""

from __future__ import annotations

from collections import Counter
from random import Random

from service.text.normalise import normalise
from tests.disguises.sentences import SPAM
from tests.disguises.wording import Attack


def disguised(name: str, attack: Attack, text: str) -> str:
    """The attack's work on a text: the same every time."""
    return attack(text, Random(f"{name} {text}"))


def words_back(name: str, attack: Attack) -> float:
    """The share of all words of the own spams that their disguised twins, read by the service, still have."""
    kept, whole = 0, 0
    for text in SPAM:
        expected, found = Counter(normalise(text).split()), Counter(normalise(disguised(name, attack, text)).split())
        kept, whole = kept + (expected & found).total(), whole + expected.total()
    return kept / whole


def misread(name: str, attack: Attack, count: int = 3) -> list[tuple[str, str]]:
    """(disguised, as read) of the own spams of which most words are lost."""
    pairs = [(text, disguised(name, attack, text)) for text in SPAM]
    lost = [((Counter(normalise(text).split()) - Counter(normalise(made).split())).total(), made) for text, made in pairs]
    return [(made, normalise(made)) for missing, made in sorted(lost, reverse=True)[:count] if missing]
