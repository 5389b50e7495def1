"""Rows of a sparse matrix that need no memory: single precision, in a file that vanishes with its process."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RUN = 128
"""Rows that are stored, and read, in one piece."""
MIXED = 8
"""Runs of different places that are read together when the order shall not matter."""
SMALL = 1 << 22
"""Bytes that a file may have in memory."""
_ROOMY = Path("/var/tmp")  # noqa: S108 # an unnamed file; /tmp is memory on many machines


class Spool:
    """A matrix that grows at its end and is read in runs of rows; ``columns`` is known from the first rows on."""

    def __init__(self) -> None:
        self.columns = 0
        self.rows = 0
        self._runs: list[tuple[int, int, int]] = []  # where in the file, rows, terms
        self._file = scratch(self)

    def append(self, rows: sp.csr_matrix) -> None:
        """Store more rows: shape (n, columns)."""
        self.columns = rows.shape[1]
        for first in range(0, rows.shape[0], RUN):
            run = rows[first : first + RUN]
            self._file.seek(0, os.SEEK_END)
            self._runs.append((self._file.tell(), run.shape[0], run.nnz))
            for part, kind in ((run.indptr, np.int32), (run.indices, np.int32), (run.data, np.float32)):
                self._file.write(np.ascontiguousarray(part, kind).data)
            self.rows += run.shape[0]

    def __iter__(self) -> Iterator[tuple[NDArray[np.int64], sp.csr_matrix]]:
        """Yield (row numbers, rows) in order."""
        yield from self._together(np.arange(len(self._runs)))

    def mixed(self, dice: np.random.Generator) -> Iterator[tuple[NDArray[np.int64], sp.csr_matrix]]:
        """Yield (row numbers, rows), each time of many places; every row once."""
        yield from self._together(dice.permutation(len(self._runs)))

    def _together(self, order: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], sp.csr_matrix]]:
        first = np.concatenate([[0], np.cumsum([rows for _, rows, _ in self._runs])]).astype(np.int64)
        for at in range(0, len(order), MIXED):
            runs = order[at : at + MIXED].tolist()
            yield np.concatenate([np.arange(first[run], first[run + 1]) for run in runs]), self._read(runs)

    def _read(self, runs: list[int]) -> sp.csr_matrix:
        """Read these runs straight into one matrix."""
        rows, terms = (sum(self._runs[run][part] for run in runs) for part in (1, 2))
        starts, columns, values = np.zeros(rows + 1, np.int32), np.empty(terms, np.int32), np.empty(terms, np.float32)
        row = term = 0
        for run in runs:
            place, more_rows, more_terms = self._runs[run]
            parts = np.empty(more_rows + 1, np.int32), columns[term:][:more_terms], values[term:][:more_terms]
            self._file.seek(place)
            for part in parts:
                self._file.readinto(part.data)
            starts[row + 1 :][:more_rows] = parts[0][1:] + term
            row, term = row + more_rows, term + more_terms
        return sp.csr_matrix((values, columns, starts), shape=(rows, self.columns), copy=False)

    def times(self, weights: Floats) -> Floats:
        """Multiply with a vector (columns,): shape (rows,)."""
        single = weights.astype(np.float32)
        found = [part @ single for _, part in self]
        return np.concatenate([np.empty(0), *found]).astype(np.float64)

    def sums(self, weights: Floats) -> Floats:
        """Sum the rows, each times its weights: (rows, k) gives shape (columns, k)."""
        total = np.zeros((self.columns, weights.shape[1]))
        for numbers, part in self:
            total += part.T @ weights[numbers]
        return total


def scratch(owner: object) -> tempfile.SpooledTemporaryFile[bytes]:
    """Open a nameless file that vanishes with its owner: in memory while it is small, then in ``TMPDIR`` or where there is room."""
    folder = None if "TMPDIR" in os.environ or not _ROOMY.is_dir() else str(_ROOMY)
    file = tempfile.SpooledTemporaryFile(SMALL, dir=folder, prefix="winnow-train-")  # noqa: SIM115 # it lives as long as its owner
    weakref.finalize(owner, file.close)
    return file
