"""Signatures and names of messages, as the Standard Webhooks specification 1.0.0 has them."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Sequence

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def message_id(outbox_id: str) -> str:
    """Give the name under which a message is sent, the same at every attempt: its 128 bits written as a ULID."""
    number = int(outbox_id, 16)
    return "msg_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def outbox_id(message: str) -> str | None:
    """Give the 32 hex digits behind a message's name, or None if it is none."""
    letters = message.removeprefix("msg_").upper()
    if len(letters) != 26 or letters[0] > "7" or not set(letters) <= set(_ALPHABET):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | _ALPHABET.index(letter)
    return f"{number:032x}"


def signature(secret: bytes, message: str, timestamp: int, body: bytes) -> str:
    """Give ``v1,`` and the HMAC-SHA256, in Base64, of message id, timestamp (epoch seconds) and body, joined by full stops."""
    signed = b"%s.%d.%s" % (message.encode(), timestamp, body)
    return "v1," + b64encode(hmac.digest(secret, signed, "sha256")).decode()


def headers(secrets: Sequence[bytes], message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Give a message's headers; with two secrets, as during a rotation, the receiver may verify with either."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message, timestamp, body) for secret in secrets),
    }
