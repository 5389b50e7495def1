"""A migrated database of each kind, a site in it, and a running writer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import Engine

from service.domain import Site
from service.store.engine import open_engine
from service.store.sites import add_site
from service.store.upgrade import upgrade
from service.store.writer import Writer
from tests.store.given import DIGESTS, NOON, decided


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def site(engine: Engine) -> Site:
    with engine.begin() as connection:
        return add_site(connection, "blog", "https://blog.example/", NOON)


@pytest_asyncio.fixture
async def writer(engine: Engine) -> AsyncIterator[Writer]:
    writer = Writer(engine, DIGESTS, decided, deadline=5)
    writer.start()
    yield writer
    await writer.stop()
