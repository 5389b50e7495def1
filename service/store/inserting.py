"""Inserts that know what to do about a row that is there already: each database's dialect has its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


def insert_into(connection: Connection, table: Table) -> Any:  # noqa: ANN401 # of one dialect or the other
    """Give an insert with ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 # a service on SQLite starts sooner without it

    return postgresql.insert(table)
