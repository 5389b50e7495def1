"""Sets of words written as plain text."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Give the words of ``text``, parted by blanks."""
    return frozenset(text.split())
