"""Brings a database to the schema of this version. The usual start compares one row and imports no migration tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0013"
"""The newest migration; a test holds it equal to the newest script."""

_LOCK = 0x77696E6E6F77  # "winnow": one upgrade at a time on PostgreSQL; SQLite's own lock does there


class NewerSchema(RuntimeError):  # named like the other refusals
    """The database was written by a newer version."""


def schema_version(engine: Engine) -> str:
    """Give the revision of the database's schema; empty for a new database."""
    try:
        with engine.connect().execution_options(reading=True) as connection:
            return _version(connection)
    except (OperationalError, ProgrammingError) as error:
        if "alembic_version" not in str(error.orig):
            raise
        return ""


def upgrade(engine: Engine) -> bool:
    """Migrate to HEAD if the database is older; tell whether there was anything to do. Raises NewerSchema."""
    if schema_version(engine) == HEAD:
        return False
    from alembic import command  # noqa: PLC0415 # 0.2 s that a usual start saves

    config, scripts = _alembic()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_newer(connection, scripts)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def _version(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _alembic() -> tuple[Config, ScriptDirectory]:
    from alembic.config import Config  # noqa: PLC0415 # see upgrade
    from alembic.script import ScriptDirectory  # noqa: PLC0415 # see upgrade

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config, ScriptDirectory.from_config(config)


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return
    version = _version(connection)
    if version and version not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerSchema(
            f"The database has schema {version}, written by a newer Winnow; this one knows schemas up to {HEAD}. "
            "Install the newer version, or restore a backup made before the upgrade."
        )
