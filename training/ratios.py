"""Log-count ratios of naive Bayes: how much more of a term the bad comments have than the others, whatever stands beside it.

A penalised regression gives little weight to a rare term and divides the weight of terms that come together; the ratios do neither.
A share of them added to its weights is what Wang and Manning (2012), *Baselines and Bigrams*, call interpolation; here they are
counted in tf-idf, over weighted rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SMOOTHING = 0.1
"""What every term has in both classes before the first row is counted."""


def masses(y: Floats, weights: Floats) -> Floats:
    """What each row weighs for the bad and for the others, in multiples of the mean row: ``y`` (n,) of 0, 1 or NaN; (n, 2)."""
    known = np.isfinite(y) & (weights > 0)
    share = np.where(known, weights / weights[known].mean(), 0.0)
    return np.column_stack([share * (y == 1), share * (y == 0)])


def log_count_ratios(sums: Floats) -> Floats:
    """From sums over the bad and over the others, shape (features, 2), the log of their shares' ratio: shape (features,)."""
    smoothed = sums + SMOOTHING
    bad, other = np.log(smoothed / smoothed.sum(axis=0)).T
    ratios: Floats = bad - other
    return ratios
