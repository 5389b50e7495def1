"""The table holds what was put in, whatever the order, and nothing that is damaged is opened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.classifier import layout
from service.classifier.kernels import open_table
from service.classifier.layout import HEADER, Steps
from tests.classifier.given import some_weights

WEIGHTS = some_weights(window=6, stride=3)
TABLE = layout.build(WEIGHTS)
EDGES = TABLE.index(layout.read(TABLE).edges.tobytes()[:16])
BUCKETS = TABLE.index(layout.read(TABLE).buckets.tobytes()[:32])
KERNELS = pytest.mark.parametrize("kernel", ["fastest", "numpy"])


def changed(**fields: object) -> bytes:
    header = np.frombuffer(TABLE, HEADER, 1).copy()
    for name, value in fields.items():
        header[name] = value
    return header.tobytes() + TABLE[HEADER.itemsize :]


def test_every_term_is_found_with_its_numbers():
    """find leads each hash to its own idf and weights."""
    table = layout.read(TABLE)
    entries = table.entries[layout.find(table.buckets, WEIGHTS.hashes)]
    assert np.array_equal(WEIGHTS.idf, entries["idf"])
    assert np.array_equal(WEIGHTS.weight, entries["weight"])


def test_unknown_terms_are_not_found():
    """A hash that was not put in leads nowhere."""
    others = WEIGHTS.hashes ^ np.uint64(1 << 63)
    assert (layout.find(layout.read(TABLE).buckets, others) == -1).all()


@given(seed=st.integers(0, 2**32))
def test_the_order_of_terms_does_not_matter(seed):
    """The same terms in any order give the same bytes."""
    places = np.random.default_rng(seed).permutation(len(WEIGHTS.hashes))
    shuffled = replace(WEIGHTS, hashes=WEIGHTS.hashes[places], idf=WEIGHTS.idf[places], weight=WEIGHTS.weight[places])
    assert layout.build(shuffled) == TABLE


def test_two_terms_with_one_hash_are_refused():
    """A clash of whole hashes cannot be told apart, so it is an error."""
    twice = replace(WEIGHTS, hashes=np.append(WEIGHTS.hashes[1:], WEIGHTS.hashes[1]))
    with pytest.raises(ValueError, match="the same hash"):
        layout.build(twice)


def test_terms_with_one_fingerprint_are_kept_apart():
    """Where two equal fingerprints would share a bucket, the table grows until they do not."""
    fingerprint = np.uint64(0xABCDEF12 << 32)
    hashes = fingerprint + np.arange(4, dtype=np.uint64) * np.uint64(0x30000000)
    few = replace(WEIGHTS, hashes=hashes, idf=WEIGHTS.idf[:4], weight=WEIGHTS.weight[:4])
    table = layout.read(layout.build(few))
    assert sorted(layout.find(table.buckets, hashes).tolist()) == [0, 1, 2, 3]


@KERNELS
@pytest.mark.parametrize(
    "fields",
    [
        {"magic": b"WINNOW02"},
        {"buckets": 0},
        {"buckets": 2**32 - 1},
        {"terms": 2**32 - 1},
        {"signals": 5000},
        {"edges": 70_000},
        {"stride": 0},
        {"stride": 7},
        {"bias": (np.nan, 0)},
        {"scale": (0, 1)},
        {"offset": (0, np.inf)},
    ],
    ids=lambda fields: f"{fields}",
)
def test_an_impossible_header_is_refused(kernel, fields):
    """Each field of the header is checked, by both kernels."""
    with pytest.raises(ValueError, match=r"the table|the weights"):
        open_table(changed(**fields), kernel)


@KERNELS
@pytest.mark.parametrize(("first", "last"), [(96, 100), (-4, None), (-12, -8), (EDGES, EDGES + 8), (BUCKETS, BUCKETS + 4)])
def test_impossible_parts_are_refused(kernel, first, last):
    """Ones all over a part of the table are no index, no number and no bucket; both kernels say so."""
    damaged = bytearray(TABLE)
    damaged[first:last] = b"\xff" * len(damaged[first:last])
    with pytest.raises(ValueError, match="the table"):
        open_table(bytes(damaged), kernel)


@KERNELS
def test_a_table_of_another_size_is_refused(kernel):
    """One byte more or less is one too many or too few."""
    for table in (TABLE[:-1], TABLE + b"\0", TABLE[:50], b""):
        with pytest.raises(ValueError, match=r"the table|the weights"):
            open_table(table, kernel)


@pytest.mark.parametrize("edges", [(1.0, 1.0), (2.0, 1.0), (np.nan,)])
def test_edges_must_rise(edges):
    """A signal's edges are refused unless each is above the one before."""
    steps = [*WEIGHTS.steps[1:], Steps(edges, [(0.0, 0.0)] * (len(edges) + 1))]
    with pytest.raises(ValueError, match=r"rise|finite"):
        layout.build(replace(WEIGHTS, steps=steps))
