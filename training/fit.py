"""From a snapshot to a model folder: divide, search, cross-fit, calibrate, draw lines, fit on all but the newest, compile."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version as installed
from itertools import chain, product
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec import structs
from numpy.typing import NDArray

from service.classifier import artefact
from service.classifier.card import Card, DataSource, Metric, Probe
from service.classifier.classifier import Classifier
from service.classifier.kernels import open_table
from service.domain import HEADS, Comment, Head, Lines, Reading
from service.text.reading import read
from training import histogram, measures, pseudo, starter
from training.calibration import Sigmoid, fit_sigmoid
from training.compile import compile_model
from training.crossing import HEAVIEST, Order, Progress, cross_fit, doubt, fit
from training.dataset import PUBLIC, WITHOUT_LABEL, Examples, comment
from training.engine import Engine
from training.labels import comment_of
from training.lines import Budget, Certificate, choose
from training.pipeline import CommentModel
from training.promote import ENOUGH
from training.shelf import PIECE, Shelf, pieces
from training.snapshot import Stored, label_words
from training.sources import load_seed
from training.splits import by_group, newest

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

TEST_SHARE = 0.2
SEARCHED, CHECKED, FIGURED = 30_000, 2_000, 20_000
"""Rows, evenly spaced, that parameters are tried on; that table and pipeline must agree on; that a source's figures are from."""
MOST_WITHOUT = 20_000
"""Of more comments without a label, so many are learnt from, evenly spaced over the sites and their time."""
FEWEST_SITE_LABELS = 200
"""From here on a site's own labels calibrate; below, all sources do, each with equal mass."""
SPACE: Mapping[str, Sequence[float]] = {"text_c": (3.0, 1.0, 10.0), "share_ratios": (0.25, 0.5), "signals_c": (0.1, 0.3)}
"""What the search tries, the most promising values first."""
WORTH = 0.001
"""How much better (mean ROC-AUC over sources) a candidate must be to replace the recipe."""


def divide(frame: pd.DataFrame) -> tuple[Rows, Rows]:
    """Split (fitting, measuring) for a shared model: as ``by_time``, or all labels of the sites measure where those are few.

    Few means that their newest fifth would be fewer than ``ENOUGH``, and that others are more: a fit on many sources hardly hears
    them, a site's layer learns from them all the more, and what has seen none of them can be measured on them all.
    """
    own, divided = np.flatnonzero((frame["site"] != "").to_numpy()), by_time(frame)
    few = 0 < len(own) < len(frame) - len(own) and len(divided[1]) < ENOUGH
    return _apart(frame, own) if few else divided


def by_time(frame: pd.DataFrame) -> tuple[Rows, Rows]:
    """Split (fitting, measuring): the newest labels of the sites measure; without sites the newest of all.

    Where most have no date, whole groups measure.
    """
    candidates = np.flatnonzero((frame["site"] != "").to_numpy())
    rows = candidates if len(candidates) else np.arange(len(frame))
    _, newer = newest(frame.iloc[rows].reset_index(drop=True), TEST_SHARE)
    if len(newer) < TEST_SHARE * len(rows) / 2:
        newer = next(by_group(frame["group"].to_numpy()[rows], round(1 / TEST_SHARE)))[1]
    return _apart(frame, rows[newer])


def _apart(frame: pd.DataFrame, measuring: Rows) -> tuple[Rows, Rows]:
    """Fit on what resembles nothing that measures."""
    groups = frame["group"].to_numpy()
    return np.flatnonzero(~np.isin(groups, groups[measuring])), measuring


def examples_of(frame: pd.DataFrame) -> Examples:
    """Read whole rows of a snapshot."""
    frame = frame.reset_index(drop=True)
    return Examples(frame, [read(comment_of(row)) for row in frame.itertuples()])


def examples_from(stored: Stored, engine: Engine, say: Progress) -> Examples:
    """Read the rows of a snapshot that do not measure onto a shelf, and behind them what nobody has labelled."""
    outline = stored.outline()
    rows, measuring = divide(outline)
    others = without_label(stored, outline["group"].to_numpy()[measuring])
    outline = outline.iloc[rows].drop(columns="at").reset_index(drop=True)
    shelf, batches = Shelf(), chain(stored.batches(rows), [others])
    items = (piece for batch in batches for piece in pieces(map(comment_of, batch.itertuples()), PIECE))
    for readings in engine.map(_readings, None, items):
        shelf.extend(readings)
        say("reading", len(shelf), len(rows) + len(others))
    return Examples(pd.concat([outline, others[outline.columns]], ignore_index=True) if len(others) else outline, shelf)


def without_label(stored: Stored, measuring: NDArray[np.int64]) -> pd.DataFrame:
    """Give at most ``MOST_WITHOUT`` comments of a snapshot that nobody has labelled, as one source, of no group that measures."""
    found = stored.unlabelled()
    found = found[~np.isin(found["group"].to_numpy(np.int64), measuring)]
    return pseudo.one_source(found.iloc[spread(len(found), MOST_WITHOUT)])


def _readings(_: None, comments: list[Comment]) -> list[Reading]:
    return [read(each) for each in comments]


