"""What a sentence encoder taught: weights of terms for the abuse head, fitted to a fine-tuned encoder's opinion of many texts.

The table is made by ``winnow-train teach`` (see ``training.teacher``) and lies in ``data/teacher``; fitting only reads it, and the
service sees nothing of it but the weights of a fitted model. It is a file of NumPy's own, without pickled objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion

from service.classifier.terms import Block
from training.sources import ROOT
from training.vectorizer import terms_of

Floats = NDArray[np.float64]

TABLE = ROOT / "data" / "teacher" / "abuse.npz"


@dataclass(frozen=True)
class Taught:
    """``hashes`` (n,) of terms, rising, and what one tf of each adds to log-odds before the row's norm: ``weights`` (n,)."""

    hashes: NDArray[np.uint64]
    weights: NDArray[np.float32]

    def coefficients(self, union: FeatureUnion) -> Floats:
        """Coefficients of fitted n-grams of the text in the order of their columns: shape (terms,); 0 where nothing was taught."""
        hashes, idf = terms_of(union, Block.TEXT_WORDS)
        place = np.searchsorted(self.hashes, hashes).clip(0, len(self.hashes) - 1)
        found: Floats = np.where(self.hashes[place] == hashes, self.weights[place], 0.0) / idf
        return found

    def save(self, path: Path) -> None:
        """Write the table."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, hashes=self.hashes, weights=self.weights.astype(np.float16))


@cache
def taught(path: Path = TABLE) -> Taught:
    """The table that ships. Raises OSError where it is missing, ValueError where it is damaged."""
    with np.load(path, allow_pickle=False) as kept:
        return Taught(kept["hashes"], kept["weights"].astype(np.float32))
