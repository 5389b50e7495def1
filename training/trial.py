"""Champion and challenger on the same labelled comments, judged as the service would: reading, scores, history, policy, verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from msgspec import Struct
from numpy.typing import NDArray

from service.classifier.classifier import Classifier
from service.domain import HEADS, Reading, Scores
from service.policy import Policy, decide
from service.text.reading import read
from training import measures
from training.labels import comment_of, history_of
from training.measures import SCORES, VERDICTS, Resamples, errors
from training.reach import reach
from training.shelf import Shelf, some

Floats = NDArray[np.float64]
RESAMPLES, FLIPS = 400, 4000
ALL = slice(None)
FEWEST = 25
"""Smaller slices are not shown."""
LENGTHS = {"under 50 characters": 50, "50 to 249": 250, "250 to 999": 1000, "1,000 and more": 1 << 60}
GENRES = {"yt": "video", "sms": "messages", "tg": "chat", "blog": "blog", "ig": "social", "tw": "social", "social": "social"} | {
    "wiki": "talk pages",
    "news": "news",
    "site": "site",
    "file": "file",
    "seed": "seed",
}
"""What a source is, by the first word of its name."""


@dataclass(frozen=True)
class Bench:
    """Labelled comments ready to be judged; ``policies`` by the site's name, as the site set them."""

    frame: pd.DataFrame
    readings: Sequence[Reading]
    policies: Mapping[str, Policy]

    @classmethod
    def of(cls, frame: pd.DataFrame, policies: Mapping[str, Policy] | None = None) -> Bench:
        """Read every row of a snapshot's frame."""
        frame = frame.reset_index(drop=True)
        return cls(frame, Shelf(read(comment_of(row)) for row in frame.itertuples()), policies or {})

    def take(self, rows: NDArray[np.int64]) -> Bench:
        """Only these rows."""
        return Bench(self.frame.iloc[rows].reset_index(drop=True), some(self.readings, rows), self.policies)

    @property
    def bad(self) -> Floats:
        """1 for spam and for abuse, 0 for ham: shape (n,)."""
        return np.asarray((self.frame["spam"] == 1) | (self.frame["abuse"] == 1), np.float64)

    @property
    def mass(self) -> Floats:
        """How many comments each stands for (1 / chance): shape (n,)."""
        return self.frame["mass"].to_numpy(np.float64)

    @cached_property
    def reach(self) -> NDArray[np.bool_]:
        """Whether lines can accept, and whether they can reject each comment: shape (n, 2)."""
        ready = {site: policy.with_defaults({}) for site, policy in self.policies.items()}
        default = Policy().with_defaults({})
        rows = zip(self.readings, self.frame.itertuples(), strict=True)
        return reach((reading, history_of(row), ready.get(str(row.site), default)) for reading, row in rows)


@dataclass(frozen=True)
class Judged:
    """A model's answers: ``scores`` (n, 2) and ``verdict`` (n,): 0 accept, 1 hold, 2 reject."""

    version: str
    scores: Floats
    verdict: NDArray[np.int64]

    @property
    def badness(self) -> Floats:
        """The higher of both scores."""
        return np.asarray(self.scores.max(axis=1))


class Interval(Struct, frozen=True):
    """A figure with its 95 % bootstrap interval; None where there is nothing to measure."""

    value: float | None
    low: float | None
    high: float | None


class Compared(Struct, frozen=True):
    """One measure of both models on the same comments; ``difference`` is challenger less champion."""

    name: str
    of: str
    champion: Interval
    challenger: Interval
    difference: Interval


class Slice(Struct, frozen=True):
    """Some of the comments, by one property: wrong verdicts and holds of 1,000, and ROC-AUC where both classes are there."""

    column: str
    value: str
    rows: int
    bad: int
    wrong: Compared
    held: Compared
    roc_auc: Compared


class Trial(Struct, frozen=True):
    """What came out. ``chance_*`` are two-sided p-values of the paired sign-flip test over campaigns."""

    champion: str
    challenger: str
    rows: int
    bad: int
    measures: tuple[Compared, ...]
    slices: tuple[Slice, ...]
    chance_wrong: float
    chance_log_loss: float


Judge = Callable[[Classifier, Bench], Judged]
"""How a model's answers are had: by itself (``judge``), or a layer's by its folds (``training.folds``)."""


def judge(model: Classifier, bench: Bench) -> Judged:
    """Decide every comment with this model and its lines where the site set none."""
    ready = {site: policy.with_defaults(model.lines) for site, policy in bench.policies.items()}
    default = Policy().with_defaults(model.lines)
    scores = model.score_all(bench.readings)
    rows = zip(bench.readings, scores, bench.frame.itertuples(), strict=True)
    verdicts = [_verdict(reading, score, row, ready.get(str(row.site), default)) for reading, score, row in rows]
    return Judged(model.version, np.array([(s.spam, s.abuse) for s in scores]).reshape(-1, 2), np.array(verdicts, np.int64))


def _verdict(reading: Reading, scores: Scores, row: object, policy: Policy) -> int:
    return decide(reading, scores, history_of(row), policy, 0.0).verdict.severity


