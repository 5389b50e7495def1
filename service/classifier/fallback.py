"""The kernel without a compiler: the same table and, within 1e-9, the same scores, in numpy; some ten times slower."""

from __future__ import annotations

from collections.abc import Sequence
from mmap import mmap

import numpy as np
from numpy.typing import NDArray

from service.classifier import layout
from service.classifier.kernels import Pair, Weighed, Worst
from service.classifier.terms import CHAR_NGRAMS, PRIME, SEEDS, Block, char_terms_in, word_terms

Span = tuple[int, int]
TIE = 1e-3
"""Shares this near are equal, and the earlier stands: another order of summing must not choose another window."""
_SPACE = ord(" ")
_SEEDS = np.array(SEEDS, np.uint64)


class Table:
    """A table of weights, ready to score. Same methods and figures as ``_kernel.Table``; raises ValueError for a bad table."""

    def __init__(self, weights: bytes | memoryview | mmap) -> None:
        self._parts = layout.read(weights)
        header = self._parts.header
        self.signals, self.terms, self.window, self.stride = (int(header[n]) for n in ("signals", "terms", "window", "stride"))
        self.bias, self.suspect, self.scale, self.offset = (_pair(header[n]) for n in ("bias", "suspect", "scale", "offset"))

    def score_all(self, readings: Sequence[tuple[str, str, bytes]]) -> list[Pair | Weighed]:
        """Calibrated probabilities of each reading, or what ``weigh`` gives where a window of the text is suspicious."""
        return [self._score(*reading) for reading in readings]

    def _score(self, text: str, fields: str, vector: bytes) -> Pair | Weighed:
        spam, abuse, worst = weighed = self.weigh(text, fields, vector)
        return weighed if worst else _pair(1 / (1 + np.exp(-(np.array(self.scale) * (spam, abuse) + self.offset))))

    def logits(self, text: str, fields: str, vector: bytes) -> Pair:
        """Log-odds of the two heads before calibration, of the text as a whole."""
        steps = np.frombuffer(self.steps(vector)).reshape(-1, 2).sum(0)
        fields_sum = self._sum(fields, Block.FIELD_WORDS) + self._sum(fields, Block.FIELD_CHARS)
        return _pair(self.bias + steps + fields_sum + self._text(text))

    def weigh(self, text: str, fields: str, vector: bytes) -> Weighed:
        """``logits``, and what ``worst`` finds where a window of the text is suspicious for any head, else None."""
        worst = self.worst(text)
        parts = zip(worst, self.suspect, strict=True)
        suspicious = any((start, end) != (0, len(text)) and share >= least for (start, end, share), least in parts)
        return *self.logits(text, fields, vector), worst if suspicious else None

    def worst(self, text: str) -> tuple[Worst, Worst]:
        """The whole text or the window of it that has the largest share for each head: (start, end, share in log-odds)."""
        share, where = self._text(text), [(0, len(text))] * 2
        for start, end in windows(text, self.window, self.stride):
            found = self._text(text[start:end])
            for head in np.flatnonzero(found > share + TIE).tolist():
                share[head], where[head] = found[head], (start, end)
        return (*where[0], float(share[0])), (*where[1], float(share[1]))

    def shares(self, text: str, block: int) -> bytes:
        """List what each word term, or all characters of each run between spaces, add to the heads: float64 of shape (parts, 2)."""
        hashes = term_hashes(text, block)
        known, place, found, counts = self._count(hashes)
        shares = np.zeros((len(hashes), 2))
        if len(found):
            damped = 1 + np.log(counts)
            norm = np.sqrt(((damped * self._parts.entries["idf"][found]) ** 2).sum())
            shares[known] = ((damped / counts / norm)[:, None] * self._parts.entries["weight"][found])[place]
        if not Block(block).of_words:
            runs = [char_terms_in(len(run)) for run in text.split(" ") if run]
            shares = np.add.reduceat(shares, np.cumsum([0, *runs[:-1]])) if runs else shares
        return shares.tobytes()

    def steps(self, vector: bytes) -> bytes:
        """List what each signal adds to the two heads: float64 of shape (signals, 2)."""
        if len(vector) != 8 * self.signals:
            raise ValueError("the number of signals does not fit the table")
        starts, edges = self._parts.edge_start.tolist(), self._parts.edges
        rows = [
            first + place + int(np.count_nonzero(edges[first:last] <= value))
            for place, (value, first, last) in enumerate(zip(np.frombuffer(vector), starts[:-1], starts[1:], strict=True))
        ]
        return self._parts.values[rows].tobytes()

    def _count(
        self, hashes: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Where the known terms stand, which distinct one each is, the distinct ones' entries and counts."""
        entries = layout.find(self._parts.buckets, hashes)
        known = np.flatnonzero(entries >= 0)
        distinct, place, counts = np.unique(entries[known], return_inverse=True, return_counts=True)
        return known, place, distinct, counts

    def _sum(self, text: str, block: int) -> NDArray[np.float64]:
        _, _, found, counts = self._count(term_hashes(text, block))
        if not len(found):
            return np.zeros(2)
        damped = 1 + np.log(counts)
        norm = np.sqrt(((damped * self._parts.entries["idf"][found]) ** 2).sum())
        share: NDArray[np.float64] = damped @ self._parts.entries["weight"][found].astype(np.float64) / norm
        return share

    def _text(self, text: str) -> NDArray[np.float64]:
        return self._sum(text, Block.TEXT_WORDS) + self._sum(text, Block.TEXT_CHARS)


def windows(text: str, window: int, stride: int) -> list[Span]:
    """Cut a text of more than ``window`` words into windows that begin every ``stride`` words: (start, end) of each."""
    starts = [place for place, letter in enumerate(text) if letter != " " and (place == 0 or text[place - 1] == " ")]
    if not window or len(starts) <= window:
        return []
    firsts = range(0, len(starts) - window + stride, stride)
    ends = [*starts, len(text)]
    return [(starts[first], ends[min(first + window, len(starts))]) for first in firsts]


def term_hashes(text: str, block: int) -> NDArray[np.uint64]:
    """Hash a text's terms, with repetition, in the kernel's order: shape (terms,)."""
    if Block(block).of_words:
        return layout.hashes_of(list(word_terms(text)), block)
    return _char_hashes(text, block)


def _char_hashes(text: str, block: int) -> NDArray[np.uint64]:
    """Hash two to five characters from every place at once; those with a space inside belong to no word and are dropped."""
    line = " ".join(filter(None, text.split(" ")))
    points = (
        np.frombuffer(f" {line} ".encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64) if line else np.empty(0, np.uint64)
    )
    shortest, longest = CHAR_NGRAMS
    hashes = np.zeros((len(points), longest - shortest + 1), np.uint64)
    whole = np.zeros(hashes.shape, bool)
    state = (_SEEDS[block] ^ points) * np.uint64(PRIME)
    inside = np.ones(len(points), bool)
    for length in range(2, longest + 1):
        room = max(0, len(points) - length + 1)
        state[:room] = (state[:room] ^ points[length - 1 :]) * np.uint64(PRIME)
        hashes[:room, length - shortest] = layout.finish(state[:room])
        whole[:room, length - shortest] = inside[:room]
        inside[:room] &= points[length - 1 :] != _SPACE
    return hashes[whole]


def _pair(numbers: NDArray[np.float64]) -> Pair:
    spam, abuse = numbers.tolist()
    return spam, abuse
