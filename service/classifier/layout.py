"""The flat table that training writes and the kernel maps: ``weights.bin``, little-endian, no pointers, no pickle.

======================  ========================================================================================
part                    content
======================  ========================================================================================
header (96 bytes)       ``HEADER``: sizes, window, bias, margin and calibration
edge_start              signals + 1 × uint32 (padded to 8 bytes): where each signal's edges start
edges                   float64, rising within a signal
values                  (edges + signals) × 2 heads × float64: a signal with k edges has k + 1 values
entries                 slots × ``ENTRY`` (16 bytes): open addressing, linear probing, at most half full
======================  ========================================================================================

A term's hash gives its first slot (low half, scaled to the number of slots) and its fingerprint (high half; 0 means empty).
numpy is needed here, so the service imports this module only when it runs without the compiled kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from mmap import mmap

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.classifier.terms import MIX, PRIME, SEEDS

MAGIC = b"WINNOW01"
MAX_SLOTS, MAX_SIGNALS, MAX_EDGES = 1 << 25, 4096, 65_536
HEADER = np.dtype(
    [
        ("magic", "S8"),
        *((name, "<u4") for name in ("slots", "terms", "signals", "edges", "window", "stride")),
        *((name, "<f8", (2,)) for name in ("bias", "margin", "scale", "offset")),
    ]
)
ENTRY = np.dtype([("fingerprint", "<u4"), ("idf", "<f4"), ("weight", "<f4", (2,))])

_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


@dataclass(frozen=True)
class Steps:
    """What one signal adds: ``values[k]`` when k of the rising ``edges`` are ≤ the signal; shapes (k,) and (k + 1, 2 heads)."""

    edges: Sequence[float]
    values: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Weights:
    """A model's numbers; every pair is (spam, abuse).

    ``hashes`` (n,) uint64 from ``hashes_of``, ``idf`` (n,), ``weight`` (n, 2) = idf × coefficient: the terms of all blocks.
    ``steps``: one per signal, in the order of ``SIGNALS``. ``window`` and ``stride`` in words between spaces (0: whole text
    only); a window counts ``margin`` less than the whole. The score is 1 / (1 + exp(−(scale · logit + offset))), scale > 0.
    """

    hashes: NDArray[np.uint64]
    idf: NDArray[np.float32]
    weight: NDArray[np.float32]
    steps: Sequence[Steps]
    bias: tuple[float, float]
    window: int = 0
    stride: int = 0
    margin: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Table:
    """A table's parts as views of its bytes.

    ``header`` is a record; shapes: ``edge_start`` (signals + 1,), ``edges`` (edges,), ``values`` (edges + signals, 2),
    ``entries`` (slots,).
    """

    header: np.void
    edge_start: NDArray[np.uint32]
    edges: NDArray[np.float64]
    values: NDArray[np.float64]
    entries: NDArray[np.void]


def hashes_of(terms: Sequence[str], block: int) -> NDArray[np.uint64]:
    """Compute ``term_hash`` of many terms at once: shape (len(terms),)."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    points = np.frombuffer("".join(terms).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    starts = np.cumsum(lengths) - lengths
    state = np.full(len(terms), SEEDS[block], np.uint64)
    for place in range(int(lengths.max(initial=0))):
        longer = np.flatnonzero(lengths > place)
        state[longer] = (state[longer] ^ points[starts[longer] + place]) * np.uint64(PRIME)
    return finish(state)


