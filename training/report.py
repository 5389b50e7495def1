"""What a trial says, ready to be shown: shares, changes with examples, curves, coverage against budget, slices, strongest terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from service.classifier.classifier import Classifier
from service.domain import HEADS, Verdict
from training.lines import Budget, choose
from training.measures import descending
from training.promote import NEWEST, Reason
from training.snapshot import label_words
from training.trial import Bench, Judged, Trial

Floats = NDArray[np.float64]
VERDICTS = tuple(Verdict)
EXAMPLES = 30
MOST_TEXT = 400
"""Characters of an example."""
POINTS = 120
"""Points of a curve."""
BUDGETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
TERMS, EXPLAINED = 15, 1_000


class Curve(Struct, frozen=True):
    """Points of one model's curve."""

    model: str
    x: tuple[float, ...]
    y: tuple[float, ...]


class Chart(Struct, frozen=True):
    """Curves over the same axes; ``ideal`` draws the diagonal, ``logarithmic`` stretches the small values of x."""

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    ideal: bool = False
    logarithmic: bool = False


class Example(Struct, frozen=True):
    """One labelled comment whose verdict would change."""

    id: str
    source: str
    label: str
    text: str
    champion: float
    challenger: float


class Kind(Struct, frozen=True):
    """One kind of change: ``share`` of all comments (by mass), rows of it, how many become right or wrong, and some of them."""

    was: Verdict
    would_be: Verdict
    rows: int
    share: float
    ham: int
    bad: int
    examples: tuple[Example, ...]


class Term(Struct, frozen=True):
    """A clue's mean contribution to one head's log-odds where it occurs, and in how many of the comments it does."""

    head: str
    kind: str
    name: str
    weight: float
    rows: int


class Report(Struct, frozen=True):
    """Everything the page shows; ``measured_by`` as in ``Examined``."""

    created: str
    trial: Trial
    reasons: tuple[Reason, ...]
    shares: dict[str, dict[Verdict, float]]
    changes: tuple[Kind, ...]
    charts: tuple[Chart, ...]
    terms: tuple[Term, ...]
    measured_by: str = NEWEST


def make(
    bench: Bench,
    model: Classifier,
    judged: tuple[Judged, Judged],
    trial: Trial,
    reasons: Sequence[Reason],
    measured_by: str = NEWEST,
) -> Report:
    """Gather the report; ``model`` is the challenger, ``judged`` champion and challenger, in this order."""
    champion, challenger = judged
    return Report(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        trial=trial,
        reasons=tuple(reasons),
        shares={name: _shares(bench, each) for name, each in (("champion", champion), ("challenger", challenger))},
        changes=tuple(_changes(bench, champion, challenger)),
        charts=tuple(_charts(bench, {"champion": champion, "challenger": challenger})),
        terms=tuple(strongest(model, bench)),
        measured_by=measured_by,
    )


def _shares(bench: Bench, judged: Judged) -> dict[Verdict, float]:
    mass = bench.mass
    return {verdict: float(mass[judged.verdict == verdict.severity].sum() / mass.sum()) for verdict in VERDICTS}


def _changes(bench: Bench, champion: Judged, challenger: Judged) -> Iterator[Kind]:
    """Describe each kind of change, the largest first."""
    found = []
    for was in VERDICTS:
        for now in VERDICTS:
            rows = np.flatnonzero((champion.verdict == was.severity) & (challenger.verdict == now.severity))
            if was is not now and len(rows):
                found.append(_kind(bench, champion, challenger, was, now, rows))
    yield from sorted(found, key=lambda kind: -kind.share)


