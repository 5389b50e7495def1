"""Fit, cross-fit, and tell from cross-fits which labels are likely wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.classifier.kernels import Table, open_table
from service.classifier.windows import decide
from service.domain import HEADS, Head
from service.text.feature_code import FEATURE_CODE
from training import pseudo
from training.calibration import Sigmoid
from training.compile import compile_model
from training.dataset import Examples
from training.doubt import belief, noisy
from training.engine import Engine
from training.lines import Budget
from training.pipeline import CommentModel
from training.shelf import some
from training.splits import by_group

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many parts are done, and of how many."""
HEAVIEST = 20.0
"""A label counts at most so many times in fitting, however rare its draw; figures use the whole weight."""
MOST_FOLDED = 200_000
"""Of more rows one fold measures and calibrates: four more fits would tell it nothing new."""
DOUBTS, DOUBTING = 3, 10
"""How often the labels of a noisy source are held against what resembles them, and in how many folds."""


class TooFewLabels(ValueError):  # named like the other refusals
    """Labels that no model can be fitted on; the message is a full sentence."""


@dataclass(frozen=True)
class Order:
    """What to fit: ``minutes`` for the search (0: none), ``work`` a folder where finished parts are kept for a resumed run."""

    version: str
    snapshot: str
    parent: str = ""
    budget: Budget = field(default_factory=Budget)
    minutes: float = 0.0
    folds: int = 5
    seed: int = 0
    work: Path | None = None


@dataclass(frozen=True)
class Part:
    """One fold of a cross-fit: row numbers of an Examples, the recipe's parameters, and how far each row's labels are believed."""

    parameters: dict[str, Any]
    train: Rows
    held_out: Rows
    believed: Mapping[Head, Floats] | None = None


def weights_of(examples: Examples) -> dict[Head, Floats]:
    """Give the weights by head: sources balanced as for the starter model, times trust / chance."""
    own = np.minimum(examples.frame["weight"].to_numpy(np.float64), HEAVIEST)
    return {head: weights * own for head, weights in examples.weights().items()}


def fit(examples: Examples, recipe: CommentModel, believed: Mapping[Head, Floats] | None = None) -> CommentModel:
    """Fit the recipe, weights times ``believed``; then once more, with what the first fit is sure of among rows without a label.

    Raises TooFewLabels unless both heads have both classes.
    """
    believed = believed or {}
    labelled, unlabelled = _labelled(examples)
    if not len(unlabelled):
        return _fitted(examples, recipe, believed)
    first = _fitted(examples.take(labelled), recipe, {head: factor[labelled] for head, factor in believed.items()})
    if len(unlabelled) < pseudo.FEWEST:
        return first
    learnt, factors = pseudo.pseudo_labelled(examples, labelled, unlabelled, _opened(first))
    return _fitted(learnt, recipe, {**believed, pseudo.HEAD: factors * believed.get(pseudo.HEAD, 1.0)})


def _labelled(examples: Examples) -> tuple[Rows, Rows]:
    """Part rows that have a label of some head from those that have none."""
    silent = examples.unlabelled
    return np.flatnonzero(~silent), np.flatnonzero(silent)


def _fitted(examples: Examples, recipe: CommentModel, believed: Mapping[Head, Floats]) -> CommentModel:
    labels = examples.labels()
    for head in HEADS:
        known = labels[head][np.isfinite(labels[head])]
        if not 0 < known.sum() < len(known):
            raise TooFewLabels(f"The labels have no two classes for {head}; put the shipped corpora into the snapshot as well.")
    weights = weights_of(examples)
    for head, factor in believed.items():
        weights[head] *= factor
    return CommentModel(**recipe.get_params()).fit(examples.readings, labels, weights)


def cross_fit(examples: Examples, recipe: CommentModel, order: Order, engine: Engine, say: Progress) -> Floats:
    """Give log-odds of every row by a model that saw neither it nor what resembles it: shape (n, 2); finished folds are kept.

    Of more than ``MOST_FOLDED`` labelled rows only one fold is held out; the other rows are NaN, as those without a label are.
    """
    groups = examples.frame["group"].to_numpy()
    count = order.folds if len(_labelled(examples)[0]) <= MOST_FOLDED else 1
    parts = [Part(recipe.get_params(), *rows) for rows in islice(_folds(examples, groups, order.folds, order.seed), count)]
    return _folded(examples, parts, order, engine, partial(say, "held out"))


