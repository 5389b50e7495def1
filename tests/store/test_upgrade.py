import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from service.store import upgrade as upgrades
from service.store.desk_tables import notes
from service.store.engine import open_engine
from service.store.people_tables import audit
from service.store.places_tables import queue_places
from service.store.schema import metadata
from service.store.setup_tables import policy_drafts
from service.store.source_tables import sources


@pytest.fixture
def empty(database_url):
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def test_the_constant_is_the_newest_script():
    """HEAD names the head of the migration scripts."""
    assert upgrades._alembic()[1].get_heads() == [upgrades.HEAD]


def test_migrations_make_what_the_code_expects(empty):
    """A migrated database has exactly the tables that the code declares."""
    assert upgrades.upgrade(empty)
    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = {table: {each["name"] for each in inspect(connection).get_check_constraints(table)} for table in metadata.tables}
    assert made == {
        name: {each.name for each in table.constraints if "ck_" in str(each.name)} for name, table in metadata.tables.items()
    }


def test_every_table_is_known(empty):
    """The tables of people and of sources belong to the same schema."""
    assert audit.metadata is sources.metadata is policy_drafts.metadata is notes.metadata is queue_places.metadata is metadata


def test_a_second_start_has_nothing_to_do(empty):
    """Upgrading twice is upgrading once."""
    assert [upgrades.schema_version(empty), upgrades.upgrade(empty), upgrades.upgrade(empty)] == ["", True, False]
    assert upgrades.schema_version(empty) == upgrades.HEAD


def test_a_newer_schema_is_refused(empty):
    """A database of a later version is left alone, with a sentence that says what to do."""
    upgrades.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(upgrades.NewerSchema, match="schema 9999, written by a newer Winnow"):
        upgrades.upgrade(empty)
    assert upgrades.schema_version(empty) == "9999"


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(empty, monkeypatch):
    """All steps are one transaction."""
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE labels (id INTEGER)"))
    with pytest.raises(Exception, match="labels"):
        upgrades.upgrade(empty)
    with empty.connect() as connection:
        assert inspect(connection).get_table_names() == ["labels"]


def test_a_usual_start_imports_no_migration_tool(sqlite_url):
    """At the newest schema the check costs one row, not the import of Alembic."""
    engine = open_engine(sqlite_url)
    upgrades.upgrade(engine)
    engine.dispose()
    code = (
        "import sys; from service.store.engine import open_engine; from service.store.upgrade import upgrade;"
        f"upgrade(open_engine({sqlite_url!r})); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
