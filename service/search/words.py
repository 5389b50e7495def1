"""Cuts text into the words that it is found by: small letters, no accents; scripts that write no spaces go letter by letter."""

from __future__ import annotations

import re
import unicodedata

MOST = 8000
"""Words of one text that are indexed; no comment of usual size has as many."""

_LONGEST = 64
_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_ASCII = re.compile("[a-z0-9]+")


def words(text: str) -> list[str]:
    """Give the words of a text in order, at most ``MOST``. Total over str; linear.

    >>> words("Völlig RICHTIG: don't_stop, 東京!")
    ['vollig', 'richtig', 'don', 't', 'stop', '東', '京']
    """
    if text.isascii():
        found = _ASCII.findall(text.lower())
    else:
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        found = _WORD.findall(unicodedata.normalize("NFC", bare.casefold()))
    return [word[:_LONGEST] for word in found[:MOST]]
