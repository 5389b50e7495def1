"""A storm over the outbox: many messages, receivers that fail at random, one that is down for a day, workers killed with SIGKILL.

``python -m tests.outbox.storm --events 100000 --database sqlite`` feeds in real time and measures how late first attempts are; then
days go by as fast as the work allows: the clock that feeder and workers share is set forward whenever nobody has anything to do.
"""

from __future__ import annotations

import argparse
import asyncio
import mmap
import os
import random
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text

from service.outbox.guard import Guard
from service.outbox.sending import Sender
from service.outbox.worker import Worker
from service.store.endpoints import add_endpoint
from service.store.engine import open_engine
from service.store.events import Event, rows
from service.store.ids import new_id
from service.store.schema import deliveries, endpoints, outbox
from service.store.sites import add_site
from service.store.transactions import Alone
from service.store.upgrade import upgrade
from tests.outbox.given import DIGESTS, HOME, Receiver, Reply, Request

PER_COMMENT = 5
DAY = 86_400.0
PATIENCE = 60_000
"""Milliseconds; on a machine with much else to do the workers have the database for long."""

_SHORT, _QUIET, _BETWEEN = 0.5, 1.0, 100


_SOONEST = text(
    """SELECT due_at FROM outbox o WHERE endpoint_id = :number AND state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM outbox e WHERE e.comment_id = o.comment_id AND e.endpoint_id = o.endpoint_id AND e.number < o.number
    AND coalesce(e.state, '') = 'waiting') ORDER BY due_at LIMIT 1"""
)
"""When an endpoint's next message may leave: the first of its comment that waits."""


class SharedClock:
    """The system's clock and an offset that all processes read from one file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        with path.open("r+b") as file:
            self._offset = mmap.mmap(file.fileno(), 8)

    def __call__(self) -> float:
        return time.time() + float(struct.unpack("d", self._offset[:8])[0])

    def close(self) -> None:
        """Let the file go."""
        self._offset.close()

    def forward(self, seconds: float) -> None:
        """Set every process's clock forward."""
        self._offset[:8] = struct.pack("d", struct.unpack("d", self._offset[:8])[0] + seconds)


async def work(url: str, clock: SharedClock) -> None:
    """Be a worker until killed."""
    engine = open_engine(url, PATIENCE)
    await Worker(Alone(engine), DIGESTS, Sender(Guard(HOME), timeout=5.0), clock=clock).run()


