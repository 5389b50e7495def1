"""Slips of the hand among labels: how many there are, and which labels are likely right, from log-odds that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]

SLOPES, SHIFTS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0), (-0.5, 0.0, 0.5)
SHARES = (0.005, 0.01, 0.02, 0.03, 0.06, 0.08, 0.1, 0.12, 0.15)
LEAST = 0.02
"""What is left of the weight of the least likely label."""


@dataclass(frozen=True)
class Slips:
    """The share of labels that are flipped, and each label's chance to be right, at least ``LEAST``: shape (n,)."""

    share: float
    right: Floats


def slips(logits: Floats, y: Floats) -> Slips:
    """Take the slope, shift and share of flipped labels that make the labels ``y`` (n,) likeliest.

    ``logits`` (n,) are held out: too steep ones explain every contradiction by a slip, too flat ones none.
    """
    sign, best, reached = 2 * y - 1, (1.0, 0.0, SHARES[0]), -np.inf
    for slope, shift in product(SLOPES, SHIFTS):
        chances = expit(sign * (slope * logits + shift))
        for share in SHARES:
            likelihood = float(np.log(share + (1 - 2 * share) * chances).sum())
            if likelihood > reached:
                best, reached = (slope, shift, share), likelihood
    slope, shift, share = best
    true = expit(sign * (slope * logits + shift))
    right = true * (1 - share) / (true * (1 - share) + (1 - true) * share)
    return Slips(share, np.maximum(right, LEAST))
