"""The unfitted recipe: n-grams of text and author fields, stepped signals, a regularised linear expert for each, added in log-odds.

What was tried and lost is in ``docs/trainers.md``. Everything here is plain scikit-learn; ``compile.py`` turns a fitted
``CommentModel`` into the flat table that the service maps, and the two agree to 1e-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from service.classifier.fallback import TIE, windows
from service.classifier.terms import CHAR_NGRAMS, TOKEN, WORD_NGRAMS, Block
from service.classifier.windows import bend, part_of
from service.domain import HEADS, Head, Reading
from training.ratios import log_count_ratios, masses
from training.shelf import pieces, some
from training.solver import fit_logistic
from training.spool import Spool
from training.taught import taught
from training.vectorizer import TOGETHER, KernelTfidf

Floats = NDArray[np.float64]

SIGNAL_ROWS = 20_000
"""So many rows, evenly spaced, fit the signals' expert."""


def ngrams(part: str, min_words: int, min_characters: int, vectorizer: str) -> FeatureUnion:
    """tf-idf of words (1-2) and of characters inside words (2-5) of one part of a Reading, each with its own L2 norm.

    ``vectorizer`` is ``scikit-learn`` or ``kernel``: the same matrix but for the order of columns.
    """
    if vectorizer == "kernel":
        words, characters = (Block.TEXT_WORDS, Block.TEXT_CHARS) if part == "normalised" else (Block.FIELD_WORDS, Block.FIELD_CHARS)
        blocks = ("words", KernelTfidf(part, words, min_words)), ("characters", KernelTfidf(part, characters, min_characters))
        return FeatureUnion(list(blocks))
    shared = {"preprocessor": attrgetter(part), "lowercase": False, "sublinear_tf": True}
    return FeatureUnion(
        [
            ("words", TfidfVectorizer(token_pattern=TOKEN, ngram_range=WORD_NGRAMS, min_df=min_words, **shared)),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=CHAR_NGRAMS, min_df=min_characters, **shared)),
        ]
    )


