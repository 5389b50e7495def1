"""What a filter of the queue demands of an item, as conditions on the table or on an alias of it.

Who asks and when are parameters with names of their own, so that a statement can be made once and asked by everyone: ``asking``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, Integer, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.store import storable
from service.store.facets import DOUBTFUL, Filter
from service.store.places_tables import queue_places

_TOLD = queue_places.alias("told")


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


def asking(wanted: Filter) -> dict[str, Any]:
    """Give the values of who asks, and when, for a statement that was made for somebody else."""
    return {"mine": wanted.mine, "free": wanted.free, "asked_at": wanted.at}


def conditions(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # of the table or of an alias
    """Give what a filter demands of an item, its site and that it waits aside."""
    return facets(columns, wanted) + _behind(columns, wanted)


def facets(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """Give the part that the index of the facets tells."""
    found = [columns.second == wanted.second]
    if wanted.why in {"audit", "reported"}:
        found.append(columns.why == wanted.why)
    elif wanted.why:
        found += [columns.why == "held", columns.rule == storable.text(wanted.why)]
    if wanted.lang is not None:
        found.append(columns.lang == storable.text(wanted.lang))
    if wanted.newcomer:
        found.append(columns.newcomer.is_(True))
    if wanted.linked:
        found.append(columns.linked.is_(True))
    if wanted.uncertain:
        found.append(columns.doubt <= DOUBTFUL)
    return found


def _behind(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """What hangs on claims, reports and tags."""
    at = bindparam("asked_at", wanted.at, Double)
    found: list[ColumnElement[bool]] = []
    if wanted.reported:
        found.append(reported(columns.comment_id))
    if wanted.tag:
        found.append(columns.tag == storable.text(wanted.tag))
    if wanted.mine is not None:
        found += [columns.claimed_by == bindparam("mine", wanted.mine, Integer), columns.claimed_until > at]
    if wanted.free is not None:
        whose = columns.claimed_by.is_(None) | (columns.claimed_by == bindparam("free", wanted.free, Integer))
        found.append(whose | (columns.claimed_until <= at))
    return found


def reported(comment_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 # a column, or an expression of one
    """Match what readers reported. With EXISTS, PostgreSQL would join whole tables for a page of rows."""
    told = select(_TOLD.c.reports).where(_TOLD.c.comment_id == comment_id).scalar_subquery()
    found: ColumnElement[bool] = func.coalesce(told, 0) > 0
    return found
