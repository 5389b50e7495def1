"""What near-duplicates have in common: the letters of the cleaned text, without the figures, links and signs that vary."""

from __future__ import annotations

import re
from hashlib import blake2b

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_OTHER = re.compile(r"[\W\d_]+")
_FEWEST = 24
_MOST = 4000


def likeness(normalised: str) -> int | None:
    """Give 64 bits that comments share whose letters are the same; None for a text too short to be called a copy of another.

    Case, numbers, addresses, signs and spaces may differ, so that one text sent with a hundred links is one thing.
    """
    letters = _OTHER.sub("", _ADDRESS.sub(" ", normalised[:_MOST])).lower()
    if len(letters) < _FEWEST:
        return None
    return int.from_bytes(blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
