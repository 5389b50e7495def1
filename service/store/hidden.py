"""Columns that SQLite's planner does not know, so that another index is chosen than the one they would suggest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Plain(FunctionElement[Any]):
    """A column of which SQLite's planner does not know that it is one.

    It has no figures of how much a condition leaves, and would look for the index of the filter instead of that of the order,
    or of the copies of one comment, of which there are few. PostgreSQL has the figures.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_Plain)
def _as_it_is(element: _Plain, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # as SQLAlchemy passes them
    return compiler.process(element.clauses, **more)


@compiles(_Plain, "sqlite")
def _with_plus(element: _Plain, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # as above
    return f"+{compiler.process(element.clauses, **more)}"


class Hidden:
    """Columns that conditions are put on without their choosing an index."""

    def __init__(self, columns: Any) -> None:  # noqa: ANN401 # a table's or an alias's
        self._columns = columns

    def __getattr__(self, name: str) -> ColumnElement[Any]:
        return _Plain(self._columns[name])
