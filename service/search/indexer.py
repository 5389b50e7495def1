"""Keeps the full-text index in the background: a few comments at a time, and only while nobody waits for the writer.

Two marks tell how far it has come: everything between ``low`` and ``head`` (comment ids) is indexed. ``head`` goes up with what
arrives, ``low`` down to the oldest comment; imports bring older ones, after them the way down begins anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection

from service.moderation import Moderation, Overloaded, Unavailable
from service.search.finding import words_of
from service.store import search
from service.store.search import Entry

_log = logging.getLogger(__name__)
AT_ONCE = 24
"""So many take the writer some four milliseconds."""

MARGIN_SECONDS = 10.0
"""Comments younger than this wait: an id is older than its row, and rows are not written in the order of their ids."""

BUSY = 20.0
"""So many comments a second are a load."""
_REST, _LONG_REST = 4.0, 40.0
"""So many times as long as a step took the writer is left alone; the longer one under a load, of whose processor time the index
would otherwise take a fifth."""
_PAUSE, _LONGEST_REST = 1.0, 2.0
_LONGEST_WAIT = 1.0
_QUIET_SECONDS = 5.0
_MERGE_PAGES = 64


class _Step(Struct, frozen=True):
    """What to do next: entries to add and where the marks are then, if they are now as they were when this was planned."""

    was: dict[str, str]
    then: dict[str, str]
    entries: tuple[Entry, ...] = ()
    merge: bool = False


def rest_after(took: float, rate: float) -> float:
    """Give the seconds to rest after a step of ``took`` seconds, while ``rate`` comments a second arrive."""
    return min(took * (_LONG_REST if rate > BUSY else _REST), _LONGEST_REST)


class Indexer:
    """The work beside the requests. ``run`` ends with its task."""

    def __init__(self, moderation: Moderation, margin: float = MARGIN_SECONDS) -> None:
        self._moderation = moderation
        self._margin = margin
        self._looked, self._written = time.monotonic(), moderation.writer.written

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            pause = _PAUSE
            try:
                pause = await self.step() or _PAUSE
            except (Unavailable, Overloaded):
                pass
            except Exception as error:  # the index is a convenience; comments are judged without it
                _log.error("the search index could not be written: %s", type(error).__name__)  # its message could quote a comment
                pause = 60.0
            await asyncio.sleep(pause)

    async def step(self) -> float:
        """Index what comes next; gives the seconds to rest, none where there is nothing. Raises Unavailable, Overloaded."""
        begun = time.monotonic()
        now = time.time()
        step = await self._moderation.look(lambda connection: _plan(connection, now, self._margin))
        if step is None:
            return 0.0
        await self._room(begun)
        written = time.monotonic()
        await self._moderation.writer.run(lambda connection: _do(connection, step))
        return rest_after(time.monotonic() - written, self._rate())

    async def catch_up(self) -> None:
        """Index everything there is."""
        while await self.step():
            pass

    def _rate(self) -> float:
        """Give how many comments a second were written since the last asking."""
        seconds, count = time.monotonic() - self._looked, self._moderation.writer.written - self._written
        self._looked, self._written = self._looked + seconds, self._written + count
        return count / max(seconds, 1e-9)

    async def _room(self, since: float) -> None:
        """Wait until nobody waits for the writer, but not for ever."""
        while self._moderation.writer.waiting and time.monotonic() - since < _LONGEST_WAIT:
            await asyncio.sleep(0.005)


def _plan(connection: Connection, now: float, margin: float) -> _Step | None:
    """Look for what comes next: what arrived, then what is older, then what an import brought, then what was erased."""
    marks = search.marks(connection)
    if marks.get("state") == "none":
        return None
    if "head" not in marks:
        start = f"{int((now - max(margin, 0)) * 1000):012x}"
        return _Step(marks, {"head": start, "low": start, "import": repr(search.last_import(connection))})
    return _up(connection, marks, now - margin) or _down(connection, marks) or _other(connection, marks, now)


def _up(connection: Connection, marks: dict[str, str], until: float) -> _Step | None:
    rows = search.newest(connection, marks["head"], f"{int(until * 1000):012x}", AT_ONCE, upwards=True)
    if not rows:
        return None
    return _Step(marks, {"head": rows[0].id}, _entries(rows))


def _down(connection: Connection, marks: dict[str, str]) -> _Step | None:
    if not marks.get("low"):
        return None
    rows = search.newest(connection, "", marks["low"], AT_ONCE)
    there = search.known(connection, [row.id for row in rows])  # an import's older neighbours
    missing = [row for row in rows if row.id not in there]
    return _Step(marks, {"low": rows[-1].id if len(rows) == AT_ONCE else ""}, _entries(missing))


def _other(connection: Connection, marks: dict[str, str], now: float) -> _Step | None:
    imported = search.last_import(connection)
    if repr(imported) != marks.get("import") and now - imported > _QUIET_SECONDS:
        return _Step(marks, {"low": marks["head"], "import": repr(imported)})
    return _Step(marks, {}, merge=True) if marks.get("merge") else None


def _entries(rows: Sequence[search.Candidate]) -> tuple[Entry, ...]:
    return tuple(Entry(row.id, words_of(row)) for row in rows)


def _do(connection: Connection, step: _Step) -> None:
    """Write a step, unless another process was faster."""
    if "head" not in step.was and not search.prepare(connection):
        search.set_mark(connection, "state", "none")
        return
    if search.marks(connection) != step.was:
        return
    if step.merge and search.merge(connection, _MERGE_PAGES):
        search.set_mark(connection, "merge", "")
    gone = search.erased(connection, [entry.comment_id for entry in step.entries])
    search.add(connection, [Entry(each.comment_id, "") if each.comment_id in gone else each for each in step.entries])
    for name, mark in step.then.items():
        search.set_mark(connection, name, mark)
