"""Acts on many items, in portions: between two of them others' comments get their verdicts, however much one moderator decides.

Every item is an act of its own anyhow; together they have the moment, by which all are taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from service.queue.visit import Visit
from service.store import queries, queue
from service.store.queue import Act, Hand, Mark, Taken

PORTION = 16
"""So many take a few hundredths of a second."""
_GRACE = 1.5
_TOLD_AFTER = 2.0
"""Seconds more: what was asked for at the last moment is still taken back, and only then leaves what was not."""
_TOLD_LATER = 0.02
"""Seconds for each item more: nothing of a long act may leave while it is being taken back."""


def hand_of(visit: Visit) -> Hand:
    """Give who acts, at the moment of the visit."""
    return Hand(visit.person.id, visit.person.name, visit.at)


async def window(visit: Visit, comment_ids: Sequence[str]) -> float:
    """Give the seconds in which one act on those comments can be taken back: the most that one of their sites has."""
    known = {site.id: visit.pages.moderation.undo_window(site) for site in visit.sites}
    most = max(known.values(), default=0.0)
    if len(set(known.values())) < 2 or not comment_ids:  # all sites have the same
        return most
    found = await visit.look(lambda connection: queries.sites_of(connection, comment_ids))
    return max((known[each] for each in found if each in known), default=most)


def told_after(undo: float, count: int) -> float:
    """Give the seconds after which sites are told of an act on so many comments that can be undone for so long."""
    return undo + _TOLD_AFTER + _TOLD_LATER * count if undo else 0.0


async def too_late(visit: Visit, at: float, comment_ids: Sequence[str]) -> bool:
    """Tell whether what was done to those comments at a moment can be taken back no more."""
    return not 0 <= visit.at - at <= await window(visit, comment_ids) + _GRACE


async def act(visit: Visit, marks: Sequence[Mark], what: Act, undo: float) -> tuple[int, list[Taken]]:
    """Act on items of the visit's sites, to be undone for so many seconds; gives how many were acted on, and those that were not.

    Raises Overloaded, Unavailable.
    """
    ids, hand, delay = visit.site_ids, hand_of(visit), told_after(undo, len(marks))
    done, taken = 0, []
    for start in range(0, len(marks), PORTION):
        portion = marks[start : start + PORTION]
        count, late = await visit.write(partial(queue.act, site_ids=ids, marks=portion, what=what, hand=hand, undo=delay))
        done += count
        taken += late
    visit.pages.counts.forget()
    return done, taken


async def acted(visit: Visit, at: float) -> list[str]:
    """Give the items on which the visitor acted last at a moment."""
    ids, person = visit.site_ids, visit.person.id
    return await visit.look(lambda connection: queue.acted(connection, ids, person, at))


async def undo(visit: Visit, at: float, items: Sequence[str]) -> int:
    """Take back what the visitor did to items at a moment, as far as nobody acted since; gives on how many. Raises as above."""
    hand, done = hand_of(visit), 0
    for start in range(0, len(items), PORTION):
        portion = items[start : start + PORTION]
        done += await visit.write(partial(queue.undo, hand=hand, at=at, only=portion))
    visit.pages.counts.forget()
    return done
