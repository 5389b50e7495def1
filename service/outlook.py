"""The use-case of other lines: what a site's policy would make of its last comments, wherever the lines of one head lie.

Each is judged anew, newest first: by the policy and the model in force, with what was known of the author when it came. Done in a
thread, in short steps: comments that arrive go first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Container, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import Connection

from service.domain import History
from service.judging import Judge
from service.lookback import Lookback
from service.rehearsal import REST, STEP, Look
from service.store import past
from service.store.past import Known, Past, Trace
from service.sway import Asked, Sway

if TYPE_CHECKING:
    from service.classifier.classifier import Classifier

_AT_ONCE = 500
Span = tuple[float, float]


class Seen(Struct, frozen=True):
    """A comment and how far the lines sway it; ``chance`` is that with which a labelled one was drawn for the queue, else 0."""

    past: Past
    sway: Sway
    chance: float


class Choice:
    """Which comments are looked at; without another choice all of them."""

    authors: Container[int] | None = None
    """Those whose past matters; None: all."""

    def traces(self, traces: Sequence[Trace], chances: Mapping[str, float]) -> Sequence[Trace]:  # noqa: ARG002 # another may ask
        """Choose by what a comment left, and by the chances of those that have labels."""
        return traces


class Outlook:
    """One look back over a site's comments, a span of time after another, each earlier than the one before. ``look`` reads."""

    def __init__(self, look: Look, site_id: int, asked: Asked, model: Classifier | None, choice: Choice | None = None) -> None:  # type: ignore[type-arg] # as Look is
        self._look, self._site_id, self._asked, self._model = look, site_id, asked, model
        self._choice = choice or Choice()
        self._authors, self._judge = Lookback(), Judge()

    async def look_at(self, span: Span) -> list[Seen]:
        """Say of the comments of a span [begin, end) how far the lines sway them, newest first. Raises Unavailable."""
        site_id = self._site_id
        traces: list[Trace] = await self._look(lambda connection: past.traces(connection, site_id, *span))
        chances: dict[str, float] = await self._look(lambda connection: past.chances(connection, site_id, *span))
        chosen = {trace.id for trace in self._choice.traces(traces, chances)}
        asked = self._authors.missing(traces, self._choice.authors)
        self._authors.meet(asked, await self._look(_known(asked)), traces)
        seen: list[Seen] = []
        for start in range(0, len(traces), _AT_ONCE):
            before = [(trace, self._authors.before(trace)) for trace in traces[start : start + _AT_ONCE]]
            histories = {trace.id: history for trace, history in before if trace.id in chosen}
            found: list[Past] = await self._look(_of([trace for trace, _history in before if trace.id in chosen]))
            swayed = await asyncio.to_thread(self._read, found, histories)
            seen += [Seen(each, sway, chances.get(each.id, 0.0)) for each, sway in swayed]
        return seen

    def _read(self, found: Sequence[Past], histories: Mapping[str, History]) -> list[tuple[Past, Sway]]:
        swayed = []
        for place, each in enumerate(found):
            if place % STEP == STEP - 1:
                time.sleep(REST)
            swayed.append((each, self._sway(each, histories[each.id])))
        return swayed

    def _sway(self, each: Past, history: History) -> Sway:
        """Judge one comment; by the scores that it has, where they are of the model in force or its text was erased."""
        reading, scores = self._judge.read(each.comment), each.decision.scores
        if each.comment.text and (scores is None or self._model is None or scores.model != self._model.version):
            scores = self._judge.score(self._model, reading)
        return self._asked.sway(reading, scores, history)


def _known(asked: set[int]) -> Callable[[Connection], dict[int, Known]]:
    return lambda connection: past.known(connection, asked) if asked else {}


def _of(traces: Sequence[Trace]) -> Callable[[Connection], list[Past]]:
    return lambda connection: past.of(connection, traces) if traces else []
