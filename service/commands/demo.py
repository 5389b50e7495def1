"""``winnow demo``: a site with comments to try the queue on, and away with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from service import demo
from service.commands import Refused
from service.commands.installation import load_settings, opened
from service.demo import NoDemo
from service.moderation import Moderation
from service.settings import Settings
from service.store.audit import Deed
from service.store.ids import Digests
from service.store.writer import Overloaded, Unavailable

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Fill a site to try the queue on, or take it away.")
T = TypeVar("T")
_DEADLINE = 10.0


@app.command()
def add() -> None:
    """Add the site "demo" with comments that wait for a moderator. Its labels train no model."""
    config = load_settings()
    deed = Deed(at=time.time(), who="command line", what="demo.add")
    _site, count = _with(config, lambda moderation: demo.add(moderation, deed))
    typer.echo(f"The site 'demo' has {count} comments; see {config.base_url()}/queue. Away with it: winnow demo remove")


@app.command()
def remove() -> None:
    """Take the site "demo" away with every comment, label and rule on it."""
    deed = Deed(at=time.time(), who="command line", what="demo.remove")
    count = _with(load_settings(), lambda moderation: demo.remove(moderation, deed))
    typer.echo(f"The site 'demo' and its {count} comments are gone.")


def _with(config: Settings, do: Callable[[Moderation], Awaitable[T]]) -> T:
    """Do something with an installation whose service may be running. Raises Refused."""

    async def work() -> T:
        moderation = Moderation(engine, Digests(config.key_secret()), lambda: config.model_folders, _DEADLINE)
        await moderation.start()
        try:
            return await do(moderation)
        finally:
            await moderation.stop()

    with opened(config) as engine:
        try:
            return asyncio.run(work())
        except NoDemo as error:
            raise Refused(str(error)) from None
        except (Unavailable, Overloaded):
            raise Refused("Nothing could be stored just now. Try again.") from None
