"""Nouns for the outbox's tests: a receiver that listens, a clock that is set, a worker, a database with a site."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from service.domain import Site
from service.outbox.guard import Guard
from service.outbox.sending import Sender
from service.outbox.worker import Worker
from service.store import endpoints as stored_endpoints
from service.store.endpoints import add_endpoint
from service.store.events import EVENTS, Event, tell
from service.store.ids import Digests
from service.store.schema import endpoints, outbox
from service.store.transactions import Alone

NOON = 1_790_000_000.0
DIGESTS = Digests(b"the secret of these tests")
HOME = ("127.0.0.0/8", "::1")


@dataclass
class Request:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """What to answer; ``wait`` seconds first; ``break_off`` closes the connection instead."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait: float = 0.0
    break_off: bool = False


Answer = Callable[[Request], Reply]


class Receiver:
    """An HTTP server on this machine that keeps what it is sent."""

    def __init__(self, answer: Answer = lambda _: Reply()) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.connections = 0
        self.at_once = self.most_at_once = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def busy(self, count: int) -> None:
        """Wait until so many requests are here that are not answered yet."""
        while self.at_once < count:
            await asyncio.sleep(0.005)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
        request = Request(line.split()[1], headers, await reader.readexactly(int(headers.get("content-length", 0))))
        self.requests.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        reply = self.answer(request)
        await asyncio.sleep(reply.wait)
        self.at_once -= 1
        if reply.break_off:
            return False
        head = "".join(f"{name}: {value}\r\n" for name, value in ({"content-length": len(reply.body)} | reply.headers).items())
        writer.write(f"HTTP/1.1 {reply.status} Said\r\n{head}\r\n".encode() + reply.body)
        await writer.drain()
        return True


@asynccontextmanager
async def receiving(answer: Answer = lambda _: Reply()) -> AsyncIterator[Receiver]:
    """Listen until the block ends."""
    receiver = Receiver(answer)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


class Clock:
    """Time stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class House:
    """A database with one site, and what is asked of it again and again."""

    engine: Engine
    site: Site
    clock: Clock = field(default_factory=Clock)
    workers: list[Worker] = field(default_factory=list)

    def do(self, work: Callable[..., Any], *words: Any, **more: Any) -> Any:
        with self.engine.begin() as connection:
            return work(connection, *words, **more)

    def endpoint(self, url: str, *events: str, with_text: bool = False) -> tuple[str, int]:
        """Add an endpoint for some events, or for all; gives its secret and its number."""
        wanted = events or tuple(EVENTS)
        return self.do(add_endpoint, DIGESTS, self.site.id, url, NOON, events=wanted, with_text=with_text)

    def tell(self, count: int = 1, comment: str | None = None, **data: Any) -> None:
        """Write events that are due now, of one comment or of none."""

        def write(connection: Connection) -> None:
            for number in range(count):
                event = Event("comment.decided", self.clock.now, self.clock.now, {"number": number, **data}, comment, number)
                tell(connection, self.site.id, event)

        self.do(write)

    def worker(self, *, timeout: float = 5.0, allowed: tuple[str, ...] = HOME, draw: float = 0.5, **more: Any) -> Worker:
        sender = Sender(Guard(allowed), timeout)
        self.workers.append(Worker(Alone(self.engine), DIGESTS, sender, clock=self.clock, draw=lambda: draw, **more))
        return self.workers[-1]

    async def work(self, worker: Worker | None = None) -> None:
        """Let a worker do what is due now, to the end."""
        worker = worker or self.worker()
        while await worker.turn():
            await worker.idle()

    async def work_until(self, done: Callable[[], bool], each: Callable[[], Awaitable[None]] | None = None) -> None:
        """Let days go by: work, then set the clock to when the next message may leave."""
        worker = self.worker()
        while not done():
            await self.work(worker)
            if each is not None:
                await each()
            if (at := self.do(next_due)) is None:
                return
            self.clock.now = max(self.clock.now, at)

    def states(self) -> dict[str, int]:
        rows = self.do(lambda connection: connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all())
        return dict(map(tuple, rows))

    def rows(self) -> list[Any]:
        query = select(outbox).order_by(outbox.c.number, outbox.c.id)
        return self.do(lambda connection: connection.execute(query).all())

    def found(self, number: int) -> Any:
        return self.do(stored_endpoints.find_endpoint, number)


def next_due(connection: Connection) -> float | None:
    """When the next message may leave; None when none waits."""
    rows = connection.execute(
        select(outbox.c.due_at, endpoints.c.paused_until, endpoints.c.lease_until)
        .join(endpoints)
        .where(outbox.c.state == "waiting", endpoints.c.disabled_at.is_(None))
    )
    return min((max(row) for row in rows), default=None)
