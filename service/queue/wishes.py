"""A search made into a rule, as far as rules can say what the search asked for."""

from __future__ import annotations

import itertools
import re
from typing import Any

from service.conditions import LONGEST_NAME, Condition, OwnRule

_PART = re.compile(r"(-?)(?:([A-Za-z]+):(?!//))?(?:\"([^\"]*)\"|(\S+))")
_SCORE = re.compile(r"(>=?|<=?)?(\d*\.?\d+)(?:\.\.(\d*\.?\d+))?")
_MOST_TOGETHER = 3
"""A pattern asks for so many words in any order; more would be too many orders."""


def rule_of_search(search: str) -> tuple[OwnRule, list[str]]:
    """Give a rule to begin with, and the parts of the search that no rule can ask for."""
    asked: dict[str, list[str]] = {}
    ranges: dict[str, Any] = {}
    phrases, left = [], []
    for match in _PART.finditer(search[:500]):
        minus, operator, quoted, plain = match.groups()
        value = (quoted if quoted is not None else plain).strip()
        if not operator and not minus:
            phrases.append(value)
        elif minus or not _take(operator.lower(), value, asked, ranges):
            left.append(match[0])
    lists: dict[str, Any] = {name: tuple(dict.fromkeys(values)) for name, values in asked.items()}
    words, patterns = _together([phrase for phrase in phrases if phrase])
    if phrases and not words and not patterns:
        left += phrases
    when = Condition(words=words, patterns=patterns, **lists, **ranges)
    return OwnRule(name=" ".join(search.split())[:LONGEST_NAME], verdict="hold", when=when), left


def _take(operator: str, value: str, asked: dict[str, list[str]], ranges: dict[str, Any]) -> bool:
    """Take an operator over; False where no rule can ask for it."""
    kinds = {"ip": "ips", "domain": "domains", "lang": "languages"}
    if operator == "author":
        asked.setdefault("emails" if "@" in value else "authors", []).append(value)
    elif operator in kinds:
        asked.setdefault(kinds[operator], []).append(value)
    elif operator == "score" and (found := _SCORE.fullmatch(value)) is not None:
        sign, one, other = found.groups()
        if sign is None or not sign.startswith("<"):
            ranges["spam_from"] = float(one)
        if other or (sign or "").startswith("<"):
            ranges["spam_below"] = float(other or one)
    else:
        return operator == "site"
    return True


def _together(phrases: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ask for one phrase as it is, for a few of them as a pattern of all their orders."""
    if len(phrases) == 1:
        return tuple(phrases), ()
    if not 1 < len(phrases) <= _MOST_TOGETHER:
        return (), ()
    orders = itertools.permutations(re.escape(phrase) for phrase in phrases)
    return (), ("(?s)" + "|".join(".*".join(order) for order in orders),)
