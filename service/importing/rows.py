"""Tables of comments: CSV, JSON lines or parquet, with a map from our fields to their columns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from service import tables
from service.importing.pages import CannotImport, Page, comment, human, judged, moment, paged
from service.store.imports import Record
from service.tables import ABSENT, Batch, Source, UnusableTable

OF_COMMENT = (
    "text",
    "author",
    "author_email",
    "author_url",
    "user_ip",
    "user_agent",
    "referrer",
    "permalink",
    "type",
    "date",
    "lang",
    "role",
    "external_id",
    "article_id",
    "parent_id",
)
FIELDS = (*OF_COMMENT, "status", "label", "labelled_by")
"""What a table may say: a comment's fields; ``status``, what its site did with it; ``label``, what a human says it is."""

_AKISMET = "akismet_user_result"
"""A table made from WordPress's comment metadata names the label so."""


class Rows:
    """A table. ``columns`` maps our fields to its columns; a field that it leaves out has a column of its own name, or none."""

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        if unknown := sorted(set(columns) - set(FIELDS)):
            raise CannotImport(f"There are no fields {', '.join(unknown)}. Known: {', '.join(FIELDS)}.")
        self._path = path
        self._columns = {name: columns.get(name, name) for name in FIELDS}
        self._given = frozenset(columns.values())
        self._source: Source | None = None
        try:
            state = path.stat()
        except OSError as error:
            raise CannotImport(f"The file {path} cannot be read: {error.strerror}.") from None
        mapped = " ".join(f"{name}={column}" for name, column in sorted(columns.items()))
        self.origin = f"table {path.resolve()} {state.st_size} {state.st_mtime_ns} {mapped}".strip()

    def done(self) -> float:
        """Tell which part was read."""
        return self._source.done() if self._source is not None else 0.0

    def pages(self, mark: str) -> Iterator[Page]:
        """Give the rows. Raises CannotImport."""
        return paged(self._records(time.time()), mark)

    def _records(self, now: float) -> Iterator[Record]:
        try:
            with tables.open_source(self._path) as source:
                self._source = source
                known = set(source.columns())
                if lacking := sorted(({self._columns["text"]} | self._given) - known):
                    raise CannotImport(f"The table has no column {', '.join(map(repr, lacking))}; --map FIELD=COLUMN names others.")
                for batch in source.batches():
                    yield from self._batch(batch, known, now)
        except UnusableTable as error:
            raise CannotImport(str(error)) from None

    def _batch(self, batch: Batch, known: set[str], now: float) -> Iterator[Record]:
        names = {name: column for name, column in self._columns.items() if column in known}
        if "label" not in names and _AKISMET in known:
            names["label"] = _AKISMET
        columns = [[_text(value) for value in batch.column(column)] for column in names.values()]
        for values in zip(*columns, strict=True):
            yield _record(dict(zip(names, values, strict=True)), now)


def _record(row: dict[str, str], now: float) -> Record:
    fields = judged(row.get("status", ""), "table") | human(row.get("label", ""), f"table {row.get('labelled_by', '')}".strip())
    said = comment("table", **{name: row[name] for name in OF_COMMENT if name in row})
    return Record(comment=said, at=moment(row.get("date", ""), now), **fields)


def _text(value: Any) -> str:  # noqa: ANN401 # whatever a table holds
    if value is None or value is ABSENT:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
