"""What happened to a comment, as one list in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from service.domain import Source
from service.moderation import Given, StoredComment
from service.store.queue import LEASE_SECONDS
from service.store.story import Made, Opened, Sent


class Event(Struct, frozen=True):
    """One step; ``kind`` says what it was, the template says it in words. ``verdict`` and ``by`` are empty where there is none."""

    at: float
    kind: str
    verdict: str = ""
    by: str = ""
    rule: str = ""
    model: str = ""
    note: str = ""
    sent: Sent | None = None
    opened: Opened | None = None


def timeline(stored: StoredComment, made: Sequence[Made], opened: Opened | None, sent: Sequence[Sent]) -> list[Event]:
    """Give every step, oldest first; of steps at one moment, cause before effect."""
    steps = [Event(stored.received_at, "received", note=stored.comment.door)]
    steps += [step for each in made for step in _decided(each, stored.labels)]
    steps += list(_queued(opened)) if opened is not None else []
    steps += [Event(each.at or each.created_at, "sent", sent=each) for each in sent]
    return sorted(steps, key=lambda step: step.at)


def _decided(each: Made, labels: Sequence[Given]) -> Iterator[Event]:
    decision = each.decision
    if decision.scores is not None:
        yield Event(decision.at, "scored", model=decision.scores.model)
    if decision.source is not Source.MODERATOR:
        yield Event(decision.at, "machine", decision.verdict, rule=decision.rule)
        return
    said = next((label for label in labels if label.at == decision.at and label.hand == each.by), None)
    kind = "undone" if decision.rule == "undone" else "feedback" if ":" in each.by else "person"
    yield Event(decision.at, kind, decision.verdict, each.by, note=said.kind if said is not None else "")


def _queued(opened: Opened) -> Iterator[Event]:
    yield Event(opened.opened_at, "queued", opened=opened)
    if opened.state == "waiting" and opened.claimed_until and opened.claimer:
        yield Event(opened.claimed_until - LEASE_SECONDS, "claimed", by=opened.claimer)
    if opened.act == "hold" and opened.acted_at is not None:
        yield Event(opened.acted_at, "second", by=opened.actor or "")
