"""Finds words that may be common ones in disguise: mistyped, in pieces, run together, with signs for letters.

``repair`` looks at a suspect again and knows better; what is not found here is as it should be. Two finders give the same answers:
a compiled one, and a slower one in Python for machines without a compiler.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from itertools import groupby, pairwise
from typing import NamedTuple

from service.text.neighbours import FOREIGN_WORDS, NEIGHBOURS
from service.text.vocabulary import VOCABULARY

SHORTEST, LONGEST = 4, 14
GUARDED = frozenset(word for word in VOCABULARY if SHORTEST <= len(word) <= LONGEST)
"""The words that a disguise may be read as."""
ORDINARY = VOCABULARY | NEIGHBOURS | FOREIGN_WORDS
"""Words that stay as they are."""
ENDINGS = frozenset("sdrynt")
"""A letter that, added to a word, makes another of its forms: no error."""

Place = tuple[int, int]
Found = tuple[bool, int, int, int, list[Place] | None, list[Place] | None]
"""Whether signs may be letters; how many tokens there are, how many begin with a word of the vocabulary, and how many with a small
word of another language; where words in pieces are; where words are that may be mistyped. Places are (start, end)."""
Finder = Callable[[str], Found | None]

ADDRESS = re.compile(r"/|[a-z0-9]\.[a-z]|@[^\s]*\.|\A[@#]")
_LETTERS = re.compile(r"(?<![\w*'])[a-z]{3,40}(?![\w*]|'[a-z])")
_STROKE = re.compile(r"\\/|/\\|\|[-<)\\]")
_STAR = re.compile(r"[a-z]\*[a-z]")
_LEET = re.compile(r"[a-z0-9@$€!|(+]+")
_SIGN = re.compile(r"[0-9@$€!|(+]")
_DIALECTS = tuple(str.maketrans("0123456789@$€!|(+", letters) for letters in ("oizeasgtbgaseilct", "olzeasbtbgaselict"))
_PIECE = re.compile(r"([\"'(]{0,2})([a-z]{1,12})((?![a-z])(?:[^\w\s'@/*-][^\w\s]{0,5})?)\Z")
_FIRST_LETTERS = re.compile(r"[\"'(]{0,2}([a-z]+)")
_MOST_PIECES = 7
_VOWELS = re.compile("[aeiou]")


@cache
def suspects(*, compiled: bool = True) -> Finder:
    """Give the finder, put together on first use."""
    if compiled:
        with suppress(ImportError):
            find: Finder = import_module("service.text._text").Suspects(VOCABULARY, ORDINARY, FOREIGN_WORDS)
            return find
    return _Python().find


def skeleton(word: str) -> str:
    """Give the word without its inner vowels."""
    return word[0] + _VOWELS.sub("", word[1:-1]) + word[-1]


def plain(word: str) -> str:
    """Give the word with each run of a letter as one."""
    return "".join(letter for letter, _ in groupby(word))


def has_run(word: str) -> bool:
    """Tell a letter three times in a row."""
    return any(one == two == three for (one, two), three in zip(pairwise(word), word[2:], strict=False))


_ANY_LETTER = 6
"""In words of so many letters any inner one may be wrong, in shorter ones only for a key beside it."""
_KEYS = " qwertyuiop asdfghjkl zxcvbnm "


def _typos(word: str) -> Iterator[str]:
    """Yield the word with a letter left out, two swapped, a key's neighbour instead, and without its vowels."""
    for at in range(1, len(word)):
        before, after = word[:at], word[at + 1 :]
        if after:
            yield before + after
            yield before + after[0] + word[at] + after[1:]
        for key in near_keys(word[at]):
            if after or key not in ENDINGS:
                yield before + key + after
    if len(word) > SHORTEST:
        yield skeleton(word)


def near_keys(letter: str) -> str:
    """Give the letters beside one on the keyboard."""
    at = _KEYS.index(letter)
    return (_KEYS[at - 1] + _KEYS[at + 1]).replace(" ", "")


def _without(word: str, at: int) -> tuple[str, int]:
    return word[:at] + word[at + 1 :], at


class _Token(NamedTuple):
    start: int
    text: str
    piece: re.Match[str] | None


