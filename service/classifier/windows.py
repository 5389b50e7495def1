"""A long comment is worth its worst part: good words around a spam do not wash it clean.

A text of more words than the table's window is searched window by window for the one that speaks most for a head by its words.
Where that share reaches the table's ``suspect``, the window is read as a comment of its own, signals and all. Its log-odds count
in full from ``KNEE`` up; below, each point less counts ``SLOPE`` times, so that a window that merely looks odd does not move an
honest long comment.
"""

from __future__ import annotations

import math

from msgspec import Struct, structs

from service.classifier.kernels import Table, Weighed, Worst
from service.domain import Reading
from service.text.reading import read

KNEE = 1.5
SLOPE = 3.0


class Deciding(Struct, frozen=True):
    """What decided one head.

    ``reading`` is of the whole or of a window, which stands at ``start`` to ``end`` of the normalised text; ``less`` is by how
    much ``logit`` is below the reading's own sum.
    """

    logit: float
    reading: Reading
    start: int
    end: int
    less: float = 0.0


def decide(table: Table, reading: Reading, weighed: Weighed | None = None) -> list[Deciding]:
    """What decides each head, in the order of HEADS; ``weighed`` is the reading if that was done already."""
    spam, abuse, worst = weighed or table.weigh(reading.normalised, reading.fields, reading.vector)
    end = len(reading.normalised)
    whole = [Deciding(spam, reading, 0, end), Deciding(abuse, reading, 0, end)]
    return whole if worst is None else [_worse(table, place, *pair) for place, pair in enumerate(zip(whole, worst, strict=True))]


def part_of(reading: Reading, start: int, end: int) -> Reading:
    """A window of the normalised text, read as a comment of the same author."""
    return read(structs.replace(reading.comment, text=reading.normalised[start:end]))


def bend(logit: float) -> float:
    """What a window's log-odds count."""
    return logit if logit >= KNEE else KNEE - SLOPE * (KNEE - logit)


def probability(logit: float) -> float:
    """1 / (1 + exp(-logit)), for any logit."""
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -700.0 else 0.0


def _worse(table: Table, place: int, whole: Deciding, worst: Worst) -> Deciding:
    start, end, share = worst
    if (start, end) == (whole.start, whole.end) or share < table.suspect[place]:
        return whole
    part = part_of(whole.reading, start, end)
    own = table.logits(part.normalised, part.fields, part.vector)[place]
    counted = bend(own)
    return whole if counted <= whole.logit else Deciding(counted, part, start, end, own - counted)
