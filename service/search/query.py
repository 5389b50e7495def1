"""Reads what someone typed into the search: words, "phrases", -negations, and operators such as ``author:ana score:>0.8``.

Everything must hold at once. What an operator needs that nobody can give is refused with its name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from service.domain import Site, Verdict
from service.search import documents
from service.search.words import words

LONGEST = 500
"""Characters of a search; what is longer is cut."""

MOST = 32
"""Parts of a search that are looked at."""

Why = Literal["unknown", "value", "empty", "quote"]
OPERATORS = ("author", "ip", "domain", "site", "verdict", "by", "score", "lang", "before", "after", "rule", "model")
_PART = re.compile(r"(-?)(?:([A-Za-z]+):(?!//))?(?:\"([^\"]*)\"|(\S+))?")
_VERDICTS = {"accept": "accept", "accepted": "accept", "hold": "hold", "held": "hold", "reject": "reject", "rejected": "reject"}
_SCORE = re.compile(r"(>=|<=|>|<|=)?(\d*\.?\d+)(%?)(?:\.\.(\d*\.?\d+)(%?))?")
_AGO = re.compile(r"(\d{1,4})([hdw])")
_UNITS = {"h": 3600, "d": 86_400, "w": 604_800}


class BadSearch(ValueError):  # named like the other refusals
    """A search that cannot be made: ``operator`` is the one that is wrong, ``value`` what it was given, ``why`` in a word."""

    def __init__(self, why: Why, operator: str, value: str = "") -> None:
        super().__init__(f"{why}: {operator}")
        self.why: Why = why
        self.operator = operator
        self.value = value


class Term(Struct, frozen=True):
    """One of these phrases must be in a document, or none of them. A phrase is words parted by spaces."""

    phrases: tuple[str, ...]
    negated: bool = False

    def fits(self, document: str) -> bool:
        """Tell whether it holds for a document, which has a space at either end."""
        return self.negated != any(f" {phrase} " in document for phrase in self.phrases)


class Query(Struct, frozen=True):
    """What to find. ``low`` and ``high`` bound the score, both included; times are epoch seconds, ``before`` not included.

    ``by`` are people who decided, ``not_by`` who did not; empty ``site_ids`` and ``verdicts`` find nothing.
    """

    site_ids: tuple[int, ...]
    terms: tuple[Term, ...] = ()
    verdicts: frozenset[str] = frozenset(Verdict)
    by: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    low: float = 0.0
    high: float = math.inf
    after: float = 0.0
    before: float = math.inf

    @property
    def scored(self) -> bool:
        """Tell whether a comment without a score cannot be meant."""
        return self.low > 0 or self.high < math.inf


def parse(text: str, sites: Sequence[Site], now: float) -> Query:
    """Read a search over these sites. Raises BadSearch."""
    query = Query(tuple(site.id for site in sites))
    if text.count('"') % 2:
        raise BadSearch("quote", '"')
    for number, match in enumerate(_PART.finditer(text[:LONGEST].replace("\0", " "))):
        minus, operator, quoted, plain = match.groups()
        if not match[0] or number > MOST * 2:
            continue
        value = quoted if quoted is not None else plain or ""
        if operator is None:
            query = _with_phrase(query, words(value), negated=bool(minus))
        else:
            query = _with_operator(query, operator.lower(), value.strip(), sites, now, negated=bool(minus))
    return query


def of_author(site_id: int, author_key: int) -> Query:
    """Give the query for everything that an author wrote on a site."""
    return Query((site_id,), (Term((documents.author_fact(author_key),)),))


def _with_phrase(query: Query, phrase: Sequence[str], *, negated: bool) -> Query:
    return _with_term(query, [" ".join(phrase)], negated=negated) if phrase else query


def _with_term(query: Query, phrases: Iterable[str], *, negated: bool) -> Query:
    return replace(query, terms=(*query.terms, Term(tuple(phrases), negated)))


def _with_operator(query: Query, operator: str, value: str, sites: Sequence[Site], now: float, *, negated: bool) -> Query:
    if operator not in OPERATORS:
        raise BadSearch("unknown", operator, value)
    if not value:
        raise BadSearch("empty", operator)
    if (facts := _FACTS.get(operator)) is not None:
        try:
            return _with_term(query, facts(value), negated=negated)
        except ValueError:
            raise BadSearch("value", operator, value) from None
    if operator == "site":
        return _with_site(query, value, sites, negated=negated)
    if operator == "by":
        return replace(query, not_by=(*query.not_by, value)) if negated else replace(query, by=(*query.by, value))
    if operator == "verdict":
        chosen = _verdict(value)
        kept = query.verdicts - {chosen} if negated else query.verdicts & {chosen}
        return replace(query, verdicts=frozenset(kept))
    return _with_bounds(query, operator, value, now, negated=negated)


def _with_bounds(query: Query, operator: str, value: str, now: float, *, negated: bool) -> Query:
    if operator == "score":
        low, high = _score(value)
        if negated:
            raise BadSearch("value", operator, f"-{value}")
        return replace(query, low=max(low, query.low), high=min(high, query.high))
    at = _time(operator, value, now)
    if (operator == "after") != negated:
        return replace(query, after=max(at, query.after))
    return replace(query, before=min(at, query.before))


def _with_site(query: Query, value: str, sites: Sequence[Site], *, negated: bool) -> Query:
    meant = {site.id for site in sites if value.casefold() in {site.name.casefold(), str(site.id)}}
    if not meant:
        raise BadSearch("value", "site", value)
    return replace(query, site_ids=tuple(each for each in query.site_ids if (each in meant) != negated))


def _verdict(value: str) -> str:
    if (chosen := _VERDICTS.get(value.lower())) is None:
        raise BadSearch("value", "verdict", value)
    return chosen


def _score(value: str) -> tuple[float, float]:
    """Read ``>0.8``, ``<=30%``, ``0.4..0.6``, or one number, which is meant to a hundredth."""
    match = _SCORE.fullmatch(value)
    if match is None or (match[1] and match[4]):
        raise BadSearch("value", "score", value)
    first = float(match[2]) / (100 if match[3] else 1)
    if match[4]:
        return first, float(match[4]) / (100 if match[5] else 1)
    bounds = {
        ">": (math.nextafter(first, 2), math.inf),
        ">=": (first, math.inf),
        "<": (0.0, math.nextafter(first, -1)),
        "<=": (0.0, first),
    }
    return bounds.get(match[1] or "", (first - 0.005, first + 0.005))


def _time(operator: str, value: str, now: float) -> float:
    """Read a day or a moment (ISO 8601, UTC unless it says otherwise), or how long ago: ``12h``, ``7d``, ``2w``."""
    if ago := _AGO.fullmatch(value.lower()):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise BadSearch("value", operator, value) from None


def _author(value: str) -> list[str]:
    if "@" in value and "." in value:
        return [documents.email_fact(value)]
    phrase = documents.named(words(value))
    if not phrase:
        raise ValueError(value)
    return [" ".join(phrase)]


_FACTS: dict[str, Callable[[str], list[str]]] = {
    "author": _author,
    "ip": documents.network_facts,
    "domain": lambda value: [documents.domain_fact(value.removeprefix("www."))],
    "lang": lambda value: [documents.lang_fact(value)],
    "rule": lambda value: [documents.rule_fact(value.strip().lower().replace(" ", "_"))],
    "model": lambda value: documents.model_facts(value)[:1],
}
