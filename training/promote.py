"""May a challenger replace the champion? Every reason against it, each with its evidence; none means yes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
from msgspec import Struct

from service.classifier.artefact import ArtefactRefused
from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.domain import HEADS, Head, History
from service.policy import Policy, decide
from service.text.reading import read
from training.lines import Budget, verify
from training.measures import ACCEPT, REJECT, calibration_error, roc_auc, wrong
from training.trial import RESAMPLES, Bench, Compared, Judge, Judged, Trial, compare, drawn_from, interval, judge, log_loss

FEWEST, FEWEST_OF_A_KIND = 50, 10
"""Labels, and ham and bad ones among them, below which nothing can be said."""
ENOUGH, ENOUGH_OF_A_KIND = 200, 30
"""Fewer show hardly any harm beyond an interval: a model must be better in the mean as well."""
FOLDS, NEWEST = "folds", "newest"
"""What a layer's card says it is measured by: layers that each have not seen a part of its labels, or the newest labels alone."""
CAMPAIGN = 3
"""So many near-duplicates, all bad, are a campaign that must not be freed."""
MISCALIBRATED = 0.1
"""The calibration error whose whole interval above this is off."""


class Reason(Struct, frozen=True):
    """Why not: damaged, labels, gain, blind, slice, campaign, probe, calibration or lines; and a sentence with the evidence."""

    kind: str
    what: str


class Examined(Struct, frozen=True):
    """A challenger looked at: reasons against it, and the trial unless it could not be held (damaged, or no label is new).

    ``measured_by`` is ``folds`` where a layer's folds gave its answers, else ``newest``.
    """

    version: str
    reasons: tuple[Reason, ...]
    trial: Trial | None = None
    measured_by: str = NEWEST


def measured_by_folds(card: Card) -> bool:
    """Tell whether a model is a layer that was fitted on all labels of its site."""
    return card.parameters.get("measured_by") == FOLDS


def examine(folder: Path, champion: Classifier, newest: Bench, known: Bench, budget: Budget, answers: Judge = judge) -> Examined:
    """Load the challenger as the service would and hold it against the champion.

    ``newest`` are labelled comments that the challenger was not fitted on, ``known`` all labelled comments: their campaigns must
    stay caught. ``answers`` gives the challenger's verdicts: where it was fitted on these labels, those of its folds. Campaigns are
    asked of the folds too: caught must be what is like them, not only what was learnt by heart.
    """
    try:
        challenger = Classifier.load(folder)
    except ArtefactRefused as error:
        return Examined(folder.name, (Reason("damaged", f"It cannot be loaded: {error}"),))
    measured_by = NEWEST if answers is judge else FOLDS
    few = list(_too_few(newest))
    if not len(newest.bad):
        return Examined(challenger.version, tuple(few), measured_by=measured_by)
    both = judge(champion, newest), answers(challenger, newest)
    trial = compare(newest, *both)
    if few:
        return Examined(challenger.version, tuple(few), trial, measured_by)
    reasons = [
        *_no_gain(newest, *both),
        *_blind(newest, both[1]),
        *_worse(trial),
        *_freed(known, (champion, judge), (challenger, answers)),
        *(() if "site" in challenger.card.parameters else _moved(champion, challenger)),
        *_miscalibrated(trial, newest, both[1]),
        *_contradicted(newest, challenger, both[1], budget),
    ]
    return Examined(challenger.version, tuple(reasons), trial, measured_by)


def _too_few(bench: Bench) -> Iterator[Reason]:
    bad, ham = _counts(bench)
    if bad + ham < FEWEST or min(bad, ham) < FEWEST_OF_A_KIND:
        wanted = f"{FEWEST} with at least {FEWEST_OF_A_KIND} of each kind are needed"
        yield Reason("labels", f"Too few new labels to tell: {ham} ham and {bad} bad ones; {wanted}.")


def _counts(bench: Bench) -> tuple[int, int]:
    """Count bad ones and ham."""
    bad = int(bench.bad.sum())
    return bad, len(bench.bad) - bad


