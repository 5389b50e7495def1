"""The HTTP server: uvicorn with httptools, and limits on what a client may take its time for."""

from __future__ import annotations

import logging
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_log = logging.getLogger(__name__)
MAX_HEAD = 32_768
"""Bytes of a request's head beyond its first chunk; the server itself knows no limit."""

REQUEST_SECONDS = 15.0
"""How long a request may take to arrive, and how long an answer may wait to be read."""


class Connection(HttpToolsProtocol):
    """One client. ``since`` is when what it is sending began (loop time), None while nothing is awaited of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # uvicorn's own
        super().__init__(*args, **kwargs)
        self.since: float | None = self.loop.time()
        self._in_head = False
        self._head = 0
        self._stalled: float | None = None

    def data_received(self, data: bytes) -> None:
        """Take what arrived."""
        if self.since is None:
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
        """Its head is complete."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that it is complete."""
        self.since = None
        super().on_message_complete()

    def drop_if_slow(self, now: float) -> None:
        """Cut the client off when it keeps a request or an answer open for too long."""
        if self.flow is not None and self.flow.write_paused:
            self._stalled = self._stalled or now
        else:
            self._stalled = None
        begun = self._stalled or self.since
        if begun is not None and now - begun > REQUEST_SECONDS and self.transport is not None:
            self.transport.abort()


class Server(uvicorn.Server):
    """uvicorn's server, looking once a second for clients that take too long."""

    async def on_tick(self, counter: int) -> bool:
        """Look after slow clients, ten times a second at most."""
        if counter % 10 == 0:
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.drop_if_slow(connection.loop.time())
        return await super().on_tick(counter)
