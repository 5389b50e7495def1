"""A human's word on a comment: the label, the decision that follows, and all that hangs on it, in one transaction."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from service.domain import Decision, Label, Source, Verdict
from service.store import events, places, storable
from service.store.batch import day_of, decision_row
from service.store.schema import comments, decisions, labels, queue_items, tallies
from service.store.statements import Statements

_AGAIN = 15.0
"""Seconds after which a word is told that another one had silenced: by then its own hand cannot take it back any more."""
_COUNTED = {Verdict.ACCEPT: "accepted", Verdict.HOLD: "held", Verdict.REJECT: "rejected"}
_ANSWER = {Label.HAM: Verdict.ACCEPT, Label.SPAM: Verdict.REJECT, Label.ABUSE: Verdict.REJECT}


NOBODY: dict[str, Any] = {"act": "", "acted_by": None, "acted_at": None}
"""What an item says that was closed without a moderator's act: whoever asked for a second opinion before cannot reopen it."""


class NoSuchComment(LookupError):  # named like the other answers
    """The site has no comment of this id."""


class Labelled(Struct, frozen=True):
    """What became of a label: the verdict now, the one before, and whether the same hand had said the same already."""

    verdict: Verdict
    before: Verdict
    repeated: bool = False


class Word(Struct, frozen=True):
    """What a human says: ``hand`` is who, ``trust`` in [0, 1] how much it weighs in training, ``kind`` the kind of abuse.

    ``tell_site`` is False when the site's own software said so: it is not called back with its own word.
    """

    label: Label
    hand: str
    trust: float
    at: float
    kind: str = ""
    tell_site: bool = True


def record_label(connection: Connection, site_id: int, comment_id: str, word: Word, undo: float = 0.0) -> Labelled:
    """Store the label, append the moderator's decision, close the queue item, correct the author's counts, tell the site.

    The same word of the same hand as the newest label changes nothing, nor does the site's echo of what it was told. A test
    comment is answered and not learned from. What is told leaves after ``undo`` seconds. Raises NoSuchComment.
    """
    comment = _locked(connection, site_id, comment_id)
    before, now = Verdict(comment.verdict), _ANSWER[word.label]
    former = _newest_label(connection, comment_id)
    if comment.is_test:
        return Labelled(before, before)
    if former is not None and (former.label, former.hand) == (word.label.value, storable.text(word.hand)):
        return Labelled(before, before, repeated=True)
    if not word.tell_site and now is before and events.told_by_callback(connection, comment_id, now):
        return Labelled(before, before, repeated=True)
    number = _append_decision(connection, comment, now, word)
    _insert_label(connection, comment, number, word)
    _close_item(connection, comment_id, word.at)
    former_label = Label(former.label) if former is not None else None
    _correct_author(connection, comment, (before, now), (former_label, word.label))
    _correct_tally(connection, comment, former_label, word.label)
    events.tell_of_word(connection, comment, number, (before, now), word, undo)
    return Labelled(now, before)


def withdraw_label(
    connection: Connection, site_id: int, comment_id: str, hand: str, at: float, said_at: float | None = None
) -> Labelled | None:
    """Take back the newest label, if it is that hand's: the verdict before it is in force again, and nothing is told of it.

    The decision stays in the history, followed by one that undoes it. A word that had taken the place of one not told yet gives
    that place back. None if another hand spoke since; ``repeated`` if the hand said nothing at ``said_at``, where that matters,
    because it had said the same before. Raises NoSuchComment.
    """
    comment = _locked(connection, site_id, comment_id)
    newest = select(labels).where(labels.c.comment_id == comment_id).order_by(labels.c.number.desc()).limit(1)
    label = connection.execute(newest).one_or_none()
    if label is None or label.hand != storable.text(hand):
        return None
    if said_at not in (None, label.at):
        return Labelled(Verdict(comment.verdict), Verdict(comment.verdict), repeated=True)
    connection.execute(labels.delete().where(labels.c.comment_id == comment_id, labels.c.number == label.number))
    former, said = _newest_label(connection, comment_id), Label(label.label)
    earlier = select(decisions.c.verdict).where(decisions.c.comment_id == comment_id, decisions.c.number == label.number - 1)
    now, before = Verdict(connection.execute(earlier).scalar_one()), Verdict(comment.verdict)
    former_label = Label(former.label) if former is not None else None
    _append(connection, comment, Decision(now, "undone", ("taken back",), Source.MODERATOR, at), hand)
    _correct_author(connection, comment, (before, now), (said, former_label))
    _correct_tally(connection, comment, said, former_label)
    told = events.withdraw(connection, comment_id, at)
    if former is not None and not events.told_of(connection, comment_id, former.number):
        word = Word(Label(former.label), former.hand, former.trust, at, former.kind, tell_site=events.CALLBACK in told)
        known = told.get("comment.redecided") or events.told_last(connection, comment_id) or _first(connection, comment_id)
        events.tell_of_word(connection, comment, former.number, (known, now), word, _AGAIN)
    return Labelled(now, before)


