"""A database of each kind with a site in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.store.engine import open_engine
from service.store.sites import add_site
from service.store.upgrade import upgrade
from tests.outbox.given import NOON, House


def _house(url: str) -> Iterator[House]:
    engine = open_engine(url)
    upgrade(engine)
    with engine.begin() as connection:
        site = add_site(connection, "blog", "https://blog.example/", NOON)
    yield House(engine, site)
    engine.dispose()


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """On both databases: what depends on SQL."""
    yield from _house(database_url)


@pytest.fixture
def cabin(sqlite_url: str) -> Iterator[House]:
    """On SQLite alone: what depends on no SQL."""
    yield from _house(sqlite_url)
