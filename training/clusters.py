"""What many comments of a site have in common weighs more: a cluster kernel.

The spectrum of the kernel matrix over labelled and unlabelled comments is bent, so that directions in which they vary much are
learnt sooner (Chapelle, Weston and Schölkopf 2003, *Cluster kernels for semi-supervised learning*). What is learnt stays linear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

Floats = NDArray[np.float64]

DIRECTIONS, SHARE = 100, 4
"""So many directions are bent at most, and of so many comments one."""
BENT = 0.25
"""A direction stands beside the terms once more, times this power of its variance in units of the last one's, less 1."""
LEAST = 1e-6
"""Directions with less than this share of the first one's variance are rounding."""


@dataclass(frozen=True)
class Clusters:
    """Directions of n comments: ``vectors`` (n, k), of length 1, with their ``values`` and ``gains`` (k,)."""

    vectors: Floats
    values: Floats
    gains: Floats

    @classmethod
    def of(cls, gram: Floats) -> Clusters:
        """Take the directions of a kernel matrix (n, n)."""
        count = len(gram)
        values, vectors = eigh(gram, subset_by_index=(count - max(min(DIRECTIONS, count // SHARE), 1), count - 1))
        kept = values > LEAST * values[-1]
        values, vectors = values[kept], vectors[:, kept]
        return cls(vectors, values, ((values / values[0]) ** BENT - 1) ** 2)

    def more(self) -> Floats:
        """Give what is added to the kernel matrix: shape (n, n)."""
        return np.asarray((self.vectors * (self.values * self.gains)) @ self.vectors.T)

    def spread(self, dual: Floats) -> Floats:
        """Give the dual coefficients (n,) that the comments' own terms get beside ``dual``."""
        return np.asarray(self.vectors @ (self.gains * (self.vectors.T @ dual)))
