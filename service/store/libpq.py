"""Statements asked of PostgreSQL's library itself: the driver's cursors take longer to pass one on than the server to answer it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from psycopg import Connection, DataError
from psycopg.adapt import Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
_PREPARED = 1000
"""So many statements stay prepared on a connection: the queue has some hundreds, one an order and filter."""

_TYPES = {float: 701, bool: 16}
"""PostgreSQL's numbers of the types that a statement does not always name; it does with all others."""

_PARAMETER = re.compile(r"%(?:\((\w+)\)s|%)")


class Asking:
    """Asks on one connection, which begins no transaction for it. Values are numbers, truths, texts, None, and lists of these."""

    def __init__(self, driver: Connection[Any]) -> None:
        self._driver = driver
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._count = 0
        self._reader = Transformer(driver)

    def rows(self, text: str, values: Mapping[str, Any]) -> list[Row]:
        """Ask a statement with parameters as ``%(name)s``. Raises psycopg.Error."""
        query, names = _numbered(text)
        given = [values[name] for name in names]
        written: list[Any] = [_written(each) for each in given]
        types = tuple(_TYPES.get(type(each), 0) for each in given)
        try:
            result = self._ask(text, query, types, written)
        except InvalidSqlStatementName:  # the driver lets all go after a transaction that was taken back
            self._names.clear()
            result = self._ask(text, query, types, written)
        except FeatureNotSupported:  # a table was changed meanwhile: what was prepared gives columns of other types
            self._forget((text, types))
            result = self._ask(text, query, types, written)
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, tuple)

    def _ask(self, text: str, query: bytes, types: tuple[int, ...], written: list[Any]) -> PGresult:
        name = self._names.get((text, types)) or self._prepare(text, query, types)
        result = self._driver.pgconn.exec_prepared(name, written)
        self._check(result)
        return result

    def _prepare(self, text: str, query: bytes, types: tuple[int, ...]) -> bytes:
        if len(self._names) >= _PREPARED:
            self._forget(next(iter(self._names)))
        self._count += 1
        name = b"asked_%d" % self._count
        self._check(self._driver.pgconn.prepare(name, query, types))
        self._names[text, types] = name
        return name

    def _forget(self, asked: tuple[str, tuple[int, ...]]) -> None:
        if name := self._names.pop(asked, None):
            self._check(self._driver.pgconn.exec_(b"DEALLOCATE " + name))

    def _check(self, result: PGresult) -> None:
        if result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
            raise error_from_result(result, self._driver.info.encoding)


@lru_cache(maxsize=4096)
def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """Write a statement's parameters as numbers, and give their names in that order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}" if found[1] else "%"

    return _PARAMETER.sub(number, text).encode(), tuple(names)


def _written(value: Any) -> bytes | None:  # noqa: ANN401 # see Asking
    """Write a value as PostgreSQL reads it."""
    if value is None:
        return None
    if isinstance(value, list):
        return b"{" + b",".join(map(_element, value)) + b"}"
    if isinstance(value, str):
        if "\0" in value:  # the library would end the text there
            raise DataError("a text with a NUL cannot be looked for")
        return value.encode()
    return str(value).encode()


def _element(value: Any) -> bytes:  # noqa: ANN401 # see Asking
    written = _written(value)
    if written is None:
        return b"NULL"
    return b'"' + written.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
