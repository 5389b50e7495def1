"""The HTTP server: uvicorn with httptools, a short way for comment-check, and limits on what a client may take its time for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from socket import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from service.api.akismet.answers import Headers, lines
from service.api.akismet.check import CommentCheck, Heads
from service.api.akismet.whole import BEGINNING, whole
from service.api.front import CHECK, Front
from service.api.sending import Outgoing

_log = logging.getLogger(__name__)
_URL = CHECK.encode()
MAX_HEAD = 32_768
"""Bytes of a request's head beyond its first chunk; the server itself knows no limit."""

REQUEST_SECONDS = 15.0
"""How long a request may take to arrive, and how long an answer may wait to be read."""


class Connection(HttpToolsProtocol):
    """One client. ``since`` is when what it is sending began (loop time), None while nothing is awaited of it.

    comment-check is answered without the ASGI messages, task and events that uvicorn makes for every request: they cost 15 µs of
    24, measured with an application that does nothing. Whatever is unusual about a request goes the long way.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # uvicorn's own
        super().__init__(*args, **kwargs)
        self.since: float | None = self.loop.time()
        front = self.config.app
        self._check: CommentCheck | None = front.check if isinstance(front, Front) else None
        self.outgoing = self.server_state.outgoing if isinstance(self.server_state, State) else Outgoing()
        self.socket = -1
        self._in_head = False
        self._head = 0
        self._stalled: float | None = None
        self._idle: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # it is always one
        """Begin."""
        super().connection_made(transport)
        if transport.get_extra_info("sslcontext") is None and (socket := transport.get_extra_info("socket")) is not None:
            self.socket = socket.fileno()

    def data_received(self, data: bytes) -> None:
        """Take what arrived."""
        self._idle = None
        if self.since is None:
            if data.startswith(BEGINNING) and self._check is not None and self._free() and (found := whole(data)) is not None:
                heads, body = found
                if len(body) <= self._check.max_body:
                    return self._exchange(self._check, heads, keep_alive=True).begin(body)
            self.since = self.loop.time()
        if self._in_head:
            self._head += len(data)
            if self._head > MAX_HEAD:
                return self.send_400_response("The request's head is too large.")
        return super().data_received(data)

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        self._in_head = True
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Choose the request's way."""
        self._in_head = False
        if self.url != _URL or self._check is None or self._short_way(self._check) is None:
            super().on_headers_complete()

    def _free(self) -> bool:
        """Tell whether nothing is owed to the client, and it reads what it is sent."""
        return (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused

    def _exchange(self, check: CommentCheck, heads: Heads, *, keep_alive: bool) -> Exchange:
        self.cycle = exchange = Exchange(self, check, heads, keep_alive=keep_alive)  # type: ignore[assignment]  # uvicorn sees no difference
        return exchange

    def _short_way(self, check: CommentCheck) -> Exchange | None:
        if not self._free() or self.expect_100_continue:
            return None
        heads = Heads(self.headers)
        if not 0 < heads.announced <= min(check.max_body, HIGH_WATER_LIMIT) or self.parser.get_method() != b"POST":
            return None
        return self._exchange(check, heads, keep_alive=self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive())

    def on_message_complete(self) -> None:
        """Note that it is complete."""
        self.since = None
        super().on_message_complete()
        if isinstance(self.cycle, Exchange) and not self.cycle.begun:
            self.cycle.begin(self.cycle.body)

    def on_response_complete(self) -> None:
        """Go on with what the client sent meanwhile, or wait for it; ``drop_if_slow`` sees how long; timers would cost more."""
        if self.pipeline or not isinstance(self.cycle, Exchange):
            return super().on_response_complete()
        self.server_state.total_requests += 1
        self._idle = self.loop.time()
        return self.flow.resume_reading()

    def drop_if_slow(self, now: float) -> None:
        """Cut the client off when it keeps a request, an answer or an unused connection open for too long."""
        if self._idle is not None and now - self._idle > self.timeout_keep_alive:
            self.transport.close()
        if self.flow is not None and self.flow.write_paused:
            self._stalled = self._stalled or now
        else:
            self._stalled = None
        begun = self._stalled or self.since
        if begun is not None and now - begun > REQUEST_SECONDS and self.transport is not None:
            self.transport.abort()


class _NobodyWaits:
    def set(self) -> None:
        """Wake nobody: an exchange is called, it does not wait."""


_NOBODY_WAITS = _NobodyWaits()


class _DefaultHead:
    """The lines of every answer's head: joined anew when the server has changed the date, which it does once a second."""

    def __init__(self) -> None:
        self._headers: Headers = []
        self._lines = b""

    def __call__(self, headers: Headers) -> bytes:
        """Give the lines of these headers."""
        if headers is not self._headers:
            self._headers, self._lines = headers, lines(headers)
        return self._lines


_default = _DefaultHead()


class Exchange:
    """One comment-check on its short way; what uvicorn's protocol looks at of its own request cycle, and no more."""

    __slots__ = (
        "_check",
        "_client",
        "_heads",
        "begun",
        "body",
        "disconnected",
        "keep_alive",
        "message_event",
        "more_body",
        "response_complete",
        "socket",
        "transport",
    )

    def __init__(self, client: Connection, check: CommentCheck, heads: Heads, *, keep_alive: bool) -> None:
        self._client = client
        self.transport, self.socket = client.transport, client.socket
        self._check = check
        self._heads = heads
        self.keep_alive = keep_alive
        self.body = b""
        self.more_body = True
        self.message_event = _NOBODY_WAITS
        self.begun = self.response_complete = self.disconnected = False

    def begin(self, body: bytes) -> None:
        """Judge the comment, now that the body is whole."""
        self.begun = True
        self._check.begin(self._heads, body, self.reply)

    def reply(self, status: int, head: bytes, body: bytes) -> None:
        """Write the answer."""
        client = self._client
        if self.disconnected or client.transport.is_closing():
            return
        end = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        default = _default(client.server_state.default_headers)
        client.outgoing.add(self, b"%b%b%b%b%b" % (STATUS_LINE[status], default, head, end, body))

    def answered(self) -> None:
        """Go on with what the client sent meanwhile, now that the answer is on its way."""
        self.response_complete = True
        if not self.keep_alive:
            self.transport.close()
        self._client.on_response_complete()


class State(ServerState):
    """What a server's connections share: uvicorn's, and the answers that wait to be sent together."""

    def __init__(self) -> None:
        super().__init__()
        self.outgoing = Outgoing()


class Server(uvicorn.Server):
    """uvicorn's server, looking once a second for clients that take too long. ``ready`` is told the port when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[int], None] = lambda _: None) -> None:
        super().__init__(config)
        self.server_state = State()
        self.ready = ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        if self.started:
            self.ready(self.servers[0].sockets[0].getsockname()[1])

    async def on_tick(self, counter: int) -> bool:
        """Look after slow clients, ten times a second at most."""
        if counter % 10 == 0:
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.drop_if_slow(connection.loop.time())
        return await super().on_tick(counter)
