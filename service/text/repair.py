"""Reads mistyped, split, starred and leet words as the common words they stand for.

Only words of ``GUARDED`` are ever put in, and only where nothing that people write stands already: a word of ``ORDINARY`` is never
touched. Typing errors and words in two pieces are mended in English texts only, since one letter parts many a foreign word from an
English one. Words in three pieces or more are put together in any text: English cut up is not to be told from another language.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import groupby
from operator import le
from typing import NamedTuple

from service.text.removed import Removed
from service.text.suspects import (
    ADDRESS,
    ENDINGS,
    GUARDED,
    LONGEST,
    ORDINARY,
    SHORTEST,
    Found,
    has_run,
    near_keys,
    plain,
    skeleton,
)
from service.text.vocabulary import ENGLISH, VOCABULARY, parted
from service.text.wordlists import word_set

_VOWELS = frozenset("aeiou")


# ---- the ways in which a word goes wrong ---------------------------------------------------------
class _Forms(NamedTuple):
    """By what is left of a guarded word, the words it may be left of."""

    deletes: dict[str, list[str]]
    skeletons: dict[str, list[str]]
    plains: dict[str, list[str]]
    starred: dict[str, list[str]]


@cache
def _forms() -> _Forms:
    forms = _Forms({}, {}, {}, {})
    for word in sorted(GUARDED, key=lambda word: (word not in ENGLISH, word)):
        for place in range(1, len(word)):
            forms.deletes.setdefault(word[:place] + word[place + 1 :], []).append(word)
            if word[place] in _VOWELS:
                forms.starred.setdefault(word[:place] + "*" + word[place + 1 :], []).append(word)
        forms.skeletons.setdefault(skeleton(word), []).append(word)
    for word in sorted(VOCABULARY, key=lambda word: (word not in ENGLISH, word)):
        if len(word) > 2:
            forms.plains.setdefault(plain(word), []).append(word)
    return forms


# ---- mending one word ----------------------------------------------------------------------------
def mended(word: str) -> str:
    """Give the common word, or words, that a run of letters stands for, or the run as it is."""
    if len(word) < 3 or len(word) > 40 or word in ORDINARY or (word[-1] in ENDINGS and word[:-1] in ORDINARY):
        return word
    forms = _forms()
    if len(word) > LONGEST + 1 and not has_run(word):
        return _parted(word)
    if len(word) < SHORTEST:
        return _drawn_out(word, forms) or word
    found = _drawn_out(word, forms) or (len(word) <= LONGEST + 1 and _one_edit_away(word, forms)) or _without_vowels(word, forms)
    return found or _parted(word)


def _drawn_out(word: str, forms: _Forms) -> str:
    """Read a word with a letter three times or more in a row."""
    if not has_run(word):
        return ""
    runs = _runs(word)
    fitting = [one for one in forms.plains.get(plain(word), ()) if all(map(le, _runs(one), runs))]
    return min(fitting, key=lambda one: abs(len(one) - len(word)), default="")


def _runs(word: str) -> list[int]:
    return [len(list(run)) for _, run in groupby(word)]


def _one_edit_away(word: str, forms: _Forms) -> str:
    """Give a guarded word that one letter too many, too few, wrong or in the wrong place turns into ``word``."""
    shorter = [word[:place] + word[place + 1 :] for place in range(1, len(word))]
    best, rank = "", 9
    for place, left in enumerate(shorter, 1):
        if left in VOCABULARY and rank > 1 and _may_be_too_many(word, place, left):
            best, rank = left, 1
        for other in forms.deletes.get(left, ()):
            found = _rank(word, other)
            if found < rank:
                best, rank = other, found
    for other in forms.deletes.get(word, ()):
        if rank > 2 and len(word) > 3 and not other.startswith(word):
            best, rank = other, 2
    return best


def _may_be_too_many(word: str, place: int, left: str) -> bool:
    """Tell a letter typed twice anywhere, or another inside a longer word."""
    twice = word[place] == word[place - 1]
    return (twice and len(left) > 2) or (place < len(word) - 1 and len(left) > 4)


def _rank(word: str, other: str) -> int:
    """How likely ``word`` is ``other`` with two letters swapped (0) or one wrong (3), 9 where it is neither."""
    if len(word) != len(other):
        return 9
    differ = [place for place, (one, two) in enumerate(zip(word, other, strict=True)) if one != two]
    if len(differ) == 2:
        one, two = differ
        return 0 if two == one + 1 and word[one] == other[two] and word[two] == other[one] else 9
    if len(differ) != 1 or (differ[0] == len(word) - 1 and word[-1] in ENDINGS):
        return 9
    near = word[differ[0]] in near_keys(other[differ[0]])
    return 3 if near or (len(word) > 5 and differ[0] < len(word) - 1) else 9


def _without_vowels(word: str, forms: _Forms) -> str:
    if any(letter in _VOWELS for letter in word[1:-1]):
        return ""
    return min((one for one in forms.skeletons.get(word, ()) if len(one) > 4), key=len, default="")


def _parted(word: str) -> str:
    """Give words that run into one another, where they leave no letter over."""
    if len(word) < 7:
        return word
    parts = parted(word).split(" ")
    if len(parts) * 3 >= len(word) or any(len(part) < 2 or part not in VOCABULARY for part in parts):
        return word
    if parts[0] in _BEGINNINGS or parts[-1] in _SUFFIXES or not (len(parts) > 2 or any(part in _JOINTS for part in parts)):
        return word
    return " ".join(parts)


_JOINTS = word_set("my your the this and to me is it with please you free get now here for of")
_BEGINNINGS = word_set("in un re over under out up off for anti sub per be com")
_SUFFIXES = word_set("able less ship full ring red ward like some or on an us is it man men time")


@lru_cache(maxsize=20_000)
def _mended(word: str) -> str:
    return mended(word)


# ---- mending a text ------------------------------------------------------------------------------
def repair(text: str, found: Found, removed: Removed) -> str:
    """Give the lower-case text, with what is ``found`` in it, with every word read as the common one that it stands for.

    Blanks stay as they are.
    """
    signs, tokens, known, foreign, pieces, words = found
    if signs and (read := _read_signs(text, removed)) != text:
        return read
    if known <= foreign or known * _ENGLISH < tokens:
        words, pieces = None, [piece for piece in pieces or () if text.count(" ", *piece) > 1]
    mends = [(start, end, _mended(text[start:end])) for start, end in words or ()]
    if pieces:
        removed.spaced += 1
        mends += [(start, end, _NOT_LETTERS.sub("", text[start:end])) for start, end in pieces]
    return _put_in(text, mends)


_ENGLISH = 5
"""A text is English of which a fifth of the words are known, and fewer are small words of other languages."""
_NOT_LETTERS = re.compile(r"[^a-z]+")


def _put_in(text: str, mends: list[tuple[int, int, str]]) -> str:
    """Put words into their places; of places that overlap, into the first and of these the longest."""
    parts: list[str] = []
    at = 0
    for start, end, word in sorted(mends, key=lambda mend: (mend[0], -mend[1])):
        if start >= at:
            parts += [text[at:start], word]
            at = end
    return "".join([*parts, text[at:]])


# ---- stars, digits and signs for letters ---------------------------------------------------------
_STROKES = (("\\/\\/", "w"), ("|\\/|", "m"), ("|\\|", "n"), ("|-|", "h"), ("|<", "k"), ("|)", "d"), ("/\\", "a"), ("\\/", "v"))
_STROKE = re.compile("|".join(re.escape(strokes) for strokes, _ in _STROKES))
_STROKE_LETTERS = dict(_STROKES)
_DIALECTS = tuple(str.maketrans("0123456789@$€!|(+", letters) for letters in ("oizeasgtbgaseilct", "olzeasbtbgaselict"))
_STARRED = re.compile(r"(?<![\w*])[a-z]{1,13}\*[a-z]{1,13}(?![\w*])")
_CORE = re.compile(r"[a-z]+")
_SIGN = re.compile(r"[0-9@$€!|(+]")
_AMOUNT = re.compile(r"[$€+(]?\d+[a-z]{1,2}\Z")
_LEET = re.compile(r"[a-z0-9@$€!|(+]*[a-z0-9@$€|(+]")


def _read_signs(text: str, removed: Removed) -> str:
    """Read stars, digits, signs and strokes as the letters that they stand for."""
    tokens = text.split(" ")
    if _STROKE.search(text):
        tokens = _unstroked(tokens, removed)
    return " ".join([token if token.isalpha() or ADDRESS.search(token) else _read_token(token, removed) for token in tokens])


def _read_token(token: str, removed: Removed) -> str:
    if "*" in token:
        token = _STARRED.sub(lambda found: _unstarred(found[0], removed), token)
    return _LEET.sub(lambda found: _spoken(found, removed), token) if _SIGN.search(token) else token


def _unstarred(word: str, removed: Removed) -> str:
    found = _forms().starred.get(word)
    removed.spaced += bool(found)
    return found[0] if found else word


def _unstroked(tokens: list[str], removed: Removed) -> list[str]:
    """Read letters drawn with strokes, in all tokens where one at least becomes a common word."""
    read = [token if "://" in token else _STROKE.sub(lambda found: _STROKE_LETTERS[found[0]], token) for token in tokens]
    changed = [at for at, (one, two) in enumerate(zip(tokens, read, strict=True)) if one != two]
    known = sum(bool((core := _CORE.search(read[at])) and len(core[0]) > 2 and core[0] in VOCABULARY) for at in changed)
    if not known or known * 4 < len(changed):
        return tokens
    removed.leet += known
    return read


def _spoken(found: re.Match[str], removed: Removed) -> str:
    """Read digits and signs as letters where that makes a guarded word."""
    word = found[0]
    if word[0] == "(" and not _SIGN.search(word, 1):
        return word
    if (
        sum(map(str.isalpha, word)) < 2
        or _AMOUNT.match(word)
        or not _SIGN.search(word)
        or not 3 < len(word) <= LONGEST
        or word[1:] in ORDINARY
    ):
        return word
    for dialect in _DIALECTS:
        read = word.translate(dialect)
        if read in GUARDED:
            removed.leet += 1
            return read
    return word
