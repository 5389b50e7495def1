"""The use-cases: what fails holds, what changes is taken up."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from service.domain import Comment, Label, Reading, Scores, Verdict
from service.moderation import Moderation
from service.policy import Lists, Policy
from service.store import sites
from service.store.engine import open_engine
from service.store.feedback import Word
from service.store.upgrade import upgrade
from tests.classifier.given import a_folder
from tests.store.given import DIGESTS, NOON

SECRET_TEXT = "kanarienvogel7"


class World:
    """A moderation with a site, its key, and a folder for its model."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.engine = open_engine(database_url)
        upgrade(self.engine)
        with self.engine.begin() as connection:
            self.site = sites.add_site(connection, "blog", "https://blog.example/", NOON)
            self.key, self.record = sites.add_key(connection, DIGESTS, self.site.id, NOON)
        self.folder = folder
        self.moderation = Moderation(self.engine, DIGESTS, lambda: {"champion": folder / "model"}, deadline=5)

    async def verdict(self, **fields: str) -> tuple[Verdict, str]:
        stored = await self.moderation.check(self.site, Comment(**{"text": SECRET_TEXT, **fields}), NOON)
        return stored.decision.verdict, stored.decision.rule


@pytest_asyncio.fixture
async def world(tmp_path: Path, sqlite_url: str) -> AsyncIterator[World]:
    world = World(tmp_path, sqlite_url)
    a_folder(tmp_path)
    await world.moderation.start()
    yield world
    await world.moderation.stop()
    world.engine.dispose()


async def test_a_classifier_that_breaks_holds(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception while scoring holds the comment, is counted, and is logged without a word of the comment."""

    def broken(reading: object) -> None:
        raise ValueError(f"cannot score {reading}")

    monkeypatch.setattr(world.moderation.model, "score", broken)
    assert await world.verdict() == (Verdict.HOLD, "no_score")
    assert world.moderation.failures == 1
    assert "ValueError" in caplog.text
    assert SECRET_TEXT not in caplog.text


async def test_one_of_many_that_breaks_is_held_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments that came together are judged together; one that cannot be scored does no harm to the others."""
    model = world.moderation.model
    assert model is not None
    score_all = model.score_all

    def choosy(readings: Sequence[Reading]) -> list[Scores]:
        if any(reading.normalised == "bad" for reading in readings):
            raise ValueError
        return score_all(readings)

    monkeypatch.setattr(model, "score_all", choosy)  # ``score`` asks it too
    futures = {text: asyncio.get_running_loop().create_future() for text in ("good", "bad", "fine")}
    world.moderation.check_group([(world.site, Comment(text=text), future) for text, future in futures.items()], NOON)
    rules = {text: (await future).decision.rule for text, future in futures.items()}
    assert rules["bad"] == "no_score"
    assert "no_score" not in (rules["good"], rules["fine"])
    assert world.moderation.failures == 1


async def test_rules_that_break_hold(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception in a rule never publishes."""
    monkeypatch.setattr("service.policy.Case", None)
    assert await world.verdict() == (Verdict.HOLD, "failure")


async def test_a_policy_that_cannot_be_read_holds(world: World) -> None:
    """A stored policy from another version, or damaged, lets nothing through."""
    with world.engine.begin() as connection:
        sites.add_policy(connection, world.site.id, '{"from": "the future"}', "test", NOON)
    await world.moderation.reload()
    assert (await world.verdict())[0] is Verdict.HOLD


async def test_who_reads_can_be_stopped_at_any_moment(world: World) -> None:
    """A cancellation that comes as the database answers is not lost: work beside the requests would never end, nor the service."""
    for turns in range(400):
        answered = threading.Event()
        reading = asyncio.create_task(world.moderation.look(lambda _, answered=answered: answered.set()))
        while not answered.is_set():
            await asyncio.sleep(0)
        for _ in range(turns % 20):
            await asyncio.sleep(0)
        if reading.cancel():
            with pytest.raises(asyncio.CancelledError):
                await reading


async def test_a_refused_model_leaves_the_old_one(world: World) -> None:
    """A damaged folder is refused with its reason; the model in use goes on scoring."""
    version = world.moderation.model.version
    weights = world.folder / "model" / "weights.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    await world.moderation.reload()
    assert world.moderation.model.version == version
    assert not await world.moderation.troubles()
    shutil.rmtree(world.folder / "model")
    await world.moderation.reload()
    assert world.moderation.model.version == version


async def test_a_revoked_key_opens_nothing(world: World) -> None:
    """After a reload a revoked key is unknown, even one that was in use."""
    assert world.moderation.access(world.key) is not None
    with world.engine.begin() as connection:
        sites.revoke_key(connection, world.record.id, NOON)
    await world.moderation.reload()
    assert world.moderation.access(world.key) is None


async def test_changes_are_taken_up_unasked(world: World) -> None:
    """What another process changes is in force within about a second."""
    with world.engine.begin() as connection:
        key, _ = sites.add_key(connection, DIGESTS, world.site.id, NOON)
    end = time.monotonic() + 60
    while world.moderation.access(key) is None and time.monotonic() < end:
        await asyncio.sleep(0.05)
    assert world.moderation.access(key) is not None


async def test_keys_are_compared_without_case(world: World) -> None:
    """As the plugin compares them."""
    assert world.moderation.access(world.key.upper()) is not None


async def test_a_policy_set_is_in_force(world: World) -> None:
    """The next comment is judged by it."""
    await world.moderation.set_policy(world.site, Policy(block=Lists(words=(SECRET_TEXT,))), "test", NOON)
    assert await world.verdict() == (Verdict.REJECT, "block_list")


async def test_feedback_decides_and_is_matched(world: World) -> None:
    """A label decides the comment that it names, or that it describes."""
    stored = await world.moderation.check(world.site, Comment(text="x", author_email="a@b.example", article_id="1"), NOON)
    named = await world.moderation.feedback(world.site, stored.id, Word(Label.SPAM, "ana", 1.0, NOON))
    again = await world.moderation.feedback_on(
        world.site, Comment(text="x", author_email="a@b.example", article_id="1"), Word(Label.HAM, "ana", 1.0, NOON + 1)
    )
    assert (named.verdict, again.before, again.verdict) == (Verdict.REJECT, Verdict.REJECT, Verdict.ACCEPT)
    assert len((await world.moderation.get(world.site, stored.id)).decisions) == 3


async def test_troubles_are_told(world: World) -> None:
    """A schema of another version is a reason not to be ready."""
    assert await world.moderation.troubles() == []
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert await world.moderation.troubles() == ["The database has another schema than this version needs."]


async def test_what_was_acknowledged_is_there_after_a_stop(world: World) -> None:
    """A stop commits and answers what waits."""
    waiting = [world.moderation.check(world.site, Comment(text=str(number)), NOON) for number in range(100)]
    await world.moderation.stop()
    ids = {future.result().id for future in waiting}
    assert len(ids) == 100
    with world.engine.connect() as connection:
        assert {row[0] for row in connection.execute(text("SELECT id FROM comments"))} == ids
