"""Splits: newest rows measure, campaigns stay whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.training.given import some_labels
from training.splits import by_column, by_group, newest


def dated(*rows: tuple[float, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["at", "group"])


def test_the_newest_rows_measure() -> None:
    """The share asked for, from the newest end; rows without a date are never among them."""
    older, newer = newest(dated(*((float(n), n) for n in range(10)), (np.nan, 10)), 0.2)
    assert newer.tolist() == [8, 9]
    assert 10 in older


def test_a_campaign_stays_with_its_first_comment() -> None:
    """A near-duplicate of an older comment does not measure."""
    _, newer = newest(dated(*((float(n), n) for n in range(9)), (9.0, 0)), 0.2)
    assert 9 not in newer


def test_no_group_is_on_both_sides() -> None:
    """Neither in folds nor when a source, a language or an article is held out; each row is held out once."""
    frame = pd.concat([some_labels(90), some_labels(90, source="site other")], ignore_index=True)
    groups = np.arange(len(frame)) // 3 % 45
    frame["group"] = groups
    held = []
    for train, out in by_group(groups, 4):
        assert not set(groups[train]) & set(groups[out])
        held += out.tolist()
    assert sorted(held) == list(range(len(frame)))
    for _, train, out in by_column(frame, "source"):
        assert not set(groups[train]) & set(groups[out])