def _locked(connection: Connection, site_id: int, comment_id: str) -> Row[*tuple[Any, ...]]:
    query = select(comments).where(comments.c.id == comment_id, comments.c.site_id == site_id)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise NoSuchComment("The site has no comment of this id.")
    return row


def _newest_label(connection: Connection, comment_id: str) -> Row[*tuple[Any, ...]] | None:
    query = select(labels).where(labels.c.comment_id == comment_id)
    return connection.execute(query.order_by(labels.c.number.desc()).limit(1)).one_or_none()


def _insert_label(connection: Connection, comment: Row[*tuple[Any, ...]], number: int, word: Word) -> None:
    values = {
        "comment_id": comment.id,
        "number": number,
        "site_id": comment.site_id,
        "label": word.label.value,
        "kind": storable.text(word.kind),
        "hand": storable.text(word.hand),
        "trust": storable.number(word.trust),
        "at": word.at,
    }
    connection.execute(labels.insert().values(values))


def _append_decision(connection: Connection, comment: Row[*tuple[Any, ...]], verdict: Verdict, word: Word) -> int:
    decision = Decision(verdict, "moderator", (f"labelled {word.label}",), Source.MODERATOR, word.at)
    return _append(connection, comment, decision, word.hand)


def _append(connection: Connection, comment: Row[*tuple[Any, ...]], decision: Decision, hand: str) -> int:
    newest = select(func.max(decisions.c.number)).where(decisions.c.comment_id == comment.id)
    number: int = connection.execute(newest).scalar_one() + 1
    row = decision_row(comment.id, number, comment.site_id, decision, storable.text(hand))
    connection.execute(decisions.insert().values(row))
    connection.execute(comments.update().where(comments.c.id == comment.id).values(verdict=decision.verdict.value))
    return number


def _close_item(connection: Connection, comment_id: str, at: float) -> None:
    waiting = (queue_items.c.comment_id == comment_id) & (queue_items.c.state == "waiting")
    values = NOBODY | {"state": "decided", "version": queue_items.c.version + 1, "closed_at": at}
    connection.execute(queue_items.update().where(waiting).values(values))
    places.close(connection, [comment_id])


def _correct_author(
    connection: Connection,
    comment: Row[*tuple[Any, ...]],
    verdicts: tuple[Verdict, Verdict],
    said: tuple[Label | None, Label | None],
) -> None:
    """Let the author's counts follow: they tell of the verdicts and labels in force."""
    change: dict[str, int] = {}
    for sign, verdict, label in ((-1, verdicts[0], said[0]), (1, verdicts[1], said[1])):
        names = (_COUNTED[verdict],) + ((("ham" if label is Label.HAM else "spam"),) if label else ())
        for name in names:
            change[name] = change.get(name, 0) + sign
    if comment.author_key is None or not any(change.values()):
        return
    counts = [change.get(name, 0) for name in ("accepted", "held", "rejected", "ham", "spam")]
    seen = int(comment.received_at * 1_000_000)
    # added to the row or to come before it: the ledger may not have written it yet
    Statements(connection).insert("identities", [(comment.author_key, comment.site_id, *counts, seen, seen, 0)])


def _correct_tally(connection: Connection, comment: Row[*tuple[Any, ...]], former: Label | None, label: Label | None) -> None:
    """Count a machine's mistake once, on the day the comment came: spam accepted, or ham rejected."""
    machine = _first(connection, comment.id)
    was, now = _mistake(machine, former), _mistake(machine, label)
    values = {name: tallies.c[name] + step for name, step in ((was, -1), (now, 1)) if name is not None and was != now}
    if values:
        day = (tallies.c.site_id == comment.site_id) & (tallies.c.day == day_of(comment.received_at))
        connection.execute(tallies.update().where(day).values(values))


def _first(connection: Connection, comment_id: str) -> Verdict:
    query = select(decisions.c.verdict).where(decisions.c.comment_id == comment_id, decisions.c.number == 0)
    return Verdict(connection.execute(query).scalar_one())


def _mistake(machine: Verdict, label: Label | None) -> str | None:
    if label is Label.HAM and machine is Verdict.REJECT:
        return "false_rejects"
    if label in (Label.SPAM, Label.ABUSE) and machine is Verdict.ACCEPT:
        return "missed_spam"
    return None
