"""Acts on many items, in portions: between two of them others' comments get their verdicts, however much one moderator decides.

Every item is an act of its own anyhow; together they have the moment, by which all are taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from service.queue.visit import UNDO_SECONDS, Visit
from service.store import queue
from service.store.queue import Act, Hand, Mark, Taken

PORTION = 16
"""So many take a few hundredths of a second."""
_TOLD_AFTER = UNDO_SECONDS + 2.0
_TOLD_LATER = 0.02
"""Seconds for each item more: nothing of a long act may leave while it is being taken back."""


def hand_of(visit: Visit) -> Hand:
    """Give who acts, at the moment of the visit."""
    return Hand(visit.person.id, visit.person.name, visit.at)


async def act(visit: Visit, marks: Sequence[Mark], what: Act) -> tuple[int, list[Taken]]:
    """Act on items of the visit's sites; gives how many were acted on, and those that were not. Raises Overloaded, Unavailable."""
    ids, hand, undo = visit.site_ids, hand_of(visit), _TOLD_AFTER + _TOLD_LATER * len(marks)
    done, taken = 0, []
    for start in range(0, len(marks), PORTION):
        portion = marks[start : start + PORTION]
        count, late = await visit.write(partial(queue.act, site_ids=ids, marks=portion, what=what, hand=hand, undo=undo))
        done += count
        taken += late
    visit.pages.counts.forget()
    return done, taken


async def undo(visit: Visit, at: float) -> int:
    """Take back what the visitor did at a moment, as far as nobody acted since; gives on how many items. Raises as above."""
    ids, hand = visit.site_ids, hand_of(visit)
    acted = await visit.look(lambda connection: queue.acted(connection, ids, hand.person_id, at))
    done = 0
    for start in range(0, len(acted), PORTION):
        portion = acted[start : start + PORTION]
        done += await visit.write(partial(queue.undo, hand=hand, at=at, only=portion))
    visit.pages.counts.forget()
    return done
