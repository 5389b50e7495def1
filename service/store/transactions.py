"""Two ways for work beside the requests to reach the database: through the service's writer, or alone in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from service.store.writer import Unavailable, Writer

T = TypeVar("T")


class Transactions(Protocol):
    """Where to read and to write, from the event loop. Both raise Unavailable, or what the function raises."""

    async def read(self, look: Callable[[Connection], T]) -> T: ...  # noqa: D102 # the class says it
    async def write(self, change: Callable[[Connection], T]) -> T: ...  # noqa: D102 # the class says it


class Alone:
    """Transactions of one's own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def read(self, look: Callable[[Connection], T]) -> T:
        """Look, in a thread."""
        return await asyncio.to_thread(self._run, look, reading=True)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Change, in a thread."""
        return await asyncio.to_thread(self._run, change, reading=False)

    def _run(self, work: Callable[[Connection], T], *, reading: bool) -> T:
        try:
            with self._engine.connect().execution_options(reading=reading) as connection, connection.begin():
                return work(connection)
        except SQLAlchemyError:
            raise Unavailable("The database did not answer.") from None


class Beside(Alone):
    """Reads of one's own, writes in the batches of the service's writer: SQLite lets one write at a time, and waits are seen."""

    def __init__(self, engine: Engine, writer: Writer[Any]) -> None:
        super().__init__(engine)
        self._writer = writer

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Change, with the next batch, however long that takes: what was sent and could not be noted would be sent once more."""
        return await self._writer.run(change, patient=True)
