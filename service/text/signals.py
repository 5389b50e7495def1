"""Named facts of a comment, one float each, in a fixed order."""

from __future__ import annotations

import math
from typing import NamedTuple

from service.domain import Comment


class SignalSpec(NamedTuple):
    """One signal: its name, what it says, the unit of its value and why it is there."""

    name: str
    doc: str
    unit: str
    source: str


SIGNALS: tuple[SignalSpec, ...] = (
    SignalSpec("links", "Links in the text.", "count", "Most comment spam wants a link followed."),
    SignalSpec("length", "Length of the text.", "log characters", "Short texts carry little evidence."),
    SignalSpec("author_url", "The author left an address.", "0 or 1", "The address is what SEO spam is for."),
    SignalSpec("shouting", "Share of capitals among letters.", "share", "Shouting is common in spam and abuse."),
)


def signals(comment: Comment, normalised: str, links: int) -> tuple[float, ...]:
    """The values of SIGNALS for a comment."""
    upper = sum(map(str.isupper, comment.text))
    return (float(min(links, 10)), math.log1p(len(normalised)), float(bool(comment.author_url)), upper / (len(comment.text) or 1))
