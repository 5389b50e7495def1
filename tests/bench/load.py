"""A load of HTTP requests from one process: ready-made bytes over kept connections, answers counted and timed.

It does as little as it can for each request, so that on two cores the server and not the load is the limit.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Sequence
from time import perf_counter, sleep

from msgspec import Struct


class Load(Struct, frozen=True):
    """What came of a load: ``answers`` of status 200 and ``others`` in ``seconds``; ``waits`` in seconds, sorted."""

    answers: int
    others: int
    seconds: float
    waits: list[float]

    @property
    def rate(self) -> float:
        """Answers of status 200 a second."""
        return self.answers / self.seconds

    def quantile(self, share: float) -> float:
        """The wait that this share of the requests did not exceed, in seconds."""
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]


def as_fast_as_can_be(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Closed loop: each connection sends its next request when its answer is there."""
    selector = selectors.EpollSelector()
    links = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(connections)]
    sent, answers, others, waits, next_one = {}, 0, 0, [], 0
    for link in links:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(link, selectors.EVENT_READ, link)
    begun = perf_counter()
    for link in links:
        sent[link] = perf_counter()
        link.sendall(requests[next_one % len(requests)])
        next_one += 1
    while (now := perf_counter()) < begun + seconds:
        for key, _ in selector.select(0.1):
            link = key.fileobj
            good = link.recv(65536).startswith(b"HTTP/1.1 200")  # answers are small and come in one piece
            answers, others = answers + good, others + (not good)
            waits.append(now - sent[link])
            sent[link] = perf_counter()
            link.sendall(requests[next_one % len(requests)])
            next_one += 1
    _close(selector, links)
    return Load(answers, others, perf_counter() - begun, sorted(waits))


def at_a_rate(port: int, requests: Sequence[bytes], rate: float, connections: int, seconds: float) -> Load:
    """Open loop: a request is due every 1/rate seconds, whatever became of those before; its wait counts from when it was due."""
    selector = selectors.EpollSelector()
    idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(connections)]
    links = list(idle)
    for link in links:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(link, selectors.EVENT_READ)
    due_at: dict[socket.socket, float] = {}
    answers = others = number = 0
    waits: list[float] = []
    begun = perf_counter()
    while number < rate * seconds or due_at:
        while idle and number < rate * seconds and perf_counter() >= begun + number / rate:
            link = idle.pop()
            due_at[link] = begun + number / rate
            link.sendall(requests[number % len(requests)])
            number += 1
        for key, _ in selector.select(0.0002):
            link = key.fileobj
            good = link.recv(65536).startswith(b"HTTP/1.1 200")
            answers, others = answers + good, others + (not good)
            waits.append(perf_counter() - due_at.pop(link))
            idle.append(link)
        if not due_at:
            sleep(0.0001)
    _close(selector, links)
    return Load(answers, others, perf_counter() - begun, sorted(waits))


def _close(selector: selectors.BaseSelector, links: Sequence[socket.socket]) -> None:
    selector.close()
    for link in links:
        link.close()
