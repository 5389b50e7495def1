"""The one writer: commits many requests together and answers each only after its commit is on disk.

``submit`` and ``run`` are called from the event loop; a thread takes all that waits, makes one transaction of it, and hands the
results back with one call into the loop. While a commit is being flushed the next batch gathers, so batches grow with the load and
a lone request waits for nobody.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from service.store.batch import NOBODY, Batch, Decide, P, Stored, Submission, Subscriptions
from service.store.identities import Ledger
from service.store.ids import Digests
from service.store.lock import only_writer
from service.store.statements import Statements, Transaction

_log = logging.getLogger(__name__)
T = TypeVar("T")
DEADLINE = 0.3
"""Seconds after which a request that is not on disk yet is answered with Unavailable."""
PATIENCE = 10.0
"""The same where a person waits."""

_MANY, _GATHER = 8, 0.005
"""After a batch of so many the next one waits for so many seconds, or until it is full: a transaction has a price of its own, and
each of its statements wakes the event loop and is woken by it. Half a batch sooner, so that writer and loop work at the same time,
answers no more requests and costs a third more of the processor: interpreter and memory go back and forth between the two."""

_SWEEP = 0.05
_IDLE = 0.5
_BACKOFF = (0.05, 2.0)
_CHECKPOINT_PAGES = 1000


class Overloaded(Exception):  # a state, not a mistake
    """More waits than the writer may keep waiting; nothing was stored."""


class Unavailable(Exception):  # a state, not a mistake
    """The database did not store it in time. A retry with the same id or key is safe: it may yet have been stored."""


class Waiter(Protocol):
    """What is told, in the event loop, what became of a job: a future, or something that costs less."""

    def done(self) -> bool: ...  # noqa: D102 # as of a future
    def set_result(self, result: Any, /) -> None: ...  # noqa: ANN401, D102 # as above
    def set_exception(self, error: Exception, /) -> None: ...  # noqa: D102 # as above


_Change = Callable[[Connection], Any]
_Job = tuple[Waiter, "Submission[Any] | None", _Change | None]
_Pending = tuple[Waiter, float]
_Result = tuple[Waiter, Any]


class Writer(Generic[P]):
    """Group commit. ``decide`` is called in the writer's thread, for each new submission in order, with its author's history.

    ``max_waiting`` bounds the queue, ``max_batch`` a transaction. Every failure of the database fails the whole batch with
    Unavailable, and while it cannot be reached new submissions fail at once; nothing is ever accepted because of an error.
    ``subscriptions`` say who is told of decisions; they, and the ``deadline`` in seconds, may be replaced at any time.
    """

    def __init__(  # the parts are named by keyword
        self,
        engine: Engine,
        digests: Digests,
        decide: Decide[P],
        *,
        max_waiting: int = 2000,
        max_batch: int = 128,
        deadline: float = DEADLINE,
    ) -> None:
        self._engine = engine
        self._digests = digests
        self._decide = decide
        self._max_waiting = max_waiting
        self._max_batch = max_batch
        self.deadline = deadline
        self._jobs: deque[_Job] = deque()
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._pending: deque[_Pending] = deque()
        self._patient: deque[_Pending] = deque()
        self._sweeping = False
        self._connection: Connection | None = None
        self._ledger = Ledger(deferred=False)
        self._lock: BinaryIO | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = True
        self._busy = False
        self.subscriptions: Subscriptions = NOBODY
        self.healthy = True
        self.batches = 0
        self.written = 0
        self.failed = 0

    @property
    def waiting(self) -> int:
        """Count the submissions and other writes are in the queue."""
        return len(self._jobs)

    def start(self) -> None:
        """Start the thread; call it in the event loop that will submit."""
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._thread.start()

    async def stop(self) -> None:
        """Commit what waits, answer it, and end the thread. Later submissions get Unavailable."""
        if self._closed:
            return
        self._closed = True
        self._wake.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.sleep(0)  # the last batch's answers are callbacks in this loop

    def submit(self, submission: Submission[P]) -> asyncio.Future[Stored]:
        """Queue a comment; the future has its Stored once it is on disk, or Unavailable, KeyReused, or what ``decide`` raised.

        Raises Overloaded or Unavailable at once when it cannot even be queued.
        """
        future: asyncio.Future[Stored] = self._running().create_future()
        self._enqueue([(future, submission, None)])
        return future

    def submit_all(self, submissions: Sequence[tuple[Waiter, Submission[P]]]) -> None:
        """Queue comments that came together, all of them or none, and wake the writer once. Raises as ``submit`` does."""
        self._enqueue([(waiter, submission, None) for waiter, submission in submissions])

    def run(self, change: Callable[[Connection], T], *, patient: bool = False) -> asyncio.Future[T]:
        """Let another write join a batch, under a savepoint of its own; what ``change`` raises comes back alone.

        A ``patient`` one waits ten seconds: a person would rather wait than not know whether something was done.
        """
        future: asyncio.Future[T] = self._running().create_future()
        self._enqueue([(future, None, change)], patient=patient)
        return future

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._closed or not self.healthy or self._loop is None:
            raise Unavailable("The database cannot be reached.")
        return self._loop

    def _enqueue(self, wanted: Sequence[_Job], *, patient: bool = False) -> None:
        loop = self._running()
        if len(self._jobs) + len(wanted) > self._max_waiting:
            raise Overloaded("More comments wait than the writer may keep waiting.")
        pending, patience = (self._patient, PATIENCE) if patient else (self._pending, self.deadline)
        overdue = time.monotonic() + patience
        pending += [(waiter, overdue) for waiter, _, _ in wanted]
        self._jobs += wanted
        self._wake.put(None)
        if not self._sweeping:
            self._sweeping = True
            loop.call_later(_SWEEP, self._sweep)

    def _sweep(self) -> None:
        """Answer what is overdue; one timer for all requests instead of one each."""
        now = time.monotonic()
        for pending in (self._pending, self._patient):
            _forget_answered(pending)
            while pending and pending[0][1] <= now:
                waiter = pending.popleft()[0]
                if not waiter.done():
                    self.failed += 1
                    _tell(waiter, Unavailable("The database did not answer in time."))
        self._sweeping = bool(self._pending or self._patient)
        if self._sweeping and self._loop is not None:
            self._loop.call_later(_SWEEP, self._sweep)

    # What follows runs in the writer's thread.

    def _work(self) -> None:
        while (jobs := self._take()) is not None:
            self._hand_back(self._serve(jobs))
        if self._ledger.waits:
            self._ledger.closing = True
            self._serve([])
        self._discard()
        if self._lock is not None:
            self._lock.close()

    def _take(self) -> list[_Job] | None:
        """Wait for the first job and take all that wait with it; None at the end. Jobs that were answered already are dropped."""
        waiting = self._jobs
        while not waiting:
            if self._closed:
                return None
            try:
                self._wake.get(timeout=_IDLE if self._ledger.waits else None)
            except Empty:
                return []
        if self._busy:
            self._gather()
        taken = [waiting.popleft() for _ in range(min(len(waiting), self._max_batch))]
        self._busy = len(taken) >= _MANY
        return [job for job in taken if not job[0].done()]

    def _gather(self) -> None:
        """Let the batch grow for a moment, or until it is full."""
        end = time.monotonic() + _GATHER
        with suppress(Empty):
            while len(self._jobs) < self._max_batch and not self._closed and (left := end - time.monotonic()) > 0:
                self._wake.get(timeout=left)

    def _serve(self, jobs: list[_Job], *, again: bool = True) -> list[_Result]:
        if not jobs and not self._ledger.waits:
            return []
        try:
            return self._commit(jobs)
        except Exception as error:  # whatever it is, every request needs its answer
            if again and _is_of_one_row(error):  # a bad row fails alone; who lost a race finds the winner's row now
                return [result for job in jobs for result in self._serve([job], again=False)]
            self.failed += len(jobs)
            self._hand_back([(job[0], Unavailable("The database could not store it.")) for job in jobs])
            self._recover()
            return []

    def _commit(self, jobs: Sequence[_Job]) -> list[_Result]:
        connection = self._connected()
        submissions = [(job[0], job[1]) for job in jobs if job[1] is not None]
        batch = Batch(Statements(connection), self._digests, self._decide, self._ledger, self.subscriptions)
        changes = [(job[0], job[2]) for job in jobs if job[2] is not None]
        with connection.begin() if changes else Transaction(connection):
            outcomes = batch.write([submission for _, submission in submissions])
            changed = [(future, self._change(connection, change)) for future, change in changes]
        batch.settle()
        self.batches += 1
        self.written += len(submissions)
        return [(future, outcome) for (future, _), outcome in zip(submissions, outcomes, strict=True)] + changed

    def _change(self, connection: Connection, change: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 # whatever it answers
        try:
            with connection.begin_nested():
                return change(connection)
        except DBAPIError as error:
            if error.connection_invalidated or not _is_of_one_row(error):
                raise
            return error
        except Exception as error:  # it goes to the one who asked
            return error

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = connection = self._engine.connect()
            if self._engine.dialect.name == "sqlite":
                with connection.begin():
                    self._prepare_sqlite(connection)
        return self._connection

    def _prepare_sqlite(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        if self._lock is None and (lock := only_writer(str(self._engine.url.database))) is not None:
            ledger = Ledger(deferred=True)
            ledger.recover(Statements(connection))
            self._ledger, self._lock = ledger, lock

    def _recover(self) -> None:
        """Open the database anew; while that fails, wait longer and longer and let every submission fail at once."""
        pause = _BACKOFF[0]
        while True:
            self._discard()
            try:
                with self._connected().begin():
                    self._connected().exec_driver_sql("SELECT 1")
            except Exception:  # any reason is reason to wait
                self.healthy = False
                self._refuse_waiting()
                if self._closed:
                    return
                time.sleep(pause)
                pause = min(2 * pause, _BACKOFF[1])
            else:
                self.healthy = True
                return

    def _discard(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.invalidate()
                connection.close()
            except Exception:  # noqa: S110 # it is broken, that is why it goes
                pass

    def _refuse_waiting(self) -> None:
        refused: list[_Result] = []
        while self._jobs:
            refused.append((self._jobs.popleft()[0], Unavailable("The database cannot be reached.")))
        self.failed += len(refused)
        self._hand_back(refused)

    def _hand_back(self, results: list[_Result]) -> None:
        if results and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._resolve, results)

    # What follows runs in the event loop.

    def _resolve(self, results: list[_Result]) -> None:
        for waiter, value in results:
            if not waiter.done():
                _tell(waiter, value)
        _forget_answered(self._pending)  # now, while what they hold is still in the processor's caches
        _forget_answered(self._patient)


def _forget_answered(pending: deque[_Pending]) -> None:
    while pending and pending[0][0].done():
        pending.popleft()


def _tell(waiter: Waiter, value: Any) -> None:  # noqa: ANN401 # whatever was asked for
    try:
        if isinstance(value, Exception):
            waiter.set_exception(value)
        else:
            waiter.set_result(value)
    except Exception as error:  # who cannot be told must not keep the others from it
        _log.error("an answer could not be given: %s", type(error).__name__)  # a traceback could quote the request


_ROW_STATES = ("22", "23", "40")
"""SQLSTATE classes of what one row causes, or a clash with another transaction: data, integrity, rollback."""


def _is_of_one_row(error: Exception) -> bool:
    """Tell whether it is worth trying each submission alone? True for bad data, constraints and deadlocks."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if (state := getattr(cause, "sqlstate", None)) is not None:
        return str(state).startswith(_ROW_STATES)
    return isinstance(cause, sqlite3.IntegrityError | sqlite3.DataError | sqlite3.ProgrammingError | ValueError | OverflowError)
