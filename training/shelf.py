"""Readings that need no memory: written once to a file that vanishes with its process, read back a piece at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from service.domain import Reading
from training.spool import scratch

Rows = NDArray[np.int64]
T = TypeVar("T")

PIECE = 128
"""Readings that are stored, and read, together."""


class Shelf(Sequence[Reading]):
    """Readings by number, read most quickly in order. It travels to another process with its content."""

    def __init__(self, readings: Iterable[Reading] = ()) -> None:
        self._places, self._firsts = [0], [0]  # where pieces begin and the last ends: in the file, and by number
        self._open: tuple[int, list[Reading]] = (-1, [])
        self._file = scratch(self)
        self.extend(readings)

    def extend(self, readings: Iterable[Reading]) -> None:
        """Append readings."""
        for piece in pieces(readings, PIECE):
            self._file.seek(self._places[-1])
            self._file.write(msgspec.msgpack.encode(piece))
            self._places.append(self._file.tell())
            self._firsts.append(self._firsts[-1] + len(piece))

    def __len__(self) -> int:
        return self._firsts[-1]

    @overload
    def __getitem__(self, place: int) -> Reading: ...

    @overload
    def __getitem__(self, place: slice) -> list[Reading]: ...

    def __getitem__(self, place: int | slice) -> Reading | list[Reading]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        number = place % len(self)
        piece = bisect_right(self._firsts, number) - 1
        return self._piece(piece)[number - self._firsts[piece]]

    def __iter__(self) -> Iterator[Reading]:
        for number in range(len(self._places) - 1):
            yield from self._piece(number)

    def _piece(self, number: int) -> list[Reading]:
        if self._open[0] != number:
            start, end = self._places[number : number + 2]
            self._file.seek(start)
            self._open = number, msgspec.msgpack.decode(self._file.read(end - start), type=list[Reading])
        return self._open[1]

    def __getstate__(self) -> dict[str, Any]:
        self._file.seek(0)
        return {"places": self._places, "firsts": self._firsts, "content": self._file.read()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._places, self._firsts, self._open = state["places"], state["firsts"], (-1, [])
        self._file = scratch(self)
        self._file.write(state["content"])


class View(Sequence[Reading]):
    """Some rows of other readings, in the order given."""

    def __init__(self, readings: Sequence[Reading], rows: Rows) -> None:
        self._readings = readings
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Reading: ...

    @overload
    def __getitem__(self, place: slice) -> list[Reading]: ...

    def __getitem__(self, place: int | slice) -> Reading | list[Reading]:
        if isinstance(place, slice):
            return [self._readings[row] for row in self._rows[place].tolist()]
        return self._readings[int(self._rows[place])]


def some(readings: Sequence[Reading], rows: Rows) -> Sequence[Reading]:
    """Give these rows: a view where the readings are on a shelf, else a list."""
    if isinstance(readings, Shelf):
        return View(readings, rows)
    if isinstance(readings, View):
        return View(readings._readings, readings._rows[rows])
    return [readings[row] for row in rows.tolist()]


def pieces(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of ``size`` items; the last may be shorter."""
    source = iter(items)
    while piece := list(islice(source, size)):
        yield piece
