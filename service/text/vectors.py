"""The signals of a comment as one row of float64, put together by compiled code where there is a compiler, the same to the bit."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from service.domain import Comment
from service.text.removed import Removed
from service.text.scanning import Compiled as CompiledScanner
from service.text.shapes import SHAPES
from service.text.signals import FAMILY_BITS, GROUP_SETS, SHAPE_SETS, scanner, signals
from service.text.text_signals import Link, of_links, of_removed


class Said(NamedTuple):
    """What signals are read from: a comment and its normalised text, what was taken off, its links and shapes, its author.

    ``shapes`` is what ``shapes_of`` tells, ``author`` the values of AUTHOR_SPECS as float64; ``address`` tells whether the author
    has one.
    """

    comment: Comment
    normalised: str
    removed: Removed
    links: list[Link]
    shapes: int
    author: bytes
    address: bool


@cache
def vectors(*, compiled: bool = True) -> Callable[[Said], bytes]:
    """Give the function that puts the values of SIGNALS, but for those of typing, together."""
    if compiled:
        with suppress(ImportError):
            return Compiled(import_module("service.text._text"))
    return lambda said: signals(*said)


class Compiled:
    """Gives the compiled code what it does not read itself: rows of texts that have links or wore disguises."""

    def __init__(self, module: ModuleType) -> None:
        scan = scanner()
        assert isinstance(scan, CompiledScanner)  # noqa: S101 # where one part is compiled, all are
        families, groups = (tuple((bits & _LOW, bits >> 64) for bits in sets) for sets in (FAMILY_BITS, GROUP_SETS))
        self.vector = module.Vector(scan.phrases, len(SHAPES), families, groups, *SHAPE_SETS)
        self._make: Callable[..., bytes] = self.vector.make

    def __call__(self, said: Said) -> bytes:
        """Put the values together."""
        comment, normalised, removed, links, shapes, author, address = said
        row = _row(removed, comment.text) if removed.any else None
        link_row = of_links(normalised, links, words=1) if links else None
        return self._make(comment.text, normalised, shapes, address, author, row, link_row)


_LOW = (1 << 64) - 1
_TAG = re.compile(r"<[^<>]*>")


def _row(removed: Removed, raw: str) -> tuple[float, ...]:
    """Give what was taken off, the line breaks outside tags (-1: all are), and whether a sign stood in a row."""
    lines = float(_TAG.sub("", raw).count("\n")) if "<" in raw else -1.0
    return (*of_removed(removed), lines, 1.0 if removed.runs else 0.0)
