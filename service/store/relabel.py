"""Deciding a comment wherever it stands, waiting or long decided, and taking that back; the queue's own acts are reused.

What was seen is named by the number of its newest decision: if someone decided since, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select

from service.domain import Verdict
from service.store import audit, feedback, places, queue, storable
from service.store.audit import Deed
from service.store.feedback import Word
from service.store.queue import Act, Hand, Mark, Taken
from service.store.schema import comments, decisions, labels, queue_items

_c, _q = comments.c, queue_items.c


class Seen(Struct, frozen=True):
    """A comment as someone saw it: ``number`` is that of its newest decision."""

    id: str
    number: int


def act(
    connection: Connection, site_ids: Sequence[int], seen: Sequence[Seen], what: Act, hand: Hand, undo: float
) -> tuple[int, list[Taken]]:
    """Decide comments of those sites; gives how many were, and those that were not. ``hold`` puts them into the queue again.

    What sites are told leaves after ``undo`` seconds.
    """
    audit.take_turn(connection)
    done, taken = 0, []
    for each in seen:
        mark = _waiting(connection, each)
        if mark is not None:
            count, late = queue.act(connection, site_ids, [mark], what, hand, undo)
        else:
            count, late = _again(connection, site_ids, each, what, hand, undo)
        done += count
        taken += late
    return done, taken


def _waiting(connection: Connection, seen: Seen) -> Mark | None:
    """Give the item that waits, if the comment is as it was seen."""
    row = connection.execute(
        select(_q.version).where(_q.comment_id == storable.text(seen.id), _q.state == "waiting")
    ).scalar_one_or_none()
    return Mark(seen.id, row) if row is not None and _number(connection, seen.id) == seen.number else None


def _number(connection: Connection, comment_id: str) -> int | None:
    newest = select(func.max(decisions.c.number)).where(decisions.c.comment_id == storable.text(comment_id))
    return connection.execute(newest).scalar()


def _again(
    connection: Connection, site_ids: Sequence[int], seen: Seen, what: Act, hand: Hand, undo: float
) -> tuple[int, list[Taken]]:
    mine = (_c.id == storable.text(seen.id)) & _c.site_id.in_(site_ids)
    row = connection.execute(select(_c.id, _c.site_id, _c.verdict).where(mine).with_for_update()).one_or_none()
    if row is None:
        return 0, [Taken(seen.id, "", "", 0.0)]
    if _number(connection, row.id) != seen.number:
        return 0, [_taken(connection, row.id)]
    if what.label is None:
        _reopen(connection, row.id, row.site_id, row.verdict, hand)
    else:
        word = Word(what.label, hand.name, what.trust, hand.at, kind=what.kind)
        feedback.record_label(connection, row.site_id, row.id, word, undo)
    audit.append(connection, _deed(hand, f"comment.{what.verdict}", row.site_id, row.id, row.verdict, what.kind or None))
    return 1, []


def _deed(hand: Hand, what: str, site_id: int, target: str, before: object, after: object = None) -> Deed:
    who: dict[str, Any] = {"at": hand.at, "who": hand.name, "person_id": hand.person_id}
    return Deed(**who, what=what, site_id=site_id, target=target, before=before, after=after)


def _taken(connection: Connection, comment_id: str) -> Taken:
    d = decisions.c
    query = select(d.verdict, d.by, d.at).where(d.comment_id == comment_id).order_by(d.number.desc()).limit(1)
    verdict, by, at = connection.execute(query).one()
    return Taken(comment_id, verdict, by, at)


def _reopen(connection: Connection, comment_id: str, site_id: int, verdict: str, hand: Hand) -> None:
    """Let a decided comment wait for a second opinion; its verdict stays until someone gives one."""
    d = decisions.c
    first = connection.execute(select(d.rule, d.spam, d.abuse).where(d.comment_id == comment_id, d.number == 0)).one()
    risk = max(first.spam, first.abuse) if first.spam is not None else 1.0
    fresh = {"state": "waiting", "closed_at": None, "second": True, "claimed_by": None, "opened_at": hand.at}
    places.reopen(connection, site_id, comment_id)
    mine = queue_items.update().where(_q.comment_id == comment_id)
    if connection.execute(mine.values({**fresh, "version": _q.version + 1, "act": ""})).rowcount:
        return
    why = "held" if verdict == Verdict.HOLD else "reported"
    about = {"comment_id": comment_id, "site_id": site_id, "why": why, "chance": 1.0, "rule": first.rule, "risk": risk}
    connection.execute(queue_items.insert().values({**about, **fresh, "doubt": abs(risk - 0.5)}))


def acted(connection: Connection, site_ids: Sequence[int], hand: Hand, at: float) -> list[tuple[int, str]]:
    """Give site and id of the comments that a hand labelled at that moment."""
    said = (labels.c.at == at) & (labels.c.hand == storable.text(hand.name)) & labels.c.site_id.in_(site_ids)
    return [(row[0], row[1]) for row in connection.execute(select(labels.c.site_id, labels.c.comment_id).where(said))]


def undo(connection: Connection, found: Sequence[tuple[int, str]], hand: Hand) -> int:
    """Take the hand's newest word on these comments back where it is still the newest; gives on how many."""
    audit.take_turn(connection)
    done = 0
    for site_id, comment_id in found:
        labelled = feedback.withdraw_label(connection, site_id, comment_id, hand.name, hand.at)
        if labelled is not None:
            done += 1
            audit.append(connection, _deed(hand, "comment.undo", site_id, comment_id, str(labelled.before), str(labelled.verdict)))
    return done