class Storm:
    """The receivers, the workers, the feed, and what is found in the end. Endpoint 1 is the one that is down."""

    def __init__(self, given: argparse.Namespace, url: str, folder: Path) -> None:
        self._given = given
        self._url = url
        self._clock_file = folder / "clock"
        self.clock = SharedClock(self._clock_file)
        self.engine: Engine = open_engine(url, PATIENCE)
        self.start = self.clock()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.kills = 0
        self.told = time.monotonic()
        self.arrived: dict[int, dict[str, int]] = defaultdict(dict)
        self.order: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.requests = self.again = 0
        self.slowest = 0.0
        self.dice = random.Random(given.seed)

    def answer(self, request: Request) -> Reply:
        """Fail at random; keep what was taken."""
        self.requests += 1
        endpoint = int(request.path.rpartition("/")[2])
        down = endpoint == 1 and self.clock() - self.start < DAY
        if down or self.dice.random() < self._given.fail:
            return Reply(503) if down else self.dice.choice([Reply(500), Reply(break_off=True), Reply(503)])
        data = request.json()["data"]
        if request.id in self.arrived[endpoint]:
            self.again += 1
        else:
            self.order[endpoint, data["id"]].append(data["number"])
        self.arrived[endpoint][request.id] = data["number"]
        return Reply()

    def prepare(self, port: int) -> None:
        """Make the database, a site and its endpoints."""
        upgrade(self.engine)
        with self.engine.begin() as connection:
            site = add_site(connection, "storm", "http://127.0.0.1", self.start)
            for number in range(1, self._given.endpoints + 1):
                address = f"http://127.0.0.1:{port}/{number}"
                add_endpoint(connection, DIGESTS, site.id, address, self.start, events=["comment.decided"])

    def begin_worker(self) -> None:
        """Start a worker process."""
        command = [sys.executable, "-m", "tests.outbox.storm", "--work", self._url, str(self._clock_file)]
        self.workers.append(subprocess.Popen(command))

    async def kill_some(self) -> None:
        """Kill a worker at random every few seconds, and start another; not so fast that none gets to its work."""
        while True:
            before = self.requests
            await asyncio.sleep(self.dice.uniform(0.5, 1.5) * self._given.kill)
            while self.requests < before + _BETWEEN:
                await asyncio.sleep(0.1)
            victim = self.workers.pop(self.dice.randrange(len(self.workers)))
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            self.kills += 1
            self.begin_worker()

    async def feed(self) -> None:
        """Write the events, comment by comment, at the given rate."""
        numbers = list(range(1, self._given.endpoints + 1))
        comments = self._given.events // (PER_COMMENT * len(numbers))
        rate = self._given.rate / (PER_COMMENT * len(numbers))
        began, written = time.monotonic(), 0
        while written < comments:
            wanted = min(comments, int((time.monotonic() - began) * rate) + 1)
            if wanted > written:
                await asyncio.to_thread(self._write, numbers, wanted - written)
            written = wanted
            await asyncio.sleep(0.05)

    def _write(self, numbers: list[int], count: int) -> None:
        values = []
        for _ in range(count):
            now = self.clock()
            comment = new_id(now)
            for number in range(PER_COMMENT):
                event = Event("comment.decided", now, now, {"id": comment, "number": number}, comment, number)
                values += rows(event, 1, numbers)
        columns = [column.name for column in outbox.columns]
        began = time.monotonic()
        with self.engine.begin() as connection:
            connection.execute(outbox.insert(), [dict(zip(columns, row, strict=True)) for row in values])
        self.slowest = max(self.slowest, time.monotonic() - began)

    async def drain(self) -> None:
        """Let time go by until nothing waits."""
        quiet, seen = time.monotonic(), -1
        while True:
            self._tell()
            soonest, leased = await asyncio.to_thread(self._soonest)
            if soonest is None:
                return
            now = self.clock()
            if self.requests != seen:
                quiet, seen = time.monotonic(), self.requests
            elif leased > now and time.monotonic() - quiet > _QUIET:  # nobody is at work: the lease is a dead worker's
                self.clock.forward(leased - now)
            elif leased <= now and soonest > now + _SHORT:
                self.clock.forward(soonest - now + self._given.step)
            await asyncio.sleep(0.05)

    def _tell(self) -> None:
        if time.monotonic() - self.told > 3:
            self.told = time.monotonic()
            hours = (self.clock() - self.start) / 3600
            sys.stderr.write(f"  {hours:.1f} h: {self.states()}, kills {self.kills}\n")

    def _soonest(self) -> tuple[float | None, float]:
        with self.engine.connect().execution_options(reading=True) as connection:
            leased = connection.execute(select(func.max(endpoints.c.lease_until))).scalar_one()
            found = []
            for number, paused in connection.execute(select(endpoints.c.id, endpoints.c.paused_until)).all():
                if (at := connection.execute(_SOONEST, {"number": number}).scalar()) is not None:
                    found.append(max(at, paused))
            return min(found, default=None), leased

    def lateness(self) -> list[float]:
        """How late the first attempts were at messages that wait for no other, to endpoints that are up, in seconds."""
        late = (deliveries.c.at - outbox.c.created_at).label("late")
        first = (deliveries.c.number == 1) & (outbox.c.number == 0) & (outbox.c.endpoint_id != 1)
        query = select(late).join(outbox, outbox.c.id == deliveries.c.outbox_id).where(first)
        with self.engine.connect().execution_options(reading=True) as connection:
            return sorted(connection.execute(query).scalars())

    def states(self) -> dict[str, int]:
        """How many messages are in which state."""
        with self.engine.connect().execution_options(reading=True) as connection:
            return dict(map(tuple, connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))))  # type: ignore[arg-type]

    def stop_workers(self) -> None:
        """End the workers."""
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def stop(self) -> None:
        """Let the database go."""
        self.engine.dispose()
        self.clock.close()


