"""Phrases are found word by word, by two scanners that agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.characters import counter, wide_run_finder
from service.text.lexicon import Group
from service.text.notation import read_notation
from service.text.scanning import FIRST, FUNCTION, SECOND, WINDOW, open_scanner
from service.text.signals import GROUPS
from service.text.wordlists import word_set

TOYS = (
    Group("toy", "spam", "", "buy (?:cheap |new )*(?:toys?|dolls?)|\\d+ ?% off\n        call \\w+ now|lego\\w*"),
    Group("you", "abuse", "", "you(?:'re| are) (?:a|an)? (?:cat|dog)|l(?:o|0)+ng"),
)
CLASSES = {"the": FUNCTION, "you": SECOND, "i": FIRST}
SCANNERS = [open_scanner(TOYS, CLASSES, compiled=compiled) for compiled in (True, False)]
both = pytest.mark.parametrize("scan", SCANNERS, ids=["compiled", "python"])

FOUND = {
    "buy toys": (1, 0),
    "buy cheap new dolls!": (1, 0),
    "buy the very cheap toy": (1, 0),
    "50% off, 20 % off": (2, 0),
    "call anybody now": (1, 0),
    "legoland": (1, 0),
    "you're a cat": (0, 1),
    "you are really a dog": (0, 1),
    "loong": (0, 1),
    "by toys": (0, 0),
    "buy blue toys": (0, 0),
    "": (0, 0),
}


@both
@pytest.mark.parametrize(("text", "counts"), FOUND.items())
def test_phrases_are_found(scan, text, counts):
    """Alternatives, options, numbers, endings, any words and fillers between."""
    assert scan(text).counts == counts


@both
def test_words_are_counted_by_class(scan):
    """Words, small words and persons."""
    scanned = scan("the cat, the dog and you")
    assert scanned[:4] == (6, 2, False, True)


@both
def test_a_long_text_counts_its_densest_words_only(scan):
    """Hits that are far apart do not add up, and padding takes none away."""
    assert scan("lego " + "good " * WINDOW + "lego").counts == (1, 0)
    assert scan("good " * 900 + "lego lego" + " good" * 900).counts == (2, 0)


WORDS = word_set(
    "you are a really the best online casino 100 free spins stupid idiot kill yourself check out my new channel don't 5k naïve "
    "казино думаю ½ ٣٤ x ' don’t _ 0.5 $9 great post thanks for sharing lose weight fast i hate"
)
words = st.sampled_from(sorted(WORDS))
talk = st.lists(words | st.text(max_size=4), max_size=60).map(" ".join)
REAL = [open_scanner(GROUPS, CLASSES, compiled=compiled) for compiled in (True, False)]


@given(talk)
def test_both_scanners_agree(text):
    """C and Python give the same answer for any text."""
    assert REAL[0](text) == REAL[1](text)


@given(st.text() | talk)
def test_both_counters_of_characters_agree(text):
    """C and Python count the same characters and runs."""
    assert counter()(text) == counter(compiled=False)(text)
    assert wide_run_finder()(text) == wide_run_finder(compiled=False)(text)


def test_unmatched_brackets_are_refused():
    """A phrase that cannot be read is an error, not a phrase less."""
    with pytest.raises(ValueError, match="unmatched"):
        read_notation("buy toys) now")
