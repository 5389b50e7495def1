"""Names and digests of stored things: time-ordered ids, and keyed digests of keys, authors and addresses."""

from __future__ import annotations

import hmac
import itertools
import os
import secrets
from functools import lru_cache
from hashlib import blake2b

_sequence = itertools.count(secrets.randbits(12))
_AT_ONCE = 256
"""So many ids are given the system's randomness in one call: each call costs as much as the rest of an id."""

_VARIANT = [int(digits * _AT_ONCE, 16) for digits in ("3fffffffffffffff", "8000000000000000")]
"""Which random bits stay as they are, and which are set, for ids of RFC 9562's variant; of all that are drawn in one call."""

_drawn: list[str] = []
os.register_at_fork(after_in_child=_drawn.clear)  # two processes must not make the same ids


def _random() -> str:
    """Give 16 hex digits: the variant, and what is random."""
    try:
        return _drawn.pop()
    except IndexError:
        kept, put = _VARIANT
        drawn = f"{int.from_bytes(os.urandom(8 * _AT_ONCE), 'big') & kept | put:x}"
        _drawn.extend(drawn[start : start + 16] for start in range(16, len(drawn), 16))
        return drawn[:16]


@lru_cache(maxsize=4)
def _moment(milliseconds: int) -> str:
    """Give an id's first 13 digits: many comments arrive at once."""
    return f"{milliseconds:012x}7"


def new_id(at: float) -> str:
    """Make 32 hex digits, ordered by ``at`` (epoch seconds) to the millisecond: UUID version 7 of RFC 9562, without its dashes.

    Within a millisecond a process counts up, so that ids arrive in order and fill the pages of an index to the brim.
    """
    return f"{_moment(int(at * 1000) & 0xFFFF_FFFF_FFFF)}{next(_sequence) & 0xFFF:03x}{_random()}"


def first_id(at: float) -> str:
    """Give what is at or before every id made at a time (epoch seconds) or later."""
    return f"{max(0, int(at * 1000)):012x}"


def draw_of(new_id: str) -> float:
    """Give the dice thrown when an id was made: a number in [0, 1) from random digits that order nothing."""
    return int(new_id[-12:], 16) / 16**12


def other_draw_of(new_id: str) -> float:
    """Give a second throw of an id's dice, in steps of 1/4096: who samples by it has not sampled by the first one."""
    return int(new_id[17:20], 16) / 4096


def new_key() -> str:
    """Make a long key, for the bearer of it."""
    return f"wnw_{secrets.token_hex(24)}"


def derived_key(digests: Digests, salt: str) -> str:
    """Give the 12 hex digits that an Akismet key has (its WordPress plugin takes nothing else) for a random salt.

    The plugin's own route wants the key told to it, so the service must be able to know it again; the database alone cannot tell.
    """
    return digests.token("akismet key", salt)[:12]


def webhook_secret(digests: Digests, salt: str) -> bytes:
    """Give the 32 bytes that sign an endpoint's messages: derived like a key, so that the database holds no secret."""
    return bytes.fromhex(digests.token("webhook secret", salt))


class Digests:
    """Digests keyed with the server's secret, so that the stored ones can be neither guessed nor searched from outside."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("The server's secret must have at least 16 bytes.")
        self._secret = secret
        self._short = blake2b(key=blake2b(secret, digest_size=32, person=b"winnow short").digest(), digest_size=8)

    def key(self, token: str) -> str:
        """Give the HMAC-SHA256 of a site's key, hex. Case does not matter: a client of ours compares without it."""
        return hmac.new(self._secret, token.strip().lower().encode("utf-8", "replace"), "sha256").hexdigest()

    def token(self, purpose: str, token: str) -> str:
        """Give the HMAC-SHA256 of a secret of one purpose (a session, a link, a form), hex; another purpose has another one."""
        return hmac.new(self._secret, f"{purpose}\0{token}".encode("utf-8", "replace"), "sha256").hexdigest()

    def derived(self, purpose: bytes) -> bytes:
        """Give 32 bytes that only this server can derive, to seal what must be read again; ``purpose`` has at most 16 bytes."""
        return blake2b(self._secret, digest_size=32, person=purpose).digest()

    def short(self, value: str) -> int:
        """Give 64 bits of a keyed BLAKE2b as a signed integer, which both databases hold in eight bytes."""
        digest = self._short.copy()
        digest.update(value.encode("utf-8", "replace"))
        return int.from_bytes(digest.digest(), "big", signed=True)
