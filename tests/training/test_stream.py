"""What is read from disk is what was put there, and a model fitted a piece at a time is the one fitted at once."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from service.classifier.kernels import open_table
from service.classifier.terms import Block
from service.classifier.windows import decide
from service.domain import Comment, Reading
from service.text.reading import read
from tests.training.given import some_labels
from training import snapshot, vectorizer
from training.calibration import Sigmoid
from training.compile import compile_model
from training.fit import examples_of
from training.measures import roc_auc
from training.pipeline import CommentModel
from training.shelf import Shelf, View, some
from training.solver import fit_logistic
from training.spool import Spool
from training.vectorizer import Candidates, KernelTfidf

pytest.importorskip("service.classifier._kernel", reason="streaming needs the compiled kernel")


def readings(count: int) -> list[Reading]:
    return [read(Comment(text=f"comment number {number % 7} of {number}", author="Ana")) for number in range(count)]


def a_matrix(rows: int, columns: int = 30, seed: int = 0) -> sp.csr_matrix:
    return sp.random(rows, columns, 0.2, "csr", np.float32, np.random.default_rng(seed))


def spooled(matrix: sp.csr_matrix) -> Spool:
    spool = Spool()
    spool.append(matrix)
    return spool


def test_a_shelf_gives_back_what_was_put_on_it() -> None:
    """In pieces of any size, by number, by slice, in order, and in another process."""
    there, shelf = readings(1200), Shelf()
    for first, last in ((0, 3), (3, 700), (700, 1200)):
        shelf.extend(there[first:last])
    assert list(shelf) == shelf[:] == list(pickle.loads(pickle.dumps(shelf))) == there
    assert (shelf[2], shelf[3], shelf[-1]) == (there[2], there[3], there[1199])
    with pytest.raises(IndexError):
        shelf[1200]


def test_a_view_is_some_rows_in_their_order() -> None:
    """A view of a view as well."""
    there = readings(40)
    part = some(Shelf(there), np.array([30, 2, 7]))
    assert list(part) == [there[30], there[2], there[7]]
    assert list(some(part, np.array([2, 0]))) == some(list(part), np.array([2, 0])) == [there[7], there[30]]
    assert isinstance(some(part, np.array([0])), View)


def test_a_spool_multiplies_as_its_matrix_does() -> None:
    """In order; and mixed, every row comes once."""
    matrix = a_matrix(1000)
    spool, weights = spooled(matrix), np.arange(30.0)
    assert spool.times(weights) == pytest.approx(matrix @ weights, abs=1e-4)
    seen = np.concatenate([numbers for numbers, _ in spool.mixed(np.random.default_rng(0))])
    assert sorted(seen) == list(range(1000))


def test_averaged_steps_end_near_the_optimum() -> None:
    """Of the same objective, to a hundredth, intercept and weights of rows included; rows without a label do not count."""
    dice, matrix = np.random.default_rng(0), a_matrix(3000)
    y = (matrix @ dice.normal(size=30) + dice.normal(size=3000) > 0.5).astype(float)
    weights = dice.uniform(0.5, 3, 3000)
    y[::10] = np.nan
    known = np.isfinite(y)
    ours = fit_logistic(spooled(matrix), y, weights, 1.5)
    best = LogisticRegression(C=1.5, tol=1e-8, max_iter=1000).fit(matrix[known], y[known], weights[known] / weights[known].mean())

    def loss(model: LogisticRegression) -> float:
        logits = model.decision_function(matrix[known].astype(np.float64))
        share = weights[known] / weights[known].mean()
        penalty = float((model.coef_**2).sum()) / 2 / 1.5
        return float(share @ np.logaddexp(0, (1 - 2 * y[known]) * logits)) + penalty

    assert loss(ours) < 1.01 * loss(best)


@given(st.lists(st.lists(st.integers(0, 40), max_size=30), min_size=1, max_size=6))
def test_frequencies_add_up_over_parts(parts: list[list[int]]) -> None:
    """However the texts are cut into parts."""
    candidates = Candidates()
    for part in parts:
        hashes, frequencies = np.unique(np.array(part, np.uint64), return_counts=True)
        candidates.add(hashes[::-1], frequencies[::-1].astype(np.uint32))
    hashes, frequencies = np.unique(np.array([term for part in parts for term in part], np.uint64), return_counts=True)
    assert (candidates.hashes.tolist(), candidates.frequencies.tolist()) == (hashes.tolist(), frequencies.tolist())
    assert candidates.frequent(2, 100)[0].tolist() == hashes[frequencies >= 2].tolist()


def test_the_rarest_terms_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more than there is room for, what stands in many texts stays."""
    monkeypatch.setattr(vectorizer, "ROOM", 100)
    candidates = Candidates()
    often = np.arange(20, dtype=np.uint64)
    for part in range(10):
        rare = np.arange(1000 * part + 1000, 1000 * part + 1060, dtype=np.uint64)
        candidates.add(np.concatenate([often, rare]), np.repeat([5, 1], [20, 60]).astype(np.uint32))
    assert len(candidates.hashes) <= 100
    assert candidates.frequent(50, 1000)[0].tolist() == often.tolist()


def test_terms_counted_while_learning_are_those_counted_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Piece by piece and at once: the same matrix."""
    monkeypatch.setattr(vectorizer, "TOGETHER", 64)
    monkeypatch.setattr(vectorizer, "LEARNT", 2)
    there, terms = readings(500), KernelTfidf("normalised", Block.TEXT_CHARS, 3)
    learnt = sp.vstack(list(terms.fit_pieces(there)), "csr")
    assert abs(learnt - terms.transform(there)).max() < 1e-12
    assert abs(learnt - KernelTfidf("normalised", Block.TEXT_CHARS, 3).fit_transform(there)).max() < 1e-12


def test_a_model_fitted_in_pieces_is_as_good_as_one_fitted_at_once() -> None:
    """On comments that neither saw; and its table says what it says, to 1e-6."""
    labelled = examples_of(some_labels(900, noise=0.05).assign(weight=1.0, mass=1.0, group=np.arange(900)))
    train, test = (labelled.take(np.arange(*ends)) for ends in ((0, 600), (600, 900)))
    y, one = test.labels()["spam"], np.ones((1, 300))
    reached = {}
    for solver in ("batch", "stream"):
        model = CommentModel(solver=solver).fit(Shelf(train.readings), train.labels(), train.weights())
        logits = model.decision_function(list(test.readings))
        reached[solver] = float(roc_auc(y, logits[:, 0], one)[0])
    table = open_table(compile_model(model, (Sigmoid(1.0, 0.0), Sigmoid(1.0, 0.0))))
    assert reached["stream"] > reached["batch"] - 0.005
    assert np.abs(logits - [[head.logit for head in decide(table, reading)] for reading in test.readings]).max() < 1e-6


def test_some_rows_of_a_snapshot_are_read_without_the_others(tmp_path: Path) -> None:
    """Whole, in order, and the same as when all are loaded; what is always in memory is packed more tightly."""
    manifest = snapshot.take([some_labels(300)], tmp_path)
    stored, rows = snapshot.Stored(tmp_path / manifest.digest), np.array([3, 250, 40])
    everything = snapshot.load(tmp_path / manifest.digest)
    assert stored.take(rows).equals(everything.iloc[np.sort(rows)].reset_index(drop=True))
    columns = (*snapshot.NAMED, *snapshot.OUTLINE)
    assert stored.outline().astype(everything.dtypes[list(columns)]).equals(everything[list(columns)])
    assert stored.take(np.empty(0, np.int64)).columns.tolist() == everything.columns.tolist()
