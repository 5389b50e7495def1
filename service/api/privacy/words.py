"""What the page says. Every sentence must stay true of the program; a language is a JSON file beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The page in one language. ``{site}``, ``{who}``, ``{hosts}``, ``{days}`` and ``{version}`` stand for what the page knows."""

    own_name: str
    this_site: str
    title: str
    intro: str
    stored_heading: str
    stored: str
    fields: tuple[str, ...]
    derived: str
    how_long_heading: str
    how_long: str
    how_long_days: str
    how_long_unknown: str
    short_lived: tuple[str, ...]
    who_heading: str
    moderators: str
    operators: str
    recipients: str
    nobody_else: str
    decided_heading: str
    decided: str
    model: str
    no_model: str
    rights_heading: str
    rights: str
    contact: str
    contact_unknown: str


@cache
def languages() -> dict[str, Words]:
    """Give the page's words by language code, English first."""
    files = sorted(Path(__file__).parent.glob("*.json"), key=lambda file: (file.stem != "en", file.stem))
    return {file.stem: msgspec.json.decode(file.read_bytes(), type=Words) for file in files}
