"""The lock of the one process whose writer keeps counts of an SQLite database in memory."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # no such locks on this system: counts are then written with every batch
    fcntl = None  # type: ignore[assignment]


def only_writer(database: str) -> BinaryIO | None:
    """Take the lock beside the database file; it is held while the result is open. None if another process holds it.

    A second process works as well, only slower; the lock ends with its process, however that ends.
    """
    if fcntl is None:
        return None
    try:
        handle = Path(f"{database}-writer").open("ab")  # noqa: SIM115 # it stays open as long as it is held
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle
