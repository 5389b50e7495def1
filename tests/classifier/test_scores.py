"""Scores: the same from both kernels and from scikit-learn, for one reading as for many, and not to be washed clean."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from service.classifier import layout
from service.classifier.fallback import TIE
from service.classifier.kernels import open_table
from service.classifier.terms import CHAR_NGRAMS, TOKEN, WORD_NGRAMS, Block
from service.domain import Comment
from service.text.normalise import normalise
from service.text.reading import read
from service.text.signals import SIGNALS
from tests.classifier.given import STEPS, a_classifier, a_folder, a_reading, a_vector, normalised, some_texts, some_weights

WINDOWED = some_weights(window=4, stride=2)
COMPILED = a_classifier(WINDOWED)
NUMPY = a_classifier(WINDOWED, "numpy")
any_signal = st.floats(allow_nan=True, allow_infinity=True)


@given(text=normalised, fields=normalised, signal=any_signal)
def test_both_kernels_give_the_same_scores(text, fields, signal):
    """C and numpy differ by no more than rounding, and agree on the worst window."""
    reading = a_reading(text, fields, signal)
    expected, scores = NUMPY.score(reading), COMPILED.score(reading)
    assert scores.spam == pytest.approx(expected.spam, abs=1e-9)
    assert scores.abuse == pytest.approx(expected.abuse, abs=1e-9)
    for expected, found in zip(NUMPY.table.worst(text), COMPILED.table.worst(text), strict=True):
        assert found == pytest.approx(expected, abs=1e-9)


few_words = st.lists(st.sampled_from(some_texts()[0].split()), max_size=60).map(" ".join)


@given(text=normalised | few_words, fields=normalised, signal=any_signal)
def test_weighing_is_logits_and_worst_in_one_pass(text, fields, signal):
    """``weigh`` gives the logits of the whole, and the worst windows where one is suspicious; None where none is."""
    for table in (COMPILED.table, NUMPY.table):
        *logits, worst = table.weigh(text, fields, a_vector(signal))
        assert logits == pytest.approx(list(table.logits(text, fields, a_vector(signal))), abs=1e-12)
        windows = [
            (start, end) != (0, len(text)) and share >= least
            for (start, end, share), least in zip(table.worst(text), table.suspect, strict=True)
        ]
        assert worst == (table.worst(text) if any(windows) else None)


@given(text=st.text(), fields=st.text(), signal=any_signal)
def test_every_text_gets_a_probability(text, fields, signal):
    """Scoring is total: any string, any signal, and the score lies in [0, 1]."""
    for classifier in (COMPILED, NUMPY):
        scores = classifier.score(a_reading(text, fields, signal))
        assert 0 <= scores.spam <= 1
        assert 0 <= scores.abuse <= 1


@given(texts=st.lists(normalised, max_size=5))
def test_scores_do_not_depend_on_company(texts):
    """score_all([a, b]) == [score(a), score(b)], to the last bit, in any order."""
    readings = [a_reading(text) for text in texts]
    alone = [a_classifier(WINDOWED).score(reading) for reading in readings[:1]] + [
        COMPILED.score(reading) for reading in readings[1:]
    ]
    assert COMPILED.score_all(readings) == alone
    assert COMPILED.score_all(readings[::-1]) == alone[::-1]


def test_threads_that_score_at_once_do_not_disturb_each_other():
    """Many are scored without the interpreter lock; whoever else asks the same table meanwhile gets the scores it always gets."""
    readings = [a_reading(text) for text in some_texts() * 20]
    alone = [COMPILED.score(reading) for reading in readings]

    def ask(number: int) -> bool:
        return (COMPILED.score_all(readings) if number % 2 else [COMPILED.score(each) for each in readings]) == alone

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(40)))


@pytest.mark.parametrize("wrong", [[("a", "b")], [("a", "b", b"")], [(1, "b", a_vector(0.0))], ["abc"], 7])
def test_what_is_no_reading_is_refused(wrong):
    """The compiled table says what it takes, and crashes for nothing."""
    with pytest.raises((TypeError, ValueError)):
        COMPILED.table.score_all(wrong)


@pytest.mark.parametrize("head", [0, 1])
def test_the_table_scores_as_scikit_learn_would(head):
    """A union of TfidfVectorizers with linear weights gives the same log-odds to 1e-6."""
    texts = some_texts(40)
    names, linear = [], 0.0
    for block in (Block.TEXT_WORDS, Block.TEXT_CHARS):
        recipe = {"token_pattern": TOKEN, "ngram_range": WORD_NGRAMS}
        if not block.of_words:
            recipe = {"analyzer": "char_wb", "ngram_range": CHAR_NGRAMS}
        vectorizer = TfidfVectorizer(lowercase=False, sublinear_tf=True, **recipe).fit(texts)
        hashes = layout.hashes_of(vectorizer.get_feature_names_out().tolist(), block)
        coefficients = (hashes % 1000).astype(float)[:, None] / [[250.0, -500.0]]
        names.append((hashes, vectorizer.idf_, vectorizer.idf_[:, None] * coefficients))
        linear = linear + vectorizer.transform(texts) @ coefficients
    hashes, idf, weight = (np.concatenate(part) for part in zip(*names, strict=True))
    table = open_table(layout.build(layout.Weights(hashes, idf, weight, [], (0.25, -0.25))))
    found = [table.logits(text, "", b"")[head] for text in texts]
    assert found == pytest.approx(linear[:, head] + (0.25, -0.25)[head], abs=1e-6)


@given(text=normalised, padding=normalised)
def test_the_worst_share_never_falls_when_good_words_are_appended(text, padding):
    """A text that fills a window keeps the share of its own words, but for a tie, however much is appended."""
    bad = " ".join([*text.split(), "bad", "bad", "bad", "bad"][:4])
    before, after = COMPILED.table.worst(bad), COMPILED.table.worst(f"{bad} {padding}")
    assert all(long[2] >= short[2] - TIE for short, long in zip(before, after, strict=True))


def test_padding_washes_a_bad_text_clean_only_without_windows():
    """A bad window of a long text is read by itself; the control, which looks at the whole text alone, loses sight of it."""
    weights = replace(WINDOWED, weight=10 * WINDOWED.weight)
    watching, blind = a_classifier(weights), a_classifier(replace(weights, window=0, stride=0))
    texts = [" ".join(normalise(text).split()[:4]) for text in some_texts()]
    by_score = sorted((blind.score(read(Comment(text=text))).spam, text) for text in texts)
    padded = Comment(text=f"{by_score[-1][1]} {' '.join([by_score[0][1]] * 9)}")
    assert blind.score(read(padded)).spam < 0.5 < watching.score(read(padded)).spam


@pytest.mark.parametrize(("signal", "step"), [(-math.inf, 0), (0.4, 0), (0.5, 1), (1.9, 1), (2.0, 2), (math.inf, 2), (math.nan, 0)])
def test_a_signal_stands_on_the_step_whose_edge_it_has_reached(signal, step):
    """Edges belong to the higher step; a NaN stands on the lowest."""
    for classifier in (COMPILED, NUMPY):
        steps = np.frombuffer(classifier.table.steps(a_vector(signal))).reshape(-1, 2)
        assert steps.tolist() == [list(STEPS.values[step])] * len(SIGNALS)


@pytest.mark.parametrize("kernel", ["fastest", "numpy"])
def test_a_wrong_number_of_signals_is_an_error(kernel):
    """Signals that do not fit the table are never guessed."""
    with pytest.raises(ValueError, match="number of signals"):
        a_classifier(WINDOWED, kernel).table.logits("text", "", bytes(8))


def test_the_kernel_refuses_what_is_no_text():
    """Bytes, None and numbers raise TypeError; nothing is read past its end."""
    for wrong in (b"text", None, 3):
        with pytest.raises(TypeError):
            COMPILED.table.logits(wrong, "", a_vector(0.0))


def test_a_very_long_text_scores_and_gives_its_memory_back():
    """A million letters cost time in proportion, and later scores are the same as before."""
    before = COMPILED.score(a_reading("bad cab"))
    assert 0 <= COMPILED.score(a_reading("abc dé " * 150_000)).spam <= 1
    assert COMPILED.score(a_reading("bad cab")) == before


def test_scoring_with_the_compiled_kernel_does_without_numpy(tmp_path):
    """Loading a model and scoring leaves numpy's 25 MB out of the service's process."""
    pytest.importorskip("service.classifier._kernel", reason="numpy is the kernel here")
    script = f"""
import sys
from pathlib import Path
from service.classifier.classifier import Classifier
from service.domain import Comment
from service.text.reading import read
classifier = Classifier.load(Path({str(a_folder(tmp_path))!r}))
classifier.explain(read(Comment(text="bad cab")))
sys.exit("numpy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
