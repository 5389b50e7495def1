"""Labels that contradict what the others teach weigh less, where there are many of them."""

from __future__ import annotations

import numpy as np

from tests.training.given import some_labels
from training.dataset import Examples
from training.doubt import LEAST, belief


def half_flipped(share: float) -> tuple[Examples, np.ndarray, np.ndarray]:
    """A source whose scores are sure and right, with a share of its spam labels flipped; scores, and which are."""
    frame = some_labels(2000, abuse=0.0)
    logits = np.where(frame["spam"] == 1, 4.0, -4.0)
    flipped = np.arange(2000) % 100 < 100 * share
    frame.loc[flipped, "spam"] = 1 - frame.loc[flipped, "spam"]
    return Examples(frame, [None] * 2000), np.column_stack([logits, np.full(2000, -4.0)]), flipped  # type: ignore[list-item]


def test_every_tenth_label_wrong_is_noticed() -> None:
    """Just those lose their weight, on the head that they are of."""
    examples, logits, flipped = half_flipped(0.1)
    found = belief(examples, logits)
    assert (found["spam"][flipped] == LEAST).all()
    assert (found["spam"][~flipped] == 1).all()
    assert (found["abuse"] == 1).all()


def test_a_clean_source_is_believed() -> None:
    """Two contradictions in a hundred may be a rare kind of spam."""
    examples, logits, _ = half_flipped(0.02)
    assert (belief(examples, logits)["spam"] == 1).all()


def test_what_was_not_held_out_is_believed() -> None:
    """No score, no doubt."""
    examples, logits, flipped = half_flipped(0.1)
    logits[::2] = np.nan
    found = belief(examples, logits)["spam"]
    assert (found[::2] == 1).all()
    assert (found[1::2] < 1).sum() == flipped[1::2].sum()
