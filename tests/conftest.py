"""Databases for every test that wants one: `sqlite_url`, `postgres_url`, or `database_url` for both in turn.

Where PostgreSQL cannot run, the tests that need it are skipped; with `CI` set they fail. Whatever is skipped
ends the report in red.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import NoPostgres, Postgres

settings.register_profile("winnow", deadline=None)  # a busy machine is no failure; speeds are measured in benchmarks
settings.load_profile("winnow")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """The PostgreSQL of this session."""
    try:
        server = Postgres()
    except NoPostgres as reason:
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL cannot run here: {reason}")
        pytest.skip(f"PostgreSQL cannot run here: {reason}")
    yield server
    server.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A new SQLite database."""
    return f"sqlite:///{tmp_path / 'winnow.db'}"


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> str:
    """A new PostgreSQL database."""
    return postgres_server.database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database, of each kind in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was left out, and why."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ())]
    if reasons:
        terminalreporter.section(f"{len(reasons)} TESTS WERE LEFT OUT", red=True, bold=True)
    for reason in sorted(set(reasons)):
        terminalreporter.line(f"{reasons.count(reason)} x {reason.removeprefix('Skipped: ')}")
