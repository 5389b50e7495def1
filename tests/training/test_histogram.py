"""What a card tells of held-out scores."""

from __future__ import annotations

import numpy as np
import pytest

from service.queue.spread import bin_of, dense
from service.text.reading import read
from training import histogram
from training.calibration import Sigmoid
from training.dataset import Examples, comment
from training.sources import load_seed

IDENTITY = Sigmoid(1.0, 0.0), Sigmoid(1.0, 0.0)


@pytest.fixture(scope="module")
def examples() -> Examples:
    """Few of every kind of the seed corpus."""
    frame = load_seed().iloc[::40].reset_index(drop=True)
    return Examples(frame, [read(comment(row)) for row in frame.itertuples()])


def test_every_held_out_score_is_in_its_bin(examples):
    """By head and label, as many as there are; a score lies in the bin that begins at or below it."""
    logits = np.random.default_rng(1).normal(0, 4, (len(examples.readings), 2))
    rows = np.arange(0, len(logits), 2)
    found = histogram.held_out(examples, rows, logits, IDENTITY)
    spam, p = examples.labels()["spam"][rows] == 1, IDENTITY[0](logits[rows, 0])
    counts = dense([int(each) for each in found["held_out.spam.bad"].split()])
    assert sum(counts) == spam.sum() > 0
    assert sum(counts[bin_of(0.74) :]) == (p[spam] >= 0.74).sum()
    assert set(found) == {f"held_out.{head}.{label}" for head in ("spam", "abuse") for label in ("ham", "bad")}
