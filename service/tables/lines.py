"""JSON lines: an object a line. Where lines go to lines, each keeps its bytes and only gains at its end."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, cast

import msgspec

from service.tables.files import ABSENT, DAMAGED, LONGEST, ROWS, SIZE, Batch, Kind, Sink, Source, UnusableTable, clean, taken

_MARK = b"\xef\xbb\xbf"
_WIDEST = 1 << 63
Line = tuple[bytes, dict[str, Any]]


class _LineBatch:
    def __init__(self, lines: list[Line], first: int) -> None:
        self.lines = lines
        self.first = first

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[Any]:
        return [row.get(name, ABSENT) for _, row in self.lines]

    def rows(self) -> list[dict[str, Any]]:
        return [row for _, row in self.lines]


class LineSource:
    """A file of JSON lines."""

    kind: Kind = "jsonl"

    def __init__(self, raw: IO[bytes], packed: bool) -> None:
        self._raw = raw
        self._packed = packed
        self._size = os.fstat(raw.fileno()).st_size or 1
        self._columns: dict[str, type] | None = None

    def columns(self) -> dict[str, type]:
        """Name all columns of all lines: reads the file once for it."""
        if self._columns is None:
            found: dict[str, set[type]] = {}
            for batch in self.batches():
                for row in batch.rows():
                    for name, value in row.items():
                        found.setdefault(clean(name), set()).add(_type(value))
            self._columns = {name: _common(types) for name, types in found.items()}
        return self._columns

    def batches(self) -> Iterator[Batch]:
        """Give all rows, from the start. Lines without anything in them are none."""
        self._raw.seek(0)
        file = cast("IO[bytes]", gzip.GzipFile(fileobj=self._raw)) if self._packed else self._raw
        number, lines, size = 1, list[Line](), 0
        for line in self._lines(file):
            lines.append((line, _parsed(line, number + len(lines))))
            size += len(line)
            if len(lines) == ROWS or size >= SIZE:
                yield _LineBatch(lines, number)
                number, lines, size = number + len(lines), [], 0
        if lines:
            yield _LineBatch(lines, number)

    def _lines(self, file: IO[bytes]) -> Iterator[bytes]:
        place = 0
        try:
            while line := file.readline(LONGEST + 1):
                place += 1
                if len(line) > LONGEST:
                    raise UnusableTable(f"Line {place} is longer than {LONGEST:,} bytes.")
                if line := (line.removeprefix(_MARK) if place == 1 else line).strip():
                    yield line
        except DAMAGED:
            raise UnusableTable(f"The file is damaged or not what its name says: it cannot be read beyond line {place}.") from None

    def done(self) -> float:
        """Tell which part of the file's bytes was read."""
        return self._raw.tell() / self._size

    def close(self) -> None:
        """Nothing is held."""


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    """Read a line. What strict JSON refuses but Python writes (NaN, halves of surrogate pairs) is read as Python does."""
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise UnusableTable(f"Row {number} is not JSON.") from None
    if not isinstance(row, dict):
        raise UnusableTable(f"Row {number} is not a JSON object.")
    return row


def _type(value: object) -> type:
    if isinstance(value, int) and not isinstance(value, bool) and not -_WIDEST <= value < _WIDEST:
        return object
    return type(value)


def _common(types: set[type]) -> type:
    """Give the type that can hold values of all of these, beside None."""
    types = types - {type(None)}
    if types <= {int, float}:
        return float if float in types else int if types else str
    return types.pop() if len(types) == 1 and types & {str, bool} else object


class LineSink:
    """A file of JSON lines to write."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, batch: Batch, more: Mapping[str, Sequence[Any]]) -> None:
        """Append rows."""
        added = [dict(zip(more, values, strict=True)) for values in zip(*more.values(), strict=True)]
        if isinstance(batch, _LineBatch):
            lines = [_longer(*line, new, row) for row, (line, new) in enumerate(zip(batch.lines, added, strict=True), batch.first)]
        else:
            lines = [msgspec.json.encode({**row, **new}, enc_hook=str) for row, new in zip(batch.rows(), added, strict=True)]
        self._file.write(b"\n".join([*lines, b""]))

    def close(self) -> None:
        """Nothing is left to write."""


def _longer(line: bytes, row: dict[str, Any], new: dict[str, Any], number: int) -> bytes:
    for name in new:
        if name in row:
            raise taken(name, number)
    return line[:-1] + (b"," if row else b"") + msgspec.json.encode(new)[1:]


def open_source(raw: IO[bytes], packed: bool) -> Source:
    """Open a file of JSON lines to read."""
    return LineSource(raw, packed)


def open_sink(file: IO[bytes], source: Source, more: Mapping[str, type]) -> Sink:  # noqa: ARG001 # as the other kinds
    """Open a file of JSON lines to write."""
    return LineSink(file)
