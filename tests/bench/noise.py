"""What wrong labels cost: a source cross-fitted by campaign with right labels and with every tenth flipped.

``python -m tests.bench.noise [source]``: words and characters of the source alone, fitted as they are and with the weights
of ``training.doubt``, then a layer over the model that ships without the source; ROC-AUC and recall at 1 % false positives on
the right labels, and how 1 - AUC grows against right labels that are believed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tests.bench.labels import Site, held_out, measured
from training.crossing import DOUBTING, DOUBTS
from training.dataset import Examples, assemble
from training.doubt import belief, noisy
from training.groups import near_duplicates
from training.pipeline import fit_spooled, ngrams
from training.solver import fit_logistic
from training.sources import CORPORA
from training.splits import by_group

Floats, Rows = NDArray[np.float64], NDArray[np.int64]
FLIPPED, STRENGTH, DRAWS = 0.1, 10.0, 12


def crossed(examples: Examples, folds: Iterable[tuple[Rows, Rows]], y: Floats, believed: Floats) -> Floats:
    """Spam log-odds of every row by a fit that did not see its fold."""
    union = ngrams("normalised", 1, 2, "kernel")
    spool, found = fit_spooled(union, examples.readings), np.empty(len(y))
    for _, out in folds:
        hidden = y.copy()
        hidden[out] = np.nan
        fitted = fit_logistic(spool, hidden, believed, STRENGTH)
        found[out] = spool.times(fitted.coef_[0])[out] + fitted.intercept_[0]
    return found


def doubted(examples: Examples, groups: NDArray[np.int64], y: Floats) -> Floats:
    """Doubt, where folds by campaign call for it, by folds by row, and fit; the folds that measure are cut before."""
    found = np.empty(len(y))
    for train, out in by_group(groups, 5):
        part = examples.take(train)
        part = Examples(part.frame.assign(spam=y[train]), part.readings)
        believed = np.ones(len(y))
        alone = crossed(part, by_group(groups[train], 5), y[train], believed[train])
        where = noisy(part, _both(alone))
        for turn in range(DOUBTS):
            beside = crossed(part, by_group(np.arange(len(train)), DOUBTING, turn), y[train], believed[train])
            believed[train] = belief(part, _both(beside), where)["spam"]
        found[out] = crossed(examples, [(train, out)], y, believed)[out]
    return found


def _both(logits: Floats) -> Floats:
    return np.column_stack([logits, np.full(len(logits), np.nan)])


def layered(site: Site, y: Floats) -> Floats:
    """Cross-fit the layer."""
    found, labelled = np.empty(len(y)), replace(site, y=y)
    for train, out in by_group(site.groups, 5):
        found[out] = labelled.after(train)[out]
    return found


def flipped(truth: Floats, draw: int) -> Floats:
    """A tenth of the labels turned over."""
    return np.where(np.random.default_rng(draw).random(len(truth)) < FLIPPED, 1 - truth, truth)


def mean(costs: list[float]) -> str:
    """Their mean with a 95 % interval, in words."""
    middle, wide = np.mean(costs), 1.96 * np.std(costs, ddof=1) / len(costs) ** 0.5
    return f"{middle:.2f} times, 95 % [{middle - wide:.2f}, {middle + wide:.2f}]"


def main() -> None:
    """Print what is measured."""
    source = (sys.argv[1:] or ["yt_tubespam"])[0]
    every = assemble([corpus for corpus in CORPORA if corpus.name == source])
    examples = every.take(every.of(source))
    groups, truth = near_duplicates([each.normalised for each in examples.readings]), examples.frame["spam"].to_numpy(np.float64)
    clean = 1 - measured(truth, crossed(examples, by_group(groups, 5), truth, np.ones(len(truth))))[0]
    print(
        f"{source}, right labels: 1-AUC {clean:.4f}, doubted {1 - measured(truth, doubted(examples, groups, truth))[0]:.4f}",
        flush=True,
    )
    costs = []
    for draw in range(DRAWS):
        wrong = flipped(truth, draw)
        believed = 1 - measured(truth, crossed(examples, by_group(groups, 5), wrong, np.ones(len(truth))))[0]
        auc, recall = measured(truth, doubted(examples, groups, wrong))
        costs.append((1 - auc) / clean)
        print(
            f"{source}, draw {draw}, a tenth flipped: AUC {auc:.4f}, R@1% {recall:.3f}, 1-AUC {costs[-1]:.2f} times,"
            f" believed {believed / clean:.2f} times",
            flush=True,
        )
    print(f"{source}: a tenth flipped costs {mean(costs)}")
    site = held_out(assemble([corpus for corpus in CORPORA if corpus.ships or corpus.name == source]), source)
    clean, costs = 1 - measured(truth, layered(site, truth))[0], []
    for draw in range(DRAWS):
        costs.append((1 - measured(truth, layered(site, flipped(truth, draw)))[0]) / clean)
        print(
            f"{source}, layer, draw {draw}: 1-AUC {clean:.4f} with right labels, a tenth flipped {costs[-1]:.2f} times", flush=True
        )
    print(f"{source}, layer: a tenth flipped costs {mean(costs)}")


if __name__ == "__main__":
    main()
