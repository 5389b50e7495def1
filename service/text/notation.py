"""Reads the notation in which phrases are written (see lexicon.py) into a tree."""

from __future__ import annotations

import re
from typing import NamedTuple


class Word(NamedTuple):
    """Letters that stand as they are."""

    letters: str


class Letters(NamedTuple):
    """One of some letters."""

    letters: str


class Gap(NamedTuple):
    """The end of a word; punctuation counts as one."""


class Ending(NamedTuple):
    """Any further letters, or any word."""


class Number(NamedTuple):
    """Digits."""


class Repeat(NamedTuple):
    """A part that stands ``least`` to ``most`` times."""

    part: Part
    least: int
    most: int


class Sequence(NamedTuple):
    """Parts one after the other."""

    parts: tuple[Part, ...]


class Choice(NamedTuple):
    """One of several parts."""

    parts: tuple[Part, ...]


Part = Word | Letters | Gap | Ending | Number | Repeat | Sequence | Choice
_ESCAPED: dict[str, Part] = {"d": Number(), "w": Ending()}
_PLAIN = re.compile(r"[^\W_]+(?![?*+{]|[^\W_])")
_REPEATS = {"?": (0, 1), "*": (0, 2), "+": (1, 3)}


class _Reader:
    """A recursive-descent reader; ``at`` is the position in ``source``."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def choice(self) -> Part:
        parts = [self.sequence()]
        while self.at < len(self.source) and self.source[self.at] == "|":
            self.at += 1
            parts.append(self.sequence())
        return Choice(tuple(parts)) if len(parts) > 1 else parts[0]

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            part = self.one()
            if part is not None:
                parts.append(self.repeated(part))
        return Sequence(tuple(parts))

    def one(self) -> Part | None:
        if found := _PLAIN.match(self.source, self.at):
            self.at = found.end()
            return Word(found[0])
        sign = self.source[self.at]
        self.at += 1
        if sign == "(":
            self.at += 2  # past "?:"
            part = self.choice()
            self.at += 1
            return part
        if sign == "[":
            end = self.source.index("]", self.at)
            inside, self.at = self.source[self.at : end], end + 1
            return _class(inside)
        if sign == "\\":
            self.at += 1
            return _ESCAPED.get(self.source[self.at - 1], Gap())
        if sign == "'":
            return Word("")
        return Letters(sign) if sign.isalnum() else Gap()

    def repeated(self, part: Part) -> Part:
        sign = self.source[self.at : self.at + 1]
        if sign in _REPEATS and sign:
            self.at += 1
            least, most = _REPEATS[sign]
        elif sign == "{":
            end = self.source.index("}", self.at)
            first, _, last = self.source[self.at + 1 : end].partition(",")
            least, most, self.at = int(first), min(int(last or first), 3), end + 1
        else:
            return part
        return part if isinstance(part, (Number, Ending)) else Repeat(part, least, most)


def _class(inside: str) -> Part:
    if "a-z" in inside:
        return Ending()
    if "0-9" in inside:
        return Number()
    letters = "".join(filter(str.isalnum, inside))
    parts: list[Part] = [Letters(letters)] if letters else []
    if any(not sign.isalnum() for sign in inside):
        parts.append(Gap())
    return Choice(tuple(parts)) if len(parts) > 1 else parts[0]


def read_notation(source: str) -> Part:
    """Give the tree of one line of alternatives. Raises ValueError where brackets do not match."""
    reader = _Reader(source)
    part = reader.choice()
    if reader.at != len(source):
        raise ValueError(f"unmatched bracket at {reader.at} of: {source[:60]}")
    return part