class Steps(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Each signal as a staircase: one 0/1 column for each of its edges at or below the value.

    Edges are quantiles of the values seen in ``fit``, so that no signal's scale matters and outliers weigh no more than the top
    step.
    """

    def __init__(self, steps: int = 12) -> None:
        self.steps = steps

    def fit(self, readings: Sequence[Reading], y: object = None) -> Steps:
        """Choose the edges. ``readings`` of length n, each with the same number of signals."""
        del y
        self.edges_ = [self._edges(column) for column in signal_matrix(readings).T]
        return self

    def transform(self, readings: Sequence[Reading]) -> sp.csr_matrix:
        """Columns of all signals' steps side by side: shape (n, sum of edges)."""
        columns = zip(signal_matrix(readings).T, self.edges_, strict=True)
        return sp.csr_matrix(np.hstack([values[:, None] >= edges[None, :] for values, edges in columns]).astype(np.float64))

    def _edges(self, values: Floats) -> Floats:
        seen = np.unique(values)
        if len(seen) <= self.steps:
            return seen[1:]
        upper = values[values > np.median(values)]
        rare = np.quantile(upper, [0.25, 0.5, 0.75]) if len(upper) else upper
        cuts = np.concatenate([np.quantile(values, np.linspace(0, 1, self.steps + 1)[1:-1]), rare])
        edges = np.unique(cuts)
        above: Floats = edges[edges > seen[0]]
        return above


def signal_matrix(readings: Sequence[Reading]) -> Floats:
    """Signals of all readings: shape (n, signals)."""
    width = len(readings[0].vector) // 8 if len(readings) else 0
    found = np.empty((len(readings), width))
    for number, piece in enumerate(pieces(readings, TOGETHER)):
        found[number * TOGETHER :][: len(piece)] = [np.frombuffer(reading.vector) for reading in piece]
    return found


class CommentModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Both heads over shared features. ``share_*`` are the experts' weights in the sum of log-odds.

    A comment longer than ``window`` words is searched window by window (every ``stride`` words) for its worst part, which is read
    by itself where the text expert's log-odds there reach ``suspect_*``; see ``service.classifier.windows``.

    ``solver`` is ``batch`` (L-BFGS, everything in memory) or ``stream`` (see ``training.solver``; needs the kernel's vectorizer).
    """

    def __init__(  # noqa: PLR0913, PLR0917 # scikit-learn wants each parameter by name
        self,
        min_words: int = 2,
        min_characters: int = 5,
        text_c: float = 1.5,
        fields_c: float = 1.0,
        signals_c: float = 0.1,
        share_signals: float = 1.0,
        share_fields: float = 0.5,
        share_ratios: float = 0.25,
        share_taught: float = 1.0,
        window: int = 10,
        stride: int = 5,
        suspect_spam: float = 0.0,
        suspect_abuse: float = 5.0,
        vectorizer: str = "kernel",
        solver: str = "batch",
    ) -> None:
        self.min_words = min_words
        self.min_characters = min_characters
        self.text_c = text_c
        self.fields_c = fields_c
        self.signals_c = signals_c
        self.share_signals = share_signals
        self.share_fields = share_fields
        self.share_ratios = share_ratios
        self.share_taught = share_taught
        self.window = window
        self.stride = stride
        self.suspect_spam = suspect_spam
        self.suspect_abuse = suspect_abuse
        self.vectorizer = vectorizer
        self.solver = solver

    def fit(self, readings: Sequence[Reading], labels: Mapping[Head, Floats], weights: Mapping[Head, Floats]) -> CommentModel:
        """Fit on n readings; ``labels`` (n,) hold 0, 1 or NaN (unknown) for each head, ``weights`` (n,) are positive."""
        if self.solver == "stream":
            return self._fit_stream(readings, labels, weights)
        with_fields = [reading for reading in readings if reading.fields]
        self.text_ = ngrams("normalised", self.min_words, self.min_characters, self.vectorizer).fit(readings)
        self.fields_ = ngrams("fields", self.min_words, self.min_characters, self.vectorizer).fit(with_fields)
        self.steps_ = Steps().fit(readings)
        blocks = self.text_.transform(readings), self.fields_.transform(readings), self.steps_.transform(readings)
        has_fields = np.array([bool(reading.fields) for reading in readings])
        self.heads_ = {head: self._fit_head(head, blocks, has_fields, labels[head], weights[head]) for head in HEADS}
        return self

    def _fit_stream(
        self, readings: Sequence[Reading], labels: Mapping[Head, Floats], weights: Mapping[Head, Floats]
    ) -> CommentModel:
        """Do the same in memory that does not grow with n; the signals' few coefficients are fitted on ``SIGNAL_ROWS`` rows."""
        with_fields = np.flatnonzero(np.fromiter((bool(reading.fields) for reading in readings), bool, len(readings)))
        signals = self._fit_signals(readings, labels, weights)
        self.text_ = ngrams("normalised", self.min_words, self.min_characters, self.vectorizer)
        self.fields_ = ngrams("fields", self.min_words, self.min_characters, self.vectorizer)
        text, fields = fit_spooled(self.text_, readings), fit_spooled(self.fields_, some(readings, with_fields))
        self.heads_ = {}
        for head in HEADS:
            y, w = labels[head], weights[head]
            by_text = fit_logistic(text, y, w, self.text_c)
            by_fields = fit_logistic(fields, y[with_fields], w[with_fields], self.fields_c)
            advised = self._advised(head, by_text, text.sums(masses(y, w)))
            self.heads_[head] = {"text": advised, "fields": by_fields, "signals": signals[head]}
        return self

    def _fit_signals(
        self, readings: Sequence[Reading], labels: Mapping[Head, Floats], weights: Mapping[Head, Floats]
    ) -> dict[Head, LogisticRegression]:
        few = np.unique(np.linspace(0, len(readings) - 1, min(len(readings), SIGNAL_ROWS)).astype(np.int64))
        self.steps_ = Steps().fit(some(readings, few))
        steps = sp.vstack([self.steps_.transform(piece) for piece in pieces(some(readings, few), TOGETHER)], "csr")
        known = {head: labels[head][few] for head in HEADS}
        return {head: _linear(self.signals_c, steps, y, weights[head][few], np.isfinite(y)) for head, y in known.items()}

    def _fit_head(
        self, head: Head, blocks: tuple[sp.csr_matrix, ...], has_fields: NDArray[np.bool_], y: Floats, w: Floats
    ) -> dict[str, LogisticRegression]:
        known = np.isfinite(y)
        text, fields, steps = blocks
        return {
            "text": self._advised(head, _linear(self.text_c, text, y, w, known), np.asarray(text.T @ masses(y, w))),
            "fields": _linear(self.fields_c, fields, y, w, known & has_fields),
            "signals": _linear(self.signals_c, steps, y, w, known),
        }

    def _advised(self, head: Head, text: LogisticRegression, sums: Floats) -> LogisticRegression:
        """Add to the text expert's weights what naive Bayes makes of the terms' ``sums``, and what the teacher taught."""
        text.coef_ = text.coef_ + self.share_ratios * log_count_ratios(sums)
        if head == "abuse" and self.share_taught:
            text.coef_ = text.coef_ + self.share_taught * taught().coefficients(self.text_)
        return text

    def decision_function(self, readings: Sequence[Reading]) -> Floats:
        """Log-odds before calibration, of the whole or of the window that decides: shape (n, 2 heads)."""
        logits = self.whole(readings)
        if not self.window:
            return logits
        shares = self._shares(readings)
        owners, spans = self._windows(readings)
        for place, suspect in enumerate(self.suspects()):
            worst = self._worst(readings, owners, spans, place, shares[:, place], suspect)
            if worst:
                rows = list(worst)
                counted = [bend(logit) for logit in self.whole(list(worst.values()))[:, place]]
                logits[rows, place] = np.maximum(logits[rows, place], counted)
        return logits

    def suspects(self) -> tuple[float, float]:
        """From which share on a window is read by itself: the heads' ``suspect_*`` without the text expert's intercept."""
        spam, abuse = (float(self.heads_[head]["text"].intercept_[0]) for head in HEADS)
        return self.suspect_spam - spam, self.suspect_abuse - abuse

    def whole(self, readings: Sequence[Reading]) -> Floats:
        """Log-odds before calibration, without a look at windows: shape (n, 2 heads)."""
        fields, steps = self.fields_.transform(readings), self.steps_.transform(readings)
        columns = []
        for head, text in zip(HEADS, self._shares(readings).T, strict=True):
            experts = self.heads_[head]
            signals = self.share_signals * experts["signals"].decision_function(steps)
            columns.append(
                text + experts["text"].intercept_[0] + self.share_fields * (fields @ experts["fields"].coef_[0]) + signals
            )
        return np.column_stack(columns)

    def _shares(self, readings: Sequence[Reading]) -> Floats:
        """What the text expert adds but for its intercept: shape (n, 2)."""
        coefficients = np.column_stack([self.heads_[head]["text"].coef_[0] for head in HEADS])
        return np.asarray(self.text_.transform(readings) @ coefficients)

    def _windows(self, readings: Sequence[Reading]) -> tuple[NDArray[np.int64], list[tuple[int, int]]]:
        """Every window of every reading: the readings' row numbers, and (start, end)."""
        found = [(row, span) for row, one in enumerate(readings) for span in windows(one.normalised, self.window, self.stride)]
        return np.array([row for row, _ in found], np.int64), [span for _, span in found]

    def _worst(
        self,
        readings: Sequence[Reading],
        owners: NDArray[np.int64],
        spans: list[tuple[int, int]],
        place: int,
        whole: Floats,
        suspect: float,
    ) -> dict[int, Reading]:
        """By row: the window with the largest share for one head, where that is above the whole text's and suspect."""
        if not spans:
            return {}
        texts = [
            Reading(readings[row].comment, readings[row].normalised[slice(*span)], "", b"")
            for row, span in zip(owners, spans, strict=True)
        ]
        shares = self._shares(texts)[:, place]
        best: dict[int, int] = {}
        for window, row in enumerate(owners.tolist()):
            beaten = shares[best[row]] if row in best else whole[row]
            if shares[window] > beaten + TIE:
                best[row] = window
        return {row: part_of(readings[row], *spans[window]) for row, window in best.items() if shares[window] >= suspect}


def fit_spooled(union: FeatureUnion, readings: Sequence[Reading]) -> Spool:
    """Fit the kernel's vectorizers and give what they make of the same readings; nothing is in memory but some rows."""
    found = Spool()
    for parts in zip(*(vectorizer.fit_pieces(readings) for _, vectorizer in union.transformer_list), strict=True):
        found.append(sp.hstack(parts, "csr"))
    return found


def _linear(c: float, features: sp.csr_matrix, y: Floats, w: Floats, rows: NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=300, tol=1e-3).fit(features[rows], y[rows], sample_weight=w[rows] / w[rows].mean())