def _no_gain(bench: Bench, champion: Judged, challenger: Judged) -> Iterator[Reason]:
    """Refuse what is not better in the mean, on labels so few that hardly anything is worse beyond an interval."""
    bad, ham = _counts(bench)
    if bad + ham >= ENOUGH and min(bad, ham) >= ENOUGH_OF_A_KIND:
        return
    few = f"On {len(bench.bad)} labels, which show little, it must be better in the mean and is not"
    before, now = (float(np.average(log_loss(bench.bad, each.badness), weights=bench.mass)) for each in (champion, challenger))
    if not now < before:
        yield Reason("gain", f"{few}: log-loss {now:.3f} instead of {before:.3f}.")
    before, now = (float(wrong(bench.bad, each.verdict, bench.mass[None])[0]) for each in (champion, challenger))
    if now > before:
        yield Reason("gain", f"{few}: {now:.0f} instead of {before:.0f} of 1,000 verdicts are wrong.")


def _blind(bench: Bench, challenger: Judged) -> Iterator[Reason]:
    """Refuse what cannot tell bad ones from ham: wrong labels make scores that say nothing, and say it with due modesty."""
    found = interval(drawn_from(bench).measure(roc_auc, bench.bad, challenger.badness))
    if found.low is not None and found.low <= 0.5:
        said = f"ROC-AUC {found.value:.3f} ({found.low:.3f} to {found.high:.3f}), where chance has 0.5"
        yield Reason("blind", f"It does not tell bad ones from ham on labels that it has not seen: {said}.")


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


def _freed(known: Bench, *both: tuple[Classifier, Judge]) -> Iterator[Reason]:
    """Refuse what accepts most of a campaign that the champion catches; ``both`` are champion and challenger, and who answers."""
    group = known.frame["group"].to_numpy()
    names, place, sizes = np.unique(group, return_inverse=True, return_counts=True)
    campaigns = (sizes >= CAMPAIGN) & (np.bincount(place, known.bad) == sizes)
    rows = np.flatnonzero(campaigns[place])
    if not len(rows):
        return
    part = known.take(rows)
    before, now = (np.bincount(place[rows], answers(model, part).verdict == ACCEPT, len(names)) / sizes for model, answers in both)
    for number in np.flatnonzero(campaigns & (before <= 0.5) & (now > 0.5)):
        example = known.frame["id"].iloc[int(np.flatnonzero(place == number)[0])]
        unlike = "" if both[1][1] is judge else ", were it not among its labels"
        yield Reason(
            "campaign", f"It lets a campaign of {sizes[number]} comments through that was caught{unlike} (one of them: {example})."
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


def _miscalibrated(trial: Trial, bench: Bench, challenger: Judged) -> Iterator[Reason]:
    """Refuse scores that are off, and by more than right ones would seem to be on as few labels."""
    for compared in trial.measures:
        low, value = compared.challenger.low, compared.challenger.value
        if compared.name != "calibration error" or low is None or value is None or low <= MISCALIBRATED:
            continue
        if value > _seems_off(bench, challenger, compared.of):
            yield Reason("calibration", f"Its {compared.of} scores are off by {value:.2f} on average (at least {low:.2f}).")


def _seems_off(bench: Bench, judged: Judged, head: str) -> float:
    """Give the calibration error that scores which mean what they say exceed once in twenty times; of 50 labels often above .1."""
    rows = np.isfinite(bench.frame[head].to_numpy(np.float64))
    score, weights = judged.scores[rows, HEADS.index(cast("Head", head))], bench.mass[rows][None]
    drawn = np.random.default_rng(0).random((RESAMPLES, len(score))) < score
    return float(np.quantile([calibration_error(labels.astype(np.float64), score, weights) for labels in drawn], 0.95))


def _contradicted(newest: Bench, challenger: Classifier, judged: Judged, budget: Budget) -> Iterator[Reason]:
    """Refuse certified lines that the newest labels contradict. Those that drew a layer's lines by its folds can hardly do so."""
    certified = {metric.name: metric for metric in challenger.card.report if metric.name.endswith(", bound") and metric.value < 1}
    lines = challenger.lines[HEADS[0]]
    found = verify(lines, judged.badness, newest.bad, budget, newest.mass, newest.reach)
    sides = ("bad among accepted", found.accepted, found.missed), ("ham among rejected", found.rejected, found.false_rejects)
    for name, said, rate in sides:
        if f"{name}, bound" in certified and said == "contradicted":
            yield Reason("lines", f"The newest labels contradict its lines: {name} is {rate:.2%}, more than the budget allows.")
