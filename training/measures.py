"""Measures of verdicts and of scores, weighted, for many resamples at once: weights of shape (B, n) give figures of shape (B,).

``bad`` (n,) is 1 for spam and abuse, ``verdict`` (n,) is 0 accept, 1 hold, 2 reject, ``score`` (n,) rises with badness. A measure
that has nothing to measure (no ham, nothing rejected) is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
OfVerdicts = Callable[[Floats, NDArray[np.int64], Floats], Floats]
OfScores = Callable[[Floats, Floats, Floats], Floats]
Outcome = TypeVar("Outcome", Floats, NDArray[np.int64])

ACCEPT, HOLD, REJECT = 0, 1, 2
SECONDS_PER_ITEM = 15.0
"""What a moderator needs for one held comment, as long as the service has not measured it."""
TOGETHER = 500_000
"""So many weights of resamples are in memory at once."""


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _per_thousand(which: Floats, weights: Floats) -> Floats:
    return 1000 * _ratio(weights @ which, weights.sum(1))


def held(bad: Floats, verdict: NDArray[np.int64], weights: Floats) -> Floats:
    """Count held comments of 1,000."""
    del bad
    return _per_thousand((verdict == HOLD).astype(float), weights)


def minutes(bad: Floats, verdict: NDArray[np.int64], weights: Floats) -> Floats:
    """Count a moderator's minutes for 1,000 comments."""
    return held(bad, verdict, weights) * SECONDS_PER_ITEM / 60


def coverage(bad: Floats, verdict: NDArray[np.int64], weights: Floats) -> Floats:
    """Give the share that is decided without a human."""
    return 1 - held(bad, verdict, weights) / 1000


def missed(bad: Floats, verdict: NDArray[np.int64], weights: Floats) -> Floats:
    """Give the share of bad ones among the accepted: e_A."""
    taken = (verdict == ACCEPT).astype(float)
    return _ratio(weights @ (taken * bad), weights @ taken)


def false_rejects(bad: Floats, verdict: NDArray[np.int64], weights: Floats) -> Floats:
    """Give the share of ham among the rejected: e_R."""
    taken = (verdict == REJECT).astype(float)
    return _ratio(weights @ (taken * (1 - bad)), weights @ taken)


def ham_rejected(bad: Floats, verdict: NDArray[np.int64], weights: Floats) -> Floats:
    """Give the share of ham that is rejected: how many readers are silenced."""
    return _ratio(weights @ ((verdict == REJECT) * (1 - bad)), weights @ (1 - bad))


def wrong(bad: Floats, verdict: NDArray[np.int64], weights: Floats) -> Floats:
    """Count wrong verdicts of 1,000 comments: bad ones accepted and ham rejected; a hold is no error."""
    return _per_thousand(errors(bad, verdict), weights)


def errors(bad: Floats, verdict: NDArray[np.int64]) -> Floats:
    """Say which verdicts are wrong: shape (n,)."""
    found: Floats = np.where(bad == 1, verdict == ACCEPT, verdict == REJECT).astype(float)
    return found


VERDICTS: dict[str, OfVerdicts] = {
    "wrong verdicts per 1,000": wrong,
    "held per 1,000": held,
    "minutes of work per 1,000": minutes,
    "coverage": coverage,
    "bad among accepted (e_A)": missed,
    "ham among rejected (e_R)": false_rejects,
    "ham rejected": ham_rejected,
}


