"""One function that takes a comment's disguises off."""

from __future__ import annotations

import unicodedata

MAX_NORMALISED = 20_000


def normalise(raw: str) -> str:
    """Lower-case text with single spaces; total over str."""
    text = raw[:MAX_NORMALISED].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).split())[:MAX_NORMALISED].strip()
