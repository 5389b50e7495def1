"""Statements that are asked of the driver itself."""

from __future__ import annotations

import pytest
from sqlalchemy import Boolean, Double, Text, bindparam, literal_column, select, table
from sqlalchemy.exc import DBAPIError

from service.store import libpq
from service.store.direct import Direct, ForEach, among, listed, value
from service.store.engine import open_engine, reading
from service.store.schema import queue_items, sites
from service.store.sites import add_site
from service.store.upgrade import upgrade
from tests.store.given import NOON

NAMES = ["plain", "", 'a "quoted" one', "back\\slash", "comma, {brace}", "it's", "per%cent", "NULL"]


@pytest.fixture
def postgres_engine(postgres_url):
    engine = open_engine(postgres_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def named(engine):
    with engine.begin() as connection:
        return {name: add_site(connection, name, "https://blog.example/", NOON).id for name in NAMES}


def test_a_list_is_one_parameter_whatever_its_values_hold(engine, named):
    """Names with the signs of either notation are found, each alone and all together, and nothing else is."""
    query = Direct(select(sites.c.name).where(among(sites.c.name, bindparam("names", type_=Text))))
    with reading(engine) as connection:
        for names in (*([name] for name in NAMES), NAMES, [], ["another"]):
            found = query.rows(connection, {"names": listed(connection, names)})
            assert {row[0] for row in found} == set(names) & set(NAMES)


def test_a_statement_is_asked_for_each_row_of_values(engine, named):
    """Rows with a number and a list give what each of them asks for, in the order that is wished."""
    part = select(sites.c.id, sites.c.name).where(sites.c.id == value("id", sites.c.id), among(sites.c.name, value("names")))
    query = ForEach(part, {"id": "int", "names": "text"}, then="ORDER BY found.id DESC")
    with reading(engine) as connection:
        each = [(number, listed(connection, [name, "another"])) for name, number in named.items()]
        assert query.rows(connection, each, {}) == sorted(((number, name) for name, number in named.items()), reverse=True)
        assert query.rows(connection, each[:1], {}) == [(named["plain"], "plain")]


def test_truths_are_read_as_truths(engine):
    """A column of truths gives True on both databases."""
    query = Direct(select(literal_column("true", queue_items.c.newcomer.type)))
    with reading(engine) as connection:
        assert query.rows(connection, {})[0][0] is True


def test_what_a_driver_refuses_is_an_error_of_the_store(engine):
    """A table that is not there is told like any other failing statement."""
    query = Direct(select(literal_column("nothing")).select_from(table("nowhere")))
    with reading(engine) as connection, pytest.raises(DBAPIError):
        query.rows(connection, {})


def test_a_statement_is_made_anew_after_a_transaction_that_was_taken_back(postgres_engine):
    """The driver lets prepared statements go then, also those that are not its own."""
    query = Direct(select(sites.c.name).where(sites.c.name == bindparam("name", type_=Text)))
    for _ in range(2):
        with reading(postgres_engine) as connection:
            assert query.rows(connection, {"name": "nobody"}) == []
        with postgres_engine.connect() as connection:
            for _ in range(4):
                connection.exec_driver_sql("SELECT name FROM sites")
            connection.rollback()
            connection.exec_driver_sql("DEALLOCATE ALL")


def test_a_statement_is_made_anew_when_a_table_was_changed(postgres_engine):
    """An upgrade beside a running service may give a column another type: whoever asks next does not have to connect anew."""
    query = Direct(select(sites.c.name).where(sites.c.name == bindparam("name", type_=Text)))
    for kind in ("varchar(300)", "text"):
        with reading(postgres_engine) as connection:
            assert query.rows(connection, {"name": "nobody"}) == []
        with postgres_engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE sites ALTER name TYPE {kind}")
    with reading(postgres_engine) as connection:
        assert query.rows(connection, {"name": "nobody"}) == []
        kept = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'asked%%'").scalar()
    assert kept == 1


def test_values_of_every_kind_arrive_as_they_are(postgres_engine):
    """Numbers, truths, texts and nothing, alone and in lists; a text that PostgreSQL cannot hold is refused."""
    text_, number = bindparam("text", type_=Text), bindparam("number", type_=Double)
    query = Direct(select(text_, number, bindparam("flag", type_=Boolean), literal_column("'100%'")))
    with reading(postgres_engine) as connection:
        for given in (("it's", 0.5, True), ("", -1e300, False), (None, None, None), ("%(text)s \\ {}", 3.0, True)):
            found = query.rows(connection, dict(zip(("text", "number", "flag"), given, strict=True)))
            assert found == [(*given, "100%")]
        with pytest.raises(DBAPIError):
            query.rows(connection, {"text": "a\0b", "number": 1.0, "flag": True})


def test_only_so_many_statements_stay_prepared(postgres_engine, monkeypatch):
    """The one that was made first goes, and is made again when it is asked."""
    monkeypatch.setattr(libpq, "_PREPARED", 2)
    queries = [Direct(select(literal_column(str(number)))) for number in range(4)]
    with reading(postgres_engine) as connection:
        for _ in range(2):
            assert [query.rows(connection, {}) for query in queries] == [[(number,)] for number in range(4)]
        kept = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'asked%%'").scalar()
    assert kept == 2
