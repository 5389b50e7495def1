"""Labels that contradict what the others teach weigh less, where there are many of them."""

from __future__ import annotations

import numpy as np

from tests.training.given import some_labels
from training.crossing import Order, cross_fit, doubt
from training.dataset import Examples
from training.doubt import LEAST, belief, noisy
from training.engine import Local
from training.fit import examples_of
from training.pipeline import CommentModel


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
    found = belief(examples, logits, noisy(examples, logits))
    assert (found["spam"][flipped] == LEAST).all()
    assert (found["spam"][~flipped] == 1).all()
    assert (found["abuse"] == 1).all()


def test_a_clean_source_is_believed() -> None:
    """Two contradictions in a hundred may be a rare kind of spam."""
    examples, logits, _ = half_flipped(0.02)
    assert (belief(examples, logits, noisy(examples, logits))["spam"] == 1).all()


def test_what_was_not_held_out_is_believed() -> None:
    """No score, no doubt."""
    examples, logits, flipped = half_flipped(0.1)
    logits[::2] = np.nan
    found = belief(examples, logits, noisy(examples, logits))["spam"]
    assert (found[::2] == 1).all()
    assert (found[1::2] < 1).sum() == flipped[1::2].sum()


def test_what_a_campaign_says_of_itself_is_heard() -> None:
    """In a noisy source a campaign in honest words is believed where its labels agree, and the one that does not is doubted."""
    frame = some_labels(400, clean=0.9, abuse=0.3)
    slips, campaign = np.arange(0, 400, 8), np.flatnonzero(frame["spam"] == 0)[1:25:2]
    frame.loc[slips, "spam"] = 1 - frame.loc[slips, "spam"]
    frame.loc[campaign, "text"] = [f"{frame.loc[row, 'text']} zebra quagga okapi gerenuk dikdik tapir" for row in campaign]
    frame.loc[campaign, "spam"] = [0.0] + [1.0] * 11
    frame["group"] = np.where(np.isin(np.arange(400), campaign), 0, np.arange(400))
    examples, order = examples_of(frame.assign(weight=1.0)), Order("v", "s")
    logits = cross_fit(examples, CommentModel(), order, Local(), lambda *_: None)
    alone = belief(examples, logits, noisy(examples, logits))["spam"]
    found = doubt(examples, CommentModel(), order, Local(), lambda *_: None, logits)["spam"]
    assert alone[campaign[1:]].max() < 0.2
    assert found[campaign[0]] < 0.2
    assert found[campaign[1:]].min() > 0.8
