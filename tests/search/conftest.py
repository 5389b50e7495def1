"""A database of each kind with two sites, and the use-cases on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import Engine

from service.domain import Site
from service.moderation import Moderation
from service.search.indexer import Indexer
from service.store.engine import open_engine
from service.store.sites import add_site
from service.store.upgrade import upgrade
from tests.store.given import DIGESTS, NOON


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sites(engine: Engine) -> list[Site]:
    with engine.begin() as connection:
        return [add_site(connection, name, f"https://{name}.example/", NOON) for name in ("blog", "other")]


@pytest_asyncio.fixture
async def moderation(engine: Engine, sites: list[Site]) -> AsyncIterator[Moderation]:
    """The use-cases without a model: everything is held."""
    running = Moderation(engine, DIGESTS, dict, deadline=5)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def indexer(moderation: Moderation) -> Indexer:
    """An indexer that takes what is there at once."""
    return Indexer(moderation, margin=-60.0)
