"""What a backup holds, as it is written and read: the files with their digests, and a list of them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from service.commands import Refused
from service.settings import Settings

MANIFEST = "backup.json"
MODELS = "models"


def on_sqlite(config: Settings) -> Path:
    """Give the database's file. Raises Refused on PostgreSQL, whose own programs do this better."""
    if config.database.startswith("sqlite:///"):
        return Path(config.database.removeprefix("sqlite:///"))
    raise Refused(
        "The database is PostgreSQL: use pg_dump and pg_restore for it, "
        f"and keep {config.data_dir / 'secret'} (or WINNOW_SECRET) and {config.model_pointer.parent} beside its dump."
    )


def files_of(folder: Path) -> list[Path]:
    """Give the files in a folder and its folders, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def digest_of(path: Path) -> str:
    """Give a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Let a file, or the names in a folder, reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
