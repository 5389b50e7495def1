"""A site's own model: a layer fitted on its labels, merged into the champion's table, with lines where it can certify them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec import structs
from numpy.typing import NDArray
from scipy.special import expit

from service.classifier import artefact
from service.classifier.card import Card, Metric
from service.classifier.classifier import Classifier
from service.domain import Head, Lines
from training.dataset import Examples
from training.fit import HEAVIEST, Order, TooFewLabels, card, divide, examples_of, write
from training.layer import MOST, Base, Delta, Material, fit_layer
from training.lines import choose
from training.splits import by_group

Floats = NDArray[np.float64]
FEWEST = 20
"""A layer on fewer labels is not worth its folder."""


def build(frame: pd.DataFrame, site: str, champion: Classifier, folder: Path, order: Order, into: Path) -> Card:
    """Fit a site's layer on all its labels of a snapshot but the newest. ``folder`` is the champion's.

    Raises TooFewLabels and FileExistsError.
    """
    mine = frame[frame["site"] == site].reset_index(drop=True)
    if len(mine) < FEWEST:
        raise TooFewLabels(f"The site {site!r} has {len(mine)} labels in this snapshot; a layer needs at least {FEWEST}.")
    fitting = mine.iloc[divide(mine)[0]].sort_values("at", kind="stable", na_position="first")
    examples = examples_of(fitting.tail(MOST))
    base = Base((folder / artefact.WEIGHTS).read_bytes())
    material = Material.of(base, examples.readings)
    layer = fit_layer(material, examples.labels(), _weights(examples))
    if not layer:
        raise TooFewLabels(f"The labels of the site {site!r} are all of one kind.")
    p = held_out(base, material, examples, order)
    lines, report = _lines(examples, p, champion.lines, order)
    sealed = card(replace(order, parent=champion.version), None, examples.frame, lines, [*report, *_fades(layer, len(mine))])
    parameters = sealed.parameters | {"site": site}
    return write(into, structs.replace(sealed, parameters=parameters), base.merged(layer))


def _weights(examples: Examples) -> Floats:
    return np.asarray(np.minimum(examples.frame["weight"].to_numpy(np.float64), HEAVIEST))


def held_out(base: Base, material: Material, examples: Examples, order: Order) -> Floats:
    """Give probabilities of every row, windows and all, by a layer that saw neither it nor what resembles it: shape (n, 2)."""
    labels, weights = examples.labels(), _weights(examples)
    p = np.empty_like(material.logits)
    for train, out in by_group(examples.frame["group"].to_numpy(), order.folds, order.seed):
        layer = fit_layer(material.take(train), {head: y[train] for head, y in labels.items()}, weights[train])
        p[out] = expit(base.decided(layer, [examples.readings[row] for row in out]))
    return p


def _lines(examples: Examples, p: Floats, shared: dict[Head, Lines], order: Order) -> tuple[dict[Head, Lines], list[Metric]]:
    """Draw lines where the site's labels certify them; else the shared model's stay."""
    bad = np.asarray((examples.frame["spam"] == 1) | (examples.frame["abuse"] == 1), np.float64)
    found = choose(p.max(axis=1), bad, order.budget, examples.frame["mass"].to_numpy(np.float64))
    lines = {}
    for head, old in shared.items():
        hold = found.lines.hold_at if found.accepted.certified else old.hold_at
        reject = found.lines.reject_at if found.rejected.certified else old.reject_at
        lines[head] = Lines(min(hold, reject), reject)
    sides = ("bad among accepted, bound", found.accepted), ("ham among rejected, bound", found.rejected)
    return lines, [Metric(name=name, value=side.bound, rows=int(side.trials)) for name, side in sides]


def _fades(layer: dict[Head, Delta], rows: int) -> Iterator[Metric]:
    for head, delta in layer.items():
        yield Metric(name="share kept of the shared model's log-odds", value=delta.fade, rows=rows, head=head)
