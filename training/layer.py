"""A site's own layer: a small delta on text and signals over a shared model, with that model's log-odds as its prior.

In the calibrated log-odds L of the shared model, a comment with the features x gets  fade · L + x · delta + shift.  ``fade`` starts
at START, at less where there are more labels, and moves as they speak; delta and shift start at 0. The result is merged into the
shared model's own table: the same terms, the same size, the same speed, and dropping it is loading the shared one again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, inv
from scipy.special import expit
from threadpoolctl import threadpool_limits

from service.classifier import layout
from service.classifier.kernels import open_table
from service.classifier.terms import Block
from service.classifier.vocabulary import Vocabulary
from service.classifier.windows import decide
from service.domain import HEADS, Head, Reading
from training.clusters import Clusters
from training.slips import slips

Floats = NDArray[np.float64]

VARIANCES = {Block.TEXT_WORDS: 100.0, Block.TEXT_CHARS: 300.0, Block.FIELD_WORDS: 90.0, Block.FIELD_CHARS: 90.0}
"""Variance that is allowed to each coefficient of the delta, by block; a comment's row has length 1 in each.

What else was tried, with figures, is in docs/trainers.md. Letting the labels choose among .1, 1, 6 and 40 by their marginal
likelihood lost two points of ROC-AUC at 100 labels: it trusts small steps too much.
"""
STEP = 6.0
"""Variance that is allowed to each step of a signal."""
START = 0.6
"""What is kept of the shared model's log-odds before the labels speak: of another site's comments it is surer than it should be."""
WHOLE, WANES, WANED = 30, 0.3, 0.4
"""From so many labels on START wanes as this power of their number, down to WANED; further down, old labels outweigh it too much
where spam changes: .93 % of error in online order become 1.08 %."""
STEADY = 20.0
"""How many labels' worth of evidence it takes to let the shared model fade. Over six sources that it had not seen, the slope of
its log-odds is .62 in the mean, which is START, and varies by .13: a precision, in units of START, of 21; with three of abuse 9."""
LEAST_FADE = 0.05
"""What is always kept of the shared model: scores must not turn round."""
TRUSTED, STRICTEST = 25, 4.0
"""From so many labels on a window of a long comment must reach more before it counts: a point of log-odds with every doubling, up
to STRICTEST. A layer is learnt from whole comments and takes windows of ham for spam more often than the shared model does."""
FEWEST, NOISY = 200, 0.07
"""So many labels show how many of them are slips; with a share from this on they are doubted. Clean sources: at most .025, but
.085 for insults, where annotators disagree; every tenth label flipped: from .095."""
CAUTION, ROUNDS, SHARPNESS = 0.1, 2, 2
"""What is left of the variances while labels are doubted, how many fits that takes, and the power of each label's chance to be
right that it then weighs. More rounds doubt more of the hard right labels than they find wrong ones."""
SHARPENED, HEARSAY, REPEATED, TEMPER = 2.0, 0.2, 2, 0.7
"""What the log-odds of a comment without a label are multiplied by before the layer learns from them, what such a comment weighs
beside a label's 1, how often that is done, and what is then kept of the log-odds, which would be too sure."""
FEWEST_OF_KIND = 5
"""With fewer labels of ham or of spam a layer learns from labels alone: its opinion is not yet worth repeating."""
MOST = 3_000
"""Labels that a layer learns from, the newest; a site with more has enough for a model of its own."""
NEWTON, FLAT, CLOSE = 50, 1e-6, 1e-5
"""Newton steps at most, the least curvature of a label's loss that they reckon with, and the step that ends them."""


@dataclass(frozen=True)
class Delta:
    """One head's layer: ``columns`` (k,) of the design, their ``weights`` (k,), the shared model's ``fade`` and the ``shift``.

    ``stricter`` is by how much more log-odds a window must reach before it counts.
    """

    columns: NDArray[np.int64]
    weights: Floats
    fade: float
    shift: float
    stricter: float = 0.0


