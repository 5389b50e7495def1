"""Small things that a browser carries for us: readable, but only we can have packed them."""

from __future__ import annotations

import base64
import hmac
from typing import TypeVar

import msgspec

from service.store.ids import Digests

T = TypeVar("T")


def pack(digests: Digests, purpose: str, value: object) -> str:
    """Pack a value for a cookie; another purpose cannot be unpacked from it."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")
    return f"{body}.{digests.token(purpose, body)}"


def unpack(digests: Digests, purpose: str, packed: str, kind: type[T]) -> T | None:
    """Give the value back; None for whatever we did not pack."""
    body, _, seal = packed.partition(".")
    if not hmac.compare_digest(seal.encode(), digests.token(purpose, body).encode()):
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=kind)
    except (ValueError, msgspec.MsgspecError):
        return None
