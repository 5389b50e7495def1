"""Calls everyone to account after moderators worked: each comment was decided once, each decision told once, each deed logged.

What is checked is written down three times over by different parts (decisions, labels and items; the outbox and its receiver; the
audit log) and a fourth time by the moderators, who noted what they were told.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from service.store import audit
from service.store.audit import Entry
from service.store.schema import comments, decisions, labels, outbox, queue_items

_VERDICT = {"ham": "accept", "spam": "reject", "abuse": "reject"}
_DECIDED = {"comment.accept": "accept", "comment.reject": "reject"}


@dataclass
class Told:
    """What moderators were told: acts by person and moment, and how often they came too late or never knew."""

    done: Counter[tuple[int, float]] = field(default_factory=Counter)
    refused: int = 0
    unknown: int = 0
    undone: int = 0
    seconds: list[float] = field(default_factory=list)
    faults: Counter[int] = field(default_factory=Counter)

    def figures(self) -> dict[str, Any]:
        """The counts, for a report."""
        return {
            "acts": len(self.done),
            "too_late": self.refused,
            "taken_back": self.undone,
            "never_knew": self.unknown,
            "answers_5xx": dict(self.faults),
        }


def faults(connection: Connection, told: Told, received: Sequence[bytes] | None = None) -> list[str]:
    """Give every fault that is found, in words; ``received`` is what a webhook was sent, if one listened."""
    found = _of_comments(connection) + _of_outbox(connection) + _of_deeds(connection, told)
    if received is not None:
        found += _of_receiver(connection, received)
    broken = audit.broken_at(connection)
    return found + ([f"the audit chain breaks at {broken}"] if broken is not None else [])


def _by_comment(connection: Connection, table: Any, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    query = select(table.c.comment_id, *(table.c[name] for name in names)).order_by(table.c.comment_id, table.c.number)
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for comment_id, *row in connection.execute(query):
        found[comment_id].append(tuple(row))
    return found


def _of_comments(connection: Connection) -> list[str]:
    """Each comment is decided, has one label, and its decisions are one more than those taken back."""
    verdicts = {row.id: row.verdict for row in connection.execute(select(comments.c.id, comments.c.verdict))}
    states = {row[0]: row[1] for row in connection.execute(select(queue_items.c.comment_id, queue_items.c.state))}
    decided, said = (
        _by_comment(connection, decisions, "number", "rule", "verdict"),
        _by_comment(connection, labels, "number", "label"),
    )
    found = []
    for comment_id, verdict in verdicts.items():
        history, given = decided[comment_id], said[comment_id]
        rules = [rule for _, rule, _ in history[1:]]
        turns = ["moderator", "undone"] * (len(rules) // 2) + ["moderator"]
        right = {
            "is not decided": states[comment_id] == "decided",
            "has not one label": len(given) == 1,
            "has gaps in its history": [number for number, _, _ in history] == list(range(len(history))),
            "was decided twice over": rules == turns,
            "has a verdict that nobody gave": verdict == history[-1][2] and [_VERDICT[label] for _, label in given] == [verdict],
            "has a label of another decision": [number for number, _ in given] == [history[-1][0]],
        }
        found += [f"{comment_id} {fault}: {rules} {given} {verdict}" for fault, fine in right.items() if not fine]
    return found


def _of_outbox(connection: Connection) -> list[str]:
    """Of each kind there is one message of the decision in force, and none of one that was taken back."""
    newest = {comment_id: rows[-1] for comment_id, rows in _by_comment(connection, labels, "number", "label").items()}
    found = []
    for kind in ("feedback.received", "comment.redecided"):
        query = select(outbox.c.comment_id, outbox.c.number, outbox.c.payload).where(outbox.c.kind == kind)
        rows = connection.execute(query).all()
        told = Counter(row.comment_id for row in rows)
        found += [f"{kind} {comment_id} was written {told[comment_id]} times" for comment_id in newest if told[comment_id] != 1]
        for comment_id, number, payload in rows:
            wanted, data = newest.get(comment_id), json.loads(payload)["data"]
            if wanted is None or (number, data["verdict"]) != (wanted[0], _VERDICT[wanted[1]]):
                found.append(f"{kind} {comment_id} tells of what is not in force")
    return found


def _of_receiver(connection: Connection, received: Sequence[bytes]) -> list[str]:
    """The site heard of each comment once, and the same that is in force."""
    verdicts = {row.id: row.verdict for row in connection.execute(select(comments.c.id, comments.c.verdict))}
    heard: dict[tuple[str, str], list[str]] = defaultdict(list)
    for body in received:
        message = json.loads(body)
        heard[message["type"], message["data"]["id"]].append(message["data"]["verdict"])
    kinds = ("feedback.received", "comment.redecided")
    return [
        f"the site heard of {comment_id} {heard[kind, comment_id]} in {kind}"
        for comment_id, verdict in verdicts.items()
        for kind in kinds
        if heard[kind, comment_id] != [verdict]
    ]


def _of_deeds(connection: Connection, told: Told) -> list[str]:
    """The log has a deed for each decision and each taking back, in their order, and every act that a moderator was told of."""
    deeds: dict[str, list[Entry]] = defaultdict(list)
    moments: Counter[tuple[int | None, float]] = Counter()
    for entry in audit.everything(connection):
        if entry.what.startswith("comment."):
            deeds[entry.target].append(entry)
            moments[entry.person_id, entry.at] += entry.what != "comment.undo"
    found = []
    for comment_id, history in _by_comment(connection, decisions, "number", "rule", "verdict", "by", "at").items():
        done = [("undone" if rule == "undone" else verdict, by, at) for _, rule, verdict, by, at in history[1:]]
        logged = [(_named(entry), entry.who, entry.at) for entry in deeds[comment_id] if _named(entry)]
        if done != logged:
            found.append(f"{comment_id} was decided {done}, and the log says {logged}")
    acts = {moment for moment, count in moments.items() if count}
    lost = [moment for moment in told.done if moment not in acts]
    unclaimed = len(acts - set(told.done))
    if unclaimed > told.unknown:
        found.append(f"{unclaimed} acts are logged that nobody was told of")
    return found + [f"an act was told and is not in the log: {moment}" for moment in lost]


def _named(entry: Entry) -> str:
    if entry.what == "comment.undo":
        return "" if json.loads(entry.before) == "hold" else "undone"
    return _DECIDED.get(entry.what, "")
