"""The use-case of a dry run: the last comments of a site judged once more, by the policy in force and by another one.

Both judge the same reading, the scores that were stored, and what was known of the author when the comment came, so that whatever
differs is owed to the change alone. Done in a thread, in short steps, with a limit of time: comments that arrive go first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from service.domain import Decision, Verdict
from service.lookback import Lookback
from service.policy import Policy, decide
from service.store import past
from service.store.past import Known, Past
from service.text.reading import read

T = TypeVar("T")
Look = Callable[[Callable[[Connection], T]], Awaitable[T]]

MOST = 10_000
SECONDS = 6.0
SHOWN = 100
_PAGE = 250
STEP = 16
REST = 0.002
"""Seconds that the thread rests after so many comments: who waits for the interpreter meanwhile gets it."""
EXCERPT = 400
"""Characters of a comment that are shown."""


class Changed(Struct, frozen=True):
    """A comment whose verdict would have been another; ``label`` is what a human said since, or empty. ``text`` is an excerpt."""

    id: str
    received_at: float
    author: str
    text: str
    before: Decision
    after: Decision
    label: str

    @property
    def better(self) -> bool | None:
        """Tell whether humans would rather have had the other verdict; None when nobody said, or it makes no difference."""
        if not self.label:
            return None
        wanted = Verdict.ACCEPT if self.label == "ham" else Verdict.REJECT
        off = [abs(each.verdict.severity - wanted.severity) for each in (self.before, self.after)]
        return off[1] < off[0]


class Outcome(Struct, frozen=True):
    """What a change would have done: of so many comments that were ``looked_at``, back to the time ``since``, so many ``changed``.

    ``shown`` are the newest of them; ``pairs`` count by verdict before and after; ``better`` and ``worse`` those on which a human
    gave a word; ``tags`` the comments that would have got another tag. ``whole`` tells that neither time nor number cut it short.
    """

    looked_at: int
    changed: int
    pairs: dict[tuple[Verdict, Verdict], int]
    shown: tuple[Changed, ...]
    better: int
    worse: int
    since: float
    seconds: float
    whole: bool
    tags: dict[str, int] = {}


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Sum up the outcomes of several sites; shown are the newest of all."""
    pairs: dict[tuple[Verdict, Verdict], int] = {}
    tags: dict[str, int] = {}
    for each in outcomes:
        for pair, count in each.pairs.items():
            pairs[pair] = pairs.get(pair, 0) + count
        for tag, count in each.tags.items():
            tags[tag] = tags.get(tag, 0) + count
    shown = sorted((one for each in outcomes for one in each.shown), key=lambda one: -one.received_at)
    return Outcome(
        sum(each.looked_at for each in outcomes),
        sum(each.changed for each in outcomes),
        pairs,
        tuple(shown[:SHOWN]),
        sum(each.better for each in outcomes),
        sum(each.worse for each in outcomes),
        min((each.since for each in outcomes if each.looked_at), default=0.0),
        sum(each.seconds for each in outcomes),
        all(each.whole for each in outcomes),
        tags,
    )


class Rehearsal:
    """One look back."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self._before, self._after = before, after
        self.authors = Lookback()
        self.shown: list[Changed] = []
        self.pairs: dict[tuple[Verdict, Verdict], int] = {}
        self.tags: dict[str, int] = {}
        self.better = self.worse = self.looked_at = 0

    def judge(self, comments: Sequence[Past], until: float) -> bool:
        """Judge comments, newest first; False when the time (monotonic) was up before the last of them."""
        for place, each in enumerate(comments):
            if place % STEP == STEP - 1:
                if time.monotonic() >= until:
                    return False
                time.sleep(REST)
            self._one(each)
        return True

    def _one(self, each: Past) -> None:
        history = self.authors.before(each.trace)
        reading, scores, at = read(each.comment), each.decision.scores, each.received_at
        before = decide(reading, scores, history, self._before, at)
        after = decide(reading, scores, history, self._after, at)
        self.looked_at += 1
        if after.tag and after.tag != before.tag:
            self.tags[after.tag] = self.tags.get(after.tag, 0) + 1
        if before.verdict is after.verdict:
            return
        pair = before.verdict, after.verdict
        self.pairs[pair] = self.pairs.get(pair, 0) + 1
        comment = each.comment
        changed = Changed(each.id, at, comment.author, comment.text[:EXCERPT], before, after, each.label)
        self.better += changed.better is True
        self.worse += changed.better is False
        if len(self.shown) < SHOWN:
            self.shown.append(changed)


class Rehearsals:
    """Dry runs, one at a time. ``look`` reads from the store."""

    def __init__(self, look: Look) -> None:  # type: ignore[type-arg] # it is generic in what each look gives
        self._look = look
        self._busy: asyncio.Lock | None = None

    async def run(self, site_id: int, before: Policy, after: Policy, most: int = MOST, seconds: float = SECONDS) -> Outcome:
        """Say what ``after`` would have changed; both policies have their lines. Raises Unavailable."""
        self._busy = self._busy or asyncio.Lock()
        async with self._busy:
            return await self._run(site_id, Rehearsal(before, after), most, seconds)

    async def _run(self, site_id: int, rehearsal: Rehearsal, most: int, seconds: float) -> Outcome:
        begun = time.monotonic()
        mark: tuple[float, str] | None = None
        whole = True
        while rehearsal.looked_at < most and whole:
            found: list[Past] = await self._look(_page(site_id, mark, min(_PAGE, most - rehearsal.looked_at)))
            if not found:
                break
            traces = [each.trace for each in found]
            asked = rehearsal.authors.missing(traces)
            rehearsal.authors.meet(asked, await self._look(_authors(asked)), traces)
            whole = await asyncio.to_thread(rehearsal.judge, found, begun + seconds)
            mark = found[-1].received_at, found[-1].id
        return Outcome(
            rehearsal.looked_at,
            sum(rehearsal.pairs.values()),
            rehearsal.pairs,
            tuple(rehearsal.shown),
            rehearsal.better,
            rehearsal.worse,
            mark[0] if mark is not None else 0.0,
            time.monotonic() - begun,
            whole,
            rehearsal.tags,
        )


def _page(site_id: int, mark: tuple[float, str] | None, limit: int) -> Callable[[Connection], list[Past]]:
    return lambda connection: past.recent(connection, site_id, mark, limit)


def _authors(asked: set[int]) -> Callable[[Connection], dict[int, Known]]:
    return lambda connection: past.known(connection, asked)