class Base:
    """A shared model's table, open for layers. Raises ValueError for bytes that are no table."""

    def __init__(self, table: bytes) -> None:
        self.table = bytes(table)
        self.parts = layout.read(self.table)
        self.kernel = open_table(self.table)
        self.terms = len(self.parts.entries)

    def logits(self, readings: Sequence[Reading]) -> Floats:
        """Calibrated log-odds: shape (n, 2)."""
        raw = np.array([self.kernel.logits(each.normalised, each.fields, each.vector) for each in readings]).reshape(-1, 2)
        return raw * self.kernel.scale + self.kernel.offset

    def decided(self, deltas: Mapping[Head, Delta], readings: Sequence[Reading]) -> Floats:
        """Log-odds with a layer as the service will have them, of the whole or of the window that decides: shape (n, 2)."""
        table = open_table(self.merged(deltas))
        raw = np.array([[each.logit for each in decide(table, reading)] for reading in readings]).reshape(-1, 2)
        return raw * table.scale + table.offset

    def design(self, readings: Sequence[Reading]) -> tuple[sp.csr_matrix, Floats]:
        """Features that the table can hold: its terms by number of entry, then its signals' steps; shape (n, terms + edges).

        The second are the variances of their coefficients, 0 for terms that no comment has.
        """
        terms, variances = sp.csr_matrix((len(readings), self.terms)), np.zeros(self.terms)
        for block, variance in VARIANCES.items():
            part = "normalised" if block in (Block.TEXT_WORDS, Block.TEXT_CHARS) else "fields"
            rows = self._block([getattr(reading, part) for reading in readings], block)
            variances[rows.indices] = variance
            terms += rows
        return sp.hstack([terms, self._steps(readings)], "csr"), np.append(variances, np.full(len(self.parts.edges), STEP))

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
        signals = np.array([np.frombuffer(reading.vector) for reading in readings])
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
        """Write fade · L + x · delta + shift in the unit of L, of which ``stricter`` is taken from what windows are read by."""
        scale = self.kernel.scale[head]
        parts.header["offset"][0, head] = self.kernel.offset[head] * delta.fade + delta.shift
        for faded in (parts.header["bias"], parts.header["suspect"], parts.entries["weight"], parts.values):
            faded[..., head] *= delta.fade
        parts.header["bias"][0, head] -= delta.stricter
        parts.header["offset"][0, head] += delta.stricter * scale
        texts = delta.columns < self.terms
        entries = delta.columns[texts]
        parts.entries["weight"][entries, head] += parts.entries["idf"][entries] * delta.weights[texts] / scale
        rises = np.zeros(len(parts.edges))
        rises[delta.columns[~texts] - self.terms] = delta.weights[~texts] / scale
        for signal, (first, last) in enumerate(self._edges()):
            parts.values[first + signal + 1 : last + signal + 1, head] += np.cumsum(rises[first:last])

    def _edges(self) -> Iterator[tuple[int, int]]:
        yield from pairwise(self.parts.edge_start[: self.kernel.signals + 1].tolist())


