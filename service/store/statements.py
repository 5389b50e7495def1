"""The hot path's SQL, spoken to the driver itself: both databases, the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Connection, Dialect

from service.store.schema import metadata

_WIDEST = 128
"""Rows of one statement. Batches are cut into powers of two up to this, so that a handful of prepared statements serves all."""

_IDENTITY = "key, accepted, held, rejected, ham, spam, first_us, last_us, tat_us"
_DECISION = "d.verdict, d.rule, d.reasons, d.source, d.spam, d.abuse, d.model, d.at"
_NEWEST = "(SELECT max(number) FROM decisions n WHERE n.comment_id = c.id)"

_CONFLICTS = {
    "identities": """ ON CONFLICT (key) DO UPDATE SET
        accepted = identities.accepted + excluded.accepted, held = identities.held + excluded.held,
        rejected = identities.rejected + excluded.rejected, ham = identities.ham + excluded.ham,
        spam = identities.spam + excluded.spam, first_us = {least}(identities.first_us, excluded.first_us),
        last_us = {most}(identities.last_us, excluded.last_us), tat_us = {most}(identities.tat_us, excluded.tat_us)""",
    "tallies": """ ON CONFLICT (site_id, day) DO UPDATE SET
        accepted = tallies.accepted + excluded.accepted, held = tallies.held + excluded.held,
        rejected = tallies.rejected + excluded.rejected, missed_spam = tallies.missed_spam + excluded.missed_spam,
        false_rejects = tallies.false_rejects + excluded.false_rejects""",
    "rule_hits": " ON CONFLICT (site_id, day, rule) DO UPDATE SET hits = rule_hits.hits + excluded.hits",
}


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < count:
        width = min(_WIDEST, 1 << (count - start).bit_length() - 1)
        yield start, start + width
        start += width


class Transaction:
    """A transaction on the driver alone, for a connection that is in none: a third of what SQLAlchemy's costs."""

    def __init__(self, connection: Connection) -> None:
        self._sqlite = connection.dialect.name == "sqlite"
        self._driver: Any = connection.connection.driver_connection

    def __enter__(self) -> None:  # the class says it
        if self._sqlite:
            self._driver.execute("BEGIN IMMEDIATE")  # PostgreSQL's driver begins by itself

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:  # the class says it
        if kind is None:
            self._driver.commit()
        else:
            self._driver.rollback()


