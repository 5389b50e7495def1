"""What honest text brings along: the marks of keyboards, word processors and web pages. None of it may change a verdict."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

Typography = Callable[[str], str]

QUOTES = str.maketrans({"'": "\u2019", '"': "\u201d"})
STRAIGHT = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2026": "..."})
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff](?:[^\n]*[\u0590-\u08ff])?")
PICTURE = re.compile("([\u2600-\u27bf\U0001f300-\U0001faff])\ufe0f?")
JOINED = re.compile("(?<=[\ufe0f\U0001f300-\U0001faff])\u200d")


def soft_hyphens(text: str) -> str:
    """Where a web page would break long words."""
    return re.sub(r"(?<=[^\W\d_]{4})(?=[^\W\d_]{4})(?![^\s]*[./@])", "\u00ad", text)


def hard_blanks(text: str) -> str:
    """Before French marks, after numbers, and for every fourth blank, as editors in pages leave them."""
    words = re.sub(r" (?=[!?:;»])|(?<=\d) ", "\u00a0", text).split(" ")
    return "".join(word + ("\u00a0" if place % 4 == 3 else " ") for place, word in enumerate(words[:-1])) + words[-1]


TYPOGRAPHY: dict[str, Typography] = {
    "curly quotes": lambda text: text.translate(QUOTES),
    "straight quotes": lambda text: text.translate(STRAIGHT),
    "hard hyphens": lambda text: re.sub(r"(?<=\w)-(?=\w)", "\u2011", text),
    "hard blanks": hard_blanks,
    "pictures with selector": lambda text: PICTURE.sub("\\1\ufe0f", text),
    "pictures without selector": lambda text: PICTURE.sub("\\1", text),
    "pictures apart": lambda text: JOINED.sub("", text),
    "joiners after Indic virama": lambda text: re.sub("([\u094d\u09cd\u0dca])(?=\\w)", "\\1\u200d", text),
    "Persian without its non-joiners": lambda text: text.replace("\u200c", ""),
    "marks of direction": lambda text: RIGHT_TO_LEFT.sub("\u200f\\g<0>\u200f", text),
    "isolated direction": lambda text: RIGHT_TO_LEFT.sub("\u2067\\g<0>\u2069", text),
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text),
    "composed accents": lambda text: unicodedata.normalize("NFC", text),
    "soft hyphens": soft_hyphens,
    "entities of a web page": html.escape,
    "in paragraphs": lambda text: f"<p>{text}</p>",
    "lines of Windows": lambda text: text.replace("\n", "\r\n") + "\r\n",
    "mark of byte order": lambda text: "\ufeff" + text,
}
