"""Pointers to models: the shared one, a site's own, a challenger in shadow; all swapped while comments come in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from service.classifier import artefact, layout
from service.domain import Comment, Lines, Verdict
from service.moderation import Moderation
from service.settings import Settings
from service.shadow import Disagreement, Seen, Shadow, log_of, read_log
from service.store import sites
from service.store.engine import open_engine
from service.store.upgrade import upgrade
from tests.classifier.given import a_card, some_texts, some_weights
from tests.store.given import DIGESTS, NOON


def a_model(folder: Path, version: str, lines: Lines) -> None:
    """A model whose lines decide what it says: below 0 nothing is accepted."""
    table = layout.build(some_weights(some_texts(4, length=40)))
    card = structs.replace(a_card(table), version=version, lines={"spam": lines, "abuse": Lines(1.0, 1.01)})
    artefact.write(folder / version, card, table)


class World:
    """A moderation that follows the pointers of a data folder."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.models = folder / "models"
        a_model(self.models, "mild", Lines(1.0, 1.01))
        a_model(self.models, "stern", Lines(1e-9, 1.01))
        self.point("champion", "mild")
        self.engine = open_engine(database_url)
        upgrade(self.engine)
        with self.engine.begin() as connection:
            self.blog, self.other = (
                sites.add_site(connection, name, f"https://{name}.example/", NOON) for name in ("blog", "other")
            )
        settings = Settings(data_dir=folder)
        self.moderation = Moderation(self.engine, DIGESTS, lambda: settings.model_folders, deadline=5, shadow=Shadow(self.models))

    def point(self, pointer: str, version: str) -> None:
        (self.models / pointer).write_text(version)

    async def verdicts(self, text: str = "a dab!") -> tuple[Verdict, Verdict]:
        stored = [await self.moderation.check(site, Comment(text=text), NOON) for site in (self.blog, self.other)]
        return stored[0].decision.verdict, stored[1].decision.verdict


@pytest_asyncio.fixture
async def world(tmp_path: Path, sqlite_url: str) -> AsyncIterator[World]:
    world = World(tmp_path, sqlite_url)
    await world.moderation.start()
    yield world
    await world.moderation.stop()
    world.engine.dispose()


async def test_a_swapped_pointer_is_soon_in_force(world: World) -> None:
    """Without a restart, and while comments keep coming none is refused."""
    assert await world.verdicts() == (Verdict.ACCEPT, Verdict.ACCEPT)
    world.point("champion", "stern")
    start = time.monotonic()
    while await world.verdicts() != (Verdict.HOLD, Verdict.HOLD):
        assert time.monotonic() - start < 90
        await asyncio.sleep(0.01)


async def test_a_site_may_have_its_own_model(world: World) -> None:
    """It decides for that site alone, with its own lines, and can be dropped alone."""
    world.point(f"site-{world.blog.id}", "stern")
    await world.moderation.reload()
    assert await world.verdicts() == (Verdict.HOLD, Verdict.ACCEPT)
    world.point(f"site-{world.blog.id}", "")
    await world.moderation.reload()
    assert await world.verdicts() == (Verdict.ACCEPT, Verdict.ACCEPT)


async def test_a_challenger_decides_nothing_and_is_written_down(world: World) -> None:
    """Every difference is noted by the comment's id, without a word of the comment; the rest is counted."""
    world.point("challenger", "stern")
    await world.moderation.reload()
    assert await world.verdicts("kanarienvogel") == (Verdict.ACCEPT, Verdict.ACCEPT)
    await world.moderation.stop()
    path = log_of(world.models, "stern")
    lines = read_log(path)
    differences = [line for line in lines if isinstance(line, Disagreement)]
    assert [(line.champion, line.challenger) for line in differences] == [(Verdict.ACCEPT, Verdict.HOLD)] * 2
    assert sum(line.pairs["accept hold"] for line in lines if isinstance(line, Seen)) == 2
    assert "kanarienvogel" not in path.read_text()


async def test_a_broken_challenger_harms_nobody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A challenger that cannot be loaded is refused aloud; the champion goes on."""
    weights = world.models / "stern" / "weights.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    world.point("challenger", "stern")
    await world.moderation.reload()
    assert await world.verdicts() == (Verdict.ACCEPT, Verdict.ACCEPT)
    assert "refused" in caplog.text
    assert await world.moderation.troubles() == []
