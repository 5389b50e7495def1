"""What is done beside the requests: comments are emptied when their time is up, keys tell when they were used."""

from __future__ import annotations

import time

import pytest
import pytest_asyncio

from service import upkeep
from service.domain import Comment
from service.moderation import Moderation
from service.store import retention, sites
from service.store.engine import open_engine
from service.store.schema import comments, identities, queue_items
from service.store.upgrade import upgrade
from service.store.writer import Overloaded
from service.upkeep import Upkeep
from tests.store.given import DIGESTS

DAY = 86_400.0


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch):
    monkeypatch.setattr(upkeep, "_PAUSE", 0.0)


@pytest_asyncio.fixture
async def moderation(database_url, tmp_path):
    """A running moderation without a model: everything is held."""
    engine = open_engine(database_url)
    upgrade(engine)
    with engine.begin() as connection:
        sites.add_site(connection, "blog", "https://blog.example/", 0.0)
    made = Moderation(engine, DIGESTS, lambda: {"champion": tmp_path / "none"}, deadline=5)
    await made.start()
    yield made
    await made.stop()
    engine.dispose()


async def site_of(moderation):
    return (await moderation.look(sites.list_sites))[0]


async def send(moderation, now: float, *ages: float) -> None:
    site = await site_of(moderation)
    for age in ages:
        said = Comment(text=f"{age} days old", author="Ana", author_email="ana@example.org", user_ip="203.0.113.7")
        await moderation.check(site, said, now - age * DAY)


async def texts(moderation) -> list[str]:
    found = await moderation.look(lambda connection: connection.execute(comments.select()).all())
    return sorted(row.text for row in found)


async def test_comments_are_emptied_when_their_time_is_up(moderation):
    """Older ones lose text and author, wait no more, and leave what is known of how their author fared; younger ones stay."""
    now, site = time.time(), await site_of(moderation)
    await send(moderation, now, 40, 31, 29, 1)
    await moderation.writer.run(lambda connection: retention.set_days(connection, site.id, 30))
    assert await Upkeep(moderation).once(now) == 2
    assert await texts(moderation) == ["", "", "1 days old", "29 days old"]
    waiting = queue_items.select().where(queue_items.c.state == "waiting")
    assert len(await moderation.look(lambda connection: connection.execute(waiting).all())) == 2
    assert await moderation.look(lambda connection: connection.execute(identities.select()).all())
    assert await Upkeep(moderation).once(now) == 0
    assert await Upkeep(moderation).once(now + 2 * DAY) == 1


async def test_without_a_wish_everything_is_kept(moderation):
    """Nothing is emptied on a site that set no days, or took them back."""
    now, site = time.time(), await site_of(moderation)
    await send(moderation, now, 4000)
    assert await Upkeep(moderation).once(now) == 0
    for days in (30, 0):
        await moderation.writer.run(lambda connection, days=days: retention.set_days(connection, site.id, days))
    assert await Upkeep(moderation).once(now) == 0


async def test_a_long_backlog_is_emptied_to_its_end(moderation):
    """In small batches, also where many came in one moment."""
    now, site = time.time(), await site_of(moderation)
    await send(moderation, now, *[50] * 70, *[49] * 70)
    await moderation.writer.run(lambda connection: retention.set_days(connection, site.id, 30))
    assert await Upkeep(moderation).once(now) == 140


async def test_keys_tell_when_they_were_used(moderation):
    """To the minute, at no cost for the requests between."""
    now, site = time.time(), await site_of(moderation)
    (token, used), (_other, idle) = [
        await moderation.writer.run(lambda connection: sites.add_key(connection, DIGESTS, site.id, now)) for _ in range(2)
    ]
    await moderation.reload()
    assert moderation.access(token) is not None
    await moderation.reload()
    await Upkeep(moderation).once(now)
    found = {key.id: key.used_at for key in await moderation.look(sites.list_keys)}
    assert found == {used.id: now, idle.id: None}
    await Upkeep(moderation).once(now + 60)
    assert {key.used_at for key in await moderation.look(sites.list_keys)} == {now, None}


async def test_a_key_that_is_replaced_works_until_its_time(moderation):
    """The old one beside the new one, and then no more, without anything else having changed."""
    now, site = time.time(), await site_of(moderation)
    token, key = await moderation.writer.run(lambda connection: sites.add_key(connection, DIGESTS, site.id, now))
    await moderation.writer.run(lambda connection: sites.revoke_key(connection, key.id, now, until=now + 2))
    await moderation.reload()
    assert moderation.access(token) is not None
    time.sleep(max(0, now + 2.05 - time.time()))  # the service's own watch must not be what notices
    await moderation.reload()
    assert moderation.access(token) is None


async def test_a_busy_database_ends_no_work_beside_the_requests(monkeypatch):
    """What could not be done is done the next time round."""
    monkeypatch.setattr(upkeep, "SECONDS", 0.0)
    rounds = []

    async def once(now: float) -> None:
        rounds.append(now)
        if len(rounds) < 3:
            raise Overloaded("busy")
        raise RuntimeError("the third time")

    with pytest.raises(RuntimeError):
        await upkeep.every_minute("a test", once)
    assert len(rounds) == 3
