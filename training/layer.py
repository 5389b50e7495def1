"""A site's own layer: a small delta on text and signals over a shared model, with that model's log-odds as its prior.

In the calibrated log-odds L of the shared model, a comment with the features x gets  fade · L + x · delta + shift.  ``fade`` starts
at 1 and may leave it as labels arrive; delta and shift start at 0. The result is merged into the shared model's own table: the same
terms, the same size, the same speed, and dropping it is loading the shared one again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from service.classifier import layout
from service.classifier.kernels import open_table
from service.classifier.terms import Block
from service.classifier.vocabulary import Vocabulary
from service.domain import HEADS, Head, Reading

Floats = NDArray[np.float64]

PENALTY = 40.0
"""Variance that is allowed to each coefficient of the delta, as scikit-learn's C."""
SIGNALS = 0.2
"""Weight of a step of a signal among text features, whose rows have length 1 in each block."""
STEADY = 5.0
"""How many labels' worth of evidence it takes to let the shared model fade."""


@dataclass(frozen=True)
class Delta:
    """One head's layer: ``columns`` (k,) of the design, their ``weights`` (k,), the shared model's ``fade`` and the ``shift``."""

    columns: NDArray[np.int64]
    weights: Floats
    fade: float
    shift: float


class Base:
    """A shared model's table, open for layers. Raises ValueError for bytes that are no table."""

    def __init__(self, table: bytes) -> None:
        self.table = bytes(table)
        self.parts = layout.read(self.table)
        self.kernel = open_table(self.table)
        self.terms = len(self.parts.entries)

    def logits(self, readings: Sequence[Reading]) -> Floats:
        """Calibrated log-odds: shape (n, 2)."""
        raw = np.array([self.kernel.logits(each.normalised, each.fields, each.signals) for each in readings]).reshape(-1, 2)
        return raw * self.kernel.scale + self.kernel.offset

    def design(self, readings: Sequence[Reading]) -> sp.csr_matrix:
        """Features that the table can hold: its terms by number of entry, then its signals' steps; shape (n, terms + edges)."""
        blocks = [
            self._block([getattr(reading, part) for reading in readings], block)
            for part, block in (
                ("normalised", Block.TEXT_WORDS),
                ("normalised", Block.TEXT_CHARS),
                ("fields", Block.FIELD_WORDS),
                ("fields", Block.FIELD_CHARS),
            )
        ]
        terms = sum(blocks[1:], blocks[0])
        return sp.hstack([terms, SIGNALS * self._steps(readings)], "csr")

    def _block(self, texts: Sequence[str], block: Block) -> sp.csr_matrix:
        vocabulary = Vocabulary(block)
        rows = vocabulary.learn(texts)
        entry = layout.find(self.parts.buckets, vocabulary.hashes)[rows.columns]
        known = entry >= 0
        owner = np.repeat(np.arange(len(texts)), np.diff(rows.starts))[known]
        value = (1 + np.log(rows.counts[known])) * self.parts.entries["idf"][entry[known]]
        length = np.sqrt(np.bincount(owner, value**2, len(texts)))
        return sp.csr_matrix((value / length[owner], (owner, entry[known])), (len(texts), self.terms))

    def _steps(self, readings: Sequence[Reading]) -> sp.csr_matrix:
        signals = np.array([reading.signals for reading in readings], np.float64)
        columns = [number for number, (first, last) in enumerate(self._edges()) for _ in range(first, last)]
        return sp.csr_matrix(signals[:, columns] >= self.parts.edges, dtype=np.float64)

    def merged(self, deltas: Mapping[Head, Delta]) -> bytes:
        """Give the table with the layer in it, in the place of the shared weights."""
        table = bytearray(self.table)
        parts = self._writable(table)
        for head, name in enumerate(HEADS):
            if (delta := deltas.get(name)) is not None:
                self._merge(parts, head, delta)
        merged = bytes(table)
        layout.read(merged)
        return merged

    def _writable(self, table: bytearray) -> layout.Table:
        """View a copy's header, values and entries; the buckets say where terms stand and do not change."""
        old = self.parts
        ends = len(table) - old.entries.nbytes
        values = len(table) - old.entries.nbytes - old.buckets.nbytes - old.values.nbytes
        return layout.Table(
            np.frombuffer(table, layout.HEADER, 1)[0:1],  # type: ignore[arg-type]  # a view of one record, so that it can be written
            old.edge_start,
            old.edges,
            np.frombuffer(table, "<f8", old.values.size, values).reshape(-1, 2),
            old.buckets,
            np.frombuffer(table, layout.ENTRY, self.terms, ends),
        )

    def _merge(self, parts: layout.Table, head: int, delta: Delta) -> None:
        scale = self.kernel.scale[head] * delta.fade
        parts.header["scale"][0, head] = scale
        parts.header["offset"][0, head] = self.kernel.offset[head] * delta.fade + delta.shift
        texts = delta.columns < self.terms
        entries = delta.columns[texts]
        parts.entries["weight"][entries, head] += parts.entries["idf"][entries] * delta.weights[texts] / scale
        rises = np.zeros(len(parts.edges))
        rises[delta.columns[~texts] - self.terms] = SIGNALS * delta.weights[~texts] / scale
        for signal, (first, last) in enumerate(self._edges()):
            parts.values[first + signal + 1 : last + signal + 1, head] += np.cumsum(rises[first:last])

    def _edges(self) -> Iterator[tuple[int, int]]:
        yield from pairwise(self.parts.edge_start[: self.kernel.signals + 1].tolist())


def fit_delta(logits: Floats, design: sp.csr_matrix, y: Floats, weights: Floats) -> Delta:
    """Fit one head's layer.

    ``logits`` (n,) are the shared model's, ``design`` (n, features), ``y`` (n,) 0 or 1, ``weights`` (n,) trust / chance.
    """
    columns = np.flatnonzero(np.diff(design.tocsc().indptr))
    x = design[:, columns].tocsr()
    weights = weights / weights.mean()
    sign = 2 * y - 1

    def loss(parameters: Floats) -> tuple[float, Floats]:
        delta, fade, shift = parameters[:-2], parameters[-2], parameters[-1]
        margin = sign * (fade * logits + x @ delta + shift)
        slope = -weights * sign * expit(-margin)
        value = weights @ np.logaddexp(0, -margin) + delta @ delta / (2 * PENALTY) + STEADY * (fade - 1) ** 2 / 2 + shift**2 / 2
        tail = [slope @ logits + STEADY * (fade - 1), slope.sum() + shift]
        return float(value), np.concatenate([x.T @ slope + delta / PENALTY, tail])

    start = np.zeros(len(columns) + 2)
    start[-2] = 1.0
    bounds = [(None, None)] * len(columns) + [(0.05, 3.0), (None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200}).x
    return Delta(columns, found[:-2], float(found[-2]), float(found[-1]))


def fit_layer(base: Base, readings: Sequence[Reading], labels: Mapping[Head, Floats], weights: Floats) -> dict[Head, Delta]:
    """Fit the layer of each head whose labels (n,), NaN for unknown, hold both classes; the others stay the shared model's."""
    logits, design = base.logits(readings), base.design(readings)
    found: dict[Head, Delta] = {}
    for place, head in enumerate(HEADS):
        known = np.isfinite(labels[head])
        if 0 < labels[head][known].sum() < known.sum():
            found[head] = fit_delta(logits[known, place], design[known], labels[head][known], weights[known])
    return found
