"""A database that is locked, gone or restarted: every request is answered in time, and nothing is accepted."""

import asyncio
import sqlite3
import threading
import time

import pytest

from service.store.engine import open_engine
from service.store.sites import add_site
from service.store.upgrade import upgrade
from service.store.writer import Unavailable, Writer
from tests.store.given import DIGESTS, NOON, decided, submission


def prepared(url):
    engine = open_engine(url)
    upgrade(engine)
    with engine.begin() as connection:
        return engine, add_site(connection, "blog", "https://blog.example/", NOON)


async def healthy_again(writer, site):
    for _ in range(100):
        try:
            return await writer.submit(submission(site))
        except Unavailable:
            await asyncio.sleep(0.05)
    raise AssertionError("the writer did not recover")


async def test_a_locked_database_is_told_within_the_deadline(sqlite_url, tmp_path):
    """Each request gets Unavailable while another process still holds the lock; afterwards all is well again."""
    engine, site = prepared(sqlite_url)
    writer = Writer(engine, DIGESTS, decided)
    writer.start()
    await healthy_again(writer, site)
    holder = sqlite3.connect(tmp_path / "winnow.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    for _ in range(5):
        with pytest.raises(Unavailable):
            await writer.submit(submission(site))
        await asyncio.sleep(0.01)
    holder.execute("ROLLBACK")
    holder.close()
    await healthy_again(writer, site)
    await writer.stop()
    engine.dispose()


async def test_a_stuck_disk_leaves_no_request_stuck(sqlite_url):
    """A transaction that does not end answers those who wait for it by the deadline, and drops them from the queue."""
    engine, site = prepared(sqlite_url)
    writer = Writer(engine, DIGESTS, decided)
    writer.start()
    begun, ended = threading.Event(), threading.Event()
    stuck = writer.run(lambda _: (begun.set(), ended.wait(120)))
    await asyncio.to_thread(begun.wait)
    answers = await asyncio.gather(*(writer.submit(submission(site)) for _ in range(20)), stuck, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
    ended.set()
    await writer.stop()
    engine.dispose()
    assert writer.written == 0


async def test_who_is_patient_learns_what_became_of_it(sqlite_url):
    """A moderator's write waits where a blog's would be answered: what was done is never called undone because it was slow."""
    engine, _site = prepared(sqlite_url)
    writer = Writer(engine, DIGESTS, decided, deadline=0.1)
    writer.start()
    slow = writer.run(lambda _: time.sleep(0.4), patient=True)
    behind = writer.run(lambda _: "done", patient=True)
    assert (await slow, await behind) == (None, "done")
    await writer.stop()
    engine.dispose()


async def test_a_restarted_server_is_found_again(postgres_server):
    """When PostgreSQL crashes, requests get Unavailable, and once it is back they are stored."""
    engine, site = prepared(postgres_server.database())
    writer = Writer(engine, DIGESTS, decided)
    writer.start()
    await healthy_again(writer, site)
    postgres_server.restart()
    with pytest.raises(Unavailable):
        await writer.submit(submission(site))
    await healthy_again(writer, site)
    await writer.stop()
    engine.dispose()


async def test_a_full_disk_accepts_nothing(sqlite_url):
    """When no page can be added the comment is not acknowledged; when there is room again the next one is."""
    engine, site = prepared(sqlite_url)
    writer = Writer(engine, DIGESTS, decided, deadline=5)
    writer.start()
    limit = "PRAGMA max_page_count = {}"
    await writer.run(lambda connection: connection.exec_driver_sql(limit.format(1)))
    answers = await asyncio.gather(*(writer.submit(submission(site)) for _ in range(200)), return_exceptions=True)
    assert Unavailable in {type(answer) for answer in answers}
    await healthy_again(writer, site)
    await writer.stop()
    engine.dispose()