class _Python:
    """The finder in Python."""

    def __init__(self) -> None:
        self.plains = {plain(word) for word in VOCABULARY if len(word) > 2}
        self.is_suspect = lru_cache(maxsize=20_000)(self._is_suspect)
        self.typos = {typo for word in GUARDED for typo in _typos(word)}
        self.left = {_without(word, at) for word in GUARDED if len(word) >= _ANY_LETTER for at in range(1, len(word) - 1)}

    def find(self, text: str) -> Found | None:
        """Find suspects in a lower-case text."""
        tokens = [_Token(found.start(), found[0], _PIECE.match(found[0])) for found in re.finditer(r"\S+", text)]
        firsts = [found[1] for token in tokens if (found := _FIRST_LETTERS.match(token.text))]
        plain_tokens = [token for token in tokens if token.text not in ORDINARY and not ADDRESS.search(token.text)]
        signs = bool(_STROKE.search(text)) or any(self._has_signs(token.text) for token in plain_tokens)
        words = [place for token in plain_tokens for place in self._words(text, token)]
        odd = [token.piece is not None and (len(token.piece[2]) <= 2 or token.piece[2] not in VOCABULARY) for token in tokens]
        near_odd = [last for last in range(len(tokens)) if any(odd[max(0, last + 1 - _MOST_PIECES) : last + 1])]
        joins = [place for last in near_odd for place in self._joins(tokens, last)]
        if not (signs or words or joins):
            return None
        known, foreign = sum(word in VOCABULARY for word in firsts), sum(word in FOREIGN_WORDS for word in firsts)
        return signs, len(tokens), known, foreign, joins or None, words or None

    def _has_signs(self, token: str) -> bool:
        return bool(_STAR.search(token)) or any(self._is_leet(found[0]) for found in _LEET.finditer(token))

    def _is_leet(self, run: str) -> bool:
        letters = sum(map(str.isalpha, run))
        if not 0 < letters < len(run):
            return False
        run = run.rstrip("!")
        if not _SIGN.search(run, 1 if run[0] == "(" else 0):
            return False
        return SHORTEST <= len(run) <= LONGEST and any(run.translate(dialect) in GUARDED for dialect in _DIALECTS)

    def _words(self, text: str, token: _Token) -> Iterator[Place]:
        for found in _LETTERS.finditer(text, token.start, token.start + len(token.text)):
            if self.is_suspect(found[0]):
                yield found.span()

    def _is_suspect(self, word: str) -> bool:
        if word in ORDINARY or (word[-1] in ENDINGS and word[:-1] in ORDINARY):
            return False
        if has_run(word) and plain(word) in self.plains:
            return True
        return (SHORTEST <= len(word) <= LONGEST + 1 and self._is_near(word)) or (len(word) > 6 and _is_run_of_words(word))

    def _is_near(self, word: str) -> bool:
        if word in self.typos:
            return True
        inner = range(1, len(word) - 1)
        too_many = [at for at in range(1, len(word)) if word[at] == word[at - 1] or (at in inner and len(word) > 5)]
        return any(_without(word, at)[0] in VOCABULARY for at in too_many) or (
            len(word) >= _ANY_LETTER and any(_without(word, at) in self.left for at in inner)
        )

    def _joins(self, tokens: list[_Token], last: int) -> Iterator[Place]:
        end = tokens[last].piece
        if not end or end[1]:
            return
        words = [end[2]]
        for first in range(last - 1, max(-1, last - _MOST_PIECES), -1):
            piece = tokens[first].piece
            if not piece or piece[3] or sum(map(len, words)) + len(piece[2]) > LONGEST:
                return
            words.insert(0, piece[2])
            if _is_in_pieces(words):
                yield tokens[first].start + len(piece[1]), tokens[last].start + len(end[2])
            if piece[1]:
                return


def _is_in_pieces(words: list[str]) -> bool:
    """Tell pieces that only together are a guarded word: one at least is no word by itself, or they are pairs of letters."""
    whole = "".join(words)
    strange = any(word not in ORDINARY for word in words)
    unknown = len(whole) > 5 and any(word not in VOCABULARY for word in words)
    pairs = len(words) > 2 and all(len(word) == 2 for word in words[:-1]) and len(words[-1]) <= 2
    return (strange or unknown or pairs) and whole in GUARDED and not (len(words) == 2 and min(map(len, words)) == 1)


def _is_run_of_words(run: str) -> bool:
    """Tell words of two letters or more that follow one another from the first letter to the last."""
    reached = {0}
    for end in range(2, len(run) + 1):
        if any(start in reached and run[start:end] in VOCABULARY for start in range(max(0, end - LONGEST), end - 1)):
            reached.add(end)
    return len(run) in reached
