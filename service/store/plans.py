"""Lets PostgreSQL plan a statement once, however its values change, where statements are written so that one plan is right."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

_ONCE = "plans once"


def once(connection: Connection) -> None:
    """Plan what is asked of a connection that only reads once each. PostgreSQL itself plans five times until it believes that."""
    if connection.dialect.name == "postgresql" and not connection.info.get(_ONCE) and _reads(connection):
        _say(connection, "SET plan_cache_mode = force_generic_plan")
        connection.info[_ONCE] = True


def otherwise_anew(engine: Engine) -> None:
    """Let every other statement be planned as PostgreSQL sees fit: its values may matter."""
    event.listen(engine, "before_cursor_execute", lambda connection, *_: _anew(connection) if _reads(connection) else None)
    event.listen(engine, "begin", lambda connection: None if _reads(connection) else _anew_in_transaction(connection))


def _reads(connection: Connection) -> bool:
    """Tell whether each statement is a transaction of its own: what a greater one sets is lost when it is rolled back."""
    driver: Any = connection.connection.driver_connection
    return bool(driver.autocommit)


def _anew(connection: Connection) -> None:
    if connection.info.pop(_ONCE, False):
        _say(connection, "RESET plan_cache_mode")


def _anew_in_transaction(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.info.get(_ONCE):
        driver.autocommit = True
        _anew(connection)
        driver.autocommit = False


def _say(connection: Connection, text: str) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(text)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(text, None, error) from error
