"""A database of each kind, with a site in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from service.domain import Site
from service.importing import run as runs
from service.importing.pages import Reader
from service.store.engine import open_engine
from service.store.imports import Counts
from service.store.queries import StoredComment, get_comment, list_comments
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
def site(engine: Engine) -> Site:
    with engine.begin() as connection:
        return add_site(connection, "harbour", "https://harbour.example/", NOON)


@pytest.fixture
def imported(engine: Engine, site: Site) -> Callable[..., Counts]:
    """Import from a reader."""

    def imported(reader: Reader, **options) -> Counts:
        return runs.run(engine, DIGESTS, site, reader, **options)

    return imported


@pytest.fixture
def stored(engine: Engine, site: Site) -> Callable[[], dict[str, StoredComment]]:
    """All comments with their labels, by the site's own id."""

    def stored() -> dict[str, StoredComment]:
        with engine.connect() as connection:
            ids = [each.id for each in list_comments(connection, site.id, limit=1000)]
            found = [get_comment(connection, site.id, comment_id) for comment_id in ids]
        return {each.comment.external_id: each for each in found if each is not None}

    return stored
