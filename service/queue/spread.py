"""Comments spread over a score in 1,001 bins, and what a pair of lines makes of them. ``model.js`` computes the same.

A layer counts comments that stand for ``weight`` comments each: those drawn with a small chance stand for many. Shares of error
have 95 % intervals after Wilson (1927), with weighted labels counted as Kish's effective number of equal ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from math import ceil, sqrt
from typing import Any

from msgspec import Struct

from service.domain import Lines
from service.store.scores import BINS, Count, Labelled

Z = 1.959963984540054
"""The normal distribution's 97.5 % quantile."""
NEVER = BINS + 1
"""A line above every bin."""
HELD_OUT = "held_out"
"""Card parameters ``held_out.<head>.ham`` and ``….bad`` are counts of held-out scores, sparse and parted by spaces."""
VERDICTS = ("accept", "hold", "reject")


class Layer(Struct, dict=True):
    """``free`` comments follow the score, ``held`` ones are at least held, ``fixed`` ones (accept, hold, reject) do not move.

    Nothing is added any more once it was asked for a total or a split.
    """

    weight: float = 1.0
    free: list[int] = []
    held: list[int] = []
    fixed: list[int] = []

    def __post_init__(self) -> None:
        self.free = self.free or [0] * (BINS + 1)
        self.held = self.held or [0] * (BINS + 1)
        self.fixed = self.fixed or [0, 0, 0]

    @cached_property
    def total(self) -> int:
        """How many comments are counted here."""
        return sum(self.free) + sum(self.held) + sum(self.fixed)

    @cached_property
    def _below(self) -> tuple[list[int], list[int]]:
        """How many of the free and of the held ones lie below each bin."""
        free, held = (list(accumulate(counts, initial=0)) for counts in (self.free, self.held))
        return free, held

    def add(self, floor: str, place: int, count: int) -> None:
        """Count comments of a floor (see ``service.store.scores``) in a bin."""
        if floor.startswith("!"):
            self.fixed[VERDICTS.index(floor[1:])] += count
        else:
            (self.free if floor == "accept" else self.held)[min(max(place, 0), BINS)] += count

    def split(self, hold: int, reject: int) -> tuple[int, int, int]:
        """Count what is accepted, held and rejected when holding begins with the bin ``hold``, rejecting with ``reject``."""
        free, held = self._below
        accepted = free[hold] + self.fixed[0]
        rejected = free[-1] - free[reject] + held[-1] - held[reject] + self.fixed[2]
        return accepted, self.total - accepted - rejected, rejected


class Spread(Struct, frozen=True):
    """All comments, and the labelled ones among them as layers of ham and of bad ones."""

    all: Layer
    ham: tuple[Layer, ...] = ()
    bad: tuple[Layer, ...] = ()


class Rate(Struct, frozen=True):
    """A share with its 95 % interval, of ``trials`` (effective) labels."""

    value: float
    low: float
    high: float
    trials: float


