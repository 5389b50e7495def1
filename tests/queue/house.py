"""The store with its writer and real files, which can crash: what a killed process leaves is copied and opened anew."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from service.domain import Comment, Decision, History, Reading, Scores, Site
from service.policy import Policy, decide
from service.store import people
from service.store.batch import Stored, Submission
from service.store.endpoints import add_endpoint, subscriptions
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.sites import add_site, list_sites
from service.store.upgrade import upgrade
from service.store.writer import Writer
from tests.store.given import NOON

DIGESTS = Digests(b"the secret of these tests")
POLICY = Policy(audit=0.2, flood_limit=0).with_defaults({})
NAMES = {1: "Ana", 2: "Ben", 3: "Cem"}
TOLD_OF = ("feedback.received", "comment.redecided")
T = TypeVar("T")


class Crash(Exception):
    """The process ends here."""


@cache
def template() -> Path:
    """A database with three people, a site and a webhook, to be copied."""
    path = Path(tempfile.mkdtemp()) / "winnow.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.begin() as connection:
        for name in NAMES.values():
            people.add_person(connection, f"{name}@example.org", name, NOON)
        site = add_site(connection, "blog", "https://blog.example/", NOON)
        add_endpoint(connection, DIGESTS, site.id, "https://hooks.example/", NOON, events=TOLD_OF)
    engine.dispose()
    return path


class House:
    """Runs a writer of the service on a database of its own; `histories` are those that were decided by."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="house"))
        shutil.copy(template(), self.folder / "winnow.db")
        self.histories: list[History] = []
        self.crashes = self.ids = 0
        self._open()

    def _open(self) -> None:
        self.engine = open_engine(f"sqlite:///{self.folder / 'winnow.db'}")
        self.writer: Writer[Policy] = Writer(self.engine, DIGESTS, self._decide, deadline=20)
        with self.engine.connect() as connection:
            self.site: Site = list_sites(connection)[0]
            self.writer.subscriptions = subscriptions(connection)
        self.run(lambda _: None)  # a service writes first of all which model it has; lost counts come back with that

    def _decide(self, submission: Submission[Policy], history: History) -> Decision:
        self.histories.append(history)
        return decide(submission.reading, submission.scores, history, submission.policy, submission.at)

    def close(self) -> None:
        """Stop as a service stops that was told to."""
        self.writer._work()  # it is closed, for it was never started: what waits in memory is written
        self.engine.dispose()

    def restart(self) -> None:
        """Stop cleanly and start again."""
        self.close()
        self._open()

    def remove(self) -> None:
        """End it and leave nothing behind."""
        self.close()
        shutil.rmtree(self.folder)

    def crash(self) -> None:
        """Go on with what is on the disk at this moment; what was only in memory is lost."""
        self._leave(self._left())

    def crash_within(self, change: Callable[[Connection], object]) -> None:
        """Crash after a change was made and before it was committed."""
        left: list[Path] = []

        def doomed(connection: Connection) -> None:
            connection.exec_driver_sql("PRAGMA cache_size = 2")  # lets some of it reach the file
            change(connection)
            left.append(self._left())
            raise Crash

        try:
            self.run(doomed)
        except Crash:
            self._leave(left[0])

    def _left(self) -> Path:
        """Copy what a killed process would leave."""
        folder = Path(tempfile.mkdtemp(prefix="house"))
        for name in ("winnow.db", "winnow.db-wal"):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, folder / name)
        return folder

    def _leave(self, folder: Path) -> None:
        self.close()
        shutil.rmtree(self.folder)
        self.folder = folder
        self.crashes += 1
        self._open()

    def run(self, change: Callable[[Connection], T]) -> T:
        """Write as the pages do."""
        return self._serve(None, change)

    def submit(self, said: Comment, spam: float, at: float, key: str = "", digest: str = "") -> Stored:
        """Send a comment, scored."""
        scored = Reading(said, said.text, "", ()), Scores(spam, 0.05, "m1")
        stored: Stored = self._serve(Submission(self.site, *scored, POLICY, at, self._new_id(at), key, digest), None)
        return stored

    def _serve(self, submission: Submission[Policy] | None, change: Callable[[Connection], Any] | None) -> Any:
        """Do what the writer's thread does with a job, without the thread: quicker, and every run is the same."""
        [(_, outcome)] = self.writer._serve([(Future(), submission, change)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _new_id(self, at: float) -> str:
        """Make an id as the service does, but the same in every run: its digits are the dice of the audit sample."""
        self.ids += 1
        return f"{int(at * 1000):012x}7{self.ids:03x}8{sha256(str(self.ids).encode()).hexdigest()[:15]}"

    def look(self, look: Callable[[Connection], T]) -> T:
        """Read as the pages do."""
        with self.engine.connect().execution_options(reading=True) as connection, connection.begin():
            return look(connection)
