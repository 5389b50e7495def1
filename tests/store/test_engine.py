import stat

import pytest
from sqlalchemy import Engine, text

from service.store.engine import BadDatabase, open_engine, reading
from service.store.sites import list_sites
from service.store.upgrade import upgrade


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "cannot be read"),
        ("not a url", "cannot be read"),
        ("mysql://user:hidden@host/db", "'mysql'"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:////proc/no/such/winnow.db", "cannot be opened"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url, why):
    """The refusal is a sentence and keeps the password to itself."""
    with pytest.raises(BadDatabase, match=why) as refusal:
        open_engine(url)
    assert "hidden" not in str(refusal.value)


def test_only_the_owner_can_read_the_files(tmp_path):
    """The database and its journal are private, in a folder that is made."""
    engine = open_engine(f"sqlite:///{tmp_path}/new/winnow.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    engine.dispose()
    assert modes == {"winnow.db": 0o600, "winnow.db-wal": 0o600, "winnow.db-shm": 0o600}


def test_every_connection_flushes_its_commits(sqlite_url):
    """Journal and flushing are set on each connection of the pool, not once."""
    engine = open_engine(sqlite_url)
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            asked = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert asked == ["wal", 2, 1]
            connection.rollback()
    engine.dispose()


def test_a_reader_does_not_wait_for_a_writer(sqlite_url):
    """A connection that says it only reads takes no lock."""
    engine = open_engine(sqlite_url)
    with engine.begin() as writing:
        writing.exec_driver_sql("CREATE TABLE t (x)")
        with engine.connect().execution_options(reading=True) as reading:
            assert reading.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar() == 0
    engine.dispose()


def test_a_connection_that_comes_back_late_is_closed(database_url):
    """What a thread still read from when the engine was disposed of is not kept open for nobody."""
    engine = open_engine(database_url)
    with engine.connect() as late:
        driver = late.connection.driver_connection
        engine.dispose()
        assert late.exec_driver_sql("SELECT 1").scalar() == 1
    with pytest.raises(Exception, match="closed"):
        driver.execute("SELECT 1")


def planning(connection):
    """How PostgreSQL plans on a connection, asked past whatever sets it."""
    return connection.connection.driver_connection.execute("SHOW plan_cache_mode").fetchone()[0]


def test_the_queues_statements_are_planned_once_and_no_others(postgres_url):
    """Whoever gets the connection next has each statement planned for its values, also after a transaction that was taken back."""
    engine = open_engine(postgres_url)
    upgrade(engine)
    found = []
    with reading(engine) as connection:
        list_sites(connection)
        found.append(planning(connection))
        connection.exec_driver_sql("SELECT 1")
        found.append(planning(connection))
        list_sites(connection)
    for _ in range(2):
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            list_sites(connection)
            found.append(planning(connection))
            connection.rollback()
    engine.dispose()
    assert found == ["force_generic_plan", "auto", "auto", "auto"]


def test_a_connection_that_the_server_ended_is_not_given_out(postgres_url):
    """Whoever asks next gets a new one, to read and to write; the others that are as old are not given out either."""
    engine = open_engine(postgres_url)
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'winnow'"
    for connect in (reading, Engine.connect):
        with engine.connect() as one, engine.connect() as two:
            assert [each.execute(text("SELECT 1")).scalar() for each in (one, two)] == [1, 1]
        other = open_engine(postgres_url)
        with reading(other) as connection:
            assert len(connection.execute(text(f"SELECT pg_terminate_backend(pid, 10000) {others}")).all()) >= 2
        other.dispose()
        with connect(engine) as one, connect(engine) as two:
            assert [each.execute(text("SELECT 1")).scalar() for each in (one, two)] == [1, 1]
    engine.dispose()
