"""Answers sent together: each whole, to whom it belongs, whatever the others' sockets do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from service.api.sending import Outgoing

_LONG = b"x" * 5_000_000


class Client:
    """One end of a real connection, as the server has it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.socket: int = transport.get_extra_info("socket").fileno()
        self.told = 0

    def answered(self) -> None:
        """Count how often it was told."""
        self.told += 1


async def pair() -> tuple[Client, asyncio.StreamReader, asyncio.StreamWriter]:
    """Give the server's end of a connection, and what the other end reads and writes."""
    ours, theirs = socket.socketpair()
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    return Client(transport), *await asyncio.open_connection(sock=theirs)


Attempt = Callable[[Outgoing], Awaitable[None]]


async def everyone_gets_their_own(outgoing: Outgoing) -> None:
    """Twenty clients, one of which takes its long answer slowly and one of which has gone."""
    pairs = [await pair() for _ in range(20)]
    answers = [_LONG if number == 3 else b"answer %d" % number for number in range(20)]
    pairs[7][0].transport.abort()
    for (client, _, _), answer in zip(pairs, answers, strict=True):
        outgoing.add(client, answer)
    for number, ((client, reader, _), answer) in enumerate(zip(pairs, answers, strict=True)):
        if number != 7:
            assert await reader.readexactly(len(answer)) == answer
            assert client.told == 1
    assert pairs[7][0].told == 0
    for client, _, writer in pairs:
        client.transport.abort()
        writer.close()


async def what_waits_goes_first(outgoing: Outgoing) -> None:
    """A transport that has not sent all of what it was given sends that before the answer."""
    client, reader, writer = await pair()
    client.transport.write(_LONG)
    outgoing.add(client, b"after that")
    assert await reader.readexactly(len(_LONG) + 10) == _LONG + b"after that"
    client.transport.abort()
    writer.close()


async def only_the_transport_can_send(outgoing: Outgoing) -> None:
    """A socket that is not ours to write to is left to its transport."""
    client, reader, writer = await pair()
    client.socket = -1
    outgoing.add(client, b"an answer")
    assert await reader.readexactly(9) == b"an answer"
    client.transport.abort()
    writer.close()


@pytest.mark.parametrize("attempt", [everyone_gets_their_own, what_waits_goes_first, only_the_transport_can_send])
@pytest.mark.parametrize("compiled", [True, False])
async def test_answers_arrive(attempt: Attempt, compiled: bool) -> None:
    """What the attempt says, with compiled code and without."""
    await attempt(Outgoing(compiled=compiled))


@pytest.mark.parametrize("wrong", [[(1,)], [(1, "text")], [("1", b"")], [b""], 7])
def test_what_is_no_answer_is_refused(wrong: object) -> None:
    """The compiled part says what it takes."""
    send_all = pytest.importorskip("service.api._sending", reason="there is no compiler").send_all
    with pytest.raises(TypeError):
        send_all(wrong)
