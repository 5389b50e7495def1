"""Answers that are ready in one turn of the event loop, sent together.

A send takes longer than deciding does, and the system call keeps the interpreter lock if a transport makes it. sending.c makes them
all without, so that the writer's thread works meanwhile. Without a compiler each transport sends its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Protocol

SendAll = Callable[[Sequence[tuple[int, bytes]]], list[int]]
"""Gives how many bytes each socket took at once."""


class Answered(Protocol):
    """Who is told that its answer is on its way; ``socket`` is its number, or -1 where only the transport can send."""

    transport: asyncio.Transport
    socket: int

    def answered(self) -> None: ...  # noqa: D102 # the class says it


class Outgoing:
    """The answers that wait for the end of the loop's turn."""

    def __init__(self, *, compiled: bool = True) -> None:
        self._waiting: list[tuple[Answered, bytes]] = []
        self._send_all = _compiled() if compiled else None

    def add(self, client: Answered, answer: bytes) -> None:
        """Send an answer soon, and tell the client then; nothing else may be sent to it before."""
        self._waiting.append((client, answer))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        ready = [pair for pair in waiting if not pair[0].transport.is_closing()]
        for client, rest in ready if self._send_all is None else _left(self._send_all, ready):
            client.transport.write(rest)
        for client, _ in ready:
            client.answered()


def _left(send_all: SendAll, ready: Sequence[tuple[Answered, bytes]]) -> list[tuple[Answered, bytes]]:
    """Send what can be sent at once; give what is left to the transports, which know what to do when a socket is full or broken."""
    direct: list[tuple[Answered, bytes]] = []
    left: list[tuple[Answered, bytes]] = []
    for pair in ready:
        (left if pair[0].socket < 0 or pair[0].transport.get_write_buffer_size() else direct).append(pair)
    sent = send_all([(client.socket, answer) for client, answer in direct])
    left += [(client, answer[size:]) for (client, answer), size in zip(direct, sent, strict=True) if size < len(answer)]
    return left


def _compiled() -> SendAll | None:
    with suppress(ImportError):
        found: SendAll = import_module("service.api._sending").send_all
        return found
    return None
