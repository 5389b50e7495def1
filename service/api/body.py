"""Request bodies, read whole but never beyond their cap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_DRAIN = 1 << 20
"""Bytes beyond the cap that are read and dropped before the refusal: a client that is cut off while it sends never reads it."""


class Gone(Exception):  # no mistake of anyone's
    """The client went away before its request was complete."""


class TooLarge(Exception):  # the client's mistake, not ours
    """The body is larger than its cap."""


async def read(receive: Receive, most: int, announced: int = 0) -> bytes:
    """Give the whole body. Raises TooLarge above ``most`` bytes (or when the Content-Length ``announced`` more), or Gone."""
    message = await receive()
    if not message.get("more_body") and message["type"] == "http.request" and len(message.get("body", b"")) <= most:
        return bytes(message.get("body", b""))
    return await _rest(message, receive, most, announced)


async def _rest(message: Message, receive: Receive, most: int, announced: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Gone
        size += len(message.get("body", b""))
        if size <= most and announced <= most:
            chunks.append(message.get("body", b""))
        if not message.get("more_body") or max(size, announced) > most + _DRAIN:
            break
        message = await receive()
    if max(size, announced) > most:
        raise TooLarge
    return b"".join(chunks)


def announced(scope: Scope) -> int:
    """Give the Content-Length header, 0 when there is none; the server has refused malformed ones already."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:15])
    return 0
