"""Events that Winnow sends to a site, proven and read: Standard Webhooks 1.0.0 (standardwebhooks.com)."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

TOLERANCE = 300.0
"""Seconds that the signed time may differ from ours."""


class NotFromWinnow(Exception):
    """A request without a right signature, or an old one."""


def read_event(body: bytes, headers: Mapping[str, str], *secrets: str, at: float | None = None) -> dict[str, Any]:
    """Give the event of a request that is signed with one of the endpoint's secrets (``whsec_…``). Raises NotFromWinnow.

    An event can come more than once: ``headers["webhook-id"]`` stays the same, so remember those you have seen.
    """
    known = {name.lower(): value for name, value in headers.items()}
    delivery, stamp = known.get("webhook-id", ""), known.get("webhook-timestamp", "")
    signed = f"{delivery}.{stamp}.".encode() + body
    right = [hmac.new(b64decode(secret.removeprefix("whsec_")), signed, "sha256").digest() for secret in secrets]
    claimed = [each.removeprefix("v1,").encode() for each in known.get("webhook-signature", "").split() if each.startswith("v1,")]
    if not any([hmac.compare_digest(b64encode(digest), each) for digest in right for each in claimed]):  # noqa: C419 # all are compared
        raise NotFromWinnow("The signature is not right.")
    if not stamp.isdigit() or abs(int(stamp) - (time.time() if at is None else at)) > TOLERANCE:
        raise NotFromWinnow("The event is too old.")
    found: dict[str, Any] = json.loads(body)
    return found
