"""Statements that are made once and asked of the driver itself.

A page of the queue asks some fifteen. SQLAlchemy takes longer to pass one on than either database to answer it, and to put one
together from its parts takes it ten times as long again: what is asked of several sites is therefore put together for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Boolean, ColumnElement, Connection, Select, Text, literal_column
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.store.plans import once

Row = tuple[Any, ...]
_NAMED = SQLiteDialect_pysqlite(paramstyle="named")


class among(FunctionElement[bool]):  # noqa: N801 # read as a function of SQL
    """Tell whether a column is among the values of a list, which is one parameter however long it is."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], values: ColumnElement[Any]) -> None:
        super().__init__(column, values)
        self.kind = column.type


@compiles(among)
def _among_array(element: among, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # as SQLAlchemy passes them
    column, values = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} = ANY (CAST({values} AS {element.kind.compile(compiler.dialect)}[]))"


@compiles(among, "sqlite")
def _among_json(element: among, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # as above
    column, values = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 # our own words


def listed(connection: Connection, values: Sequence[object]) -> str:
    """Write a list as the parameter that ``among`` looks through: JSON for SQLite, an array's literal for PostgreSQL."""
    if connection.dialect.name == "sqlite":
        return msgspec.json.encode(values).decode()
    return "{" + ",".join('"' + str(each).replace("\\", "\\\\").replace('"', '\\"') + '"' for each in values) + "}"


_MERGED = 8
"""So many parts at most does PostgreSQL go along at once."""


class _Said(Struct, frozen=True):
    """A statement in the words of one database: its text, values that it has by itself, and columns that are numbers for truths."""

    text: str
    values: dict[str, Any]
    truths: tuple[int, ...]


class Direct:
    """A statement whose parameters have names."""

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        self._query = query
        self._known: dict[str, _Said] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Ask it; lists are given as ``listed`` writes them. Raises DBAPIError."""
        said = self._known.get(connection.dialect.name)
        if said is None:
            said = self._known[connection.dialect.name] = _said(connection, self._query)
        return _ask(connection, said, said.text, values)


class ForEach:
    """A statement for each of several rows of values, such as a site: all their rows, and what is then done with those.

    The statement stands for one of them, and has ``value(name)`` where its values belong. PostgreSQL is given the rows as arrays
    and plans it once, SQLite reads it as often as there are rows. ``then`` follows the alias ``found``.

    Of parts that follow indexes in one order, both go along all at once and read none further than they must: ``merged`` has such
    a part, without its own order and limit as SQLite needs it, and in which order its columns are. PostgreSQL plans each of the
    parts, so that it gets many of them as arrays after all.
    """

    def __init__(
        self,
        part: Select[*tuple[Any, ...]],
        kinds: Mapping[str, str],
        *,
        shown: str = "found.*",
        then: str = "",
        merged: tuple[Select[*tuple[Any, ...]], str] | None = None,
    ) -> None:
        self._part, self._kinds, self._shown, self._then, self._merged = part, kinds, shown, then, merged
        self._known: dict[str, _Said] = {}
        self._texts: dict[int, str] = {}

    def rows(self, connection: Connection, each: Sequence[Sequence[Any]], values: Mapping[str, Any]) -> list[Row]:
        """Ask it for rows with a value for each of the names. Raises DBAPIError."""
        name = connection.dialect.name
        if (said := self._known.get(name)) is None:
            part = self._merged[0] if self._merged is not None and name == "sqlite" else self._part
            said = self._known[name] = _said(connection, part)
        if name != "sqlite" and (self._merged is None or len(each) > _MERGED):
            arrays = {f"each_{place}": [row[place] for row in each] for place in range(len(self._kinds))}
            return _ask(connection, said, self._lateral(said.text), {**values, **arrays})
        single = {f"{kind}_{turn}": value for turn, row in enumerate(each) for kind, value in zip(self._kinds, row, strict=True)}
        text = self._union(said.text, len(each)) if name == "sqlite" else self._append(said.text, len(each))
        return _ask(connection, said, text, {**values, **single})

    def _lateral(self, part: str) -> str:
        if 0 not in self._texts:
            # as queries of their own: were their lengths seen, PostgreSQL would hope for a better plan of each, and plan every time
            arrays = ", ".join(f"(SELECT %(each_{place})s::{kind}[])" for place, kind in enumerate(self._kinds.values()))
            here = part.format(**{name: f"asked.{name}" for name in self._kinds})
            asked = f"unnest({arrays}) AS asked ({', '.join(self._kinds)})"
            self._texts[0] = f"SELECT {self._shown} FROM {asked} CROSS JOIN LATERAL ({here}) AS found {self._then}"  # noqa: S608
        return self._texts[0]

    def _append(self, part: str, count: int) -> str:
        if -count not in self._texts and self._merged is not None:
            named = ({name: f"%({name}_{turn})s::{kind}" for name, kind in self._kinds.items()} for turn in range(count))
            parts = [part.format(**each) for each in named]
            self._texts[-count] = parts[0] if count == 1 else f"({') UNION ALL ('.join(parts)}) {self._merged[1]}"
        return self._texts[-count]

    def _union(self, part: str, count: int) -> str:
        if count not in self._texts:
            parts = [part.format(**{name: f":{name}_{turn}" for name in self._kinds}) for turn in range(count)]
            if self._merged is not None:
                return self._texts.setdefault(count, f"{' UNION ALL '.join(parts)} {self._merged[1]}")
            found = " UNION ALL ".join(f"SELECT * FROM ({each})" for each in parts)  # noqa: S608 # as below
            self._texts[count] = f"SELECT {self._shown} FROM ({found}) AS found {self._then}"  # noqa: S608 # our own words
        return self._texts[count]


def value(name: str, column: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
    """Stand for a value of the row for which a statement of ``ForEach`` is asked, of a column's type or a text."""
    return literal_column(f"{{{name}}}", Text if column is None else column.type)


def _said(connection: Connection, query: Select[*tuple[Any, ...]]) -> _Said:
    dialect = _NAMED if connection.dialect.name == "sqlite" else connection.dialect
    compiled = query.compile(dialect=dialect)
    truths = [place for place, each in enumerate(query.selected_columns) if isinstance(each.type, Boolean)]
    return _Said(str(compiled), dict(compiled.construct_params(_check=False)), tuple(truths) if dialect is _NAMED else ())


def _ask(connection: Connection, said: _Said, text: str, values: Mapping[str, Any]) -> list[Row]:
    driver: Any = connection.connection.driver_connection
    alone = connection.dialect.name == "postgresql" and driver.autocommit
    if not alone and not connection.in_transaction():
        connection.begin()
    try:
        if alone:
            once(connection)
            found: list[Row] = _asking(connection, driver).rows(text, {**said.values, **values})
            return found
        rows: list[Row] = driver.execute(text, {**said.values, **values}).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError("a statement of the queue", None, error) from error
    for place in said.truths:
        rows = [(*row[:place], bool(row[place]), *row[place + 1 :]) for row in rows]
    return rows


def _asking(connection: Connection, driver: Any) -> Any:  # noqa: ANN401 # the driver's connection; its library comes with PostgreSQL
    asking = connection.info.get("asking")
    if asking is None:
        from service.store.libpq import Asking  # noqa: PLC0415 # who uses SQLite needs no PostgreSQL

        asking = connection.info["asking"] = Asking(driver)
    return asking
