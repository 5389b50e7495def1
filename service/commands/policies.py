"""Policies as the command line takes them: a whole one from a file, or ``part=value``."""

from __future__ import annotations

from typing import Any

import msgspec

from service.commands import Refused
from service.policy import InvalidPolicy, Policy, policy_of

_PARTS = tuple(field.name for field in msgspec.structs.fields(Policy))
_LISTS = ("allow", "block", "hold")
_LINES = ("spam", "abuse")


def parsed(body: bytes) -> Policy:
    """Read a policy from JSON. Raises Refused, naming the part that is wrong."""
    try:
        return _usable(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("The policy file is not JSON.") from None


def changed(policy: Policy, values: list[str]) -> Policy:
    """Give the policy with parts replaced. Raises Refused, naming the part that is wrong.

    A value is ``max_links=3``, ``spam.hold_at=0.5``, ``block.domains=a.example,b.example`` (the whole list; empty clears it), or
    ``spam=default`` for the model's own lines.
    """
    parts: dict[str, Any] = msgspec.to_builtins(policy)
    for value in values:
        name, found, wanted = value.partition("=")
        if not found:
            raise Refused(f"{value!r} must have the form PART=VALUE, such as max_links=3.")
        _put(parts, name.strip(), wanted.strip())
    return _usable(parts)


def _put(parts: dict[str, Any], name: str, value: str) -> None:
    group, _, entry = name.partition(".")
    if name not in part_names() and not (name in _LINES and value == "default"):
        raise Refused(f"{name!r} is no part of a policy. Parts: {', '.join(part_names())}.")
    if not entry:
        parts[group] = None if group in _LINES else value
    elif group in _LISTS:
        parts[group] = {**parts[group], entry: [each.strip() for each in value.split(",") if each.strip()]}
    else:
        parts[group] = {**(parts[group] or {}), entry: value}


def part_names() -> list[str]:
    """Name every part that can be set."""
    names = [name for name in _PARTS if name not in (*_LISTS, *_LINES, "rules")]
    lines = [f"{group}.{end}" for group in _LINES for end in ("hold_at", "reject_at")]
    entries = msgspec.structs.fields(Policy().allow)
    return names + lines + [f"{group}.{entry.name}" for group in _LISTS for entry in entries]


def _usable(parts: Any) -> Policy:  # noqa: ANN401 # whatever JSON held
    """Check everything that can be wrong. Numbers may come as text."""
    try:
        return policy_of(parts, strict=False, whole="the whole")
    except InvalidPolicy as error:
        raise Refused(f"The policy cannot be used: {error}") from None
