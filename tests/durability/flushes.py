"""Stores so many comments one after another, for `strace` to watch: `python -m tests.durability.flushes DATABASE COUNT`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from service.domain import Site
from service.store.engine import open_engine
from service.store.writer import Writer
from tests.durability.victim import prepare
from tests.store.given import DIGESTS, decided, submission


async def store(database: Path, count: int) -> None:
    """Store one comment a transaction."""
    writer = Writer(open_engine(f"sqlite:///{database}"), DIGESTS, decided, deadline=10)
    writer.start()
    for _ in range(count):
        await writer.submit(submission(Site(1, "blog", "https://blog.example/")))
    await writer.stop()


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
    asyncio.run(store(Path(sys.argv[1]), int(sys.argv[2])))
