"""What normalising took off a text: evidence in itself."""

from __future__ import annotations


class Removed:
    """Counts of disguises, filled while a text is normalised. Zero everywhere means that nothing hid anything."""

    __slots__ = (
        "anchors",
        "bbcode",
        "dots",
        "drawn",
        "entities",
        "hidden",
        "invisible",
        "leet",
        "lookalikes",
        "marks",
        "runs",
        "spaced",
    )

    def __init__(self) -> None:
        self.anchors = self.bbcode = self.dots = self.entities = self.hidden = self.invisible = 0
        self.leet = self.lookalikes = self.marks = self.drawn = self.spaced = self.runs = 0

    @property
    def any(self) -> bool:
        """Whether anything was taken off."""
        return self is not NOTHING


NOTHING = Removed()
"""Shared by all texts that wore no disguise; never written to."""
