"""A site's own model: a layer fitted on its labels, merged into the champion's table, with lines where it can certify them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec import structs
from numpy.typing import NDArray
from scipy.special import expit

from service.classifier import artefact
from service.classifier.card import Card, Metric
from service.classifier.classifier import Classifier
from service.domain import HEADS, Head, Lines, Reading
from training import promote
from training.crossing import HEAVIEST, Order, TooFewLabels
from training.dataset import Examples, Rows
from training.fit import by_time, card, examples_of, write
from training.layer import MOST, Base, Delta, Material, fit_layer
from training.lines import choose
from training.splits import by_group
from training.trial import Bench

Floats = NDArray[np.float64]
FEWEST = 20
"""A layer on fewer labels is not worth its folder."""


def build(  # noqa: PLR0913, PLR0917 # each is another thing
    frame: pd.DataFrame,
    unlabelled: pd.DataFrame,
    site: str,
    champion: Classifier,
    folder: Path,
    order: Order,
    into: Path,
    seen: NDArray[np.bool_] | None = None,
) -> Card:
    """Fit a site's layer on its labels of a snapshot, and on what nobody has labelled there.

    The newest labels are kept apart to measure it, where they are enough for that (``promote.ENOUGH``). Where they are fewer it is
    fitted on all, and measured by its folds (``training.folds``); the card's ``measured_by`` says which. The lines are drawn on
    cross-fitted scores either way: where folds measure, the labels that drew the lines are those that measure them, so that they
    can hardly contradict them.

    ``folder`` is the champion's, which was fitted on the rows ``seen`` (n,) of the frame: those certify no line. Raises
    TooFewLabels and FileExistsError.
    """
    frame = frame.assign(seen=np.zeros(len(frame), bool) if seen is None else seen)
    mine = frame[frame["site"] == site].reset_index(drop=True)
    if len(mine) < FEWEST:
        raise TooFewLabels(f"The site {site!r} has {len(mine)} labels in this snapshot; a layer needs at least {FEWEST}.")
    newest = by_time(mine)[1]
    by_folds = len(newest) < promote.ENOUGH
    base = Base((folder / artefact.WEIGHTS).read_bytes())
    examples, learnt = lesson(mine, unlabelled, base, newest[:0] if by_folds else newest)
    layer = learnt.layer(np.arange(learnt.labelled))
    if not layer:
        raise TooFewLabels(f"The labels of the site {site!r} are all of one kind.")
    p = held_out(base, learnt, order)
    lines, report = _lines(examples, p, _no_fewer_held(base, learnt, layer, p, champion.lines), order)
    sealed = card(replace(order, parent=champion.version), None, examples.frame, lines, [*report, *_fades(layer, len(mine))])
    parameters = sealed.parameters | {"site": site, "unlabelled": len(learnt.groups) - learnt.labelled}
    parameters |= {
        "measured_by": promote.FOLDS if by_folds else promote.NEWEST,
        "folds": order.folds,
        "shared": champion.card.weights_sha256,
    }
    return write(into, structs.replace(sealed, parameters=parameters), base.merged(layer))


def lesson(mine: pd.DataFrame, unlabelled: pd.DataFrame, base: Base, measuring: Rows) -> tuple[Examples, Learnt]:
    """Give what a layer is fitted on: a site's labels but those that measure, and what has no label and resembles none of these."""
    groups = set(mine["group"].iloc[measuring])
    fitting = mine[~mine["group"].isin(groups)].sort_values("at", kind="stable", na_position="first").tail(MOST)
    examples = examples_of(fitting)
    beside = examples_of(_beside(unlabelled, str(mine["site"].iloc[0]), groups, MOST - len(fitting)))
    return examples, Learnt.of(base, examples, beside)


def _beside(unlabelled: pd.DataFrame, site: str, measuring: set[int], most: int) -> pd.DataFrame:
    """Give the newest of a site's comments without a label that resemble none of those that measure."""
    own = unlabelled[(unlabelled["site"] == site) & ~unlabelled["group"].isin(measuring)]
    return own.tail(most)


@dataclass(frozen=True)
class Learnt:
    """What a layer learns from: labelled rows first, then those without a label, with the labels and weights of all and groups."""

    readings: Sequence[Reading]
    material: Material
    labels: dict[Head, Floats]
    weights: Floats
    groups: NDArray[np.int64]
    labelled: int

    @classmethod
    def of(cls, base: Base, examples: Examples, beside: Examples) -> Learnt:
        """Read labelled comments and those beside them through the shared model."""
        count, more = len(examples.readings), len(beside.readings)
        labels = {head: np.append(y, np.full(more, np.nan)) for head, y in examples.labels().items()}
        weights = np.minimum(examples.frame["weight"].to_numpy(np.float64), HEAVIEST)
        groups = np.append(examples.frame["group"], beside.frame["group"]).astype(np.int64)
        readings = [*examples.readings, *beside.readings]
        material = Material.of(base, readings)
        return cls(readings, material, labels, np.append(weights, np.ones(more)), groups, count)

    def layer(self, rows: NDArray[np.int64]) -> dict[Head, Delta]:
        """Fit on these labelled rows and on those without a label, but for what resembles the labelled rows left out."""
        others = np.arange(self.labelled, len(self.groups))
        left_out = np.delete(self.groups[: self.labelled], rows)
        rows = np.append(rows, others[~np.isin(self.groups[others], left_out)])
        return fit_layer(self.material.take(rows), {head: y[rows] for head, y in self.labels.items()}, self.weights[rows])

    def folds(self, count: int, seed: int) -> Iterator[tuple[dict[Head, Delta], NDArray[np.int64]]]:
        """Yield ``count`` layers, each with the labelled rows that it saw neither, nor what resembles them."""
        for train, out in by_group(self.groups[: self.labelled], count, seed):
            yield self.layer(train), out


def held_out(base: Base, learnt: Learnt, order: Order) -> Floats:
    """Give probabilities of every labelled row, windows and all, by a layer that saw neither it nor what resembles it: (n, 2)."""
    p = np.empty((learnt.labelled, len(HEADS)))
    for layer, out in learnt.folds(order.folds, order.seed):
        p[out] = expit(base.decided(layer, [learnt.readings[row] for row in out]))
    return p


def _no_fewer_held(base: Base, learnt: Learnt, layer: dict[Head, Delta], p: Floats, shared: dict[Head, Lines]) -> dict[Head, Lines]:
    """Lower each hold line until as many of the site's comments reach it as reach the shared model's now.

    A layer's scores know the site's share of spam: where that is small, the shared line would hold fewer and accept more of it.
    ``p`` (n, 2) are those of the labelled rows, by layers that have not seen them.
    """
    before = expit(base.decided({}, learnt.readings))
    now = np.vstack([p, expit(base.decided(layer, learnt.readings[learnt.labelled :]))])
    lines = dict(shared)
    for place, head in enumerate(HEADS):
        held = int((before[:, place] >= shared[head].hold_at).sum())
        if held and head in layer:
            lines[head] = structs.replace(shared[head], hold_at=min(float(np.sort(now[:, place])[-held]), shared[head].hold_at))
    return lines


def _lines(examples: Examples, p: Floats, shared: dict[Head, Lines], order: Order) -> tuple[dict[Head, Lines], list[Metric]]:
    """Draw lines where labels of the site that the shared model has not seen certify them; else these stay."""
    new = np.flatnonzero(~examples.frame["seen"].to_numpy(bool))
    bench = Bench(examples.frame, examples.readings, {}).take(new)
    found = choose(p[new].max(axis=1), bench.bad, order.budget, bench.mass, bench.reach)
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
