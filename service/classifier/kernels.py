"""Which arithmetic scores: the compiled kernel, or numpy where there was no compiler. Both give the same scores."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from mmap import mmap
from types import ModuleType
from typing import Literal, Protocol

Kernel = Literal["fastest", "numpy"]
Pair = tuple[float, float]
Worst = tuple[int, int, float]
Weighed = tuple[float, float, tuple[Worst, Worst] | None]


class Table(Protocol):
    """A table of weights, ready to score; pairs are (spam, abuse), a ``vector`` holds signals as float64."""

    signals: int
    terms: int
    window: int
    stride: int
    bias: Pair
    suspect: Pair
    scale: Pair
    offset: Pair

    def score_all(self, readings: Sequence[tuple[str, str, bytes]], /) -> list[Pair | Weighed]:
        """Calibrated probabilities of each (text, fields, vector), or what ``weigh`` gives where a window is suspicious.

        Compiled, it leaves the interpreter to other threads meanwhile, where there are more than a few.
        """

    def logits(self, text: str, fields: str, vector: bytes, /) -> Pair:
        """Log-odds of the two heads before calibration, of the text as a whole."""

    def weigh(self, text: str, fields: str, vector: bytes, /) -> Weighed:
        """``logits``, and what ``worst`` finds where a window of the text is suspicious for any head, else None; in one pass."""

    def worst(self, text: str, /) -> tuple[Worst, Worst]:
        """The whole text or the window of it that has the largest share for each head: (start, end, share in log-odds)."""

    def shares(self, text: str, block: int, /) -> bytes:
        """List what each word term, or all characters of each run between spaces, add to the heads: float64 of shape (parts, 2).

        A term's sum is divided among its occurrences; word terms stand in the order of ``terms.word_terms``.
        """

    def steps(self, vector: bytes, /) -> bytes:
        """List what each signal adds to the heads: float64 of shape (signals, 2)."""


def open_table(weights: bytes | mmap, kernel: Kernel = "fastest") -> Table:
    """Check a table's bytes and open it for scoring; raises ValueError when anything in it does not fit."""
    table: Table = _arithmetic(kernel).Table(weights)
    return table


def _arithmetic(kernel: Kernel) -> ModuleType:
    """Import one of the two when it is needed: the compiled one may be missing, and numpy costs 25 MB."""
    if kernel == "fastest":
        with suppress(ImportError):
            return import_module("service.classifier._kernel")
    return import_module("service.classifier.fallback")