@dataclass(frozen=True)
class Material:
    """Labelled comments as a layer sees them: the shared log-odds (n, 2) and the design (n, features).

    ``variances`` (features,) are what each coefficient is allowed, ``gram`` (n, n) the products of the rows that follow; the first
    ``terms`` features are terms, the others steps. ``clusters`` are of the terms, where the gram has them.
    """

    logits: Floats
    design: sp.csr_matrix
    variances: Floats
    gram: Floats
    terms: int
    clusters: Clusters | None = None

    @classmethod
    def of(cls, base: Base, readings: Sequence[Reading]) -> Material:
        """Read comments through a shared model; the products take most of the time, so that parts are best taken from the whole."""
        design, variances = base.design(readings)
        scaled = (design @ sp.diags_array(np.sqrt(variances))).tocsr()
        terms, steps = scaled[:, : base.terms], scaled[:, base.terms :].toarray()
        return cls(base.logits(readings), design, variances, (terms @ terms.T).toarray() + steps @ steps.T, base.terms)

    def take(self, rows: NDArray[np.int64]) -> Material:
        """Only these rows."""
        return Material(self.logits[rows], self.design[rows], self.variances, self.gram[np.ix_(rows, rows)], self.terms)

    def clustered(self) -> Material:
        """Let what many of these comments have in common weigh more."""
        steps = self.design[:, self.terms :].toarray() * np.sqrt(self.variances[self.terms :])
        clusters = Clusters.of(self.gram - steps @ steps.T)
        return replace(self, gram=self.gram + clusters.more(), clusters=clusters)

    def coefficients(self, dual: Floats) -> Floats:
        """Give what dual coefficients (n,) mean for each feature: shape (features,)."""
        learnt = self.design.T @ dual
        if self.clusters is not None:
            learnt[: self.terms] += self.design[:, : self.terms].T @ self.clusters.spread(dual)
        return np.asarray(self.variances * learnt)

    def moved(self, deltas: Mapping[Head, Delta]) -> Floats:
        """Give the log-odds with a layer: shape (n, 2)."""
        logits = self.logits.copy()
        for place, head in enumerate(HEADS):
            if (delta := deltas.get(head)) is not None:
                logits[:, place] = delta.fade * logits[:, place] + self.design[:, delta.columns] @ delta.weights + delta.shift
        return logits


def fit_delta(material: Material, place: int, y: Floats, weights: Floats) -> Delta:
    """Fit the layer of the head at ``place``; ``y`` (n,) is 0, 1 or NaN for unknown, ``weights`` (n,) trust / chance.

    Where many labels are slips of the hand, cautious layers tell how likely each label is right; the layer itself then believes it
    so far. Comments whose label is not known are learnt from by what a layer without them thinks of them.
    """
    known = np.flatnonzero(np.isfinite(y))
    labelled = material.take(known) if len(known) < len(y) else material
    start = max(START * (WHOLE / max(len(known), WHOLE)) ** WANES, WANED)
    delta, believed = _believing(labelled, place, y[known], weights[known] / weights[known].mean(), start)
    if labelled is material or min(y[known].sum(), (1 - y[known]).sum()) < FEWEST_OF_KIND:
        return delta
    weights = np.full(len(y), HEARSAY)
    weights[known] = believed
    return _tempered(replace(_hearing(material.clustered(), place, y, weights, start), stricter=delta.stricter))


def _hearing(material: Material, place: int, y: Floats, weights: Floats, start: float) -> Delta:
    """Fit on the labels that are known, then ``REPEATED`` times also on what the layer so far thinks of the others, sharpened."""
    unknown = np.isnan(y)
    delta, _ = _fitted(material, place, np.where(unknown, 0.0, y), np.where(unknown, 0.0, weights), start)
    for _ in range(REPEATED):
        thought = expit(SHARPENED * material.moved({HEADS[place]: delta})[:, place])
        delta, _ = _fitted(material, place, np.where(unknown, thought, y), weights, start)
    return delta


def _believing(material: Material, place: int, y: Floats, weights: Floats, start: float) -> tuple[Delta, Floats]:
    """Fit on labels alone, as far as they can be believed; the second are their weights (n,) times that."""
    delta, held_out = _fitted(material, place, y, weights, start)
    if len(y) < FEWEST or slips(held_out(), y).share < NOISY:
        return delta, weights
    cautious = replace(material, variances=CAUTION * material.variances, gram=CAUTION * material.gram)
    believed = np.ones(len(y))
    for _ in range(ROUNDS):
        _, held_out = _fitted(cautious, place, y, weights * believed, start)
        believed = slips(held_out(), y).right
    weights = weights * believed**SHARPNESS
    return _fitted(material, place, y, weights, start)[0], weights


