"""What can be wrong with a database, for those who look after it."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, text

OLDEST_SQLITE = (3, 38)
"""The first SQLite whose JSON functions are always built in; a batch is written with them."""


def old_sqlite() -> str:
    """Give the version of an SQLite library that is too old, or nothing."""
    return sqlite3.sqlite_version if sqlite3.sqlite_version_info < OLDEST_SQLITE else ""


def damage(connection: Connection) -> str:
    """Read the whole database and give the first damage found, or nothing. PostgreSQL has tools of its own for that."""
    if connection.dialect.name != "sqlite":
        return ""
    said = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
    return "" if said == "ok" else said.splitlines()[0]
