"""May a challenger replace the champion? Every reason against it, each with its evidence; none means yes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from msgspec import Struct

from service.classifier.artefact import ArtefactRefused
from service.classifier.classifier import Classifier
from service.domain import HEADS, History
from service.policy import Policy, decide
from service.text.reading import read
from training.lines import Budget, verify
from training.measures import ACCEPT, REJECT
from training.trial import Bench, Compared, Judged, Trial, compare, judge

FEWEST, FEWEST_OF_A_KIND = 200, 30
"""Labels, and ham and bad ones among them, below which nothing can be said."""
CAMPAIGN = 3
"""So many near-duplicates, all bad, are a campaign that must not be freed."""
MISCALIBRATED = 0.1
"""The calibration error whose whole interval above this is off."""


class Reason(Struct, frozen=True):
    """Why not: damaged, labels, slice, campaign, probe, calibration or lines; and a sentence with the evidence."""

    kind: str
    what: str


class Examined(Struct, frozen=True):
    """A challenger looked at: reasons against it, and the trial unless it could not be held (damaged, or no label is new)."""

    version: str
    reasons: tuple[Reason, ...]
    trial: Trial | None = None


def examine(folder: Path, champion: Classifier, newest: Bench, known: Bench, budget: Budget) -> Examined:
    """Load the challenger as the service would and hold it against the champion.

    ``newest`` are labelled comments that the challenger was not fitted on, ``known`` all labelled comments: their campaigns must
    stay caught.
    """
    try:
        challenger = Classifier.load(folder)
    except ArtefactRefused as error:
        return Examined(folder.name, (Reason("damaged", f"It cannot be loaded: {error}"),))
    few = list(_too_few(newest))
    if not len(newest.bad):
        return Examined(challenger.version, tuple(few))
    both = judge(champion, newest), judge(challenger, newest)
    trial = compare(newest, *both)
    if few:
        return Examined(challenger.version, tuple(few), trial)
    reasons = [
        *_worse(trial),
        *_freed(known, champion, challenger),
        *(() if "site" in challenger.card.parameters else _moved(champion, challenger)),
        *_miscalibrated(trial),
        *_contradicted(newest, challenger, both[1], budget),
    ]
    return Examined(challenger.version, tuple(reasons), trial)


def _too_few(bench: Bench) -> Iterator[Reason]:
    bad = int(bench.bad.sum())
    ham = len(bench.bad) - bad
    if len(bench.bad) < FEWEST or min(bad, ham) < FEWEST_OF_A_KIND:
        wanted = f"{FEWEST} with at least {FEWEST_OF_A_KIND} of each kind are needed"
        yield Reason("labels", f"Too few new labels to tell: {ham} ham and {bad} bad ones; {wanted}.")


def _worse(trial: Trial) -> Iterator[Reason]:
    """Refuse what is worse beyond the interval of the difference, on all comments or on any slice."""
    for compared in (compared for compared in trial.measures if compared.name in ("wrong verdicts per 1,000", "ROC-AUC")):
        yield from _beyond(compared, "all comments" if compared.of == "verdicts" else f"all comments, {compared.of} head")
    for part in trial.slices:
        for compared in (part.wrong, part.roc_auc):
            yield from _beyond(compared, f"{part.column} {part.value} ({part.rows} comments)")


def _beyond(compared: Compared, where: str) -> Iterator[Reason]:
    low, high = compared.difference.low, compared.difference.high
    rises = compared.name != "ROC-AUC"
    if low is None or high is None or not (low > 0 if rises else high < 0):
        return
    before, now = compared.champion.value or 0.0, compared.challenger.value or 0.0
    if rises:
        said = f"{now:.0f} instead of {before:.0f} of 1,000 verdicts are wrong ({low:+.0f} to {high:+.0f})"
    else:
        said = f"ROC-AUC {now:.3f} instead of {before:.3f} ({low:+.3f} to {high:+.3f})"
    yield Reason("slice", f"Worse on {where}: {said}.")


def _freed(known: Bench, champion: Classifier, challenger: Classifier) -> Iterator[Reason]:
    """Refuse what accepts most of a campaign that the champion catches."""
    group = known.frame["group"].to_numpy()
    names, place, sizes = np.unique(group, return_inverse=True, return_counts=True)
    campaigns = (sizes >= CAMPAIGN) & (np.bincount(place, known.bad) == sizes)
    rows = np.flatnonzero(campaigns[place])
    part = Bench(known.frame.iloc[rows].reset_index(drop=True), [known.readings[row] for row in rows.tolist()], known.policies)
    if not len(rows):
        return
    before, now = (
        np.bincount(place[rows], judge(model, part).verdict == ACCEPT, len(names)) / sizes for model in (champion, challenger)
    )
    for number in np.flatnonzero(campaigns & (before <= 0.5) & (now > 0.5)):
        example = known.frame["id"].iloc[int(np.flatnonzero(place == number)[0])]
        yield Reason(
            "campaign", f"It lets a campaign of {sizes[number]} comments through that was caught (one of them: {example})."
        )


def _moved(champion: Classifier, challenger: Classifier) -> Iterator[Reason]:
    """Refuse what turns a probe of the champion's card from accepted to rejected or back; not asked of a site's layer."""
    for number, probe in enumerate(champion.card.probes, 1):
        reading = read(probe.comment)
        verdicts = [
            decide(reading, model.score(reading), History(), Policy().with_defaults(model.lines), 0.0).verdict
            for model in (champion, challenger)
        ]
        if abs(verdicts[0].severity - verdicts[1].severity) == REJECT:
            yield Reason("probe", f"Probe {number} of the champion's card moved from {verdicts[0]} to {verdicts[1]}.")


def _miscalibrated(trial: Trial) -> Iterator[Reason]:
    for compared in trial.measures:
        low = compared.challenger.low
        if compared.name == "calibration error" and low is not None and low > MISCALIBRATED:
            yield Reason(
                "calibration",
                f"Its {compared.of} scores are off by {compared.challenger.value:.2f} on average (at least {low:.2f}).",
            )


def _contradicted(newest: Bench, challenger: Classifier, judged: Judged, budget: Budget) -> Iterator[Reason]:
    """Refuse certified lines that the newest labels contradict."""
    certified = {metric.name: metric for metric in challenger.card.report if metric.name.endswith(", bound") and metric.value < 1}
    lines = challenger.lines[HEADS[0]]
    found = verify(lines, judged.badness, newest.bad, budget, newest.mass, newest.reach)
    sides = ("bad among accepted", found.accepted, found.missed), ("ham among rejected", found.rejected, found.false_rejects)
    for name, said, rate in sides:
        if f"{name}, bound" in certified and said == "contradicted":
            yield Reason("lines", f"The newest labels contradict its lines: {name} is {rate:.2%}, more than the budget allows.")
