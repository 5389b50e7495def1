"""What comments and labels buy: learning curves on real sources held out, of which one half is seen without labels and the other
measures; then the online order and certified lines.

Scores are those of the merged table, decided as in the service, windows and all.
Run ``python -m tests.bench.labels [draws]``; it needs the corpora of ``training.sources`` and some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service.domain import Head, History, Reading
from service.policy import Policy
from training import pseudo
from training.calibration import Sigmoid
from training.compile import compile_model
from training.crossing import fit
from training.dataset import Examples, assemble
from training.groups import near_duplicates
from training.layer import Base, Delta, Material, fit_layer
from training.lines import Budget, choose, verify
from training.measures import recall_at, roc_auc
from training.pipeline import CommentModel
from training.reach import reach
from training.snapshot import MOST_UNLABELLED
from training.sources import CORPORA
from training.splits import by_group
from training.starter import shippable

Floats = NDArray[np.float64]
SOURCES = ("yt_tubespam", "sms_uci", "blog_datacamp")
SIZES = (0, 20, 50, 100, 300, 1000)
NIGHT = 200
ROUND = 5
"""The fewest labels that are drawn by doubt before the model is asked again."""
NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True)
class Site:
    """A source that the shared model has not seen, in the shared model's eyes."""

    base: Base
    readings: Sequence[Reading]
    material: Material
    y: Floats
    groups: NDArray[np.int64]
    dates: pd.Series

    def layer(self, rows: NDArray[np.int64], beside: NDArray[np.int64] = NOTHING) -> dict[Head, Delta]:
        """Learn from these labels, and from the rows ``beside`` without theirs, of which a snapshot takes so many."""
        rows = np.append(rows, beside := beside[:MOST_UNLABELLED])
        y = self.y[rows]
        y[len(rows) - len(beside) :] = np.nan
        labels: dict[Head, Floats] = {"spam": y, "abuse": np.full(len(rows), np.nan)}
        return fit_layer(self.material.take(rows), labels, np.ones(len(rows)))

    def after(self, rows: NDArray[np.int64], beside: NDArray[np.int64] = NOTHING) -> Floats:
        """Spam log-odds of all rows after these labels, without a look at windows."""
        return self.material.moved(self.layer(rows, beside))[:, 0]

    def decided(self, rows: NDArray[np.int64], out: NDArray[np.int64], beside: NDArray[np.int64] = NOTHING) -> Floats:
        """Spam log-odds of the rows ``out`` after these labels, as the service has them."""
        return self.base.decided(self.layer(rows, beside), [self.readings[row] for row in out])[:, 0]


def held_out(examples: Examples, source: str, seen: NDArray[np.int64] = NOTHING) -> Site:
    """Fit the recipe on what ships without the source, and read the source through it.

    Its rows ``seen`` are in the fit as comments that nobody has labelled, the most that a snapshot takes.
    """
    part = examples.take(examples.of(source))
    groups = near_duplicates([reading.normalised for reading in part.readings])
    train = examples.frame["source"].isin(shippable()) & (examples.frame["source"] != source)
    known, beside = examples.take(np.flatnonzero(train)), part.take(seen := seen[:MOST_UNLABELLED])
    others = pseudo.one_source(beside.frame.assign(group=groups[seen]))
    frame = pd.concat([trusted(known).frame, others], ignore_index=True)
    model = fit(Examples(frame, [*known.readings, *beside.readings]), CommentModel())
    base = Base(compile_model(model, (Sigmoid(1, 0), Sigmoid(1, 0))))
    dates = pd.to_datetime(part.frame["date"], utc=True, errors="coerce", format="ISO8601")
    return Site(base, part.readings, Material.of(base, part.readings), part.frame["spam"].to_numpy(float), groups, dates)


def trusted(examples: Examples) -> Examples:
    """Every label of the same trust, drawn for certain."""
    return Examples(examples.frame.assign(weight=1.0), examples.readings)


def measured(y: Floats, score: Floats) -> tuple[float, float]:
    """ROC-AUC and recall at 1 % false positives."""
    one = np.ones((1, len(y)))
    return float(roc_auc(y, score, one)[0]), float(recall_at(0.01)(y, score, one)[0])


