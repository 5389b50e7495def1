"""Parquet. Where parquet goes to parquet, columns keep their types and every value; only this module needs pyarrow."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import pyarrow as pa
from pyarrow import parquet

from service.tables.files import DAMAGED, ROWS, Batch, Kind, Sink, Source, UnusableTable, clean

_GROUP_ROWS, _GROUP_BYTES = 50_000, 64 << 20
_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), object: pa.string()}


class _ArrowBatch:
    def __init__(self, part: pa.RecordBatch, first: int) -> None:
        self.part = part
        self.first = first

    def __len__(self) -> int:
        return int(self.part.num_rows)

    def column(self, name: str) -> list[Any]:
        return _values(self.part.column(name))

    def rows(self) -> list[dict[str, Any]]:
        columns = [_values(column) for column in self.part.columns]
        return [dict(zip(self.part.schema.names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pa.Array) -> list[Any]:
    """Give values as Python has them; times as text, because Python's have no nanoseconds."""
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.string())
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:  # nothing stops a writer from that
        return [None if value is None else value.decode("utf-8", "replace") for value in column.cast(pa.binary()).to_pylist()]


class ArrowSource:
    """A parquet file."""

    kind: Kind = "parquet"

    def __init__(self, raw: IO[bytes], packed: bool) -> None:
        self._unpacked = _unpacked(raw) if packed else None
        try:
            self._file = parquet.ParquetFile(self._unpacked or raw, buffer_size=1 << 20, pre_buffer=False)
        except (pa.ArrowException, OSError):
            raise _damaged() from None
        self.schema = self._file.schema_arrow
        self._rows = self._file.metadata.num_rows
        self._read = 0
        for name in self.schema.names:
            if self.schema.names.count(name) > 1:
                raise UnusableTable(f"The file has the column {name!r} twice.")

    def columns(self) -> dict[str, type]:
        """Name the columns."""
        return {field.name: _type(field.type) for field in self.schema}

    def batches(self) -> Iterator[Batch]:
        """Give all rows."""
        try:
            for part in self._file.iter_batches(batch_size=ROWS):
                yield _ArrowBatch(part, self._read + 1)
                self._read += part.num_rows
        except (pa.ArrowException, OSError):
            raise _damaged() from None

    def done(self) -> float:
        """Tell which part of the rows was read."""
        return self._read / self._rows if self._rows else 1.0

    def close(self) -> None:
        """Remove what was unpacked."""
        if self._unpacked is not None:
            self._unpacked.close()


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    """Unpack into a file without a name: parquet is read from its end."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 # it stays open as long as its source
    try:
        shutil.copyfileobj(gzip.GzipFile(fileobj=raw), file, 1 << 20)
    except DAMAGED:
        file.close()
        raise _damaged() from None
    return file


def _damaged() -> UnusableTable:
    return UnusableTable("The file is damaged or no parquet file.")


def _type(kind: pa.DataType) -> type:
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return int
    if pa.types.is_floating(kind):
        return float
    if pa.types.is_boolean(kind):
        return bool
    return str if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_temporal(kind) else object


class ArrowSink:
    """A parquet file to write, some ten thousand rows a group."""

    def __init__(self, file: IO[bytes], source: Source, more: Mapping[str, type]) -> None:
        self._types = source.columns()
        schema = source.schema if isinstance(source, ArrowSource) else pa.schema([(n, _TYPES[t]) for n, t in self._types.items()])
        for name, kind in more.items():
            schema = schema.append(pa.field(name, _TYPES[kind]))
        self._schema = schema
        self._writer = parquet.ParquetWriter(file, schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []

    def write(self, batch: Batch, more: Mapping[str, Sequence[Any]]) -> None:
        """Append rows."""
        old = batch.part.columns if isinstance(batch, _ArrowBatch) else self._arrays(batch)
        new = [pa.array(values, self._schema.field(name).type) for name, values in more.items()]
        self._waiting.append(pa.RecordBatch.from_arrays([*old, *new], schema=self._schema))
        if sum(map(len, self._waiting)) >= _GROUP_ROWS or sum(part.nbytes for part in self._waiting) >= _GROUP_BYTES:
            self._flush()

    def _arrays(self, batch: Batch) -> list[pa.Array]:
        rows = batch.rows()
        return [pa.array([_held(row.get(name), kind) for row in rows], _TYPES[kind]) for name, kind in self._types.items()]

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting = []

    def close(self) -> None:
        """Write what waits, and the file's foot."""
        self._flush()
        self._writer.close()


def _held(value: object, kind: type) -> object:
    """Give a value as its column holds it; what has no type of its own is JSON."""
    if isinstance(value, str):
        return clean(value)
    if value is None or kind is not object:
        return value
    return clean(json.dumps(value, ensure_ascii=False, default=str))


def open_source(raw: IO[bytes], packed: bool) -> Source:
    """Open a parquet file to read. Raises UnusableTable."""
    return ArrowSource(raw, packed)


def open_sink(file: IO[bytes], source: Source, more: Mapping[str, type]) -> Sink:
    """Open a parquet file to write."""
    return ArrowSink(file, source, more)
