"""What wrong labels cost: a source cross-fitted by campaign with right labels and with every tenth flipped.

``python -m tests.bench.noise [source]``: words and characters of the source alone, fitted as they are and with the weights
of ``training.doubt``, then a layer over the model that ships without the source; ROC-AUC and recall at 1 % false positives on
the right labels, and how 1 - AUC grows.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tests.bench.labels import Site, held_out, measured
from training.dataset import Examples, assemble
from training.doubt import belief
from training.groups import near_duplicates
from training.pipeline import fit_spooled, ngrams
from training.solver import fit_logistic
from training.sources import CORPORA
from training.splits import by_group

Floats = NDArray[np.float64]
FLIPPED, STRENGTH, DRAWS = 0.1, 10.0, 12


def crossed(examples: Examples, groups: NDArray[np.int64], y: Floats, believed: Floats) -> Floats:
    """Spam log-odds of every row by a fit that saw neither it nor its campaign."""
    union = ngrams("normalised", 1, 2, "kernel")
    spool, found = fit_spooled(union, examples.readings), np.empty(len(y))
    for _, out in by_group(groups, 5):
        hidden = y.copy()
        hidden[out] = np.nan
        fitted = fit_logistic(spool, hidden, believed, STRENGTH)
        found[out] = spool.times(fitted.coef_[0])[out] + fitted.intercept_[0]
    return found


def doubted(examples: Examples, groups: NDArray[np.int64], y: Floats) -> Floats:
    """Cross-fit, doubt, and fit again: the doubt of a row comes from folds that are cut otherwise than those that measure."""
    frame = examples.frame.assign(spam=y)
    found, one = np.empty(len(y)), np.ones(len(y))
    union = ngrams("normalised", 1, 2, "kernel")
    spool = fit_spooled(union, examples.readings)
    for train, out in by_group(groups, 5):
        hidden = y.copy()
        hidden[out] = np.nan
        logits = np.full((len(y), 2), np.nan)
        logits[train, 0] = crossed(examples.take(train), groups[train], y[train], one[train])
        believed = belief(Examples(frame.assign(spam=hidden), examples.readings), logits)["spam"]
        fitted = fit_logistic(spool, hidden, believed, STRENGTH)
        found[out] = spool.times(fitted.coef_[0])[out] + fitted.intercept_[0]
    return found


def layered(site: Site, y: Floats) -> Floats:
    """Cross-fit the layer."""
    found, labelled = np.empty(len(y)), replace(site, y=y)
    for train, out in by_group(site.groups, 5):
        found[out] = labelled.after(train)[out]
    return found


def main() -> None:
    """Print what is measured."""
    source = (sys.argv[1:] or ["yt_tubespam"])[0]
    every = assemble([corpus for corpus in CORPORA if corpus.name == source])
    examples = every.take(every.of(source))
    groups, truth = near_duplicates([each.normalised for each in examples.readings]), examples.frame["spam"].to_numpy(np.float64)
    wrong = np.where(np.random.default_rng(0).random(len(truth)) < FLIPPED, 1 - truth, truth)
    clean = 0.0
    for name, y in (("right labels", truth), ("a tenth flipped", wrong)):
        for how, scores in (
            ("as they are", crossed(examples, groups, y, np.ones(len(y)))),
            ("doubted", doubted(examples, groups, y)),
        ):
            auc, recall = measured(truth, scores)
            clean = clean or 1 - auc
            print(f"{source}, {name}, {how}: AUC {auc:.4f}, R@1% {recall:.3f}, 1-AUC {(1 - auc) / clean:.2f} times", flush=True)
    site = held_out(assemble([corpus for corpus in CORPORA if corpus.ships or corpus.name == source]), source)
    clean, costs = 1 - measured(truth, layered(site, truth))[0], []
    for draw in range(DRAWS):
        wrong = np.where(np.random.default_rng(draw).random(len(truth)) < FLIPPED, 1 - truth, truth)
        costs.append((1 - measured(truth, layered(site, wrong))[0]) / clean)
        print(
            f"{source}, layer, draw {draw}: 1-AUC {clean:.4f} with right labels, a tenth flipped {costs[-1]:.2f} times", flush=True
        )
    mean, wide = np.mean(costs), 1.96 * np.std(costs, ddof=1) / DRAWS**0.5
    print(f"{source}, layer: a tenth flipped costs {mean:.2f} times, 95 % [{mean - wide:.2f}, {mean + wide:.2f}]")


if __name__ == "__main__":
    main()