def drawn(site: Site, pool: NDArray[np.int64], size: int, dice: np.random.Generator, *, unsure: bool) -> NDArray[np.int64]:
    """Labels in the order of the pool, or those that the model so far is least sure of, in rounds of a tenth of what is known.

    The first are those that the shared model itself is least sure of: what a new site's moderators are shown.
    """
    rows = pool[: 0 if unsure else size]
    while len(rows) < size:
        rest = pool[~np.isin(pool, rows)]
        doubt = doubts(site, rows, rest) + dice.normal(scale=0.3, size=len(rest))
        rows = np.concatenate([rows, rest[np.argsort(-doubt)[: min(max(ROUND, len(rows) // 10), size - len(rows))]]])
    return rows


def doubts(site: Site, rows: NDArray[np.int64], rest: NDArray[np.int64]) -> Floats:
    """How unsure the layer on these labels is of each of the rest: shape (rest,).

    One half is judged by a layer that learns from the other: the service scores a comment when it comes, before any layer has
    learnt from it.
    """
    found, even = np.empty(len(rest)), np.arange(len(rest)) % 2 == 0
    for half in (even, ~even):
        found[half] = -np.abs(site.after(rows, rest[~half])[rest[half]])
    return found


@dataclass(frozen=True)
class Halves:
    """A source that a model has seen one half of without labels: ``pool`` gives labels, ``test`` measures."""

    site: Site
    pool: NDArray[np.int64]
    test: NDArray[np.int64]

    @classmethod
    def cut(cls, examples: Examples, source: str, draw: int) -> Halves:
        """Cut at random, and fit the recipe on what ships without the source and on the pool without its labels."""
        order = np.random.default_rng(draw).permutation(len(examples.of(source)))
        pool, test = order[: len(order) // 2], order[len(order) // 2 :]
        return cls(held_out(examples, source, pool), pool, test)

    def reached(self, draw: int, *, unsure: bool) -> dict[int, tuple[float, float]]:
        """AUC and recall on the half that gives no labels, by number of labels from the other half, whose rest is seen without."""
        sizes = [size for size in SIZES if size <= len(self.pool)]
        rows, found = drawn(self.site, self.pool, max(sizes), np.random.default_rng(draw), unsure=unsure), {}
        for size in sizes:
            beside = self.pool[~np.isin(self.pool, rows[:size])]
            found[size] = measured(self.site.y[self.test], self.site.decided(rows[:size], self.test, beside))
        return found


def online(site: Site) -> float:
    """1 - AUC over the second half of the dated comments, each predicted before its label is known; a new layer every night."""
    order = np.argsort(site.dates[site.dates.notna()].to_numpy(), kind="stable")
    order = np.flatnonzero(site.dates.notna())[order]
    scores = np.empty(len(order))
    for first in range(0, len(order), NIGHT):
        scores[first : first + NIGHT] = site.decided(order[:first], order[first : first + NIGHT])
    half = len(order) // 2
    return 1 - measured(site.y[order][half:], scores[half:])[0]


def certified(site: Site) -> str:
    """Coverage at (1 %, 1 %) of the layer cross-fitted on the whole source, and how often both budgets hold over 200 halvings."""
    scores = np.empty(len(site.y))
    for train, out in by_group(site.groups, 10):
        scores[out] = site.decided(train, out)
    p, even, kept, covered = 1 / (1 + np.exp(-scores)), Budget(0.01, 0.01), 0, []
    policy = Policy().with_defaults({})
    within = reach((reading, History(), policy) for reading in site.readings)
    names, place = np.unique(site.groups, return_inverse=True)
    for seed in range(200):
        half = (np.random.default_rng(seed).random(len(names)) < 0.5)[place]
        chosen = choose(p[half], site.y[half], even, reach=within[half]).lines
        check = verify(chosen, p[~half], site.y[~half], even, reach=within[~half])
        kept += check.missed <= even.accepted and check.false_rejects <= even.rejected
        covered.append(check.coverage)
    whole = choose(p, site.y, even, reach=within)
    auc, recall = measured(site.y, scores)
    return f"AUC {auc:.4f}, R@1% {recall:.3f}; coverage {whole.coverage:.3f} (halves {np.mean(covered):.3f}), held in {kept} of 200"


def by_video(examples: Examples, site: Site) -> str:
    """ROC-AUC on each video of YouTube, the others' labels known: by the recipe fitted on them too, and by a layer on them."""
    own = examples.of("yt_tubespam")
    video = examples.frame["part"].to_numpy()[own]
    ships = examples.frame["source"].isin(shippable()).to_numpy()
    found = []
    for name in np.unique(video.astype(str)):
        out = video == name
        known = ships.copy()
        known[own[out]] = False
        recipe = fit(trusted(examples.take(np.flatnonzero(known))), CommentModel())
        by_recipe = recipe.decision_function([examples.readings[row] for row in own[out]])[:, 0]
        by_layer = site.decided(np.flatnonzero(~out), np.flatnonzero(out))
        found.append([measured(site.y[out], scores)[0] for scores in (by_recipe, by_layer)])
        print(f"video {name:10} recipe {found[-1][0]:.4f}  layer {found[-1][1]:.4f}", flush=True)
    return "recipe {:.4f}, layer {:.4f}".format(*np.mean(found, axis=0))


def main() -> None:
    """Print everything."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    examples = assemble([corpus for corpus in CORPORA if corpus.ships or corpus.name in SOURCES])
    curves(examples, draws)
    unseen = held_out(examples, "yt_tubespam")
    print(f"a video held out, mean: {by_video(examples, unseen)}")
    print(f"online, yt_tubespam: 1-AUC {online(unseen):.4f}")
    print(f"lines, yt_tubespam: {certified(unseen)}")


def curves(examples: Examples, draws: int) -> None:
    """Print what labels buy, by how they were drawn and how many there are; 0: one half was seen, and no label."""
    found: dict[tuple[bool, int], dict[str, list[tuple[float, float]]]] = {}
    for source in SOURCES:
        for draw in range(draws):
            halves = Halves.cut(examples, source, draw)
            for unsure in (False, True):
                for size, values in halves.reached(draw, unsure=unsure).items():
                    found.setdefault((unsure, size), {}).setdefault(source, []).append(values)
    for (unsure, size), by_source in sorted(found.items()):
        there = {source: np.mean(values, axis=0) for source, values in by_source.items()}
        mean = "AUC {:.4f}  R@1% {:.3f}".format(*np.mean(list(there.values()), axis=0))
        each = "  ".join(f"{source} {auc:.4f}/{recall:.3f}" for source, (auc, recall) in there.items())
        print(f"{'unsure' if unsure else 'random'} {size:5} labels  {mean}   {each}", flush=True)


if __name__ == "__main__":
    main()