def _folds(examples: Examples, alike: NDArray[np.int64], count: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Yield (train, held out) of labelled rows, what is ``alike`` (n,) together; others train where they are like none held out."""
    labelled, unlabelled = _labelled(examples)
    for train, out in by_group(alike[labelled], count, seed):
        beside = unlabelled[~np.isin(alike[unlabelled], alike[labelled[out]])]
        yield np.sort(np.append(labelled[train], beside)), labelled[out]


def doubt(
    examples: Examples, recipe: CommentModel, order: Order, engine: Engine, say: Progress, logits: Floats
) -> dict[Head, Floats]:
    """Give factors for weights by head, shape (n,), from the log-odds of a cross-fit, shape (n, 2).

    Where those find slips in a source, its labels are held against models that saw what resembles them, ``DOUBTS`` times, each time
    with what came of it before: a campaign that nothing else resembles is believed where it is of one mind. Where only one fold
    was held out, those log-odds alone have to tell.
    """
    doubted = noisy(examples, logits)
    believed = belief(examples, logits, doubted)
    if not any(rows.any() for rows in doubted.values()) or not np.isfinite(logits[~examples.unlabelled]).all():
        return believed
    believed = {head: np.ones(len(logits)) for head in HEADS}
    for turn in range(DOUBTS):
        folds = _folds(examples, np.arange(len(logits)), DOUBTING, order.seed + turn)
        parts = [Part(recipe.get_params(), *rows, believed) for rows in folds]
        told = partial(_told, say, turn * DOUBTING)
        believed = belief(examples, _folded(examples, parts, order, engine, told), doubted)
    return believed


def _told(say: Progress, before: int, number: int, count: int) -> None:
    say("weighing labels", before + number, DOUBTS * count)


def _folded(examples: Examples, parts: Sequence[Part], order: Order, engine: Engine, say: Callable[[int, int], None]) -> Floats:
    kept = [order.work / f"{_name(order, part)}.npy" if order.work else None for part in parts]
    todo = [part for part, path in zip(parts, kept, strict=True) if path is None or not path.exists()]
    fresh, found = engine.map(_held_out, examples, todo), []
    for number, path in enumerate(kept, 1):
        found.append(_kept(path, fresh))
        say(number, len(parts))
    logits = np.full((len(examples.readings), len(HEADS)), np.nan)
    for part, of_part in zip(parts, found, strict=True):
        logits[part.held_out] = of_part
    return logits


def _held_out(examples: Examples, part: Part) -> Floats:
    needed = Examples(examples.frame[["source", "weight", *HEADS]], examples.readings)
    believed = {head: factor[part.train] for head, factor in (part.believed or {}).items()}
    table = _table(needed.take(part.train), CommentModel(**part.parameters), believed)
    logits = np.empty((len(part.held_out), len(HEADS)))
    for row, reading in enumerate(some(examples.readings, part.held_out)):
        logits[row] = [head.logit for head in decide(table, reading)]
    return logits


def _table(examples: Examples, recipe: CommentModel, believed: Mapping[Head, Floats]) -> Table:
    """Fit and open the table, whose log-odds are not calibrated; the model itself is gone then."""
    return _opened(fit(examples, recipe, believed))


def _opened(model: CommentModel) -> Table:
    return open_table(compile_model(model, (Sigmoid(1.0, 0.0), Sigmoid(1.0, 0.0))))


def _name(order: Order, part: Part) -> str:
    named = hashlib.sha256(part.train.data)
    for factor in (part.believed or {}).values():
        named.update(factor.data)
    named.update(repr((order.snapshot, FEATURE_CODE, HEAVIEST, pseudo.SETTINGS, sorted(part.parameters.items()))).encode())
    return named.hexdigest()[:24]


def _kept(path: Path | None, fresh: Iterator[Floats]) -> Floats:
    if path is not None and path.exists():
        return np.asarray(np.load(path))
    found = next(fresh)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft.npy")
        np.save(draft, found)
        draft.rename(path)
    return found