def _kind(bench: Bench, champion: Judged, challenger: Judged, was: Verdict, now: Verdict, rows: NDArray[np.int64]) -> Kind:
    bad = int(bench.bad[rows].sum())
    moved = np.abs(challenger.badness[rows] - champion.badness[rows])
    shown = rows[np.argsort(-moved, kind="stable")[:EXAMPLES]]
    frame = bench.frame.iloc[shown]
    labels = label_words(frame)
    examples = [
        Example(str(name), str(source), str(label), str(text), float(champion.badness[place]), float(challenger.badness[place]))
        for place, name, source, label, text in zip(
            shown, frame["id"], frame["source"], labels, frame["text"].str[:MOST_TEXT], strict=True
        )
    ]
    share = float(bench.mass[rows].sum() / bench.mass.sum())
    return Kind(was, now, len(rows), share, len(rows) - bad, bad, tuple(examples))


def _charts(bench: Bench, judged: dict[str, Judged]) -> Iterator[Chart]:
    bad, mass = bench.bad, bench.mass
    if not 0 < bad.sum() < len(bad):
        return
    ranked = {name: _ranked(bad, each.badness, mass) for name, each in judged.items()}
    yield Chart(
        "Found and silenced", "ham that scores as high", "bad ones found", tuple(_roc(n, *r) for n, r in ranked.items()), ideal=True
    )
    yield Chart("Precision and recall", "bad ones found", "of those, rightly", tuple(_precision(n, *r) for n, r in ranked.items()))
    reliable = (reliability(name, bad, each.badness, mass) for name, each in judged.items())
    yield Chart("Do scores mean what they say?", "score", "share that was bad", tuple(reliable), ideal=True)
    bought = (_bought(name, bench, each.badness) for name, each in judged.items())
    yield Chart("What an error budget buys", "budget on each side", "decided without a human", tuple(bought), logarithmic=True)


def _ranked(bad: Floats, score: Floats, mass: Floats) -> tuple[Floats, Floats]:
    caught, silenced = descending(bad, score, mass[None])
    return caught[0], silenced[0]


def _thin(name: str, x: Floats, y: Floats) -> Curve:
    keep = np.unique(np.linspace(0, len(x) - 1, min(len(x), POINTS)).astype(int))
    return Curve(name, tuple(np.round(x[keep], 5).tolist()), tuple(np.round(y[keep], 5).tolist()))


def _roc(name: str, caught: Floats, silenced: Floats) -> Curve:
    return _thin(name, np.concatenate([[0.0], silenced / silenced[-1]]), np.concatenate([[0.0], caught / caught[-1]]))


def _precision(name: str, caught: Floats, silenced: Floats) -> Curve:
    return _thin(name, caught / caught[-1], caught / np.maximum(caught + silenced, 1e-300))


def reliability(name: str, bad: Floats, score: Floats, mass: Floats) -> Curve:
    """Cut by score into ten parts of equal mass: mean score and share of bad ones in each."""
    order = np.argsort(score, kind="stable")
    part = np.minimum((np.cumsum(mass[order]) / mass.sum() * 10).astype(int), 9)
    weight, said, was = (np.bincount(part, each, 10) for each in (mass[order], (mass * score)[order], (mass * bad)[order]))
    used = weight > 0
    return Curve(name, tuple((said[used] / weight[used]).tolist()), tuple((was[used] / weight[used]).tolist()))


def _bought(name: str, bench: Bench, score: Floats) -> Curve:
    found = (choose(score, bench.bad, Budget(budget, budget), bench.mass, bench.reach).coverage for budget in BUDGETS)
    return Curve(name, BUDGETS, tuple(found))


def strongest(model: Classifier, bench: Bench) -> Iterator[Term]:
    """Find the clues that moved these comments most, up and down, for each head."""
    sums: defaultdict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in np.unique(np.linspace(0, len(bench.readings) - 1, EXPLAINED).astype(int)).tolist():
        for clue in model.explain(bench.readings[row]):
            total = sums[clue.head, clue.kind, clue.name]
            total[0] += clue.weight
            total[1] += 1
    for head in HEADS:
        mine = sorted((item for item in sums.items() if item[0][0] == head), key=lambda item: item[1][0])
        for (_, kind, name), (weight, rows) in [*mine[-TERMS:][::-1], *mine[:TERMS]]:
            yield Term(head, kind, name, weight / rows, int(rows))
