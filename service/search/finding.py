"""Answers a search, newest comments first and a page at a time: first what is not indexed yet, then the index, then what is older.

However rare the matches are, a page is not sought for longer than the budget: it then tells how far back it has looked, and the
next one goes on from there.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from service.domain import Comment
from service.search import documents
from service.search.query import Query, Term
from service.store import search
from service.store.search import TOP, Candidate, Wanted
from service.text.reading import read

BUDGET_SECONDS = 0.15
_CHUNKS = (200, 500)
_STRIPES = (20_000, 160_000)
_CURSOR = re.compile("[0-9a-f]{12,33}")


class Page(Struct, frozen=True):
    """Ids of comments, newest first. ``after`` is the cursor of what follows, empty at the end.

    ``whole`` is False when the time was up before the page was full: older comments than ``after`` were not looked at yet.
    """

    ids: list[str]
    after: str = ""
    whole: bool = True


def read_words(site_id: int, author_key: int | None, comment: Comment, rule: str, model: str) -> str:
    """Give the words that a comment is found by; without those that the filter reads if it cannot be read."""
    try:
        reading = read(comment)
        normalised, domains = reading.normalised, reading.domains
    except Exception:  # a comment must not decide whether others are found
        normalised, domains = comment.text, ()
    return documents.document(site_id, author_key, comment, normalised, domains, rule, model)


def words_of(each: Candidate) -> str:
    """Give the words of a candidate."""
    return read_words(each.site_id, each.author_key, each.comment, each.rule, each.model)


def find(connection: Connection, query: Query, after: str = "", limit: int = 50, budget: float = BUDGET_SECONDS) -> Page:
    """Give a page of what fits, older than the cursor ``after``."""
    seeker = _Seeker(connection, query, after, limit, time.monotonic() + budget)
    if not query.site_ids or not query.verdicts or query.low > query.high or query.after >= query.before:
        return Page([])
    return seeker.page()


class _Seeker:
    """One page in the making: ``_below`` is where it has come to, going back in time."""

    def __init__(self, connection: Connection, query: Query, after: str, limit: int, until: float) -> None:
        self._connection = connection
        self._query = query
        self._limit = limit
        self._until = until
        self._found: list[str] = []
        self._below = min(after if _CURSOR.fullmatch(after) else TOP, _moment(query.before))
        self._floor = _moment(query.after)

    def page(self) -> Page:
        for start, indexed in self._parts():
            since = max(start, self._floor)
            if since < self._below and not (self._index(since) if indexed else self._walk(since)):
                full = len(self._found) > self._limit
                return Page(self._found[: self._limit], self._found[self._limit - 1] if full else self._below, whole=full)
        return Page(self._found)

    def _parts(self) -> Iterator[tuple[str, bool]]:
        """Give the stretches of time, newest first: where each begins (an id), and whether the index knows it."""
        marks = search.marks(self._connection)
        if self._query.by or not self._query.terms or not marks.get("head") or not search.ready(self._connection):
            yield "", False
            return
        yield marks["head"] + "0", False  # the shortest text above it
        yield marks.get("low", ""), True
        if marks.get("low"):
            yield "", False

    def _wanted(self, since: str) -> Wanted:
        query = self._query
        said = query.verdicts, query.by, query.not_by, query.low, query.high
        return Wanted(query.site_ids, *said, since=since, below=self._below)

    def _walk(self, since: str) -> bool:
        """Look at comments as they are stored; False when the page is full or the time is up."""
        size = _CHUNKS[0] if self._query.terms else self._limit + 1
        while True:
            rows = search.walk(self._connection, self._wanted(since), size)
            for row in rows:
                if self._fits(row):
                    self._found.append(row.id)
                    if len(self._found) > self._limit:
                        return False
                self._below = row.id
                if self._query.terms and self._late():  # else the database has chosen already, and nothing is left to look at
                    return False
            if len(rows) < size:
                self._below = since
                return True
            size = _CHUNKS[1]

    def _fits(self, row: Candidate) -> bool:
        if not self._query.terms:
            return True
        words = f" {words_of(row)} "
        return all(term.fits(words) for term in self._query.terms)

    def _index(self, since: str) -> bool:
        """Ask the index, for a longer stretch each time unless every match of it counts."""
        musts = [(term.phrases, term.negated) for term in (*self._sites(), *self._query.terms)]
        stripes = iter(_STRIPES)
        while self._below > since:
            stretch = self._wanted(since)
            if not stretch.plain:
                first = search.oldest_of(self._connection, self._below, next(stripes, _STRIPES[-1]))
                stretch = replace(stretch, since=max(since, first))
            self._found += search.matches(self._connection, musts, stretch, self._limit + 1 - len(self._found))
            if len(self._found) > self._limit:
                return False
            self._below = stretch.since
            if self._below > since and self._late():
                return False
        return True

    def _sites(self) -> tuple[Term, ...]:
        return (Term(tuple(documents.site_fact(site_id) for site_id in self._query.site_ids)),)

    def _late(self) -> bool:
        return time.monotonic() > self._until


def _moment(at: float) -> str:
    """Give what ids of that time and later are not below."""
    if at <= 0:
        return ""
    return TOP if math.isinf(at) else f"{int(at * 1000):012x}"
