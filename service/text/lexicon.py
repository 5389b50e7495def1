r"""Groups of phrases that comments of one kind share, and the automaton that finds them all in one pass, word by word.

Everything in the phrase files is our own wording, written from knowledge of the kinds, not copied from lists. A group's ``words``
are alternatives in the notation of regular expressions, read over *words*: a blank parts words, ``?`` makes optional, a trailing
``\w*`` matches any ending, ``\w+`` any word, ``\d+`` any number; a line that ends with ``|`` goes on after the
eight blanks that indent the next. Punctuation and apostrophes
do not count, and fillers ("really", "so", "the") may stand anywhere inside a phrase that does not ask for them.

A character automaton over so many phrases has too many states to keep (measured with RE2: 1 ms a comment, as each new text met new
states). Over words, begun anew at every word, it has some thousand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from service.text.notation import Choice, Ending, Gap, Letters, Number, Part, Repeat, Sequence, Word, read_notation
from service.text.wordlists import word_set

ANY = "\\w+"
"""The label of a move that any word makes."""

FILLERS = word_set(
    "a an the very really so just also such too quite truly absolutely actually simply totally honestly literally seriously even"
)
_Places = set[tuple[int, str]]
_CONTINUED = re.compile(r"\|\n {8}")


class Group(NamedTuple):
    """Phrases of one intent; ``family`` says what they speak for: spam, contact, honest or abuse."""

    name: str
    family: str
    doc: str
    words: str


class State(NamedTuple):
    """Where each label leads (numbers of states), and the numbers of the groups whose phrase ends here.

    A label is a word, a word with ``#`` for its digits, a beginning with ``*``, or ANY.
    """

    moves: dict[str, int]
    groups: tuple[int, ...]


def build_automaton(groups: tuple[Group, ...]) -> list[State]:
    """Give the deterministic automaton of all phrases; state 0 is where every word may begin one."""
    return _determinise(_Phrases(groups))


class _Phrases:
    """The phrases as a graph with choices: ``edges[node][label]`` are the nodes that a word leads to, ``ends`` where groups end."""

    def __init__(self, groups: tuple[Group, ...]) -> None:
        self.edges: list[dict[str, set[int]]] = [{}]
        self.ends: dict[int, set[int]] = {}
        for number, group in enumerate(groups):
            for line in _CONTINUED.sub("|", group.words).strip().splitlines():
                self._add(read_notation(line.strip()), number)

    def _add(self, tree: Part, number: int) -> None:
        for node, _ in self._gap(self._walk(tree, {(0, "")})):
            if node:
                self.ends.setdefault(node, set()).add(number)

    def _walk(self, part: Part, places: _Places) -> _Places:
        """Where one stands after ``part``: (node, letters of the word begun), for each way to read it."""
        match part:
            case Word(letters):
                return {(node, word + letters) for node, word in places}
            case Letters(letters):
                return {(node, word + letter) for node, word in places for letter in letters}
            case Gap():
                return self._gap(places)
            case Ending():
                return {(node, f"{word}*" if word else ANY) for node, word in places}
            case Number():
                return {(node, word if word.endswith("#") else f"{word}#") for node, word in places}
        return self._walk_parts(part, places)

    def _walk_parts(self, part: Sequence | Choice | Repeat, places: _Places) -> _Places:
        """Where one stands after a part that has parts."""
        if isinstance(part, Choice):
            return {place for one in part.parts for place in self._walk(one, places)}
        if isinstance(part, Sequence):
            for one in part.parts:
                places = self._walk(one, places)
            return places
        reached: _Places = set() if part.least else set(places)
        for turn in range(1, part.most + 1):
            places = self._walk(part.part, places)
            reached |= places if turn >= part.least else set()
        return reached

    def _gap(self, places: _Places) -> _Places:
        """End the words begun: they lead to one new node."""
        begun = {(node, word) for node, word in places if word}
        after: _Places = {(node, "") for node, word in places if (node, word) not in begun}
        if begun:
            self.edges.append({})
            target = len(self.edges) - 1
            for node, word in begun:
                self.edges[node].setdefault(word, set()).add(target)
            after.add((target, ""))
        return after


def _determinise(phrases: _Phrases) -> list[State]:
    """Do the subset construction: one state for each set of nodes that some words lead to."""
    numbers: dict[frozenset[int], int] = {frozenset({0}): 0}
    states: list[State] = []
    subsets = list(numbers)
    while len(states) < len(subsets):
        nodes = subsets[len(states)]
        moves: dict[str, int] = {}
        for label, targets in _leads(phrases, nodes).items():
            subset = frozenset(targets)
            if subset not in numbers:
                numbers[subset] = len(subsets)
                subsets.append(subset)
            moves[label] = numbers[subset]
        groups = sorted({number for node in nodes for number in phrases.ends.get(node, ())})
        states.append(State(moves, tuple(groups)))
    return states


def _leads(phrases: _Phrases, nodes: frozenset[int]) -> dict[str, set[int]]:
    """Where each label leads from any of ``nodes``."""
    if len(nodes) == 1:
        return phrases.edges[next(iter(nodes))]
    leads: dict[str, set[int]] = {}
    for node in nodes:
        for label, targets in phrases.edges[node].items():
            leads[label] = leads[label] | targets if label in leads else targets
    return leads