def search(examples: Examples, recipe: CommentModel, order: Order, engine: Engine, say: Progress) -> CommentModel:
    """Try the space until the time is over; give the best, the recipe itself unless one is better by ``WORTH``."""
    end = time.monotonic() + 60 * order.minutes
    best, reached = recipe, -1.0
    labelled = np.flatnonzero(~examples.unlabelled)
    examples = examples.take(labelled[spread(len(labelled), SEARCHED)])
    candidates = [dict(zip(SPACE, values, strict=True)) for values in product(*SPACE.values())]
    for number, values in enumerate([{}, *candidates] if order.minutes else (), 1):
        if time.monotonic() > end:
            break
        candidate = CommentModel(**recipe.get_params() | values)
        found = mean_auc(examples, cross_fit(examples, candidate, order, engine, lambda *_: None))
        if found > reached + (WORTH if values else 0.0):
            best, reached = candidate, found
        say("search", number, len(candidates) + 1)
    return best


def spread(count: int, most: int) -> Rows:
    """Give at most ``most`` of ``count`` row numbers, evenly spaced."""
    return np.unique(np.linspace(0, max(count - 1, 0), min(count, most)).astype(np.int64))


def mean_auc(examples: Examples, logits: Floats) -> float:
    """Give the mean ROC-AUC over sources and heads that have both classes."""
    found = []
    for source in examples.sources:
        rows = examples.of(source)
        for place, head in enumerate(HEADS):
            y = examples.labels()[head][rows]
            known = np.isfinite(y)
            if 0 < y[known].sum() < known.sum():
                found.append(float(measures.roc_auc(y[known], logits[rows[known], place], np.ones((1, known.sum())))[0]))
    return float(np.mean(found))


def target(examples: Examples) -> Rows:
    """Give the rows that calibrate: the sites' own if they are enough, else all."""
    own = np.flatnonzero((examples.frame["site"] != "").to_numpy())
    bad = _bad(examples)[own]
    return own if len(own) >= FEWEST_SITE_LABELS and 0 < bad.sum() < len(own) else np.arange(len(examples.readings))


def _bad(examples: Examples) -> Floats:
    return np.asarray((examples.frame["spam"] == 1) | (examples.frame["abuse"] == 1), np.float64)


def calibrate(examples: Examples, logits: Floats, budget: Budget) -> tuple[starter.Calibrated, Certificate]:
    """Fit sigmoids and draw lines on held-out log-odds; an uncertified side gets the line a starter model would have.

    Nothing is certified on public corpora: what share of their comments is bad says nothing of any site's.
    """
    general = starter.calibrate(examples, logits)
    rows = target(examples)
    if len(rows) == len(logits):
        sigmoids = general.sigmoids
    else:
        sigmoids = (_sigmoid(examples, logits, rows, 0, general.sigmoids), _sigmoid(examples, logits, rows, 1, general.sigmoids))
    rows = rows[~examples.frame["source"].isin(PUBLIC).to_numpy()[rows]]
    p = np.column_stack([sigmoid(logits[rows, place]) for place, sigmoid in enumerate(sigmoids)]).max(axis=1)
    certificate = choose(p, _bad(examples)[rows], budget, examples.frame["mass"].to_numpy(np.float64)[rows])
    lines = {head: _lines(certificate, general.lines[head]) for head in HEADS}
    return starter.Calibrated(sigmoids, lines, general.certificates), certificate


def _sigmoid(examples: Examples, logits: Floats, rows: Rows, place: int, general: tuple[Sigmoid, Sigmoid]) -> Sigmoid:
    y = examples.labels()[HEADS[place]][rows]
    known = np.isfinite(y)
    if min(y[known].sum(), known.sum() - y[known].sum()) < 20:
        return general[place]
    mass = np.minimum(examples.frame["mass"].to_numpy(np.float64)[rows[known]], HEAVIEST)
    try:
        return fit_sigmoid(logits[rows[known], place], y[known], mass)
    except ValueError:
        return general[place]


def _lines(certificate: Certificate, otherwise: Lines) -> Lines:
    hold = certificate.lines.hold_at if certificate.accepted.certified else otherwise.hold_at
    reject = certificate.lines.reject_at if certificate.rejected.certified else otherwise.reject_at
    return Lines(min(hold, reject, 1.0), reject)


def build(rows: Stored | pd.DataFrame, recipe: CommentModel, order: Order, folder: Path, engine: Engine, say: Progress) -> Card:
    """Fit a model on a snapshot's rows but the newest and write it to ``folder``. Raises TooFewLabels and FileExistsError."""
    examples = examples_from(rows, engine, say) if isinstance(rows, Stored) else examples_of(rows.iloc[divide(rows)[0]])
    recipe = search(examples, recipe, order, engine, say)
    logits = cross_fit(examples, recipe, order, engine, say)
    believed = doubt(examples, recipe, order, engine, say, logits)
    held_out = np.flatnonzero(np.isfinite(logits[:, 0]))
    measuring, logits = examples.take(held_out), logits[held_out]
    calibrated, certificate = calibrate(measuring, logits, order.budget)
    say("fitting on all", 0, 1)
    weights = _compiled(examples, recipe, believed, calibrated)
    say("fitting on all", 1, 1)
    report = [*_figures(measuring, logits, calibrated.sigmoids), *_certified(certificate), *_doubted(examples, believed)]
    unprobed = card(order, recipe, examples.frame, calibrated.lines, report)
    counted = histogram.held_out(measuring, target(measuring), logits, calibrated.sigmoids)
    parameters = unprobed.parameters | counted | {"unlabelled": int(examples.unlabelled.sum())}
    return write(folder, structs.replace(unprobed, parameters=parameters), weights)


