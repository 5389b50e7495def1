"""How far a command is: bars with an estimate for who looks on, plain lines for a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from training.crossing import Progress as Say

_SECONDS = 1.0
"""Lines come no closer than that, but for the last of each thing."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Say]:
    """Tell on standard error how far each thing is that is being done; nothing for programs."""
    console = Console(stderr=True)
    if quiet:
        yield lambda *_: None
    elif console.is_terminal:
        with _bars(console) as say:
            yield say
    else:
        yield lines(lambda line: typer.echo(line, err=True))


@contextmanager
def _bars(console: Console) -> Iterator[Say]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=False) as bars:
        tasks: dict[str, Any] = {}

        def say(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield say


def lines(write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> Say:
    """Tell by lines such as ``held out: 3 of 5``, which the model's page reads (see ``service.workshop``)."""
    last = -_SECONDS

    def say(what: str, done: int, of: int) -> None:
        nonlocal last
        now = clock()
        if done >= of or now - last >= _SECONDS:
            last = now
            write(f"{what}: {done} of {of}")

    return say
