"""``winnow worker``: sends webhooks in a process of its own; run as many as you like."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

import typer

from service.commands import Refused
from service.commands.installation import load_settings
from service.outbox.guard import Guard
from service.outbox.sending import Sender
from service.outbox.worker import Worker
from service.settings import BadSettings, Settings
from service.store.engine import BadDatabase, open_engine
from service.store.ids import Digests
from service.store.transactions import Alone
from service.store.upgrade import NewerSchema, upgrade

app = typer.Typer(add_completion=False)
_PATIENCE_MILLISECONDS = 5_000
"""How long it waits for a busy service to let it write; the service itself cannot afford to wait."""


@app.command()
def worker() -> None:
    """Send what the outbox holds until stopped. With WINNOW_OUTBOX_WORKER=false the service leaves it to workers."""
    config = load_settings()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every address
    try:
        asyncio.run(_work(config))
    except (BadDatabase, NewerSchema, BadSettings) as error:
        raise Refused(str(error)) from None


async def _work(config: Settings) -> None:
    engine = open_engine(config.database, _PATIENCE_MILLISECONDS)
    guard = Guard(config.outbound_allowed)
    try:
        upgrade(engine)
        digests = Digests(config.key_secret())
        working = asyncio.ensure_future(Worker(Alone(engine), digests, Sender(guard), crowd=config.queue_threshold).run())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        typer.echo("The worker sends webhooks (Ctrl+C stops it)")
        await asyncio.gather(working, return_exceptions=True)
    finally:
        guard.close()
        engine.dispose()
