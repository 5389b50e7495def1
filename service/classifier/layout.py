"""The flat table that training writes and the kernel maps: ``weights.bin``, little-endian, no pointers, no pickle.

======================  ========================================================================================
part                    content
======================  ========================================================================================
header (96 bytes)       ``HEADER``: sizes, window, bias, suspicion and calibration
edge_start              signals + 1 × uint32 (padded to 8 bytes): where each signal's edges start
edges                   float64, rising within a signal
values                  (edges + signals) × 2 heads × float64: a signal with k edges has k + 1 values
buckets                 ``BUCKET`` (32 bytes each): up to seven fingerprints, and the number of the first one's entry
entries                 terms × ``ENTRY`` (12 bytes), in the order of the fingerprints
======================  ========================================================================================

A term's hash gives its home bucket (low half, scaled to the number of buckets) and its fingerprint (high half; 0 means empty).
Buckets are at most half full on average; one that is full sends what is left to the next. A term costs 21 bytes.
numpy is needed here, so the service imports this module only when it runs without the compiled kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from mmap import mmap

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.classifier.terms import MIX, PRIME, SEEDS

MAGIC = b"WINNOW01"
MAX_BUCKETS, MAX_SIGNALS, MAX_EDGES = 1 << 23, 4096, 65_536
TOGETHER = 1 << 16
"""So many terms are looked up at once."""
HEADER = np.dtype(
    [
        ("magic", "S8"),
        *((name, "<u4") for name in ("buckets", "terms", "signals", "edges", "window", "stride")),
        *((name, "<f8", (2,)) for name in ("bias", "suspect", "scale", "offset")),
    ]
)
ROOM = 7
"""Fingerprints in a bucket."""
BUCKET = np.dtype([("first", "<u4"), ("fingerprint", "<u4", (ROOM,))])
ENTRY = np.dtype([("idf", "<f4"), ("weight", "<f4", (2,))])

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
    only); a window is read by itself when its share reaches ``suspect`` (see windows.py).
    The score is 1 / (1 + exp(−(scale · logit + offset))), scale > 0.
    """

    hashes: NDArray[np.uint64]
    idf: NDArray[np.float32]
    weight: NDArray[np.float32]
    steps: Sequence[Steps]
    bias: tuple[float, float]
    window: int = 0
    stride: int = 0
    suspect: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Table:
    """A table's parts as views of its bytes.

    ``header`` is a record; shapes: ``edge_start`` (signals + 1,), ``edges`` (edges,), ``values`` (edges + signals, 2),
    ``buckets`` (buckets,), ``entries`` (terms,).
    """

    header: np.void
    edge_start: NDArray[np.uint32]
    edges: NDArray[np.float64]
    values: NDArray[np.float64]
    buckets: NDArray[np.void]
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
    hashes = np.sort(np.asarray(weights.hashes, np.uint64))
    if (hashes[1:] == hashes[:-1]).any():
        raise ValueError("two terms have the same hash: leave one of them out")
    buckets = _fill(hashes)
    entries = np.zeros(len(hashes), ENTRY)
    places = find(buckets, np.asarray(weights.hashes, np.uint64))
    entries["idf"][places] = weights.idf
    entries["weight"][places] = weights.weight
    edges = np.array([edge for step in weights.steps for edge in step.edges], "<f8")
    values = np.array([pair for step in weights.steps for pair in step.values], "<f8").reshape(-1, 2)
    starts = np.zeros((len(weights.steps) + 2) // 2 * 2, "<u4")
    starts[1 : len(weights.steps) + 1] = np.cumsum([len(step.edges) for step in weights.steps])
    header = _header(weights, len(buckets), len(edges))
    table = b"".join(part.tobytes() for part in (header, starts, edges, values, buckets, entries))
    read(table)
    return table


def read(table: bytes | memoryview | mmap) -> Table:
    """View a table's bytes; raises ValueError with what is wrong when anything in it does not fit."""
    if len(table) < HEADER.itemsize or bytes(table[: len(MAGIC)]) != MAGIC:
        raise ValueError("the weights are not a table of this version")
    header = np.frombuffer(table, HEADER, 1)[0]
    buckets, terms, signals, edges = (int(header[name]) for name in ("buckets", "terms", "signals", "edges"))
    if not (0 < buckets <= MAX_BUCKETS and terms <= buckets * ROOM and signals <= MAX_SIGNALS and edges <= MAX_EDGES):
        raise ValueError("the table's header names impossible sizes")
    sizes = (
        HEADER.itemsize,
        (signals + 2) // 2 * 8,
        edges * 8,
        (edges + signals) * 16,
        buckets * BUCKET.itemsize,
        terms * ENTRY.itemsize,
    )
    *at, end = accumulate(sizes)
    if len(table) != end:
        raise ValueError("the table's size does not fit its header")
    parts = Table(
        header,
        np.frombuffer(table, "<u4", signals + 1, at[0]),
        np.frombuffer(table, "<f8", edges, at[1]),
        np.frombuffer(table, "<f8", (edges + signals) * 2, at[2]).reshape(-1, 2),
        np.frombuffer(table, BUCKET, buckets, at[3]),
        np.frombuffer(table, ENTRY, terms, at[4]),
    )
    _check(parts)
    return parts


def find(buckets: NDArray[np.void], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Find the number of each hash's entry, -1 where the table does not know it: shape (len(hashes),)."""
    parts = [_found(buckets, hashes[first : first + TOGETHER]) for first in range(0, len(hashes), TOGETHER)]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _found(buckets: NDArray[np.void], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    bucket, wanted = _homes(hashes, len(buckets)), _fingerprints(hashes)
    found = np.full(len(hashes), -1, np.int64)
    looking = np.arange(len(hashes))
    while looking.size:
        here = buckets[bucket[looking]]
        same = here["fingerprint"] == wanted[looking, None]
        hit = same.any(1)
        found[looking[hit]] = here["first"][hit] + same[hit].argmax(1)
        looking = looking[~hit & (here["fingerprint"][:, -1] != 0)]
        bucket[looking] = (bucket[looking] + 1) % len(buckets)
    return found


def _fingerprints(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    high: NDArray[np.uint32] = (hashes >> _HALF).astype(np.uint32)
    return np.maximum(high, np.uint32(1))


def _homes(hashes: NDArray[np.uint64], buckets: int) -> NDArray[np.int64]:
    return ((hashes & _LOW) * np.uint64(buckets) >> _HALF).astype(np.int64)


def _fill(hashes: NDArray[np.uint64]) -> NDArray[np.void]:
    """Put terms into buckets; more buckets are tried where two terms with one fingerprint would meet."""
    least = max(2, -(-2 * len(hashes) // ROOM))
    for count in range(least, MAX_BUCKETS + 1, max(1, least // 8)):
        bucket, place = _settle(_homes(hashes, count), count)
        buckets = np.zeros(count, BUCKET)
        buckets["fingerprint"][bucket, place] = _fingerprints(hashes)
        filled = np.bincount(bucket, minlength=count)
        buckets["first"] = np.cumsum(filled) - filled
        if (find(buckets, hashes) == buckets["first"][bucket] + place).all():
            return buckets
    raise ValueError("the terms do not fit a table")


def _settle(bucket: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each term's bucket and place in it, given its home: in rounds, those that find their bucket full go on to the next."""
    place = np.full(len(bucket), ROOM, np.int64)
    filled = np.zeros(count, np.int64)
    waiting = np.arange(len(bucket))
    while waiting.size:
        waiting = waiting[np.argsort(bucket[waiting], kind="stable")]
        here = bucket[waiting]
        new = np.diff(here, prepend=-1) != 0
        rank = np.arange(len(here)) - np.flatnonzero(new)[np.cumsum(new) - 1]
        place[waiting] = filled[here] + rank
        filled = np.minimum(filled + np.bincount(here, minlength=count), ROOM)
        waiting = waiting[place[waiting] >= ROOM]
        bucket[waiting] = (bucket[waiting] + 1) % count
    return bucket, place


def _header(weights: Weights, buckets: int, edges: int) -> NDArray[np.void]:
    header = np.zeros(1, HEADER)
    sizes = (buckets, len(weights.hashes), len(weights.steps), edges, weights.window, weights.stride)
    header[0] = (MAGIC, *sizes, weights.bias, weights.suspect, weights.scale, weights.offset)
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
        _finite(part) for part in (*(header[name] for name in ("bias", "suspect", "scale", "offset")), table.edges, table.values)
    ):
        raise ValueError("the table holds a number that is not finite")
    if (header["scale"] <= 0).any():
        raise ValueError("the table's scale must be positive")
    if not (_finite(table.entries["idf"]) and _finite(table.entries["weight"])):
        raise ValueError("the table holds a number that is not finite")
    if (table.entries["idf"] <= 0).any():
        raise ValueError("the table's terms need a positive idf")
    _check_buckets(table.buckets, len(table.entries))


def _check_buckets(buckets: NDArray[np.void], terms: int) -> None:
    known = buckets["fingerprint"] != 0
    if (known[:, 1:] > known[:, :-1]).any():
        raise ValueError("the table's buckets are not filled from the left")
    filled = known.sum(1)
    if (buckets["first"] != np.cumsum(filled) - filled).any():
        raise ValueError("the table's buckets do not follow each other")
    if filled.sum() != terms or known.all():
        raise ValueError("the table's terms do not fit its buckets")


def _finite(numbers: ArrayLike) -> bool:
    return bool(np.isfinite(numbers).all())
