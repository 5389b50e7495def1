"""What stands before everything: the Akismet door by path, and behind it what a framework answers, which is loaded later."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from service.api.akismet.door import Door
from service.api.body import Receive, Scope, Send
from service.api.late import Late

CHECK = "/1.1/comment-check"
Lifespan = Callable[[], AbstractAsyncContextManager[None]]


class Front:
    """The ASGI application that the server runs."""

    def __init__(self, door: Door, pages: Late, lifespan: Lifespan) -> None:
        self._door = door
        self.check = door.check
        self._pages = pages
        self._lifespan = lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to where it belongs."""
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        path = scope["path"]
        if path == CHECK and scope["method"] == "POST":
            return await self.check(scope, receive, send)
        if path.startswith(("/1.1/", "/1.2/")):
            return await self._door(scope, receive, send)
        return await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open what is needed, and close it at the end; what is raised on the way stops the server, which logs it."""
        await receive()
        async with self._lifespan():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
