"""Whether scores still look as they did: the population stability index of one week against the week before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import log

from msgspec import Struct

from service.queue.languages import N_

GROUPS = 10
FEWEST = 500
"""Comments a week below which chance alone would look like drift: its expected share is near (groups - 1)(1/n + 1/m)."""
SOME, MUCH = 0.1, 0.25
"""Readings after Siddiqi, Credit Risk Scorecards (2006): below the first nothing of note, above the second much has changed."""

READINGS = {
    "few": N_("Too few comments to tell"),
    "none": N_("No drift to speak of"),
    "some": N_("Some drift: look at what changed"),
    "much": N_("Much drift: the model sees other comments than before"),
}


class Drift(Struct, frozen=True):
    """The index (None with too few comments), what it says, and how many comments each week had."""

    index: float | None
    reading: str
    before: int
    after: int


def drift(before: Sequence[int], after: Sequence[int]) -> Drift:
    """Compare two weeks' counts by score: both are cut where the earlier one has tenths."""
    whole, now = sum(before), sum(after)
    if min(whole, now) < FEWEST:
        return Drift(None, "few", whole, now)
    edges = _tenths(before)
    index = psi(_grouped(before, edges), _grouped(after, edges))
    return Drift(index, "none" if index < SOME else "some" if index < MUCH else "much", whole, now)


def psi(expected: Sequence[int], actual: Sequence[int]) -> float:
    """Sum (a - e) ln(a / e) over groups, of shares; half a comment is added to each group so that none is empty."""
    groups = len(expected)
    shares = [[(count + 0.5) / (sum(counts) + 0.5 * groups) for count in counts] for counts in (expected, actual)]
    return float(sum((now - then) * log(now / then) for then, now in zip(*shares, strict=True)))


def _tenths(counts: Sequence[int]) -> list[int]:
    """Give the bins before which the groups end; a bin with many comments may be a group of its own."""
    whole, sums = sum(counts), list(accumulate(counts))
    edges = {
        next(place for place, reached in enumerate(sums) if reached * GROUPS >= whole * number) + 1 for number in range(1, GROUPS)
    }
    return sorted(edges - {len(counts)})


def _grouped(counts: Sequence[int], edges: Sequence[int]) -> list[int]:
    return [sum(counts[begin:end]) for begin, end in zip([0, *edges], [*edges, len(counts)], strict=True)]
