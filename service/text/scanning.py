"""Reads a text's words once: how many, how varied, of which classes, and which groups of phrases they meet.

Two scanners give the same answers: a compiled one, and a slower one in Python for machines without a compiler.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from typing import NamedTuple

from service.text.lexicon import ANY, FILLERS, Group, State, build_automaton
from service.text.prepared import Tables

WINDOW = 120
"""Words within which phrases are counted: a long text is not worse for its length, nor washed by padding."""

MOST_COUNTED = 3
_MAX_ACTIVE = 32
_MIN_STEM, _MAX_STEM = 2, 16
_MAX_KINDS = 30_000
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")

FILLER, FUNCTION, FIRST, SECOND = 1, 2, 4, 8
"""Classes of words, as bits: fillers, small words of grammar, first and second person."""


class Scan(NamedTuple):
    """What a text's words tell.

    ``function`` counts small words; ``first`` and ``second`` tell that such a person is spoken of. ``counts`` has a float for each
    group: places where a phrase of it ends, at most MOST_COUNTED, within the WINDOW words that hold most; ``met`` a bit for each.
    """

    words: int
    function: int
    first: bool
    second: bool
    counts: tuple[float, ...]
    met: int


Scanner = Callable[[str], Scan]
Classes = dict[str, int]
_Hit = tuple[int, int]


def open_scanner(groups: tuple[Group, ...], classes: Classes, *, compiled: bool = True, ready: Tables | None = None) -> Scanner:
    """Open a scanner for these groups, the compiled one where there is one; ``classes`` gives words their bits.

    ``ready`` is what ``tables_of`` gave for the same before.
    """
    if compiled:
        with suppress(ImportError):
            module = import_module("service.text._text")
            return Compiled(module.Phrases(*(ready or tables_of(groups, classes)), len(groups)))
    return _Python(build_automaton(groups), _with_fillers(classes), len(groups)).scan


def _with_fillers(classes: Classes) -> Classes:
    return classes | {word: classes.get(word, 0) | FILLER for word in FILLERS}


class Compiled:
    """The compiled scanner."""

    def __init__(self, phrases: Callable[[str], tuple[int, int, int, tuple[float, ...], int, int]]) -> None:
        self.phrases = phrases

    def __call__(self, text: str) -> Scan:
        """Scan a text."""
        words, function, persons, counts, low, high = self.phrases(text)
        return Scan(words, function, persons & FIRST != 0, persons & SECOND != 0, counts, low | high << 64)


# ---- in Python -----------------------------------------------------------------------------------
_Kind = tuple[tuple[str, ...], tuple[int, ...], int]


class _Python:
    """The scanner in Python; remembers what words mean."""

    def __init__(self, states: list[State], classes: Classes, groups: int) -> None:
        self.moves = [state.moves for state in states]
        self.ends = [state.groups for state in states]
        self.classes = classes
        self.groups = groups
        self.labels = {label for moves in self.moves for label in moves}
        self.kinds: dict[str, _Kind | None] = {}

    def scan(self, text: str) -> Scan:
        words = _WORD.findall(text.replace("'", ""))
        bits = [self.classes.get(word, 0) for word in words]
        places: dict[int, set[int]] = {}
        for at, state in densest(self.hits(words), len(words)):
            for group in self.ends[state]:
                places.setdefault(group, set()).add(at)
        counts = [float(min(len(places.get(group, ())), MOST_COUNTED)) for group in range(self.groups)]
        met = sum(1 << group for group in places)
        function = sum(1 for bit in bits if bit & FUNCTION)
        first, second = any(bit & FIRST for bit in bits), any(bit & SECOND for bit in bits)
        return Scan(len(words), function, first, second, tuple(counts), met)

    def hits(self, words: Iterable[str]) -> list[_Hit]:
        """Where phrases end: (index of the word, state), in order."""
        found: list[_Hit] = []
        active: tuple[int, ...] | list[int] = ()
        moves, ends = self.moves, self.ends
        for at, word in enumerate(words):
            kind = self.kinds[word] if word in self.kinds else self._kind(word)
            if kind is None:
                active = [moves[state][ANY] for state in active if ANY in moves[state]]
                found += [(at, state) for state in active if ends[state]]
                continue
            labels, begun, filler = kind
            reached = [moves[state][label] for state in active for label in labels if label in moves[state]]
            reached += [moves[state][ANY] for state in active if ANY in moves[state]]
            reached += begun
            found += [(at, state) for state in reached if ends[state]]
            active = [*reached, *active][:_MAX_ACTIVE] if filler else reached[:_MAX_ACTIVE]
        return found

    def _kind(self, word: str) -> _Kind | None:
        """Tell what a word means: its labels, the states it begins, whether it is a filler; None where it is in no phrase."""
        labels = [word] if word in self.labels else []
        numbered = _NUMBER.sub("#", word)
        if numbered != word and numbered in self.labels:
            labels.append(numbered)
        stems = (f"{word[:length]}*" for length in range(_MIN_STEM, min(len(word), _MAX_STEM) + 1))
        labels += [stem for stem in stems if stem in self.labels]
        filler = self.classes.get(word, 0) & FILLER
        begun = tuple(self.moves[0][label] for label in labels if label in self.moves[0])
        if len(self.kinds) >= _MAX_KINDS:
            self.kinds.clear()
        kind = self.kinds[word] = (tuple(labels), begun, filler) if labels or filler else None
        return kind


def densest(hits: list[_Hit], words: int) -> list[_Hit]:
    """Give the hits within the WINDOW words that hold most of them, the first such."""
    if words <= WINDOW or not hits:
        return hits
    most, chosen, start = 0, 0, 0
    for end, (at, _) in enumerate(hits):
        while hits[start][0] <= at - WINDOW:
            start += 1
        if end + 1 - start > most:
            most, chosen = end + 1 - start, start
    return hits[chosen : chosen + most]


# ---- compiled ------------------------------------------------------------------------------------
_PRIME, _OFFSET, _64_BITS = 0x100000001B3, 0xCBF29CE484222325, (1 << 64) - 1


def _hash(word: str) -> int:
    """FNV-1a (RFC 9923) over code points."""
    value = _OFFSET
    for letter in word:
        value = (value ^ ord(letter)) * _PRIME & _64_BITS
    return value


def tables_of(groups: tuple[Group, ...], classes: Classes) -> Tables:
    """Give the automaton as phrases.c reads it, in some tenths of a second.

    Words, stems and moves as pairs of uint64 (key, value | bits << 32); where the groups of each state start, and the groups, as
    uint32; the number of the label ANY.
    """
    states, classes = build_automaton(groups), _with_fillers(classes)
    names = sorted({label for state in states for label in state.moves} | {ANY})
    numbers = {label: number for number, label in enumerate(names, 1)}
    words = {label: [numbers[label], classes.get(label, 0)] for label in names if label != ANY and label[-1] != "*"}
    for word, bits in classes.items():
        words.setdefault(word, [0, bits])
    entries = array("Q", [part for word, pair in words.items() for part in (_hash(word), pair[0] | pair[1] << 32)])
    stems = array("Q", [part for label in names if label[-1] == "*" for part in (_hash(label[:-1]), numbers[label])])
    moves = array("Q")
    starts, ends = array("I", [0]), array("I")
    for at, state in enumerate(states, 1):
        moves.extend([part for label, target in state.moves.items() for part in (at << 32 | numbers[label], target)])
        ends.extend(state.groups)
        starts.append(len(ends))
    return entries.tobytes(), stems.tobytes(), moves.tobytes(), starts.tobytes(), ends.tobytes(), numbers[ANY]
