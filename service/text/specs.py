"""How a signal is described."""

from __future__ import annotations

from typing import NamedTuple

UNKNOWN = -1.0
"""The value of a signal that a source cannot know."""

FLAG, COUNT, SHARE, KNOWN_FLAG = "0 or 1", "count", "share", "0 or 1, -1 unknown"


class SignalSpec(NamedTuple):
    """One signal: its name, what it says, the unit of its value, and why it is there or where it comes from."""

    name: str
    doc: str
    unit: str
    source: str
