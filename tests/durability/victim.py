"""A process that stores comments until it is killed, and tells of each that it was promised.

The victim is forked, so that a cycle costs no start of Python. It writes one line into a pipe for every acknowledged comment, right
after the acknowledgement: what the parent can read from the pipe was promised, whatever happened to the victim.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import select
import signal
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from sqlalchemy import event

from service.domain import Label, Site
from service.store.engine import open_engine
from service.store.feedback import Word, record_label
from service.store.identities import Ledger
from service.store.sites import add_site, find_site
from service.store.statements import Statements
from service.store.upgrade import upgrade
from service.store.writer import Writer
from tests.store.given import DIGESTS, comment, decided, submission

WRITERS = 16


class Promised(Struct):
    """Ids of comments (`C`) and of labelled comments (`L`) that were acknowledged."""

    comments: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def add(self, lines: bytes) -> None:
        """Take what was read from the pipe. A line is written at once, so none is cut."""
        for line in lines.decode().split():
            (self.comments if line[0] == "C" else self.labels).append(line[1:])


def prepare(database: Path) -> None:
    """Make the database with its one site."""
    engine = open_engine(f"sqlite:///{database}")
    upgrade(engine)
    with engine.begin() as connection:
        if find_site(connection, "blog") is None:
            add_site(connection, "blog", "https://blog.example/", time.time())
    engine.dispose()


class Victim:
    """A forked child that runs `work(pipe)` until it dies."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self._pipe, theirs = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self._pipe)
            try:
                work(theirs)
            finally:
                os._exit(1)
        os.close(theirs)

    def listen(self, seconds: float) -> bytes:
        """What the victim says in the next so many seconds."""
        heard, end = b"", time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._pipe], [], [], left)[0]:
                if not (said := os.read(self._pipe, 1 << 16)):
                    break
                heard += said
        return heard

    def listen_line(self) -> str:
        """What the victim says first, up to the end of the line."""
        heard = b""
        while not heard.endswith(b"\n"):
            if not (said := os.read(self._pipe, 1)):
                raise RuntimeError("the victim died before it said anything")
            heard += said
        return heard.decode().strip()

    def freeze(self) -> None:
        """Stop every thread; the kernel lets a flush that has begun end first."""
        os.kill(self.pid, signal.SIGSTOP)
        tasks = Path(f"/proc/{self.pid}/task")
        while any((task / "stat").read_text().rpartition(")")[2].split()[0] != "T" for task in tasks.iterdir()):
            time.sleep(0.001)

    def kill(self) -> bytes:
        """Kill -9; give what it had said until then."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        heard = b""
        while said := os.read(self._pipe, 1 << 16):
            heard += said
        os.close(self._pipe)
        return heard


def store_until_killed(database: Path, synchronous: str = "FULL") -> Callable[[int], None]:
    """The victim's work: sixteen writers on one group-committing writer; some comments are labelled, too."""

    def work(pipe: int) -> None:
        random.seed()
        engine = open_engine(f"sqlite:///{database}")
        event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA synchronous = {synchronous}"))
        with engine.connect().execution_options(reading=True) as connection:
            site = find_site(connection, "blog")
        assert site is not None
        asyncio.run(_store(Writer(engine, DIGESTS, decided, deadline=10), site, pipe))

    return work


async def _store(writer: Writer, site: Site, pipe: int) -> None:
    writer.start()
    numbers = itertools.count()

    async def one() -> None:
        while True:
            number = next(numbers)
            said = comment("word " * random.randrange(1, 400), author_email=f"{random.randrange(500)}@example.org")
            stored = await writer.submit(submission(site, said, time.time(), spam=random.random()))
            os.write(pipe, f"C{stored.id}\n".encode())
            if number % 20 == 0:
                word = Word(random.choice(list(Label)), f"hand {number}", 1.0, time.time())
                await writer.run(partial(record_label, site_id=site.id, comment_id=stored.id, word=word))
                os.write(pipe, f"L{stored.id}\n".encode())

    await asyncio.gather(*(one() for _ in range(WRITERS)))


class Damage(Struct):
    """What a crash did to the database: promised rows that are gone, and what does not fit together. Empty is what we want."""

    lost: int = 0
    faults: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lost or self.faults)


_AGREE = {
    "a comment without its decision": "SELECT count(*) FROM comments WHERE id NOT IN (SELECT comment_id FROM decisions)",
    "a held comment without its item": "SELECT count(*) FROM decisions WHERE number = 0 AND verdict = 'hold'"
    " AND comment_id NOT IN (SELECT comment_id FROM queue_items)",
    "a verdict that is not the newest decision's": "SELECT count(*) FROM comments c WHERE verdict <> (SELECT verdict"
    " FROM decisions d WHERE d.comment_id = c.id ORDER BY number DESC LIMIT 1)",
    "a label without its decision": "SELECT count(*) FROM labels l WHERE NOT EXISTS (SELECT 1 FROM decisions d"
    " WHERE d.comment_id = l.comment_id AND d.number = l.number)",
    "counts by day that differ": "SELECT (SELECT coalesce(sum(accepted + held + rejected), 0) FROM tallies)"
    " <> (SELECT count(*) FROM comments)",
    "counts of authors that differ": "SELECT (SELECT coalesce(sum(accepted + held + rejected), 0) FROM identities)"
    " <> (SELECT count(*) FROM comments)",
}


def inspect(database: Path, promised: Promised) -> Damage:
    """Open the database as the next start would, and look for every promise and for what must agree."""
    engine = open_engine(f"sqlite:///{database}")
    upgrade(engine)
    with engine.begin() as connection:
        Ledger(deferred=True).recover(Statements(connection))
    engine.dispose()
    connection = sqlite3.connect(database)
    kept = {row[0] for row in connection.execute("SELECT id FROM comments")}
    labelled = {row[0] for row in connection.execute("SELECT comment_id FROM labels")}
    lost = len(set(promised.comments) - kept) + len(set(promised.labels) - labelled)
    faults = [name for name, query in _AGREE.items() if connection.execute(query).fetchone()[0]]
    checked = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return Damage(lost, tuple(faults) if checked == "ok" else (*faults, checked))
