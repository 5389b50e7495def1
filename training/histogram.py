"""Held-out scores counted for the card, so that the service can say what other lines would do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.domain import HEADS
from service.queue.spread import HELD_OUT, sparse
from service.sway import BINS
from training.calibration import Sigmoid
from training.dataset import Examples

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def held_out(examples: Examples, rows: Rows, logits: Floats, sigmoids: Sequence[Sigmoid]) -> dict[str, str]:
    """Count calibrated scores of some rows in 1,001 bins, by head and label: parameters of a card, sparse and parted by spaces.

    ``logits`` (n, 2) are by models that had not seen the rows. Ham is neither spam nor abuse, bad is what the head shall find.
    """
    frame = examples.frame.iloc[rows]
    ham = ((frame["spam"] != 1) & (frame["abuse"] != 1)).to_numpy()
    found = {}
    for place, head in enumerate(HEADS):
        y = examples.labels()[head][rows]
        bins = np.floor(sigmoids[place](logits[rows, place]) * BINS).astype(int)
        for name, mine in (("ham", np.isfinite(y) & ham), ("bad", y == 1)):
            counts = np.bincount(bins[mine], minlength=BINS + 1).tolist()
            found[f"{HELD_OUT}.{head}.{name}"] = " ".join(map(str, sparse(counts)))
    return found
