"""Lines from an error budget, with bounds that hold whatever the scores' distribution (Clopper and Pearson 1934)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

Floats = NDArray[np.float64]
NEVER = 1.01
"""A reject line above every score: no score alone rejects."""


def upper_bound(errors: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided upper Clopper-Pearson bound of an error rate; 1 without trials."""
    if trials == 0 or errors >= trials:
        return 1.0
    return float(beta.ppf(confidence, errors + 1, trials - errors))


@dataclass(frozen=True)
class RejectLine:
    """A line with what it was certified on: ``errors`` of ``ham`` comments at or above it, and the share of spam it catches."""

    at: float
    errors: int
    ham: int
    bound: float
    recall: float


def certify_reject(p: Floats, y: Floats, budget: float, confidence: float = 0.95) -> RejectLine:
    """The lowest line whose share of ham rejected is at most ``budget`` at ``confidence``; NEVER where no line is certified.

    ``p`` (n,) are scores of comments that the model has not seen, ``y`` (n,) 1 for spam.
    """
    ham = np.sort(p[y == 0])[::-1]
    allowed = -1
    while allowed + 1 < len(ham) and upper_bound(allowed + 1, len(ham), confidence) <= budget:
        allowed += 1
    if allowed < 0:
        return RejectLine(NEVER, 0, len(ham), upper_bound(0, len(ham), confidence), 0.0)
    at = float(np.nextafter(ham[allowed], 2.0)) if allowed < len(ham) else 0.0
    return RejectLine(at, allowed, len(ham), upper_bound(allowed, len(ham), confidence), float((p[y == 1] >= at).mean()))