def roc_auc(bad: Floats, score: Floats, weights: Floats) -> Floats:
    """Give the chance that a bad comment scores above a ham one; ties count half."""
    _, place = np.unique(score, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    ham, spam = (np.add.reduceat((weights * of)[:, order], starts, axis=1) for of in (1 - bad, bad))
    below = np.cumsum(ham, axis=1) - ham / 2
    return _ratio((spam * below).sum(1), spam.sum(1) * ham.sum(1))


def descending(bad: Floats, score: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Give cumulative weights of bad and ham from the highest score down, at the end of each run of ties: (B, runs)."""
    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.diff(score[order], append=np.inf))
    caught, silenced = ((weights * of)[:, order].cumsum(1)[:, last] for of in (bad, 1 - bad))
    return caught, silenced


def average_precision(bad: Floats, score: Floats, weights: Floats) -> Floats:
    """Give the area below precision and recall, as the sum of steps."""
    caught, silenced = descending(bad, score, weights)
    precision = _ratio(caught, caught + silenced)
    gained = np.diff(caught, axis=1, prepend=0.0)
    return _ratio(np.nansum(gained * precision, axis=1), caught[:, -1])


def recall_at(share: float) -> OfScores:
    """Measure recall where at most ``share`` of ham scores as high."""

    def measure(bad: Floats, score: Floats, weights: Floats) -> Floats:
        caught, silenced = descending(bad, score, weights)
        within = silenced <= share * silenced[:, -1:] * (1 + 1e-12)
        return _ratio(np.where(within, caught, 0.0).max(1), caught[:, -1])

    return measure


def calibration_error(bad: Floats, score: Floats, weights: Floats) -> Floats:
    """Give the expected calibration error over 15 bins of equal width."""
    place = np.minimum((score * 15).astype(int), 14)
    member = np.eye(15)[place]
    return _ratio(np.abs((weights * (score - bad)) @ member).sum(1), weights.sum(1))


def _handed_over(share: float, bad: Floats, score: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    order = np.argsort(np.abs(score - 0.5), kind="stable")
    weights, mistaken = weights[:, order], ((score >= 0.5) != (bad == 1))[order].astype(float)
    total = weights.sum(1)
    over = np.cumsum(weights, axis=1) <= share * total[:, None]
    return (weights * over) @ mistaken, (weights * over).sum(1), (weights * ~over) @ mistaken / total


def oracle_accuracy(share: float) -> OfScores:
    """Measure accuracy when a moderator decides the ``share`` that is least sure (OC-accuracy, Kivlichan and others 2021)."""
    return lambda bad, score, weights: 1 - _handed_over(share, bad, score, weights)[2]


def review_efficiency(share: float) -> OfScores:
    """Measure which part of the comments handed over the model alone would have got wrong (same paper)."""

    def measure(bad: Floats, score: Floats, weights: Floats) -> Floats:
        found, seen, _ = _handed_over(share, bad, score, weights)
        return _ratio(found, seen)

    return measure


SCORES: dict[str, OfScores] = {
    "ROC-AUC": roc_auc,
    "PR-AUC": average_precision,
    "recall at 0.1 % false positives": recall_at(0.001),
    "recall at 1 % false positives": recall_at(0.01),
    "calibration error": calibration_error,
    **{f"OC-accuracy at {share:.0%}": oracle_accuracy(share) for share in (0.05, 0.1, 0.2)},
    **{f"review efficiency at {share:.0%}": review_efficiency(share) for share in (0.05, 0.1, 0.2)},
}
HIGHER_IS_BETTER = {"coverage", "ROC-AUC", "PR-AUC"}


def better_when_higher(name: str) -> bool:
    """Tell whether more of a measure is better."""
    return name in HIGHER_IS_BETTER or name.startswith(("recall", "OC-accuracy", "review"))


@dataclass(frozen=True)
class Resamples:
    """Bootstrap resamples of n comments: whole campaigns are drawn, with Poisson counts (Chamandy and others 2012).

    ``mass`` (n,) is what each comment weighs, ``campaign`` (n,) the number of its campaign, ``counts`` (1 + B, campaigns) how often
    each is drawn; the first row is the comments as they are.
    """

    mass: Floats
    campaign: NDArray[np.int64]
    counts: NDArray[np.uint8]

    @classmethod
    def of(cls, groups: NDArray[np.int64], mass: Floats, count: int, seed: int) -> Resamples:
        """Draw ``count`` resamples; ``groups`` (n,) is equal for comments of one campaign."""
        names, campaign = np.unique(groups, return_inverse=True)
        drawn = np.random.default_rng(seed).poisson(1.0, (count, len(names))).astype(np.uint8)
        return cls(mass, campaign, np.vstack([np.ones_like(drawn[:1], shape=(1, len(names))), drawn]))

    def measure(self, measure: Callable[[Floats, Outcome, Floats], Floats], bad: Floats, outcome: Outcome) -> Floats:
        """Give a measure of ``outcome`` (verdicts or scores) in all of them, shape (1 + B,), some at a time."""
        size = max(1, TOGETHER // max(len(self.mass), 1))
        drawn = (self.counts[first : first + size] for first in range(0, len(self.counts), size))
        return np.concatenate([measure(bad, outcome, self.mass * counts[:, self.campaign]) for counts in drawn])
