"""From log-odds to probabilities that mean what they say: a sigmoid fitted on comments that the model has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sigmoid:
    """p = 1 / (1 + exp(-(scale · logit + offset))), scale > 0 (Platt 1999)."""

    scale: float
    offset: float

    def __call__(self, logits: Floats) -> Floats:
        """Probabilities of the same shape."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.scale * logits + self.offset))))


def fit_sigmoid(logits: Floats, y: Floats, weights: Floats) -> Sigmoid:
    """The sigmoid of least log-loss on logits (n,), labels (n,) of 0 and 1, weights (n,). Raises ValueError where it falls."""
    fitted = LogisticRegression(C=1e6).fit(logits[:, None], y, sample_weight=weights)
    scale = float(fitted.coef_[0, 0])
    if scale <= 0:
        raise ValueError("higher log-odds do not mean more spam on the calibration data")
    return Sigmoid(scale, float(fitted.intercept_[0]))


def calibration_error(p: Floats, y: Floats, weights: Floats | None = None, bins: int = 15) -> float:
    """Expected calibration error over bins of equal width: mean |share of bad - mean probability|, weighted by mass."""
    w = np.ones_like(p) if weights is None else weights
    at = np.minimum((p * bins).astype(int), bins - 1)
    mass, said, was = (np.bincount(at, x, bins) for x in (w, w * p, w * y))
    return float(np.abs(said - was).sum() / mass.sum())


def chance_error(p: Floats, weights: Floats | None = None, draws: int = 200) -> float:
    """What ``calibration_error`` says on average of probabilities that are right, with so many comments as there are here.

    Labels are drawn by the probabilities themselves, always the same draws. Bins of few comments differ from their mean by chance.
    """
    dice = np.random.default_rng(0)
    return float(np.mean([calibration_error(p, (dice.random(len(p)) < p).astype(float), weights) for _ in range(draws)]))
