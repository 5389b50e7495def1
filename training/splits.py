"""Which rows fit and which measure: by time, by column, in folds; a campaign never stands on both sides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def newest(frame: pd.DataFrame, share: float) -> tuple[Rows, Rows]:
    """Split (older, newer) so that about ``share`` of the dated rows are newer; undated rows are older.

    A campaign that began before the cut stands with the older rows whole: it is known by then.
    """
    at = frame["at"].to_numpy(np.float64)
    campaigns, place = np.unique(frame["group"].to_numpy(), return_inverse=True)
    first = np.full(len(campaigns), np.inf)
    np.minimum.at(first, place, np.where(np.isfinite(at), at, -np.inf))
    began = first[place]
    dated = np.sort(began[np.isfinite(began)])
    if not len(dated):
        return np.arange(len(frame)), np.empty(0, np.int64)
    newer = began >= dated[min(len(dated) - 1, int(len(dated) * (1 - share)))]
    return np.flatnonzero(~newer), np.flatnonzero(newer)


def by_group(groups: NDArray[np.int64], count: int, seed: int = 0) -> Iterator[tuple[Rows, Rows]]:
    """Yield ``count`` folds (train, held out); every group is held out whole once."""
    names, place = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(names))[place] % count
    for number in range(count):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def by_column(frame: pd.DataFrame, column: str) -> Iterator[tuple[str, Rows, Rows]]:
    """Yield (value, train, held out) for each value of a column; what resembles a held-out comment does not train."""
    groups = frame["group"].to_numpy()
    for value in frame[column].unique():
        held_out = (frame[column] == value).to_numpy()
        yield str(value), np.flatnonzero(~held_out & ~np.isin(groups, groups[held_out])), np.flatnonzero(held_out)
