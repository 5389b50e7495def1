"""What each person sets for themselves."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

Theme = Literal["auto", "light", "dark"]
Density = Literal["comfortable", "compact"]


class Preferences(Struct, frozen=True, omit_defaults=True):
    """Settings of one person. ``language`` is a code, or empty for the browser's; ``keymap`` holds actions on other keys.

    ``keys`` switches single-key shortcuts (WCAG 2.1.4). For the moderator's own good ``blur`` hides abusive words and links,
    ``veil`` whole comments until they are pointed at, and ``mute`` shows everything in small grey type.
    ``reminders``: they may be told by e-mail that much waits.
    """

    theme: Theme = "auto"
    density: Density = "comfortable"
    language: str = ""
    keys: bool = True
    keymap: dict[str, str] = {}
    blur: bool = False
    veil: bool = False
    mute: bool = False
    reminders: bool = True


def read(stored: str) -> Preferences:
    """Read what was stored; what this version does not understand counts as not set."""
    try:
        return msgspec.json.decode(stored, type=Preferences)
    except msgspec.MsgspecError:
        return Preferences()


def write(preferences: Preferences) -> str:
    """Give what to store."""
    return msgspec.json.encode(preferences).decode()
