"""Labelled comments of a site, put into the store as they lie there."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from service.store.ids import new_id
from service.store.schema import comments, decisions, labels
from tests.queue.given import site_id, stored
from tests.serving import Service
from tests.training.given import a_text


class Lesson(NamedTuple):
    """A comment and what was said of it, oldest first: label, hand, trust."""

    text: str
    said: tuple[tuple[str, str, float], ...]
    author: str = "Ana"
    is_test: bool = False


def some(count: int, seed: int = 1, kinds: str = "ham spam") -> list[Lesson]:
    """Lessons of these kinds in turn, of which no two say the same."""
    dice, words = random.Random(seed), kinds.split()
    said = [words[number % len(words)] for number in range(count)]
    return [Lesson(f"{a_text(kind, dice)} {seed} {number}", ((kind, "Mo", 1.0),)) for number, kind in enumerate(said)]


def teach(service: Service, site: str, lessons: Iterable[Lesson]) -> None:
    """Let a site have had these comments, a second apart, up to now."""
    where, given = site_id(service, site), list(lessons)
    begun = time.time() - len(given)
    stored(service, lambda connection: [_put(connection, where, begun + place, each) for place, each in enumerate(given)])


def forget_all(service: Service) -> None:
    """Take every label, decision and comment away again."""
    stored(service, lambda connection: [connection.execute(table.delete()) for table in (labels, decisions, comments)])


def _put(connection: Connection, site: int, at: float, lesson: Lesson) -> None:
    id_, found = new_id(at), {"site_id": site}
    row = {"received_at": at, "verdict": "hold", "revision": "", "match_key": 0, "is_test": lesson.is_test, "counted": True}
    connection.execute(comments.insert().values(id=id_, text=lesson.text, author=lesson.author, **row, **found))
    first = {"verdict": "hold", "rule": "score_holds", "reasons": "[]", "source": "model", "at": at}
    connection.execute(decisions.insert().values(comment_id=id_, number=0, **first, **found))
    for number, (label, hand, trust) in enumerate(lesson.said):
        word = {"label": label, "hand": hand, "trust": trust, "at": at + number / 1000}
        connection.execute(labels.insert().values(comment_id=id_, number=number, **word, **found))
