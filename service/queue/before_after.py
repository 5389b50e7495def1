"""What an entry of the audit log changed: values before and after, side by side and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from service.queue.figures import number
from service.queue.languages import N_, gettext
from service.store.audit import Entry

_MOST = 300
_WORDS = {
    "spam": N_("Spam"),
    "abuse": N_("Abuse"),
    "hold_at": N_("Hold from"),
    "reject_at": N_("Reject from"),
    "allow": N_("Allow list"),
    "block": N_("Block list"),
    "hold": N_("Hold list"),
    "words": N_("Words"),
    "patterns": N_("Patterns"),
    "authors": N_("Names of authors"),
    "emails": N_("E-mail addresses of authors"),
    "domains": N_("Domains"),
    "ips": N_("Network addresses"),
    "trusted_after": N_("Accepted comments that make an author trusted"),
    "first_time": N_("Hold first comments"),
    "max_links": N_("Hold above so many links"),
    "flood_limit": N_("At most so many comments of one author or address"),
    "flood_seconds": N_("in so many seconds"),
    "audit": N_("Share of accepted and rejected comments shown for the audit"),
    "reasons": N_("Reasons to reject"),
    "rules": N_("Rules"),
    "never": N_("never"),
    "always": N_("always"),
    "links": N_("with links"),
}


def changes(entry: Entry) -> list[tuple[str, str, str]]:
    """Give name, before and after of whatever changed; the name is empty where there is only one value."""
    before, after = (dict(_flat(msgspec.json.decode(text))) for text in (entry.before, entry.after))
    names = dict.fromkeys([*before, *after])
    return [(_named(name), *_told(before.get(name), after.get(name))) for name in names if before.get(name) != after.get(name)]


def _flat(value: object, name: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value that says something under its path; what is empty says nothing."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(part, f"{name}.{key}" if name else str(key))
    elif value not in (None, [], ""):
        yield name, value


def _named(path: str) -> str:
    return ": ".join(gettext(_WORDS.get(part, part)) for part in path.split(".")) if path else ""


def _told(before: object, after: object) -> tuple[str, str]:
    short = _said(before), _said(after)
    return short if short[0] != short[1] else (_raw(before), _raw(after))


def _said(value: object) -> str:
    """Write a value for people: of things with a name their names."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext(N_("yes") if value else N_("no"))
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return _cut(
            ", ".join(gettext(str(each["name"])) if isinstance(each, dict) and "name" in each else _raw(each) for each in value)
        )
    return _cut(gettext(_WORDS.get(str(value), str(value))))


def _raw(value: object) -> str:
    if value is None:
        return ""
    return _cut(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"
