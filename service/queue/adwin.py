"""When a mean changed: adaptive windowing (ADWIN; Bifet and Gavaldà 2007), on days instead of single values.

A window grows day by day. Wherever its older and its newer part differ by more than chance allows, the older part is dropped: that
is a change. The bound is theirs, for values in [0, 1]; a difference below ``LEAST`` is left alone, however sure: nobody would act
on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log, sqrt

from msgspec import Struct

DELTA = 0.002
"""About how often a window that does not change is cut all the same."""
LEAST = 0.01


class Day(Struct, frozen=True):
    """How many values a day had, their sum, and that of their squares; ``at`` is its beginning (epoch seconds)."""

    at: float
    count: int
    total: float
    squares: float


class Change(Struct, frozen=True):
    """About when a mean changed, from what and to what."""

    at: float
    before: float
    after: float


def changes(days: Iterable[Day]) -> list[Change]:
    """Give the changes in a run of days, oldest first."""
    window: list[Day] = []
    found = []
    for day in days:
        if not day.count:
            continue
        window.append(day)
        while (place := _cut(window)) is not None:
            old, new = _sum(window[:place]), _sum(window[place:])
            found.append(Change(window[place].at, old.total / old.count, new.total / new.count))
            window = window[place:]
    return found


def _cut(window: Sequence[Day]) -> int | None:
    """Give where the older part ends whose difference is furthest beyond its bound; None where none is."""
    whole = _sum(window)
    mean = whole.total / whole.count
    variance = max(0.0, whole.squares / whole.count - mean * mean)
    doubt = log(2 * log(max(whole.count, 3)) / DELTA)
    best, place, count, total = 0.0, None, 0, 0.0
    for number, day in enumerate(window[:-1], 1):
        count, total = count + day.count, total + day.total
        others = whole.count - count
        difference = abs(total / count - (whole.total - total) / others)
        harmonic = 1 / (1 / count + 1 / others)
        beyond = difference - sqrt(2 / harmonic * variance * doubt) - 2 / (3 * harmonic) * doubt
        if beyond > best and difference >= LEAST:
            best, place = beyond, number
    return place


def _sum(days: Sequence[Day]) -> Day:
    counts = sum(day.count for day in days), sum(day.total for day in days), sum(day.squares for day in days)
    return Day(days[0].at, *counts)
