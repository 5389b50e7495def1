"""The demo site: filled through the usual way, gone without a trace, and never taken for another site."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import func, select

from service import demo
from service.demo import NoDemo
from service.moderation import Moderation
from service.search.indexer import Indexer
from service.store import audit, search, sites
from service.store.audit import Deed
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.removal import DEMO_NAME, DEMO_URL
from service.store.schema import comments, metadata, queue_items
from service.store.upgrade import upgrade
from tests.classifier.given import a_folder
from tests.running import Shell

DEED = Deed(at=time.time(), who="Ada", what="demo.add")


@pytest.fixture
def engine(database_url):
    made = open_engine(database_url)
    upgrade(made)
    yield made
    made.dispose()


def run(engine, *doings):
    """Do something with a moderation of this engine."""

    async def work():
        moderation = Moderation(engine, Digests(b"a secret of sixteen"), dict, deadline=30)
        await moderation.start()
        try:
            return [await each(moderation) for each in doings]
        finally:
            await moderation.stop()

    return asyncio.run(work())


def counts(engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar() for name, table in metadata.tables.items()
        }


def test_it_comes_and_goes(engine):
    """Comments wait for moderators; afterwards every table but the log has what it had, and the log's chain holds."""
    with engine.begin() as connection:
        sites.add_site(connection, "blog", "https://blog.example", 1.0)
    before = counts(engine)
    [(_site, made)] = run(engine, lambda moderation: demo.add(moderation, DEED))
    with engine.connect() as connection:
        waiting = connection.execute(select(func.count()).select_from(queue_items)).scalar()
        assert (connection.execute(select(func.count()).select_from(comments)).scalar(), waiting > made / 2) == (made, True)
    [gone] = run(engine, lambda moderation: demo.remove(moderation, DEED))
    after = counts(engine)
    assert gone == made
    assert {name: after[name] - before[name] for name in after if name != "changes" and after[name] != before[name]} == {"audit": 2}
    with engine.connect() as connection:
        assert audit.broken_at(connection) is None


def test_its_comments_can_be_searched_for(engine):
    """They are older than they are stored; the index takes them in, though it had come to the end."""

    async def catch_up(moderation):
        await Indexer(moderation, margin=0).catch_up()

    _, (site, made), _ = run(engine, catch_up, lambda moderation: demo.add(moderation, DEED), catch_up)
    with engine.connect() as connection:
        ids = connection.scalars(select(comments.c.id).where(comments.c.site_id == site.id)).all()
        assert len(search.known(connection, ids)) == made


def test_no_other_site_is_taken_for_it(engine):
    """A site that is merely called so is neither filled nor removed."""
    with engine.begin() as connection:
        sites.add_site(connection, DEMO_NAME, "https://demo.example", 1.0)
    for doing in (demo.add, demo.remove):
        with pytest.raises(NoDemo):
            run(engine, lambda moderation, doing=doing: doing(moderation, DEED))


def test_commands_say_what_they_did(monkeypatch, capsys, tmp_path):
    """Added once, removed once; the address of the queue is said."""
    winnow = Shell(monkeypatch, capsys, tmp_path)
    monkeypatch.setenv("WINNOW_MODEL_DIR", str(a_folder(tmp_path)))
    assert "/queue" in winnow("demo", "add").out
    assert "There is a site named demo already" in winnow("demo", "add").err
    assert DEMO_URL in winnow("site", "list").out
    assert "are gone" in winnow("demo", "remove").out
    assert "There is no demo site" in winnow("demo", "remove").err
