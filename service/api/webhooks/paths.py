"""Dotted paths into a platform's JSON: ``data.comment.id``, ``items[0].text``; ``a.b|c`` takes the first that holds anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from service.api.limits import MAX_CHARACTERS, MAX_CONTEXT, MAX_CONTEXT_CHARACTERS

_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")


def value_at(payload: Any, path: str) -> Any:  # noqa: ANN401 # whatever JSON holds
    """Give the value at a path, None when there is nothing."""
    for one in path.split("|"):
        found = payload
        for name, place in _STEP.findall(one.strip()):
            found = _step(found, name, place)
        if found is not None and found != "":
            return found
    return None


def _step(value: Any, name: str, place: str) -> Any:  # noqa: ANN401 # as above
    if place:
        return value[int(place)] if isinstance(value, list) and int(place) < len(value) else None
    return value.get(name) if isinstance(value, dict) else None


def text_at(payload: Any, path: str) -> str:  # noqa: ANN401 # as above
    """Give the value at a path as text; empty for what is none."""
    return _text(value_at(payload, path))


def _text(value: Any) -> str:  # noqa: ANN401 # as above
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def comment_fields(payload: Any, places: Mapping[str, str]) -> dict[str, Any]:  # noqa: ANN401 # as above
    """Give the fields of a comment that are there, cut to what the service stores."""
    found: dict[str, Any] = {}
    for name, path in places.items():
        if name == "context":
            listed = value_at(payload, path)
            texts = [_text(each)[:MAX_CONTEXT_CHARACTERS] for each in listed] if isinstance(listed, list) else []
            found[name] = tuple(filter(None, texts))[:MAX_CONTEXT]
        elif text := text_at(payload, path):
            found[name] = text[: MAX_CHARACTERS[name]]
    return found
