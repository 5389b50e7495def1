"""Signatures of requests. Every comparison takes the same time whatever is wrong, and every secret of a source is tried."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence

from service.api.webhooks.contract import NotTrusted, Request

TOLERANCE = 300.0
"""Seconds that a signed time may differ from ours."""

_MOST = 8
"""So many signatures of one request are looked at: platforms send one per secret while they rotate."""


def header(request: Request, name: str) -> str:
    """Give a header's value. Raises NotTrusted when there is none."""
    value = request.headers.get(name.lower(), "")
    if not value:
        raise NotTrusted(f"The request has no header {name}.")
    return value


def hex_digest(secret: str, *signed: bytes) -> str:
    """Give the HMAC-SHA256 of the parts in their order, hex."""
    return hmac.new(secret.encode(), b"".join(signed), "sha256").hexdigest()


def standard_digest(secret: str, *signed: bytes) -> str:
    """Give the signature of Standard Webhooks 1.0.0: ``v1,`` and the HMAC-SHA256, base64, by the secret behind ``whsec_``."""
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = secret.encode()
    return "v1," + b64encode(hmac.new(key, b"".join(signed), "sha256").digest()).decode()


def require_one_of(claimed: Iterable[str], right: Sequence[str]) -> None:
    """Pass when one of the claimed signatures is right. Raises NotTrusted."""
    good = False
    for mine in [each.strip().encode() for each in claimed][:_MOST]:
        for theirs in right:
            good |= hmac.compare_digest(mine, theirs.encode())
    if not good:
        raise NotTrusted("The signature is not right.")


def require_sha256(request: Request, name: str, secrets: Sequence[str], *signed: bytes) -> None:
    """Pass when the header carries ``sha256=<hex>`` by one of the secrets; several may be parted by commas. Raises NotTrusted."""
    right = [f"sha256={hex_digest(secret, *signed)}" for secret in secrets]
    require_one_of(header(request, name).split(","), right)


def require_token(request: Request, name: str, secrets: Sequence[str]) -> None:
    """Pass when the header is one of the secrets, alone or behind ``Bearer``. Raises NotTrusted."""
    value = header(request, name)
    scheme, _, rest = value.partition(" ")
    require_one_of([rest if scheme.lower() == "bearer" else value], secrets)


def require_recent(request: Request, stamp: str, unit: float = 1.0) -> None:
    """Pass when a signed time (in ``unit`` seconds since 1970) is within the tolerance. Raises NotTrusted."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
        raise NotTrusted("The request's time is no number.")
    if abs(int(stamp) * unit - request.at) > TOLERANCE:
        raise NotTrusted("The request is too old, or from the future.")
