"""Labels that are likely wrong weigh less: where a source's labels contradict the scores of models that have not seen them.

A slip of the hand is fitted as eagerly as a rare kind of spam, so nothing is done about a source that models which saw nothing
like its comments find hardly any slips in. Elsewhere a label is believed by the square of its odds: one that is wrong by nine to
one, as if by 81 to one. Measured on 1,661 YouTube comments, every tenth label flipped: see docs/trainers.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from service.domain import HEADS, Head
from training.dataset import Examples
from training.slips import slips

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NOISY = 0.05
"""The share of slips from which on a source's labels are doubted; ten corpora have .005, with a tenth flipped .08 to .12."""
LEAST = 0.05
"""What is left of the weight of the least likely label."""
FEWEST = 100
"""Fewer labels of a source tell nothing of its share."""
STEEP = 2.0
"""The power of a label's odds by which it is believed."""


def noisy(examples: Examples, logits: Floats) -> dict[Head, Mask]:
    """Tell by head whose sources are doubted, shape (n,); ``logits`` (n, 2) are of models that saw nothing like a row, or NaN."""
    found = {head: np.zeros(len(logits), np.bool_) for head in HEADS}
    for place, head in enumerate(HEADS):
        y, of_head = examples.labels()[head], logits[:, place]
        known = np.isfinite(y) & np.isfinite(of_head)
        for rows in map(examples.of, examples.sources):
            mine = rows[known[rows]]
            found[head][rows] = len(mine) >= FEWEST and slips(of_head[mine], y[mine]).share >= NOISY
    return found


def belief(examples: Examples, logits: Floats, doubted: dict[Head, Mask]) -> dict[Head, Floats]:
    """Give factors for weights by head, shape (n,); ``logits`` (n, 2) are of models that have not seen the label, or NaN."""
    found = {}
    for place, head in enumerate(HEADS):
        right = (2 * examples.labels()[head] - 1) * logits[:, place]
        found[head] = np.where(doubted[head] & np.isfinite(right), np.clip(2 * expit(STEEP * right), LEAST, 1.0), 1.0)
    return found