async def rage(storm: Storm, given: argparse.Namespace) -> bool:
    """Run the storm; give whether everything arrived, once, in order."""
    receiver = Receiver(storm.answer)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    storm.prepare(server.sockets[0].getsockname()[1])
    for _ in range(given.workers):
        storm.begin_worker()
    killing = asyncio.create_task(storm.kill_some())
    began = time.monotonic()
    try:
        await storm.feed()
        fed = time.monotonic() - began
        await storm.drain()
    finally:
        killing.cancel()
        await asyncio.to_thread(storm.stop_workers)
        server.close()
        await asyncio.sleep(0.1)  # connections end with their workers
    return _report(storm, given, receiver, fed, time.monotonic() - began)


def _report(storm: Storm, given: argparse.Namespace, receiver: Receiver, fed: float, took: float) -> bool:
    states, late = storm.states(), storm.lateness()
    missing = sum(states.values()) - sum(map(len, storm.arrived.values()))
    disordered = sum(numbers != sorted(numbers) for numbers in storm.order.values())
    ranks = statistics.quantiles(late, n=1000)
    hours = (storm.clock() - storm.start) / 3600
    lines = (
        f"{given.database}: {sum(states.values()):,} messages to {given.endpoints} endpoints, {len(receiver.requests):,} requests",
        f"  became {states}; never arrived {missing}; out of order {disordered}; arrived again {storm.again}, same id each",
        f"  fed in {fed:.0f} s (a write took {storm.slowest:.2f} s at most), all done in {took:.0f} s, {hours:.1f} h on the clock",
        f"  workers killed {storm.kills}; cores' load {os.getloadavg()[0]:.1f}",
        f"  first attempts were late: median {statistics.median(late):.2f} s, p99 {ranks[989]:.2f} s, most {late[-1]:.2f} s",
    )
    print("\n".join(lines))  # noqa: T201 # it is run from the command line
    return not missing and not disordered and set(states) == {"sent"}


def options(*given: str) -> argparse.Namespace:
    """Read the command line's words."""
    words = argparse.ArgumentParser(prog="python -m tests.outbox.storm", description=__doc__)
    words.add_argument("--events", type=int, default=2_000, help="messages in all")
    words.add_argument("--endpoints", type=int, default=8)
    words.add_argument("--workers", type=int, default=3)
    words.add_argument("--rate", type=float, default=100.0, help="messages a second while feeding")
    words.add_argument("--kill", type=float, default=30.0, help="seconds between kills of a worker")
    words.add_argument("--fail", type=float, default=0.2, help="share of requests that fail at random")
    words.add_argument("--step", type=float, default=300.0, help="seconds by which the clock is set beyond the next due time")
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--work", nargs=2, metavar=("URL", "CLOCK"), help=argparse.SUPPRESS)
    return words.parse_args(given)


def _postgres() -> Any:
    from tests.postgres import Postgres  # noqa: PLC0415 # workers, which are begun again and again, do without

    return Postgres()


def main(*words: str) -> int:
    """Give 0 when everything arrived, once, in order."""
    given = options(*words)
    if given.work:
        asyncio.run(work(given.work[0], SharedClock(Path(given.work[1]))))
    server = _postgres() if given.database == "postgresql" else None
    with tempfile.TemporaryDirectory() as folder:
        url = server.database() if server else f"sqlite:///{folder}/winnow.db"
        storm = Storm(given, url, Path(folder))
        try:
            return 0 if asyncio.run(rage(storm, given)) else 1
        finally:
            storm.stop()
            if server:
                server.stop()


if __name__ == "__main__":
    if "--work" not in sys.argv:  # workers are as nice as who began them
        os.nice(10)
    sys.exit(main(*sys.argv[1:]))