def _compiled(examples: Examples, recipe: CommentModel, believed: Mapping[Head, Floats], calibrated: starter.Calibrated) -> bytes:
    """Fit on all and give the table, which agrees with the pipeline."""
    model = fit(examples, recipe, believed)
    weights = compile_model(model, calibrated.sigmoids)
    for rows in pieces(spread(len(examples.readings), CHECKED), PIECE):
        few = examples.take(np.array(rows))
        starter.check(model, weights, calibrated, Examples(few.frame, list(few.readings)))
    return weights


def _figures(examples: Examples, logits: Floats, sigmoids: Sequence[Sigmoid]) -> Iterator[Metric]:
    """Measure the cross-fitted probabilities by source and head."""
    for source in examples.sources:
        rows = examples.of(source)
        for place, head in enumerate(HEADS):
            y = examples.labels()[head][rows]
            known = np.flatnonzero(np.isfinite(y))
            known = known[spread(len(known), FIGURED)]
            if 0 < y[known].sum() < len(known):
                p = sigmoids[place](logits[rows[known], place])
                yield from _metrics(source, head, y[known], p, examples.frame["group"].to_numpy()[rows[known]])


def _metrics(source: str, head: Head, y: Floats, p: Floats, groups: NDArray[np.int64]) -> Iterator[Metric]:
    drawn = measures.Resamples.of(groups, np.ones(len(y)), 200, 0)
    for name in ("ROC-AUC", "recall at 1 % false positives", "calibration error"):
        found = drawn.measure(measures.SCORES[name], y, p)
        low, high = np.nanquantile(found[1:], [0.025, 0.975])
        yield Metric(name=name, value=float(found[0]), low=float(low), high=float(high), rows=len(y), head=head, source=source)


def _doubted(examples: Examples, believed: Mapping[Head, Floats]) -> Iterator[Metric]:
    for source in examples.sources:
        for head in HEADS:
            factors = believed[head][examples.of(source)]
            if (share := float((factors < 1).mean())) > 0:
                yield Metric(
                    name="labels that weigh less, being unlikely", value=share, rows=len(factors), head=head, source=source
                )


def _certified(certificate: Certificate) -> list[Metric]:
    sides = ("bad among accepted, bound", certificate.accepted), ("ham among rejected, bound", certificate.rejected)
    found = [Metric(name=name, value=side.bound, rows=int(side.trials)) for name, side in sides]
    return [*found, Metric(name="coverage", value=certificate.coverage)]


def card(
    order: Order, recipe: CommentModel | None, frame: pd.DataFrame, lines: dict[Head, Lines], report: Sequence[Metric]
) -> Card:
    """Make the card without probes and seal; a layer on a shared model has no recipe."""
    parameters: dict[str, str | int | float | bool] = {"seed": order.seed, "snapshot": order.snapshot}
    parameters |= {f"environment.{name}": installed(name) for name in ("numpy", "scipy", "scikit-learn")}
    parameters |= {"environment.python": platform.python_version(), **(recipe.get_params() if recipe else {})}
    return Card(
        version=order.version,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        lines=lines,
        probes=(Probe(Comment(text=""), 0.0, 0.0),),
        data=tuple(_source(frame, source, order.snapshot) for source in frame["source"].unique() if source != WITHOUT_LABEL),
        parameters=parameters,
        report=tuple(report),
        parent=order.parent,
    )


def _source(frame: pd.DataFrame, source: str, snapshot: str) -> DataSource:
    words = label_words(frame[frame["source"] == source])
    ham, spam, abuse = (int((words == label).sum()) for label in ("ham", "spam", "abuse"))
    return DataSource(name=source, note=f"snapshot {snapshot}", ham=ham, spam=spam, abuse=abuse)


def write(folder: Path, unprobed: Card, weights: bytes, probes: int = 40) -> Card:
    """Write the folder and load it as the service would. Probes come from the seed corpus: a card never quotes a reader."""
    seed = load_seed()
    rows = seed.iloc[np.linspace(0, len(seed) - 1, probes).astype(int)]
    readings = [read(comment(row)) for row in rows.itertuples()]
    scores = Classifier(unprobed, open_table(weights)).score_all(readings)
    found = tuple(Probe(reading.comment, each.spam, each.abuse) for reading, each in zip(readings, scores, strict=True))
    sealed = artefact.write(folder, structs.replace(unprobed, probes=found), weights)
    Classifier.load(folder)
    return sealed