class Split(Struct, frozen=True):
    """What lines make of a spread: shares of all, of ham rejected and held, of bad ones accepted (None without labels)."""

    accept: float
    hold: float
    reject: float
    count: int
    silenced: Rate | None
    delayed: Rate | None
    published: Rate | None


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Give the 95 % interval of a share seen in so many trials (Wilson 1927)."""
    if trials <= 0:
        return 0.0, 1.0
    middle = share + Z * Z / (2 * trials)
    reach = Z * sqrt(share * (1 - share) / trials + Z * Z / (4 * trials * trials))
    below = 1 + Z * Z / trials
    return max(0.0, (middle - reach) / below), min(1.0, (middle + reach) / below)


def rate(parts: Iterable[tuple[float, int, int]]) -> Rate | None:
    """Give the share of (weight, errors, labels) in all labels; None without labels."""
    wrong = mass = squares = 0.0
    for weight, errors, count in parts:
        wrong, mass, squares = wrong + weight * errors, mass + weight * count, squares + weight * weight * count
    if mass <= 0:
        return None
    share, trials = wrong / mass, mass * mass / squares
    return Rate(share, *wilson(share, trials), trials)


def split(spread: Spread, hold: int, reject: int) -> Split:
    """Say what lines at the bins ``hold`` ≤ ``reject`` make of a spread."""
    counts = spread.all.split(hold, reject)
    whole = max(1, sum(counts))
    ham = [(layer.weight, layer.split(hold, reject), layer.total) for layer in spread.ham]
    bad = [(layer.weight, layer.split(hold, reject), layer.total) for layer in spread.bad]
    return Split(
        accept=counts[0] / whole,
        hold=counts[1] / whole,
        reject=counts[2] / whole,
        count=sum(counts),
        silenced=rate((weight, parts[2], total) for weight, parts, total in ham),
        delayed=rate((weight, parts[1], total) for weight, parts, total in ham),
        published=rate((weight, parts[0], total) for weight, parts, total in bad),
    )


def bin_of(line: float) -> int:
    """Give the bin with which a line begins, the nearest of 1,001; one above 1 is above every bin."""
    return NEVER if line > 1.0 else min(BINS, max(0, round(line * BINS)))


def bins_of(lines: Lines) -> tuple[int, int]:
    """Give both lines as bins; the hold line takes at least one."""
    return max(1, min(BINS, bin_of(lines.hold_at))), max(1, bin_of(lines.reject_at))


def of_traffic(counts: Iterable[Count], labelled: Sequence[Labelled]) -> Spread:
    """Make a spread of stored comments.

    Labels of one first verdict stand together for all comments of that verdict, each by 1 / its chance (Hájek 1971).
    """
    everything, of_verdict = Layer(), dict.fromkeys(VERDICTS, 0)
    for each in counts:
        everything.add(each.floor, each.bin, each.count)
        of_verdict[each.verdict] += each.count
    known = dict.fromkeys(VERDICTS, 0.0)
    for row in labelled:
        known[row.verdict] += row.count / row.chance
    layers: dict[tuple[str, float, bool], Layer] = {}
    for row in labelled:
        weight = of_verdict[row.verdict] / known[row.verdict] / row.chance
        layer = layers.setdefault((row.verdict, row.chance, row.bad), Layer(weight))
        layer.add(row.floor, row.bin, row.count)
    bad = tuple(layer for key, layer in layers.items() if key[2])
    return Spread(everything, tuple(layer for key, layer in layers.items() if not key[2]), bad)


def of_card(ham: Sequence[int], bad: Sequence[int]) -> Spread:
    """Make a spread of a model's held-out scores."""
    both = [good + worse for good, worse in zip(ham, bad, strict=True)]
    return Spread(Layer(free=both), (Layer(free=list(ham)),), (Layer(free=list(bad)),))


def packed(spread: Spread) -> dict[str, Any]:
    """Write a spread for the page's script."""
    return {"all": _layer(spread.all), "ham": [_layer(each) for each in spread.ham], "bad": [_layer(each) for each in spread.bad]}


def _layer(layer: Layer) -> dict[str, Any]:
    return {"w": round(layer.weight, 4), "free": _brief(layer.free), "held": _brief(layer.held), "fixed": layer.fixed}


def _brief(counts: Sequence[int]) -> list[int]:
    """Write counts the shorter way: sparse, or all of them after -1."""
    found = sparse(counts)
    return found if len(found) <= len(counts) else [-1, *counts]


def sparse(counts: Sequence[int]) -> list[int]:
    """Leave out what is zero: give the gap from the last filled bin and the count, for each filled one in turn."""
    found, last = [], 0
    for place, count in enumerate(counts):
        if count:
            found += [place - last, count]
            last = place
    return found


def dense(pairs: Sequence[int]) -> list[int]:
    """Undo ``sparse``. Raises ValueError for what it cannot have written."""
    counts, place = [0] * (BINS + 1), 0
    for gap, count in zip(pairs[::2], pairs[1::2], strict=True):
        place += gap
        if not 0 <= place <= BINS or count < 0:
            raise ValueError("no counts of bins")
        counts[place] = count
    return counts


def coarse(counts: Sequence[int], parts: int) -> list[int]:
    """Add bins up to ``parts`` equal ones; the score 1 belongs to the last."""
    found, width = [0] * parts, ceil(BINS / parts)
    for place, count in enumerate(counts):
        found[min(place // width, parts - 1)] += count
    return found
