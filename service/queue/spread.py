"""Comments spread over a score in 1,001 bins, and what a pair of lines makes of them. ``model.js`` computes the same.

A layer counts comments that stand for ``weight`` comments each: those drawn with a small chance stand for many. Shares of error
have 95 % intervals after Wilson (1927), with weighted labels counted as Kish's effective number of equal ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from math import ceil, sqrt
from typing import Any, NamedTuple

from msgspec import Struct

from service.domain import Lines
from service.sway import BINS, Sway

Z = 1.959963984540054
"""The normal distribution's 97.5 % quantile."""
NEVER = BINS + 1
"""A line above every bin."""
HELD_OUT = "held_out"
"""Card parameters ``held_out.<head>.ham`` and ``….bad`` are counts of held-out scores, sparse and parted by spaces."""
VERDICTS = ("accept", "hold", "reject")


class Count(NamedTuple):
    """What comments have in common: the first verdict, the way in which lines sway them, and the bin of their score."""

    verdict: str
    way: str
    bin: int


class Layer(Struct, dict=True):
    """Counts by bin for each way in which lines sway comments: three letters, the verdicts below, between and above the lines.

    ``ahr`` follows the score, ``hhr`` is at least held, ``aah`` and ``ahh`` are of authors whom nothing rejects; ``aaa``, ``hhh``
    and ``rrr`` do not move. Nothing is added any more once it was asked for a total or a split.
    """

    weight: float = 1.0
    ways: dict[str, list[int]] = {}

    @cached_property
    def total(self) -> int:
        """How many comments are counted here."""
        return sum(map(sum, self.ways.values()))

    @cached_property
    def _below(self) -> dict[str, list[int]]:
        """How many lie below each bin, by way."""
        return {way: list(accumulate(counts, initial=0)) for way, counts in self.ways.items()}

    @property
    def shape(self) -> list[int]:
        """How many that lines can move lie in each bin."""
        moving = [counts for way, counts in self.ways.items() if len(set(way)) > 1]
        return [sum(each) for each in zip(*moving, strict=True)] if moving else [0] * (BINS + 1)

    def add(self, way: str, place: int, count: int) -> None:
        """Count comments of a way in a bin."""
        self.ways.setdefault(way, [0] * (BINS + 1))[place] += count

    def split(self, hold: int, reject: int) -> tuple[int, int, int]:
        """Count what is accepted, held and rejected when holding begins with the bin ``hold``, rejecting with ``reject``."""
        parts = [0, 0, 0]
        for way, below in self._below.items():
            for letter, count in zip(way, (below[hold], below[reject] - below[hold], below[-1] - below[reject]), strict=True):
                parts["ahr".index(letter)] += count
        return parts[0], parts[1], parts[2]


def way_of(sway: Sway) -> str:
    """Write the way in which lines sway a comment."""
    return "".join(verdict.value[0] for verdict in (sway.below, sway.between, sway.above))


class Spread(Struct, frozen=True):
    """All comments, and the labelled ones among them as layers of ham and of bad ones."""

    all: Layer
    ham: tuple[Layer, ...] = ()
    bad: tuple[Layer, ...] = ()


class Rate(Struct, frozen=True):
    """A share with its 95 % interval, of ``trials`` (effective) comments."""

    value: float
    low: float
    high: float
    trials: float


class Split(Struct, frozen=True):
    """What lines make of a spread: shares of all ``count``, of ham rejected and held, of bad ones accepted (None without any)."""

    accept: Rate | None
    hold: Rate | None
    reject: Rate | None
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
    """Give the share of (weight, errors, comments) in all comments; None without any."""
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
    accept, held, rejected = (rate([(spread.all.weight, count, sum(counts))]) for count in counts)
    ham = [(layer.weight, layer.split(hold, reject), layer.total) for layer in spread.ham]
    bad = [(layer.weight, layer.split(hold, reject), layer.total) for layer in spread.bad]
    return Split(
        accept=accept,
        hold=held,
        reject=rejected,
        count=round(sum(counts) * spread.all.weight),
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


def of_traffic(counts: Mapping[Count, int], labelled: Mapping[tuple[Count, float, bool], int], share: float = 1.0) -> Spread:
    """Make a spread of stored comments, of which a ``share`` was looked at.

    ``labelled`` counts those that have a label by the chance with which they were drawn and whether they are bad. Labels of one
    first verdict stand together for all comments of that verdict, each by 1 / its chance (Hájek 1971).
    """
    everything, of_verdict = Layer(1 / share), dict.fromkeys(VERDICTS, 0)
    for each, count in counts.items():
        everything.add(each.way, each.bin, count)
        of_verdict[each.verdict] += count
    known = dict.fromkeys(VERDICTS, 0.0)
    for (each, chance, _bad), count in labelled.items():
        known[each.verdict] += count / chance
    layers: dict[tuple[str, float, bool], Layer] = {}
    for (each, chance, bad), count in labelled.items():
        weight = of_verdict[each.verdict] / known[each.verdict] / chance
        layers.setdefault((each.verdict, chance, bad), Layer(weight)).add(each.way, each.bin, count)
    worse = tuple(layer for key, layer in layers.items() if key[2])
    return Spread(everything, tuple(layer for key, layer in layers.items() if not key[2]), worse)


def of_card(ham: Sequence[int], bad: Sequence[int]) -> Spread:
    """Make a spread of a model's held-out scores."""
    both = [good + worse for good, worse in zip(ham, bad, strict=True)]
    everything, good, worse = (Layer(ways={"ahr": list(counts)}) for counts in (both, ham, bad))
    return Spread(everything, (good,), (worse,))


def packed(spread: Spread) -> dict[str, Any]:
    """Write a spread for the page's script."""
    return {"all": _layer(spread.all), "ham": [_layer(each) for each in spread.ham], "bad": [_layer(each) for each in spread.bad]}


def _layer(layer: Layer) -> dict[str, Any]:
    return {"w": round(layer.weight, 4), "ways": {way: _brief(counts) for way, counts in layer.ways.items()}}


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