def _tempered(delta: Delta) -> Delta:
    """Take back some of what a layer is too sure of when it has repeated its own opinion."""
    return replace(delta, weights=TEMPER * delta.weights, fade=TEMPER * delta.fade, shift=TEMPER * delta.shift)


def _fitted(material: Material, place: int, y: Floats, weights: Floats, start: float) -> tuple[Delta, Callable[[], Floats]]:
    """Fit without doubt; the second gives the log-odds (n,) that each label would get from a fit without it.

    ``start`` is what is kept of the shared model before the labels speak. With all parameters under Gaussian priors this is the
    mode of a Gaussian process classifier: Newton's method in as many dimensions as there are labels (Rasmussen and Williams 2006,
    algorithm 3.1), with steps halved where they overshoot.
    """
    logits = start * material.logits[:, place]
    kernel = material.gram + np.outer(logits, logits) / STEADY + 1.0
    dual = _mode(kernel, logits, y, weights)
    learnt = material.coefficients(dual)
    columns = np.flatnonzero(learnt)
    fade = start * (1.0 + float(logits @ dual) / STEADY)
    stricter = min(max(np.log2(len(y) / TRUSTED), 0.0), STRICTEST)
    delta = Delta(columns, learnt[columns], max(fade, LEAST_FADE), float(dual.sum()), float(stricter))
    return delta, partial(_without, kernel, logits, weights, dual)


def _mode(kernel: Floats, logits: Floats, y: Floats, weights: Floats) -> Floats:
    """Give the mode's dual coefficients: shape (n,); ``y`` may lie between 0 and 1."""

    def loss(dual: Floats) -> float:
        rise = kernel @ dual
        return float(weights @ (np.logaddexp(0, logits + rise) - y * (logits + rise)) + dual @ rise / 2)

    dual = np.zeros(len(y))
    for _ in range(NEWTON):
        reached, step = loss(dual), _newton(kernel, logits, y, weights, dual) - dual
        size = next((size for size in 0.5 ** np.arange(20) if loss(dual + size * step) < reached), 0.0)
        dual = dual + size * step
        if np.abs(step).max() * size < CLOSE:
            break
    return dual


def _without(kernel: Floats, logits: Floats, weights: Floats, dual: Floats) -> Floats:
    """Leave each label out, by the curvature at the mode (Rasmussen and Williams 2006, section 5.4.2)."""
    risen = logits + kernel @ dual
    p = expit(risen)
    steep = weights * np.maximum(p * (1 - p), FLAT)
    return np.asarray(risen - dual / np.diag(inv(kernel + np.diag(1 / steep))))


def _newton(kernel: Floats, logits: Floats, y: Floats, weights: Floats, dual: Floats) -> Floats:
    """Give where Newton's step leads."""
    rise = kernel @ dual
    p = expit(logits + rise)
    steep = weights * np.maximum(p * (1 - p), FLAT)
    root = np.sqrt(steep)
    wanted = steep * rise + weights * (y - p)
    factor = cho_factor(root[:, None] * kernel * root + np.eye(len(y)), lower=True, overwrite_a=True)
    return np.asarray(wanted - root * cho_solve(factor, root * (kernel @ wanted)))


def fit_layer(material: Material, labels: Mapping[Head, Floats], weights: Floats) -> dict[Head, Delta]:
    """Fit the layer of each head whose labels (n,), NaN for unknown, hold both classes; the others stay the shared model's."""
    found: dict[Head, Delta] = {}
    for place, head in enumerate(HEADS):
        known = labels[head][np.isfinite(labels[head])]
        if 0 < known.sum() < len(known):
            with threadpool_limits(1):  # threads that wait for each other on a busy machine take a hundred times as long
                found[head] = fit_delta(material, place, labels[head], weights)
    return found
