"""A load of HTTP requests from one process: ready-made bytes over kept connections, answers counted and timed.

It does as little as it can for each request, so that on two cores the server and not the load is the limit.
"""

from __future__ import annotations

import selectors
import socket
from collections import deque
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
    sent, answers, others, waits, next_one, inbox = {}, 0, 0, [], 0, _Inbox()
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
            if (good := inbox.take(link)) is None:
                continue
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
    idle = deque(socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(connections))
    links = list(idle)
    for link in links:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(link, selectors.EVENT_READ)
    due_at: dict[socket.socket, float] = {}
    answers, others, number, inbox = 0, 0, 0, _Inbox()
    waits: list[float] = []
    begun = perf_counter()
    while number < rate * seconds or due_at:
        while idle and number < rate * seconds and perf_counter() >= begun + number / rate:
            link = idle.popleft()  # in turn, so that none is idle until the server closes it
            due_at[link] = begun + number / rate
            link.sendall(requests[number % len(requests)])
            number += 1
        for key, _ in selector.select(0.0002):
            link = key.fileobj
            if (good := inbox.take(link)) is None:
                continue
            answers, others = answers + good, others + (not good)
            waits.append(perf_counter() - due_at.pop(link))
            idle.append(link)
        if not due_at:
            sleep(0.0001)
    _close(selector, links)
    return Load(answers, others, perf_counter() - begun, sorted(waits))


class _Inbox:
    """What has come of answers that are not whole yet."""

    def __init__(self) -> None:
        self._begun: dict[socket.socket, bytes] = {}

    def take(self, link: socket.socket) -> bool | None:
        """Read on: was the answer's status 200, or is it not whole yet (None)?"""
        part = link.recv(65536)
        if not part:
            raise ConnectionError("the server closed a connection in use")
        answer = self._begun.pop(link, b"") + part
        head, parted, body = answer.partition(b"\r\n\r\n")
        size = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not parted or len(body) < int(size or b"0"):
            self._begun[link] = answer
            return None
        return head.startswith(b"HTTP/1.1 200")


def _close(selector: selectors.BaseSelector, links: Sequence[socket.socket]) -> None:
    selector.close()
    for link in links:
        link.close()
