"""A consistent copy of an SQLite database that is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from service.store.files import flush


class NotCopied(Exception):  # a state of the files
    """The database could not be copied; the message says why."""


def copy_database(source: Path, target: Path) -> None:
    """Copy what is committed now into a new file; the service goes on writing meanwhile. Raises NotCopied.

    The copy is read whole afterwards, and is on disk when this returns.
    """
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # private before anything is in it
        address = f"{source.resolve().as_uri()}?mode=rw"  # never made; a log that a crash left must be readable
        with closing(sqlite3.connect(address, uri=True)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)  # in one step: one state, and in a WAL no writer waits for who reads
            copy.execute("PRAGMA journal_mode = DELETE")  # all in one file
            damage = str(copy.execute("PRAGMA quick_check(1)").fetchone()[0])
    except (OSError, sqlite3.Error) as error:
        raise NotCopied(f"The database {source} cannot be copied: {getattr(error, 'strerror', None) or error}.") from None
    if damage != "ok":
        raise NotCopied(f"The database {source} is damaged: {damage.splitlines()[0]}.")
    flush(target)


def schema_of(path: Path) -> str:
    """Give the revision of the schema in a database file. Raises NotCopied where there is none."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError):
        raise NotCopied(f"The file {path} is no database of Winnow.") from None
