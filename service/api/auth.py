"""Whom a request speaks for: the site behind its key, and what the key may do."""

from __future__ import annotations

from collections.abc import Callable

from service.moderation import Access, Moderation

LONGEST_KEY = 128
Find = Callable[[bytes], Access | None]


def finder(moderation: Moderation) -> Find:
    """Give a function from a request's key to whom it stands for, or None."""

    def find(key: bytes) -> Access | None:
        return moderation.access(key[:LONGEST_KEY].decode("latin-1"))

    return find


def may(access: Access, scope: str) -> bool:
    """May the key do that? ``admin`` includes everything."""
    return scope in access.scopes or "admin" in access.scopes
