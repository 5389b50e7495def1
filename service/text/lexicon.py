"""Groups of phrases that comments of one kind share, matched all at once, word by word.

Everything in the phrase files is our own wording, written from knowledge of the kinds, not copied from lists. A group's ``words``
are alternatives in the notation of regular expressions, read over *words*: a blank parts words, ``?`` makes optional, a trailing
``\\w*`` matches any ending, ``\\w+`` any word, ``\\d+`` any number. Punctuation and apostrophes do not count, and fillers
("really", "so", "the") may stand anywhere inside a phrase.

A character automaton over so many phrases has too many states to keep (measured with RE2: 1 ms a comment, as each new text met new
states). Over words, begun anew at every word, it has some thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from service.text.notation import Choice, Ending, Gap, Letters, Number, Part, Repeat, Sequence, read_notation

_MAX_WORDS = 30_000
_ANY = "\\w+"
_FILLERS = frozenset(
    "a an the very really so just also such too quite truly most absolutely actually simply totally honestly literally seriously "
    "all more even only still ever such".split()
)
_Places = set[tuple[int, str]]
_CONTINUED = re.compile(r"\|\s*\n\s*")
_NUMBER = re.compile(r"\d+")
_PUNCTUATION = {point: " " for point in range(128) if not chr(point).isalnum()}
_WORD = re.compile(r"[^\W_]+")


class Group(NamedTuple):
    """Phrases of one intent; ``family`` says what they speak for: spam, contact, honest or abuse."""

    name: str
    family: str
    doc: str
    words: str


def words_of(text: str) -> list[str]:
    """The words of a normalised text, without punctuation and apostrophes."""
    text = text.replace("'", "")
    return text.translate(_PUNCTUATION).split() if text.isascii() else _WORD.findall(text)


class _State(dict[str, "_State"]):
    """A state of the automaton: where each label leads. ``groups`` are the numbers of the groups whose phrase ends here."""

    __slots__ = ("groups",)

    def __init__(self, groups: tuple[int, ...]) -> None:
        super().__init__()
        self.groups = groups


_Kind = tuple[tuple[str, ...], tuple[_State, ...], bool]
Hit = tuple[int, tuple[int, ...]]


class _Kinds(dict[str, "_Kind | None"]):
    """What each word met so far means to the phrases: its labels, the states it begins, whether it is a filler."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self.lexicon = lexicon

    def __missing__(self, word: str) -> _Kind | None:
        if len(self) >= _MAX_WORDS:
            self.clear()
        kind = self[word] = self.lexicon.kind(word)
        return kind


class Lexicon:
    """All groups in one deterministic automaton, begun anew at every word."""

    def __init__(self, groups: tuple[Group, ...]) -> None:
        self.groups = groups
        self._edges: list[dict[str, set[int]]] = [{}]
        self._ends: dict[int, set[int]] = {}
        for number, group in enumerate(groups):
            for line in _CONTINUED.sub("|", group.words).strip().splitlines():
                self._add(read_notation(line.strip()), number)
        self._labels = {label for edges in self._edges for label in edges}
        self._stems = {label[:-1] for label in self._labels if label.endswith("*")}
        self._root = self._determinise()
        self._kinds = _Kinds(self)

    def hits(self, words: Iterable[str]) -> list[Hit]:
        """Where phrases end: (index of the word, numbers of the groups), in order."""
        found: list[Hit] = []
        active: tuple[_State, ...] | list[_State] = ()
        for at, kind in enumerate(map(self._kinds.__getitem__, words)):
            if kind is None:
                active = [state[_ANY] for state in active if _ANY in state] if active else ()
                continue
            labels, begun, filler = kind
            if active:
                reached = [state[label] for state in active for label in labels if label in state]
                reached += [state[_ANY] for state in active if _ANY in state]
                found += [(at, state.groups) for state in reached if state.groups]
                held = active if filler else ()
                active = [*reached, *begun, *held]
            else:
                active = begun
            found += [(at, state.groups) for state in begun if state.groups]
        return found

    def kind(self, word: str) -> _Kind | None:
        """What a word means to the phrases; None where it is in none."""
        labels = {word, _NUMBER.sub("#", word)} & self._labels
        labels |= {f"{word[:length]}*" for length in range(2, min(len(word), 16) + 1) if word[:length] in self._stems}
        filler = word in _FILLERS
        if not labels and not filler:
            return None
        ordered = tuple(sorted(labels))
        return ordered, tuple(self._root[label] for label in ordered if label in self._root), filler

    def _determinise(self) -> _State:
        """The subset construction: one state for each set of nodes that some words lead to."""
        states: dict[frozenset[int], _State] = {}
        waiting: list[frozenset[int]] = []

        def state_of(nodes: frozenset[int]) -> _State:
            if nodes not in states:
                states[nodes] = _State(tuple(sorted({number for node in nodes for number in self._ends.get(node, ())})))
                waiting.append(nodes)
            return states[nodes]

        root = state_of(frozenset({0}))
        while waiting:
            nodes = waiting.pop()
            leads: dict[str, set[int]] = {}
            for node in nodes:
                for label, targets in self._edges[node].items():
                    leads.setdefault(label, set()).update(targets)
            states[nodes].update((label, state_of(frozenset(targets))) for label, targets in leads.items())
        return root

    def _add(self, tree: Part, number: int) -> None:
        for node, _ in self._gap(self._walk(tree, {(0, "")})):
            if node:
                self._ends.setdefault(node, set()).add(number)

    def _walk(self, part: Part, places: _Places) -> _Places:
        """Where one stands after ``part``: (node, letters of the word begun), for each way to read it."""
        match part:
            case Letters(letters):
                return {(node, word + letter) for node, word in places for letter in letters or ("",)}
            case Gap():
                return self._gap(places)
            case Ending():
                return {(node, f"{word}*" if word else _ANY) for node, word in places}
            case Number():
                return {(node, word if word.endswith("#") else f"{word}#") for node, word in places}
            case Choice(parts):
                return {place for one in parts for place in self._walk(one, places)}
            case Sequence(parts):
                for one in parts:
                    places = self._walk(one, places)
                return places
            case Repeat(one, least, most):
                reached = set(places) if not least else set()
                for turn in range(most):
                    places = self._walk(one, places)
                    reached |= places if turn + 1 >= least else set()
                return reached

    def _gap(self, places: _Places) -> _Places:
        """Ends the words begun: they lead to one new node. A filler inside a phrase leads nowhere: it may always stand there."""
        begun = {(node, word) for node, word in places if word and not (node and word in _FILLERS)}
        after: _Places = {(node, "") for node, word in places if (node, word) not in begun}
        if begun:
            self._edges.append({})
            target = len(self._edges) - 1
            for node, word in begun:
                self._edges[node].setdefault(word, set()).add(target)
            after.add((target, ""))
        return after