def finish(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread a folded state over all 64 bits."""
    state = state ^ state >> _HALF
    state = state * np.uint64(MIX)
    return state ^ state >> np.uint64(29)


def build(weights: Weights) -> bytes:
    """Make the table's bytes; the same weights in any order of terms give the same bytes.

    Raises ValueError when two terms share a hash, when a number is not finite, or when shapes do not fit.
    """
    order = np.argsort(weights.hashes, kind="stable")
    hashes = np.asarray(weights.hashes, np.uint64)[order]
    if (hashes[1:] == hashes[:-1]).any():
        raise ValueError("two terms have the same hash: leave one of them out")
    entries = np.zeros(len(hashes), ENTRY)
    entries["fingerprint"] = _fingerprints(hashes)
    entries["idf"] = np.asarray(weights.idf)[order]
    entries["weight"] = np.asarray(weights.weight)[order]
    edges = np.array([edge for step in weights.steps for edge in step.edges], "<f8")
    values = np.array([pair for step in weights.steps for pair in step.values], "<f8").reshape(-1, 2)
    starts = np.zeros((len(weights.steps) + 2) // 2 * 2, "<u4")
    starts[1 : len(weights.steps) + 1] = np.cumsum([len(step.edges) for step in weights.steps])
    placed = _place(entries, hashes)
    table = b"".join(
        (_header(weights, placed, edges).tobytes(), starts.tobytes(), edges.tobytes(), values.tobytes(), placed.tobytes())
    )
    read(table)
    return table


def read(table: bytes | memoryview | mmap) -> Table:
    """View a table's bytes; raises ValueError with a full sentence when anything in it does not fit."""
    if len(table) < HEADER.itemsize or bytes(table[: len(MAGIC)]) != MAGIC:
        raise ValueError("the weights are not a table of this version")
    header = np.frombuffer(table, HEADER, 1)[0]
    slots, signals, edges = (int(header[name]) for name in ("slots", "signals", "edges"))
    if not (0 < slots <= MAX_SLOTS and signals <= MAX_SIGNALS and edges <= MAX_EDGES):
        raise ValueError("the table's header names impossible sizes")
    at = np.cumsum([HEADER.itemsize, (signals + 2) // 2 * 8, edges * 8, (edges + signals) * 16, slots * ENTRY.itemsize]).tolist()
    if len(table) != at[4]:
        raise ValueError("the table's size does not fit its header")
    parts = Table(
        header,
        np.frombuffer(table, "<u4", signals + 1, at[0]),
        np.frombuffer(table, "<f8", edges, at[1]),
        np.frombuffer(table, "<f8", (edges + signals) * 2, at[2]).reshape(-1, 2),
        np.frombuffer(table, ENTRY, slots, at[3]),
    )
    _check(parts)
    return parts


def find(entries: NDArray[np.void], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Find the slot of each hash, -1 where the table does not know it: shape (len(hashes),)."""
    slot, fingerprint = _homes(hashes, len(entries)), _fingerprints(hashes)
    there = entries["fingerprint"][slot]
    wandering = np.flatnonzero((there != fingerprint) & (there != 0))
    while wandering.size:
        slot[wandering] = (slot[wandering] + 1) % len(entries)
        there[wandering] = entries["fingerprint"][slot[wandering]]
        wandering = wandering[(there[wandering] != fingerprint[wandering]) & (there[wandering] != 0)]
    slot[there == 0] = -1
    return slot


def _fingerprints(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    high: NDArray[np.uint32] = (hashes >> _HALF).astype(np.uint32)
    return np.maximum(high, np.uint32(1))


def _homes(hashes: NDArray[np.uint64], slots: int) -> NDArray[np.int64]:
    return ((hashes & _LOW) * np.uint64(slots) >> _HALF).astype(np.int64)


def _place(entries: NDArray[np.void], hashes: NDArray[np.uint64]) -> NDArray[np.void]:
    """Entries in their slots; a larger table is tried where two terms with one fingerprint would stand side by side."""
    for slots in range(max(16, 2 * len(entries)), MAX_SLOTS + 1, max(16, len(entries) // 8)):
        taken_by = _claim(_homes(hashes, slots), slots)
        placed = np.zeros(slots, ENTRY)
        placed[taken_by >= 0] = entries[taken_by[taken_by >= 0]]
        if (taken_by[find(placed, hashes)] == np.arange(len(hashes))).all():
            return placed
    raise ValueError("the terms do not fit a table")


def _claim(slot: NDArray[np.int64], slots: int) -> NDArray[np.int64]:
    """Which term each slot holds (-1: none): in rounds, all terms step on together until each has a slot of its own."""
    taken_by = np.full(slots, -1, np.int64)
    waiting = np.arange(len(slot))
    while waiting.size:
        free = waiting[taken_by[slot[waiting]] < 0]
        taken_by[slot[free]] = free
        waiting = waiting[taken_by[slot[waiting]] != waiting]
        slot[waiting] = (slot[waiting] + 1) % slots
    return taken_by


def _header(weights: Weights, entries: NDArray[np.void], edges: NDArray[np.float64]) -> NDArray[np.void]:
    header = np.zeros(1, HEADER)
    sizes = (len(entries), len(weights.hashes), len(weights.steps), len(edges), weights.window, weights.stride)
    header[0] = (MAGIC, *sizes, weights.bias, weights.margin, weights.scale, weights.offset)
    return header


def _check(table: Table) -> None:
    header, starts = table.header, table.edge_start.astype(np.int64)
    signals, window, stride = (int(header[name]) for name in ("signals", "window", "stride"))
    if starts[0] != 0 or starts[signals] != len(table.edges) or (np.diff(starts) < 0).any():
        raise ValueError("the table's edges do not follow each other")
    if any((np.diff(table.edges[first:last]) <= 0).any() for first, last in pairwise(starts.tolist())):
        raise ValueError("the table's edges do not rise within a signal")
    if not stride <= window or (window and not stride):
        raise ValueError("the table's stride must be between 1 and its window")
    if not all(
        _finite(part) for part in (*(header[name] for name in ("bias", "margin", "scale", "offset")), table.edges, table.values)
    ):
        raise ValueError("the table holds a number that is not finite")
    if (header["scale"] <= 0).any() or (header["margin"] < 0).any():
        raise ValueError("the table's scale must be positive and its margin not negative")
    _check_entries(table.entries, int(header["terms"]))


def _check_entries(entries: NDArray[np.void], terms: int) -> None:
    known = entries["fingerprint"] != 0
    if known.sum() != terms or terms * 2 > len(entries):
        raise ValueError("the table's terms do not fit its slots")
    if not (_finite(entries["idf"]) and _finite(entries["weight"])):
        raise ValueError("the table holds a number that is not finite")
    if (entries["idf"][known] <= 0).any() or entries["idf"][~known].any() or entries["weight"][~known].any():
        raise ValueError("the table's terms need a positive idf and its empty slots must be empty")


def _finite(numbers: ArrayLike) -> bool:
    return bool(np.isfinite(numbers).all())
