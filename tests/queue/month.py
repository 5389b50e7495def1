"""A month of traffic, written straight into the tables: comments with scores, decisions by the lines, audit draws, labels."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, insert

from service.domain import Lines
from service.store.batch import day_of
from service.store.ids import new_id
from service.store.schema import comments, decisions, labels, queue_items, tallies

DAYS = 30
LINES = Lines(0.6, 0.97)
AUDIT = 0.05
_WORDS = ["garden", "harbour", "council", "bridge", "school", "music", "evening", "winter", "bread", "ticket", "forest", "market"]
_ADS = ["casino", "followers", "crypto", "pills", "loan", "jackpot", "invest", "cheap", "bonus", "winner"]


def score(dice: random.Random, *, bad: bool) -> float:
    """Mostly right: spam near 1, ham near 0, some of each in between."""
    return dice.betavariate(5, 0.7) if bad else dice.betavariate(0.6, 7)


def rows(count: int, at: float, site_id: int, model: str, seed: int = 1) -> Iterator[tuple[dict[str, Any], ...]]:
    """Comment, decision, and for some an item and a label, of each of so many comments, oldest first."""
    dice = random.Random(seed)
    for number in range(count):
        received = at - DAYS * 86_400 * (1 - number / count)
        bad = dice.random() < 0.3
        spam, abuse = round(score(dice, bad=bad), 4), round(dice.betavariate(0.5, 12), 4)
        verdict = "reject" if spam >= LINES.reject_at else "hold" if spam >= LINES.hold_at else "accept"
        words = " ".join(dice.choices(_ADS + _WORDS[:3] if bad else _WORDS, k=12))
        text = f"{words} https://shop{number % 20}.example/now" if bad else words
        comment_id = new_id(received)
        comment = {"id": comment_id, "received_at": received, "verdict": verdict, "text": text, "author": f"Reader {number % 997}"}
        decision = {"comment_id": comment_id, "verdict": verdict, "spam": spam, "abuse": abuse, "model": model, "at": received}
        decision["rule"] = {"accept": "below_lines", "hold": "score_holds", "reject": "score_rejects"}[verdict]
        drawn = verdict != "hold" and dice.random() < AUDIT
        item = label = None
        if verdict == "hold" or drawn:
            item = {
                "comment_id": comment_id,
                "why": "audit" if drawn else "held",
                "chance": AUDIT if drawn else 1.0,
                "opened_at": received,
            }
            item |= {"risk": spam, "doubt": abs(spam - 0.5), "rule": decision["rule"], "state": "waiting"}
            if number < count * 0.97:
                item |= {"state": "decided", "closed_at": received + 600, "acted_by": 1, "acted_at": at - 8.0 * (count - number)}
                label = {"comment_id": comment_id, "label": "spam" if bad else "ham", "at": received + 600}
        yield comment, decision, item, label


def fill(connection: Connection, count: int, at: float, site_id: int, model: str) -> None:
    """Write a month of so many comments."""
    known = iter(rows(count, at, site_id, model))
    while chunk := list(itertools.islice(known, 5_000)):
        _write(connection, comments, [each[0] for each in chunk], site_id, revision="", match_key=0, is_test=False, counted=True)
        _write(connection, decisions, [each[1] for each in chunk], site_id, number=0, reasons="[]", source="model")
        _write(connection, queue_items, [each[2] for each in chunk], site_id)
        _write(connection, labels, [each[3] for each in chunk], site_id, number=0, hand="Ana", trust=1.0)
    _tally(connection, count, at, site_id, model)


def _write(connection: Connection, table: Any, chunk: list[Any], site_id: int, **same: Any) -> None:
    full = [{"site_id": site_id, **same, **each} for each in chunk if each is not None]
    for _, alike in itertools.groupby(sorted(full, key=sorted), key=sorted):
        connection.execute(insert(table), list(alike))


def _tally(connection: Connection, count: int, at: float, site_id: int, model: str) -> None:
    days: dict[str, dict[str, int]] = {}
    for comment, *_ in rows(count, at, site_id, model):
        day = days.setdefault(day_of(comment["received_at"]), {"accepted": 0, "held": 0, "rejected": 0})
        day[{"accept": "accepted", "hold": "held", "reject": "rejected"}[comment["verdict"]]] += 1
    connection.execute(insert(tallies), [{"site_id": site_id, "day": day, **counts} for day, counts in days.items()])
