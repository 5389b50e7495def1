"""The audit log: chained, appended to, and nothing else."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from service.store import audit
from service.store.audit import Deed
from tests.store.given import NOON


def deed(number: int = 0, **more) -> Deed:
    return Deed(at=NOON + number, who="Ana", what="site.rename", target=f"site {number}", **more)


def logged(engine) -> list[audit.Entry]:
    with engine.connect() as connection:
        return list(audit.everything(connection))


def test_each_entry_is_chained_to_the_last(engine):
    """Anyone can work the hashes out again: SHA-256 over the former hash and the entry's fields as JSON."""
    with engine.begin() as connection:
        audit.append(connection, deed(1, before={"name": "a"}, after={"name": "b"}), deed(2))
    former = "0" * 64
    for entry in logged(engine):
        fields = [
            entry.number, entry.at, entry.person_id, entry.who, entry.what, entry.site_id, entry.target, entry.before, entry.after,
        ]  # fmt: skip
        form = json.dumps([former, *fields], separators=(",", ":"), ensure_ascii=False)
        assert entry.hash == hashlib.sha256(form.encode()).hexdigest()
        former = entry.hash
    assert [entry.number for entry in logged(engine)] == [1, 2]


@pytest.mark.parametrize("tampering", ["UPDATE audit SET who = 'Ben'", "DELETE FROM audit"])
def test_the_database_lets_nobody_change_it(engine, tampering):
    """Neither an entry can be changed, nor one removed."""
    with engine.begin() as connection:
        audit.append(connection, deed())
    with pytest.raises(DBAPIError, match="only appended to"), engine.begin() as connection:
        connection.execute(text(tampering))
    assert [entry.who for entry in logged(engine)] == ["Ana"]


def test_a_broken_chain_is_found(engine):
    """Who gets around the database's guard is found out, at the entry that was changed."""
    with engine.begin() as connection:
        audit.append(connection, *map(deed, range(1200)))
        assert audit.broken_at(connection) is None
        name = "audit_is_not_changed"
        connection.execute(text(f"DROP TRIGGER {name}" + ("" if connection.dialect.name == "sqlite" else " ON audit")))
        connection.execute(text("UPDATE audit SET who = 'Ben' WHERE number = 777"))
        assert audit.broken_at(connection) == 777


def test_two_who_append_at_once_wait_for_each_other(engine):
    """Numbers have no gap and the chain holds, however many write."""

    def write(number: int) -> None:
        for attempt in range(20):
            with engine.begin() as connection:
                audit.append(connection, deed(number * 100 + attempt))

    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 10000"))
        engine.dispose()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    with engine.connect() as connection:
        assert (len(logged(engine)), audit.broken_at(connection)) == (80, None)


def test_entries_are_found_newest_first(engine):
    """By site, by person, by kind, page by page."""
    with engine.begin() as connection:
        audit.append(connection, *(deed(number, site_id=number % 2, person_id=number % 3) for number in range(10)))
        audit.append(connection, Deed(at=NOON, who="Ana", what="key_.add"))
        first = audit.entries(connection, site_ids=[1], limit=3)
        second = audit.entries(connection, site_ids=[1], limit=3, before=first[-1].number)
        assert [entry.target for entry in first + second] == [f"site {number}" for number in (9, 7, 5, 3, 1)]
        assert {entry.person_id for entry in audit.entries(connection, person_id=2)} == {2}
        assert [entry.what for entry in audit.entries(connection, what="key_")] == ["key_.add"]


def test_what_no_database_holds_is_made_harmless(engine):
    """NUL and lone surrogates in names do not stop the log."""
    with engine.begin() as connection:
        audit.append(connection, Deed(at=NOON, who="A\0na\ud800", what="x", after={"name": "b\0"}))
        assert audit.broken_at(connection) is None
