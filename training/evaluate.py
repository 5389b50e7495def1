"""How good a model is on comments of a source that it has never seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from service.domain import HEADS, Head
from training.dataset import Examples, Rows
from training.pipeline import CommentModel

Floats = NDArray[np.float64]
Measure = Callable[[Floats, Floats], float]


def recall_at(share: float) -> Measure:
    """Recall at the lowest line that at most ``share`` of the ham reaches."""

    def measure(y: Floats, score: Floats) -> float:
        ham = np.sort(score[y == 0])[::-1]
        line = ham[int(np.floor(share * len(ham)))]
        return float((score[y == 1] > line).mean())

    return measure


MEASURES: dict[str, Measure] = {
    "roc_auc": lambda y, score: float(roc_auc_score(y, score)),
    "average_precision": lambda y, score: float(average_precision_score(y, score)),
    "recall_at_1%": recall_at(0.01),
}


@dataclass(frozen=True)
class Figure:
    """One measure with its 95 % bootstrap interval on ``rows`` comments of one source."""

    source: str
    head: Head
    measure: str
    value: float
    low: float
    high: float
    rows: int

    def __str__(self) -> str:
        return f"{self.source:18} {self.head:6} {self.measure:18} {self.value:.3f} [{self.low:.3f}, {self.high:.3f}]  n={self.rows}"


def figures(source: str, head: Head, y: Floats, score: Floats, resamples: int = 200) -> list[Figure]:
    """All measures of one head on one source; ``y`` (n,) 0 or 1, ``score`` (n,) higher for worse."""
    dice = np.random.default_rng(0)
    draws = [dice.integers(0, len(y), len(y)) for _ in range(resamples)]
    found = []
    for name, measure in MEASURES.items():
        values = [measure(y[draw], score[draw]) for draw in draws if 0 < y[draw].sum() < len(draw)]
        low, high = np.quantile(values, [0.025, 0.975])
        found.append(Figure(source, head, name, measure(y, score), float(low), float(high), len(y)))
    return found


def leave_one_out(
    examples: Examples, recipe: CommentModel, train_on: Sequence[str], test_on: Sequence[str]
) -> Iterator[tuple[str, Rows, Floats]]:
    """For each source of ``test_on``: its rows and their log-odds (n, 2) by a model fitted on ``train_on`` without it."""
    source_of = examples.frame["source"]
    allowed = source_of.isin(train_on).to_numpy()
    models: dict[str, CommentModel] = {}
    for source in test_on:
        left_out = source if source in train_on else ""  # one model serves all that are never trained on
        if left_out not in models:
            models[left_out] = fit(recipe, examples.take(np.flatnonzero(allowed & (source_of != left_out).to_numpy())))
        held_out = examples.of(source)
        yield source, held_out, models[left_out].decision_function([examples.readings[row] for row in held_out])


def fit(recipe: CommentModel, examples: Examples) -> CommentModel:
    """A model of the recipe's parameters on all examples."""
    return CommentModel(**recipe.get_params()).fit(examples.readings, examples.labels(), examples.weights())


def head_rows(examples: Examples, head: Head) -> NDArray[np.bool_]:
    """Which rows have a label of this head."""
    return np.isfinite(examples.labels()[head])


def macro(found: Sequence[Figure], head: Head, measure: str) -> float:
    """The mean of one measure over sources."""
    values = [figure.value for figure in found if figure.head == head and figure.measure == measure]
    return float(np.mean(values))


def by_head(y: dict[Head, Floats], scores: Floats) -> Iterator[tuple[Head, Floats, Floats]]:
    """(head, labels, scores) of the rows that have both classes for that head."""
    for column, head in enumerate(HEADS):
        known = np.isfinite(y[head])
        if 0 < y[head][known].sum() < known.sum():
            yield head, y[head][known], scores[known, column]
