"""Opens the database that a URL names: SQLite by default, PostgreSQL by URL, with the same promises on both."""

from __future__ import annotations

import os
import select
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from service.store.files import flush
from service.store.plans import otherwise_anew

BUSY_MILLISECONDS = 250
"""How long a statement waits for another process's lock on SQLite: below the writer's deadline."""


class BadDatabase(ValueError):  # named like the other refusals
    """A database that cannot be used; the message is a full sentence without the password."""


def open_engine(url: str, patience: int = BUSY_MILLISECONDS) -> Engine:
    """Make an engine for ``sqlite:///path`` or ``postgresql://…``. Raises BadDatabase for anything else. Nothing is connected yet.

    SQLite: the folder is created, the file is readable by its owner only, the journal is a WAL and every commit is flushed to
    disk (``synchronous=FULL``: with NORMAL a power cut loses acknowledged rows).
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadDatabase("The database URL cannot be read; use sqlite:///path or postgresql://user@host/name.") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed.database or "", patience)
    if backend in {"postgresql", "postgres"}:
        return _thorough(_postgres(parsed))
    raise BadDatabase(f"The database URL names {backend!r}; Winnow runs on sqlite and postgresql.")


_POSTGRES: dict[str, Any] = {
    "connect_timeout": 2,
    "prepare_threshold": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "tcp_user_timeout": 5000,
    "application_name": "winnow",
    "client_encoding": "utf8",
    "options": "-c jit=off -c lock_timeout=2s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    " -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1",
}


_POOL: dict[str, Any] = {"pool_size": 5, "pool_use_lifo": True}
"""Whoever asks takes the connection that was used last: it knows the statements already, and its pages are at hand."""


def _postgres(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), connect_args=_POSTGRES, **_POOL)
    event.listen(engine, "checkout", partial(_make_sure, engine))
    otherwise_anew(engine)
    return engine


def _make_sure(engine: Engine, connection: Any, _entry: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401 # a driver's
    """Give no connection out that the server has ended, and none that is older.

    A server that ends one says so, and one that is gone is missed by the keepalives: either can be read from the socket. To ask the
    server each time would take as long as a whole statement.
    """
    try:
        said = select.poll()
        said.register(connection.fileno(), select.POLLIN)
        if not said.poll(0):
            return
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        raise InvalidatePoolError from None


def reading(engine: Engine) -> Connection:
    """Connect to read. On PostgreSQL each statement sees what is committed anyhow, so it needs no transaction around it."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "AUTOCOMMIT"
    return engine.connect().execution_options(**options)


def be_patient(engine: Engine, milliseconds: int) -> None:
    """Let an engine that has not connected yet wait for locks longer than a service can afford to. PostgreSQL's stays as it is."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA busy_timeout = {int(milliseconds)}"))


def _sqlite(name: str, patience: int) -> Engine:
    if not name or ":memory:" in name:
        raise BadDatabase("A database in memory would lose every comment; name a file: sqlite:///path.")
    path = Path(name)
    try:
        _create(path)
    except OSError as error:
        raise BadDatabase(f"The database file {path} cannot be opened: {error.strerror}.") from None
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"isolation_level": None, "cached_statements": 256, "check_same_thread": False},
        **_POOL,
    )
    event.listen(engine, "connect", partial(_prepare, patience=patience))
    event.listen(engine, "begin", _begin)
    return _thorough(engine)


def _thorough(engine: Engine) -> Engine:
    """Let ``dispose`` reach what threads still read from: connections that come back later are closed, not kept for nobody."""

    def stamp(_: object, entry: ConnectionPoolEntry) -> None:
        entry.info["pool"] = engine.pool

    def close_if_left(_: object, entry: ConnectionPoolEntry) -> None:
        if entry.info.get("pool", engine.pool) is not engine.pool:
            entry.invalidate()

    event.listen(engine, "connect", stamp)
    event.listen(engine, "checkin", close_if_left)
    return engine


def _create(path: Path) -> None:
    """Make the file private before SQLite fills it, and its name durable; SQLite gives its journal the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    flush(path.parent)


def _begin(connection: Connection) -> None:
    """Writers take the lock first: a transaction that reads and then writes would fail with BUSY and no waiting.

    With the execution option ``reading`` a transaction takes no lock and sees the state of its first statement.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")


def _prepare(connection: Any, _entry: ConnectionPoolEntry, patience: int) -> None:  # noqa: ANN401 # a driver's connection
    for pragma in (
        f"busy_timeout = {patience}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "checkpoint_fullfsync = ON",  # only macOS knows a difference; elsewhere it costs nothing
        "fullfsync = ON",
        "temp_store = MEMORY",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