def compare(bench: Bench, champion: Judged, challenger: Judged, seed: int = 0) -> Trial:
    """Measure both models on the same comments and the same resamples of whole campaigns."""
    groups, bad = bench.frame["group"].to_numpy(), bench.bad
    found = [*_of_verdicts(bench, champion, challenger, seed), *_of_scores(bench, champion, challenger, seed)]
    both = champion, challenger
    wrong = [errors(bad, each.verdict) * bench.mass for each in both]
    loss = [log_loss(bad, each.badness) * bench.mass for each in both]
    return Trial(
        champion.version,
        challenger.version,
        len(bad),
        int(bad.sum()),
        tuple(found),
        tuple(sorted(slices(bench, champion, challenger, seed), key=lambda each: -(each.wrong.challenger.value or 0.0))),
        sign_flip(wrong[1] - wrong[0], groups, seed),
        sign_flip(loss[1] - loss[0], groups, seed),
    )


def drawn_from(bench: Bench, rows: NDArray[np.bool_] | slice = ALL, seed: int = 0) -> Resamples:
    """Draw resamples of whole campaigns of these rows, each weighing what it stands for."""
    return Resamples.of(bench.frame["group"].to_numpy()[rows], bench.mass[rows], RESAMPLES, seed)


def _of_verdicts(bench: Bench, champion: Judged, challenger: Judged, seed: int) -> Iterator[Compared]:
    drawn = drawn_from(bench, ALL, seed)
    for name, measure in VERDICTS.items():
        yield _compared(name, "verdicts", *(drawn.measure(measure, bench.bad, each.verdict) for each in (champion, challenger)))


def _of_scores(bench: Bench, champion: Judged, challenger: Judged, seed: int) -> Iterator[Compared]:
    for place, head in enumerate(HEADS):
        labels = bench.frame[head].to_numpy(np.float64)
        rows = np.isfinite(labels)
        if not 0 < labels[rows].sum() < rows.sum():
            continue
        drawn = drawn_from(bench, rows, seed)
        scores = champion.scores[rows, place], challenger.scores[rows, place]
        for name, measure in SCORES.items():
            yield _compared(name, head, *(drawn.measure(measure, labels[rows], score) for score in scores))


def slices(bench: Bench, champion: Judged, challenger: Judged, seed: int = 0) -> Iterator[Slice]:
    """Measure every slice of at least ``FEWEST`` comments that is not all of them."""
    for column, values in properties(bench).items():
        for value in sorted(set(values)):
            rows = values == value
            if FEWEST <= rows.sum() < len(rows):
                yield _slice(column, value, rows, bench, (champion, challenger), seed)


def properties(bench: Bench) -> dict[str, NDArray[np.str_]]:
    """Cut comments by site, language, length, first-time author, source, genre."""
    frame = bench.frame
    length = frame["text"].str.len().to_numpy()
    names = np.array(list(LENGTHS))
    seen = np.array([bool(history_of(row).known_since) for row in frame.itertuples()])
    return {
        "site": frame["site"].replace("", "none").to_numpy(str),
        "language": frame["lang"].replace("", "unknown").to_numpy(str),
        "length": names[np.searchsorted(list(LENGTHS.values()), length, side="right").clip(max=len(names) - 1)],
        "author": np.where(seen, "seen before", "first time"),
        "source": frame["source"].to_numpy(str),
        "genre": frame["source"].str.split("[ _]", regex=True).str[0].map(GENRES).fillna("other").to_numpy(str),
    }


def _slice(column: str, value: str, rows: NDArray[np.bool_], bench: Bench, both: tuple[Judged, Judged], seed: int) -> Slice:
    bad, drawn = bench.bad[rows], drawn_from(bench, rows, seed)
    of = f"{column} {value}"
    verdicts = [each.verdict[rows] for each in both]
    scores = [each.badness[rows] for each in both]
    return Slice(
        column,
        str(value),
        int(rows.sum()),
        int(bad.sum()),
        _compared("wrong verdicts per 1,000", of, *(drawn.measure(measures.wrong, bad, verdict) for verdict in verdicts)),
        _compared("held per 1,000", of, *(drawn.measure(measures.held, bad, verdict) for verdict in verdicts)),
        _compared("ROC-AUC", of, *(drawn.measure(measures.roc_auc, bad, score) for score in scores)),
    )


def _compared(name: str, of: str, champion: Floats, challenger: Floats) -> Compared:
    return Compared(name, of, interval(champion), interval(challenger), interval(challenger - champion))


def interval(values: Floats) -> Interval:
    """Give the first value with the 95 % interval of the others."""
    drawn = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or not len(drawn):
        return Interval(None, None, None)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(values[0]), float(low), float(high))


def log_loss(bad: Floats, score: Floats) -> Floats:
    """Give each comment's log-loss: shape (n,)."""
    p = np.clip(score, 1e-6, 1 - 1e-6)
    return np.asarray(-(bad * np.log(p) + (1 - bad) * np.log(1 - p)))


def sign_flip(difference: Floats, groups: NDArray[np.int64], seed: int = 0) -> float:
    """Chance of so large a sum of differences (n,) if champion and challenger were interchangeable, campaign by campaign."""
    sums = np.bincount(np.unique(groups, return_inverse=True)[1], difference)
    sums = sums[sums != 0]
    if not len(sums):
        return 1.0
    dice, size = np.random.default_rng(seed), FLIPS // 100
    flips = np.concatenate([dice.choice(np.array([-1, 1], np.int8), (size, len(sums))) @ sums for _ in range(100)])
    return float((1 + (np.abs(flips) >= abs(sums.sum()) * (1 - 1e-12)).sum()) / (1 + len(flips)))
