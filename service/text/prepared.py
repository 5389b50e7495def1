"""The phrases' tables, put together beforehand: at every start it would take half a second.

Set-up writes them beside the sources. They are sealed with the digest of these: tables of other sources, or damaged ones, are left
alone, and those who need them put them together anew.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import msgspec

from service.text.feature_code import FEATURE_CODE

Tables = tuple[bytes, bytes, bytes, bytes, bytes, int]
"""The automaton of all phrases as phrases.c reads it, see ``scanning.tables_of``."""

PLACE = Path(__file__).with_name("_phrases.bin")
_SEAL = 16


def read(place: Path = PLACE) -> Tables | None:
    """Give what ``write`` wrote; None where there is nothing, or nothing of these sources."""
    with suppress(OSError):
        sealed = place.read_bytes()
        if sealed[:_SEAL] == _seal(sealed[_SEAL:]):
            tables: Tables = msgspec.msgpack.decode(sealed[_SEAL:], type=Tables)
            return tables
    return None


def write(tables: Tables, place: Path = PLACE) -> None:
    """Write tables, whole or not at all. Raises OSError."""
    body = msgspec.msgpack.encode(tables)
    beside = place.with_suffix(".new")
    beside.write_bytes(_seal(body) + body)
    beside.replace(place)


def _seal(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_SEAL, key=FEATURE_CODE.encode()).digest()
