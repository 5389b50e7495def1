"""The place of a text that a search found, with the words that it was found by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.queue.passages import Passage
from service.search import documents
from service.search.query import Query

_BEFORE, _LENGTH = 60, 280
_MOST_WORDS = 16


def snippet(text: str, query: Query) -> list[Passage]:
    """Cut the place around the first hit out of a text, in one line, hits marked ``hit``; accents are not looked through."""
    line = " ".join(text.split())
    pattern = _pattern(query)
    first = pattern.search(line) if pattern is not None else None
    start = max(first.start() - _BEFORE, 0) if first is not None and first.end() > _LENGTH else 0
    start = line.rfind(" ", 0, start) + 1 if start else 0
    shown = ("… " if start else "") + line[start : start + _LENGTH] + (" …" if len(line) > start + _LENGTH else "")
    return list(_cut(shown, pattern)) if pattern is not None else [Passage(shown)]


def _cut(text: str, pattern: re.Pattern[str]) -> Iterator[Passage]:
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield Passage(text[end : match.start()])
        yield Passage(match[0], "hit")
        end = match.end()
    if end < len(text):
        yield Passage(text[end:])


def _pattern(query: Query) -> re.Pattern[str] | None:
    phrases = [phrase for term in query.terms if not term.negated for phrase in term.phrases]
    typed = [phrase for phrase in phrases if not phrase.startswith((documents.FACT, documents.NAMED))][:_MOST_WORDS]
    if not typed:
        return None
    words = [r"[\W_]{1,8}".join(map(re.escape, phrase.split(" "))) for phrase in sorted(typed, key=len, reverse=True)]
    return re.compile(f"(?<![^\\W_])(?:{'|'.join(words)})(?![^\\W_])", re.IGNORECASE)
