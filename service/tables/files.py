"""What all kinds of table have in common: names, batches, and an output that appears whole or not at all."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Literal, Protocol

Kind = Literal["csv", "jsonl", "parquet"]
KINDS: dict[str, Kind] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
ROWS = 1_000
"""Most rows of a batch."""

SIZE = 8 << 20
"""Characters or bytes from which on a batch is complete, however few its rows."""

LONGEST = 16 << 20
"""Characters or bytes of the longest value or line that is read."""

DAMAGED = (OSError, EOFError, zlib.error)
"""What reading raises when the file is cut, damaged, or not packed as its name says."""


ABSENT = object()
"""Stands for the value of a line that lacks the column; a null is None."""


class UnusableTable(Exception):  # named like the other refusals
    """A table that cannot be read or written; the message names row and column, never a value."""


class Batch(Protocol):
    """Some rows. ``first`` is the number of the first one, counted from 1."""

    first: int

    def __len__(self) -> int:
        """Count the rows."""

    def column(self, name: str) -> Sequence[Any]:
        """Give a column's values, ABSENT where a row lacks it."""

    def rows(self) -> list[dict[str, Any]]:
        """Give the rows as JSON could say them, for a table of another kind."""


class Source(Protocol):
    """A table to read, once."""

    kind: Kind

    def columns(self) -> Mapping[str, type]:
        """Name the columns, each with what its values are: str, int, float, bool, or object for anything else."""

    def batches(self) -> Iterator[Batch]:
        """Give all rows. Raises UnusableTable."""

    def done(self) -> float:
        """Tell which part was read, in [0, 1]."""

    def close(self) -> None:
        """Close the file."""


class Sink(Protocol):
    """A table to write."""

    def write(self, batch: Batch, more: Mapping[str, Sequence[Any]]) -> None:
        """Append a batch with more columns at its right. Raises UnusableTable."""

    def close(self) -> None:
        """Complete the file."""


def kind_of(path: Path) -> Kind:
    """Tell a file's kind by its name. Raises UnusableTable."""
    name = path.name.lower().removesuffix(".gz")
    for ending, kind in KINDS.items():
        if name.endswith(ending):
            return kind
    raise UnusableTable(f"The name {path.name!r} must end with one of {', '.join(KINDS)}, or that and .gz.")


def gzipped(path: Path) -> bool:
    """Tell whether a file is packed, by its name."""
    return path.name.lower().endswith(".gz")


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a table to read. Raises UnusableTable, within the block too, for what is wrong with the file."""
    kind = kind_of(path)
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UnusableTable(f"The file {path} cannot be read: {error.strerror}.") from None
    with raw:
        source: Source = import_module(f"service.tables.{_MODULES[kind]}").open_source(raw, gzipped(path))
        try:
            yield source
        finally:
            source.close()


@contextmanager
def open_sink(path: Path, source: Source, more: Mapping[str, type]) -> Iterator[Sink]:
    """Open a table that holds what ``source`` has and ``more`` columns. It appears when the block ends well, else not at all.

    Raises UnusableTable.
    """
    kind = kind_of(path)
    _check_names(source, kind, more)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        raw = draft.open("wb")
    except OSError as error:
        raise UnusableTable(f"The file {path} cannot be written: {error.strerror}.") from None
    try:
        with raw, _packed(raw, gzipped(path)) as file:
            sink: Sink = import_module(f"service.tables.{_MODULES[kind]}").open_sink(file, source, more)
            yield sink
            sink.close()
        draft.replace(path)
    except OSError as error:
        raise UnusableTable(f"The file {path} cannot be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)


def _check_names(source: Source, kind: Kind, more: Mapping[str, type]) -> None:
    """Refuse a table that has the new columns already; from lines to lines every line is checked as it comes."""
    if source.kind == kind == "jsonl":
        return
    for name in more:
        if name in source.columns():
            raise taken(name)


def taken(name: str, row: int = 0) -> UnusableTable:
    """Say that a column is there already."""
    where = f"Row {row} has" if row else "The table has"
    return UnusableTable(f"{where} a column {name!r} already; --prefix gives the new columns other names.")


_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Give the text with U+FFFD for what UTF-8 cannot say: halves of surrogate pairs, and bytes that were no UTF-8."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


_MODULES: dict[Kind, str] = {"csv": "commas", "jsonl": "lines", "parquet": "parquet"}


@contextmanager
def _packed(raw: IO[bytes], packed: bool) -> Iterator[IO[bytes]]:
    if not packed:
        yield raw
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        yield file  # type: ignore[misc]  # GzipFile is an IO[bytes] in all but name
