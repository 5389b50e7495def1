"""Puts the parts together: store, moderation, the Akismet door, the server, and what a framework answers, which is loaded later."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from typing import Any

import uvicorn
from sqlalchemy import Engine

from service.api.akismet.door import Door
from service.api.body import App
from service.api.front import Front, Lifespan
from service.api.late import Late
from service.api.metrics import Meters
from service.api.server import Connection, Server
from service.interpreter import brisk, lasting
from service.moderation import Moderation
from service.outbox.guard import Guard
from service.outbox.sending import Sender
from service.outbox.worker import Worker
from service.queue.mail import Mailer
from service.queue.reminders import Reminders
from service.search.indexer import Indexer
from service.settings import Settings
from service.shadow import Shadow
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.transactions import Beside
from service.store.upgrade import upgrade
from service.store.writer import Writer
from service.upkeep import Upkeep, every_minute

_GRACE_SECONDS = 10
_END_SECONDS = 5.0
_GARBAGE = 5_000
"""So many more objects than went are looked at for rings that nobody holds. Requests leave none, and 700 cost them 4 %."""

_BRISK = 0.001
"""Seconds after which a thread that imports gives way: a verdict takes the interpreter some thirty times."""

_PATIENCE = 3.0
"""Seconds that a verdict may take meanwhile, on the busiest machine; WordPress waits for thirty."""


def create_app(settings: Settings) -> Front:
    """Give the ASGI application. Nothing is opened before its lifespan starts. Raises BadSettings and BadDatabase."""
    engine = open_engine(settings.database)
    digests = Digests(settings.key_secret())
    moderation = Moderation(
        engine,
        digests,
        lambda: settings.model_folders,
        settings.deadline_ms / 1000,
        settings.undo_seconds,
        Shadow(settings.model_pointer.parent),
    )
    meters = Meters(moderation)
    work = _outbox(settings, moderation, engine, digests) if settings.outbox_worker else _nothing
    pages = Late(partial(_doors, settings, moderation, meters, digests), moderation.troubles)
    lifespan = _lifespan(moderation, engine, pages, work, _reminding(settings, moderation))
    return Front(Door(moderation, meters, settings.max_body), pages, lifespan)


def _doors(settings: Settings, moderation: Moderation, meters: Meters, digests: Digests) -> App:
    """Import what needs the framework, and put it together, handing the interpreter over whenever a comment wants it."""
    with brisk(_BRISK), lasting():
        doors: App = import_module("service.doors").open_doors(settings, moderation, meters, digests)
    return doors


def _outbox(settings: Settings, moderation: Moderation, engine: Engine, digests: Digests) -> Callable[[], Awaitable[None]]:
    """Give the outbox's worker, to run beside the requests; it writes through the same writer."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every address

    async def work() -> None:
        guard = Guard(settings.outbound_allowed)
        try:
            await Worker(Beside(engine, moderation.writer), digests, Sender(guard), crowd=settings.queue_threshold).run()
        finally:
            guard.close()

    return work


async def _nothing() -> None:
    """Leave the outbox to ``winnow worker``, or remind nobody."""


def _reminding(settings: Settings, moderation: Moderation) -> Callable[[], Awaitable[None]]:
    if not settings.smtp_url:
        return _nothing
    reminders = Reminders(moderation, settings, Mailer(settings.smtp_url, settings.mail_sender))
    return partial(every_minute, "reminders", reminders.look_round)


def _lifespan(moderation: Moderation, engine: Engine, pages: Late, *works: Callable[[], Awaitable[None]]) -> Lifespan:
    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        await asyncio.to_thread(upgrade, engine)
        await moderation.start()
        gc.freeze()  # what is loaded by now stays: collecting it again and again would stop requests for milliseconds
        gc.set_threshold(_GARBAGE)
        upkeep: Callable[[], Awaitable[None]] = partial(every_minute, "upkeep", Upkeep(moderation).once)
        working = [asyncio.ensure_future(work()) for work in (*works, upkeep, Indexer(moderation).run)]
        _be_patient(moderation.writer, pages.begin())
        try:
            yield
        finally:
            await _end(working)
            await moderation.stop()
            engine.dispose()

    return lifespan


def _be_patient(writer: Writer[Any], loading: asyncio.Future[App]) -> None:
    """Let a comment that comes while the pages are loaded wait for its verdict rather than be held."""
    usual, writer.deadline = writer.deadline, max(writer.deadline, _PATIENCE)
    loading.add_done_callback(lambda _: setattr(writer, "deadline", usual))


async def _end(working: Iterable[asyncio.Future[None]]) -> None:
    """Cancel, and cancel again what has not heard it after its own time for ending: a library may lose a cancellation."""
    while working:
        for each in working:
            each.cancel()
        _, working = await asyncio.wait(working, timeout=_END_SECONDS)


def server(settings: Settings) -> Server:
    """Make the HTTP server with the application in it, not yet running. Raises BadSettings and BadDatabase."""
    return Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http=Connection,
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            backlog=1024,
        )
    )


def serve(settings: Settings, ready: Callable[[int], None] = lambda _: None) -> None:
    """Serve until told to stop; then finish what was begun. ``ready`` is called with the port once requests are answered.

    Raises BadSettings and BadDatabase.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    running = server(settings)
    running.ready = ready
    running.run()
    if not running.started:
        sys.exit(1)
