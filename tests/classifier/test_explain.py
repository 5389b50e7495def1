"""The explanation is the score: nothing is lost, nothing is added, and people read words."""

from __future__ import annotations

from dataclasses import replace
from math import fsum, log

import pytest
from hypothesis import given

from service.classifier.terms import word_terms
from service.domain import Comment
from service.text.reading import read
from tests.classifier.given import a_classifier, a_reading, normalised, some_texts, some_weights

CLASSIFIER = a_classifier(some_weights(window=4, stride=2))
NUMPY = a_classifier(some_weights(window=4, stride=2), "numpy")


@pytest.mark.parametrize("classifier", [CLASSIFIER, NUMPY], ids=["compiled", "numpy"])
@given(text=normalised, fields=normalised)
def test_base_and_clues_add_up_to_the_logit(classifier, text, fields):
    """For both heads, windows included, the sum is the log-odds of the score."""
    reading = a_reading(text, fields)
    scores = classifier.score(reading)
    for head, account in classifier.account(reading).items():
        assert fsum([account.base, *(clue.weight for clue in account.clues)]) == pytest.approx(account.logit, abs=1e-9)
        assert log(scores.of(head) / (1 - scores.of(head))) == pytest.approx(account.logit, abs=1e-6)


@given(text=normalised, fields=normalised)
def test_both_kernels_explain_alike(text, fields):
    """The same clues with the same weights, but for rounding."""
    ours, theirs = (
        {(c.head, c.kind, c.name): c.weight for c in one.explain(a_reading(text, fields))} for one in (CLASSIFIER, NUMPY)
    )
    assert {key for key in ours.keys() ^ theirs.keys() if abs(ours.get(key, 0) + theirs.get(key, 0)) > 1e-9} == set()
    assert all(ours[key] == pytest.approx(theirs[key], abs=1e-9) for key in ours.keys() & theirs.keys())


@given(text=normalised)
def test_the_heaviest_clue_comes_first(text):
    """Clues are sorted by how much they weigh, either way."""
    weights = [abs(clue.weight) for clue in CLASSIFIER.explain(a_reading(text))]
    assert weights == sorted(weights, reverse=True)


def test_clues_are_words_author_fields_and_signals():
    """Characters count for the word they stand in; author fields and signals have their own kinds."""
    clues = CLASSIFIER.explain(a_reading("abba cab, $1 dada", "n:abba u:cab.dad"))
    names = {kind: {clue.name for clue in clues if clue.kind == kind} for kind in ("word", "characters", "author")}
    assert names["word"] <= {"abba", "cab", "$", "1", "dada", "abba cab", "cab $", "$ 1", "1 dada"}
    assert {"abba", "cab", "dada"} <= names["word"]
    assert names["characters"] <= {"$1"}
    assert names["author"] == {"n:abba", "u:cab.dad"}


def test_only_the_deciding_window_is_explained():
    """Where one window of a long text decides, its account names its place and no word outside it."""
    weights = some_weights(window=4, stride=2)
    classifier = a_classifier(replace(weights, weight=10 * weights.weight))
    reading = read(Comment(text=" ".join(some_texts())))
    account = classifier.account(reading)["spam"]
    inside = reading.normalised[account.start : account.end]
    assert 1 <= len(inside.split()) <= 4
    assert {clue.name for clue in account.clues if clue.kind == "word"} <= set(word_terms(inside))
