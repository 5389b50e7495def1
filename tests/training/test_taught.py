"""What is added to the fitted weights of terms: naive Bayes' ratios, and what an encoder taught."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import scipy.sparse as sp
from typer.testing import CliRunner

from service.domain import Comment
from service.text.reading import read
from training import __main__
from training.pipeline import ngrams
from training.ratios import log_count_ratios, masses
from training.spool import Spool
from training.taught import TABLE, taught
from training.teacher import repeat

TEXTS = ["you utter fool", "a fool and a liar", "what a kind reply", "kind words, thank you"] * 6
OPINIONS = np.array([4.0, 5.0, -4.0, -5.0] * 6)


def readings(texts):
    """Comments that only have a text, read."""
    return [read(Comment(text=text)) for text in texts]


def added(table, texts, vectorizer="kernel"):
    """What a table adds to the log-odds of texts, whose own n-grams are the vocabulary."""
    union = ngrams("normalised", 1, 1, vectorizer).fit(readings(texts))
    return union.transform(readings(texts)) @ table.coefficients(union)


@pytest.mark.parametrize("vectorizer", ["kernel", "scikit-learn"])
def test_the_shipped_table_tells_insults_from_thanks(vectorizer):
    """In whichever order a vectorizer has its columns."""
    if vectorizer == "kernel":
        pytest.importorskip("service.classifier._kernel", reason="no compiler here: only scikit-learn's vectorizers can count")
    insult, thanks = added(taught(), ["you stupid idiot, shut up", "thank you for this lovely recipe"], vectorizer)
    assert insult > 1
    assert thanks < 0


def test_what_was_taught_is_repeated_and_survives_its_file(tmp_path):
    """The table orders texts as the opinions do that it was fitted to, before and after it was written."""
    pytest.importorskip("service.classifier._kernel", reason="no compiler here: the table is made by its vectorizer")
    table = repeat(TEXTS, OPINIONS)
    table.save(tmp_path / "abuse.npz")
    for each in (table, taught(tmp_path / "abuse.npz")):
        assert (np.sign(added(each, TEXTS[:4])) == np.sign(OPINIONS[:4])).all()


def test_terms_that_were_not_taught_get_nothing():
    """A text in letters that the teacher never read moves by nothing at all."""
    assert added(taught(), ["დილა მშვიდობისა"]).tolist() == [0.0]


def test_the_shipped_table_holds_no_objects():
    """It opens where unpickling is forbidden, its terms rise, and its weights are finite."""
    with np.load(TABLE, allow_pickle=False) as kept:
        assert (np.diff(kept["hashes"].astype(object)) > 0).all()
        assert np.isfinite(kept["weights"]).all()


def test_a_term_of_the_bad_has_a_positive_ratio():
    """One that both have equally has none, and rows of unknown label count for neither."""
    features = sp.csr_matrix([[1.0, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1], [0, 9, 0]])
    y, weights = np.array([1.0, 1, 0, 0, np.nan]), np.ones(5)
    bad, ham, both = log_count_ratios(features.T @ masses(y, weights))
    assert bad > 1
    assert ham == pytest.approx(-bad)
    assert both == pytest.approx(0.0)


def test_a_spool_sums_as_a_matrix_does():
    """Over more rows than one run holds."""
    dice = np.random.default_rng(0)
    rows, spool = sp.random(700, 30, 0.2, "csr", np.float32, rng=dice), Spool()
    spool.append(rows)
    weights = dice.random((700, 2))
    assert spool.sums(weights) == pytest.approx(rows.T @ weights, rel=1e-5)


def test_teaching_without_its_packages_is_refused_by_name(monkeypatch):
    """Nothing is written, and the sentence says what is missing and where it is listed."""
    before = TABLE.read_bytes()
    monkeypatch.setitem(sys.modules, "torch", None)
    answer = CliRunner().invoke(__main__.app, ["teach"])
    assert "requirements/teacher.txt" in str(answer.exception)
    assert TABLE.read_bytes() == before
