"""CSV. Values keep their bytes, even those that are no UTF-8; delimiter, line ends and byte order mark are those of the source."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain
from typing import IO, Any, cast

from service.tables.files import DAMAGED, LONGEST, ROWS, SIZE, Batch, Kind, Sink, Source, UnusableTable, clean

_MARK = "\ufeff"
_DELIMITERS = ",;\t"


class _CommaBatch:
    def __init__(self, header: list[str], lines: list[list[str]], first: int) -> None:
        self.header = header
        self.lines = lines
        self.first = first

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[str]:
        place = self.header.index(name)
        return [line[place] for line in self.lines]

    def rows(self) -> list[dict[str, Any]]:
        return [dict(zip(self.header, map(clean, line), strict=True)) for line in self.lines]


class CommaSource:
    """A CSV file; its first line names the columns."""

    kind: Kind = "csv"

    def __init__(self, raw: IO[bytes], packed: bool) -> None:
        self._raw = raw
        self._size = os.fstat(raw.fileno()).st_size or 1
        file = gzip.GzipFile(fileobj=raw) if packed else raw
        self._text = io.TextIOWrapper(cast("IO[bytes]", file), "utf-8", errors="surrogateescape", newline="")
        try:
            top = self._text.readline(LONGEST)
        except DAMAGED:
            raise _damaged(0) from None
        if top.startswith(("\udcff\udcfe", "\udcfe\udcff")):
            raise UnusableTable("The file is UTF-16; save it as UTF-8.")
        self.mark = _MARK if top.startswith(_MARK) else ""
        self.end = "\r\n" if top.endswith("\r\n") else "\n"
        self.delimiter = _delimiter(top)
        csv.field_size_limit(LONGEST)
        self._reader = csv.reader(chain([top.removeprefix(_MARK)], self._text), delimiter=self.delimiter)
        self.header = self._next(0) or []
        _check(self.header)

    def columns(self) -> dict[str, type]:
        """Name the columns: all text."""
        return dict.fromkeys(self.header, str)

    def batches(self) -> Iterator[Batch]:
        """Give all rows. Lines without anything in them are none."""
        number, lines, size = 1, list[list[str]](), 0
        while (line := self._next(number + len(lines))) is not None:
            if not line:
                continue
            if len(line) != len(self.header):
                raise UnusableTable(
                    f"{self._row(number + len(lines))} has {len(line)} values, but the header names {len(self.header)} columns."
                )
            lines.append(line)
            size += sum(map(len, line))
            if len(lines) == ROWS or size >= SIZE:
                yield _CommaBatch(self.header, lines, number)
                number, lines, size = number + len(lines), [], 0
        if lines:
            yield _CommaBatch(self.header, lines, number)

    def _next(self, number: int) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            raise UnusableTable(f"{self._row(number)} is not CSV: {error}.") from None
        except DAMAGED:
            raise _damaged(number) from None

    def _row(self, number: int) -> str:
        return f"Row {number} (line {self._reader.line_num})" if number else "The header"

    def done(self) -> float:
        """Tell which part of the file's bytes was read."""
        return self._raw.tell() / self._size

    def close(self) -> None:
        """Let go of the file."""
        self._text.detach()


def _delimiter(top: str) -> str:
    """Find the delimiter that makes a column ``text``; a comma where none does."""
    for delimiter in _DELIMITERS:
        if "text" in next(csv.reader([top.removeprefix(_MARK)], delimiter=delimiter), []):
            return delimiter
    return ","


def _check(header: list[str]) -> None:
    if not header:
        raise UnusableTable("The file is empty; its first line must name the columns.")
    for name in header:
        if header.count(name) > 1:
            raise UnusableTable(f"The header names the column {name!r} twice.")


def _damaged(number: int) -> UnusableTable:
    return UnusableTable(f"The file is damaged or not what its name says: it cannot be read beyond row {max(number - 1, 0)}.")


class CommaSink:
    """A CSV file to write."""

    def __init__(self, file: IO[bytes], source: Source, more: Mapping[str, type]) -> None:
        self._file = file
        self._delimiter, self._end, mark = ",", "\n", ""
        if isinstance(source, CommaSource):
            self._delimiter, self._end, mark = source.delimiter, source.end, source.mark
        self._names = list(source.columns())
        self._quoted = re.compile(f'[{re.escape(self._delimiter)}"\r\n]|^ | $')
        self._put([[*self._names, *more]], mark)

    def write(self, batch: Batch, more: Mapping[str, Sequence[Any]]) -> None:
        """Append rows."""
        if isinstance(batch, _CommaBatch):
            lines = batch.lines
        else:
            lines = [[_cell(row.get(name)) for name in self._names] for row in batch.rows()]
        added = zip(*([_cell(value) for value in values] for values in more.values()), strict=True)
        self._put([[*line, *new] for line, new in zip(lines, added, strict=True)])

    def _put(self, lines: list[list[str]], mark: str = "") -> None:
        text = "".join(self._delimiter.join(map(self._value, line)) + self._end for line in lines)
        self._file.write((mark + text).encode("utf-8", "surrogateescape"))

    def _value(self, value: str) -> str:
        """Quote where needed. The standard library's writer leaves a lone carriage return bare, which then reads as two rows."""
        return '"' + value.replace('"', '""') + '"' if self._quoted.search(value) else value

    def close(self) -> None:
        """Nothing is left to write."""


def _cell(value: object) -> str:
    """Say a value in a cell."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool | list | dict | tuple):
        return clean(json.dumps(value, ensure_ascii=False, default=str))
    return str(value)


def open_source(raw: IO[bytes], packed: bool) -> Source:
    """Open a CSV file to read. Raises UnusableTable."""
    return CommaSource(raw, packed)


def open_sink(file: IO[bytes], source: Source, more: Mapping[str, type]) -> Sink:
    """Open a CSV file to write."""
    return CommaSink(file, source, more)
