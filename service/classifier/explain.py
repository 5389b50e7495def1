"""Why a reading got its score: the logit taken apart into words, author fields and signals, nothing lost and nothing added.

A term's share is divided among its occurrences; the characters inside a word count for that word, so that people see words
and not fragments. Where one window of a long text decided, only that window is explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, islice

from msgspec import Struct

from service.classifier.kernels import Pair, Table
from service.classifier.terms import Block, words
from service.classifier.windows import decide
from service.domain import HEADS, Clue, Head, Reading
from service.text.signals import SIGNALS


class Account(Struct, frozen=True):
    """One head's score taken apart, in calibrated log-odds: ``logit`` = ``base`` + the clues' weights, but for rounding.

    ``base`` is what every comment gets (bias, calibration, what a window counts less than a whole text); ``clues`` have the
    heaviest first; ``start`` and ``end`` say which part of the normalised text decided.
    """

    logit: float
    base: float
    clues: tuple[Clue, ...]
    start: int
    end: int


def account(table: Table, reading: Reading) -> dict[Head, Account]:
    """Take the scores of both heads apart."""
    accounts: dict[Head, Account] = {}
    for place, (head, deciding) in enumerate(zip(HEADS, decide(table, reading), strict=True)):
        sums: defaultdict[tuple[str, str], float] = defaultdict(float)
        for kind, name, share in _parts(table, deciding.reading):
            sums[kind, name] += share[place]
        scale, offset = table.scale[place], table.offset[place]
        base = scale * (table.bias[place] - deciding.less) + offset
        clues = [Clue(kind, name, scale * weight, head) for (kind, name), weight in sums.items() if weight]
        clues.sort(key=heaviest_first)
        accounts[head] = Account(scale * deciding.logit + offset, base, tuple(clues), deciding.start, deciding.end)
    return accounts


def heaviest_first(clue: Clue) -> float:
    """Order clues by weight, either way; equal ones stay in the order of the text."""
    return -abs(clue.weight)


def _parts(table: Table, reading: Reading) -> Iterator[tuple[str, str, Pair]]:
    """Every share of the logit with its clue's kind and name."""
    for signal, share in zip(SIGNALS, _pairs(table.steps(reading.vector)), strict=True):
        yield "signal", signal.name, share
    yield from _of_fields(table, reading.fields)
    yield from _of_words(table, reading.normalised)
    yield from _of_characters(table, reading.normalised)


def _of_fields(table: Table, fields: str) -> Iterator[tuple[str, str, Pair]]:
    """Shares of the author's name and addresses, under the run between spaces where each term ends."""
    shares = chain([(0.0, 0.0)], _pairs(table.shares(fields, Block.FIELD_WORDS)))  # the first word ends no pair
    for run in filter(None, fields.split(" ")):
        for share in islice(shares, 2 * len(words(run))):
            yield "author", run, share
    for run, share in _by_run(table, fields, Block.FIELD_CHARS):
        yield "author", run, share


def _of_words(table: Table, text: str) -> Iterator[tuple[str, str, Pair]]:
    shares = _pairs(table.shares(text, Block.TEXT_WORDS))
    before = ""
    for word in words(text):
        if before:
            yield "word", f"{before} {word}", next(shares)
        yield "word", word, next(shares)
        before = word


def _of_characters(table: Table, text: str) -> Iterator[tuple[str, str, Pair]]:
    """Shares of characters, under their word where the run between spaces has just one."""
    for run, share in _by_run(table, text, Block.TEXT_CHARS):
        inside = words(run)
        if len(inside) == 1:
            yield "word", inside[0], share
        else:
            yield "characters", run, share


def _by_run(table: Table, text: str, block: Block) -> Iterator[tuple[str, Pair]]:
    """Each run between spaces with what its characters add."""
    return zip(filter(None, text.split(" ")), _pairs(table.shares(text, block)), strict=True)


def _pairs(shares: bytes) -> Iterator[Pair]:
    numbers = iter(memoryview(shares).cast("d").tolist())
    return zip(numbers, numbers, strict=True)
