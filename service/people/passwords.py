"""Passwords: argon2id, in a thread, few at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from service.people.refusal import NotSo

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 200
_AT_ONCE = ThreadPoolExecutor(2, "password")
"""Each hash takes its memory (below) and a core for some 50 ms: the comments must not starve for sign-ins."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 # not before someone signs in

    return PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)  # OWASP's smallest memory, with one pass more


@cache
def _nobodys() -> str:
    return _hasher().hash("the password of someone who does not exist")


def check_new(password: str, email: str = "", name: str = "") -> None:
    """Refuse a password that is too short or says what everyone knows. Raises NotSo."""
    if len(password) < SHORTEST:
        raise NotSo("The password needs at least 12 characters.", "password")
    if len(password) > LONGEST:
        raise NotSo("The password may have at most 200 characters.", "password")
    plain = password.casefold()
    known = {part for part in (email.casefold(), email.casefold().partition("@")[0], name.casefold()) if len(part) > 3}
    if len(set(plain)) < 5 or any(part in plain and len(plain) < len(part) + 6 for part in known):
        raise NotSo("This password is too easy to guess. A few words that only you would put together are a good one.", "password")


async def hashed(password: str) -> str:
    """Give the hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_AT_ONCE, lambda: _hasher().hash(password))


async def verified(password: str, stored: str) -> bool:
    """Compare; with nothing stored it takes as long and is False, so that nobody learns who exists."""
    return await asyncio.get_running_loop().run_in_executor(_AT_ONCE, _verify, password[:LONGEST], stored)


def _verify(password: str, stored: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 # as above

    try:
        return _hasher().verify(stored or _nobodys(), password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than a new one would be."""
    return _hasher().check_needs_rehash(stored)
