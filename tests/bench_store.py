"""What storing a comment costs: `python -m tests.bench_store [--comments N] [--batch N] [--url URL]`.

Prints microseconds of processor time a comment, of the whole process (Python and SQLite, both threads): for batches made by hand,
and through the writer with so many requests in flight. Scoring and parsing are left out; deciding is the real policy.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import resource
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine

from service.domain import Comment, Decision, History, Reading, Scores, Site
from service.policy import Policy, decide
from service.store.batch import Batch, Submission
from service.store.engine import open_engine
from service.store.identities import Ledger
from service.store.ids import Digests, new_id
from service.store.sites import add_site
from service.store.statements import Statements, Transaction
from service.store.upgrade import upgrade
from service.store.writer import Writer

DIGESTS = Digests(b"a secret for a measurement")
POLICY = Policy().with_defaults({})
TEXT = "Thanks for this article about tomatoes; I tried your method and it worked well for us. Does it work for peppers too? " * 2


def submission(site: Site, number: int) -> Submission[Policy]:
    """A comment of 250 characters by one of many authors, as the Akismet door would hand it on."""
    author = random.randrange(20_000)
    comment = Comment(
        text=f"{TEXT}{number}",
        author=f"Reader {author}",
        author_email=f"reader{author}@example.com",
        author_url="https://example.com/",
        user_ip=f"203.0.{author % 256}.{author % 251}",
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        permalink=f"https://blog.example/post-{number % 40}/",
        article_id=str(number % 40),
        door="akismet",
        behaviour={"bib": 1200.0, "bfs": 9400.0, "bkpc": 120.0},
    )
    at = time.time()
    return Submission(site, Reading(comment, comment.text, comment.author, ()), Scores(0.1, 0.05, "bench"), POLICY, at, new_id(at))


def decided(each: Submission[Policy], history: History) -> Decision:
    """Decide as the service does."""
    return decide(each.reading, each.scores, history, each.policy, each.at)


class Clock:
    """Processor time of the whole process while it runs, in microseconds a comment."""

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()  # what was prepared is no part of the measurement, nor of any service
        self.user = self.system = self.wall = 0.0

    def __enter__(self) -> None:
        self._began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        now, (then, wall) = resource.getrusage(resource.RUSAGE_SELF), self._began
        self.user += now.ru_utime - then.ru_utime
        self.system += now.ru_stime - then.ru_stime
        self.wall += time.perf_counter() - wall

    def line(self, name: str, count: int) -> str:
        """One line of the report."""
        each = 1e6 / count
        parts = f"(user {self.user * each:.1f}, system {self.system * each:.1f})"
        return f"{name:28}{(self.user + self.system) * each:7.1f} µs CPU {parts}, {count / self.wall:8.0f}/s"


def deciding_alone(each: list[Submission[Policy]]) -> str:
    """The policy's own share, which is no cost of the store."""
    clock = Clock()
    with clock:
        for one in each:
            decided(one, History())
    return clock.line("policy alone", len(each))


def by_hand(engine: Engine, site: Site, count: int, size: int) -> str:
    """Batches of one size, one after another; making the comments is not counted."""
    ledger, clock = Ledger(deferred=engine.dialect.name == "sqlite"), Clock()
    with engine.connect() as connection:
        for start in range(0, count, size):
            submissions = [submission(site, start + n) for n in range(size)]
            with clock:
                batch = Batch(Statements(connection), DIGESTS, decided, ledger)
                with Transaction(connection):
                    batch.write(submissions)
                batch.settle()
    return clock.line(f"batches of {size}", -(-count // size) * size)


async def through_writer(engine: Engine, site: Site, count: int, flying: int) -> str:
    """The writer's thread beside a loop that keeps so many in flight."""
    writer = Writer(engine, DIGESTS, decided, deadline=10)
    writer.start()
    prepared = [submission(site, n) for n in range(count)]
    clock = Clock()

    async def client() -> None:
        while prepared:
            await writer.submit(prepared.pop())

    with clock:
        await asyncio.gather(*(client() for _ in range(flying)))
    line = clock.line(f"writer, {flying} in flight", count) + f", {writer.written / writer.batches:.1f} a batch"
    await writer.stop()
    return line


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--comments", type=int, default=20_000)
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--url", default="")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        engine = open_engine(asked.url or f"sqlite:///{folder}/bench.db")
        upgrade(engine)
        with engine.begin() as connection:
            site = add_site(connection, f"bench {time.time()}", "https://blog.example/", time.time())
        print(deciding_alone([submission(site, n) for n in range(2000)]))  # noqa: T201
        print(by_hand(engine, site, asked.comments, asked.batch))  # noqa: T201
        for flying in (1, 32, 64):
            print(asyncio.run(through_writer(engine, site, asked.comments // (10 if flying == 1 else 1), flying)))  # noqa: T201
        engine.dispose()


if __name__ == "__main__":
    main()