class Statements:
    """The statements on one connection, inside the transaction that its owner opened."""

    def __init__(self, connection: Connection) -> None:
        self._sqlite = connection.dialect.name == "sqlite"
        self._driver: Any = connection.connection.driver_connection  # inside the connection's transaction

    def identities(self, keys: Sequence[int]) -> list[tuple[Any, ...]]:
        """Give rows ``key, accepted, held, rejected, ham, spam, first_us, last_us, tat_us`` of the keys that exist."""
        if not self._sqlite:
            wanted = "SELECT value::bigint FROM json_array_elements_text(?)"
            return self._execute(f"SELECT {_IDENTITY} FROM identities WHERE key IN ({wanted})", [_json(keys)])  # noqa: S608
        rows: list[tuple[Any, ...]] = []
        for start, end in _chunks(len(keys)):
            marks = ", ".join(["?"] * (end - start))
            # one row instead of many: each row fetched is another wait for the interpreter lock
            sql = f"SELECT json_group_array(json_array({_IDENTITY})) FROM identities WHERE key IN ({marks})"  # noqa: S608
            rows += msgspec.json.decode(self._execute(sql, keys[start:end])[0][0])
        return rows

    def seen(self, named: Sequence[tuple[int, str, str]]) -> list[tuple[Any, ...]]:
        """Give rows ``site_id, external_id, revision, id`` and the newest decision of the comments that are known already."""
        sql = f"""SELECT c.site_id, c.external_id, c.revision, c.id, {_DECISION} FROM comments c
            JOIN decisions d ON d.comment_id = c.id AND d.number = {_NEWEST}
            WHERE c.external_id <> '' AND (c.site_id, c.external_id, c.revision) IN (VALUES {{}})"""  # noqa: S608
        return self._select(sql, named)

    def replays(self, retried: Sequence[tuple[int, str]], since: float) -> list[tuple[Any, ...]]:
        """Give rows ``site_id, key, body_digest, id`` and the newest decision of idempotency keys.

        Those not younger than ``since`` are deleted first.
        """
        self._execute("DELETE FROM idempotency WHERE created_at <= ?", [since], fetch=False)
        sql = f"""SELECT i.site_id, i.key, i.body_digest, c.id, {_DECISION} FROM idempotency i
            JOIN comments c ON c.id = i.comment_id JOIN decisions d ON d.comment_id = c.id AND d.number = {_NEWEST}
            WHERE (i.site_id, i.key) IN (VALUES {{}})"""  # noqa: S608
        return self._select(sql, retried)

    def insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert rows, if any, in the order of the table's columns; identities and counts add up with what is there."""
        if not self._sqlite:
            if rows:
                self._driver.execute(_insert_json(table), [_json(rows)])
            return
        for start, end in _chunks(len(rows)):
            self._driver.execute(_insert_rows(table, end - start), list(chain.from_iterable(rows[start:end])))

    def mark_counted(self) -> None:
        """Note that identities count every comment stored so far (SQLite only)."""
        newest = "SELECT coalesce(max(rowid), 0) FROM comments"
        conflict = "ON CONFLICT (name) DO UPDATE SET number = excluded.number"
        self._driver.execute(f"INSERT INTO changes (name, number) VALUES ('identities', ({newest})) {conflict}")  # noqa: S608

    def uncounted(self) -> list[tuple[Any, ...]]:
        """Give rows ``site_id, author_key, received_at, first verdict`` of comments that no identity counts yet."""
        sql = """SELECT c.site_id, c.author_key, c.received_at, d.verdict FROM comments c
            JOIN decisions d ON d.comment_id = c.id AND d.number = 0
            WHERE c.rowid > coalesce((SELECT number FROM changes WHERE name = 'identities'), 0) AND NOT c.counted"""
        return self._execute(sql, [])

    def _select(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for start, end in _chunks(len(rows)):
            values = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * (end - start))
            found += self._execute(sql.format(values), [value for row in rows[start:end] for value in row])
        return found

    def _execute(self, sql: str, values: Sequence[object], *, fetch: bool = True) -> list[tuple[Any, ...]]:
        cursor = self._driver.execute(sql if self._sqlite else sql.replace("?", "%s"), values)
        return cursor.fetchall() if fetch else []


@cache
def _insert_rows(table: str, count: int) -> str:
    """Give SQLite's insert of so many rows, a parameter for each value: it is slow with JSON."""
    row = "(" + ", ".join("?" * len(metadata.tables[table].columns)) + ")"
    return f"{_into(table)} VALUES {', '.join([row] * count)}{_CONFLICTS.get(table, '').format(least='min', most='max')}"


@cache
def _insert_json(table: str) -> str:
    """Give PostgreSQL's insert of any number of rows, all in one JSON text: its driver is slow with many parameters."""
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 # SQLite's service has no use for it, and it takes a while

    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # a class of SQLAlchemy's
    types = [column.type.compile(dialect) for column in metadata.tables[table].columns]
    values = ", ".join(f"(row->>{place})::{name}" for place, name in enumerate(types))
    conflict = _CONFLICTS.get(table, "").format(least="least", most="greatest")
    return f"{_into(table)} SELECT {values} FROM json_array_elements(%s) AS batch (row){conflict}"  # noqa: S608 # names of our own


def _into(table: str) -> str:
    names = ", ".join(f'"{column.name}"' for column in metadata.tables[table].columns)
    return f"INSERT INTO {table} ({names})"


def _json(values: Sequence[object]) -> str:
    return msgspec.json.encode(values).decode()
