"""What a backup holds, as it is written and read."""

from __future__ import annotations

from pathlib import Path

from service.commands import Refused
from service.settings import Settings

MANIFEST = "backup.json"
MODELS = "models"


def on_sqlite(config: Settings) -> Path:
    """Give the database's file. Raises Refused on PostgreSQL, whose own programs do this better."""
    if config.sqlite_file is not None:
        return config.sqlite_file
    raise Refused(
        "The database is PostgreSQL: use pg_dump and pg_restore for it, "
        f"and keep {config.data_dir / 'secret'} (or WINNOW_SECRET) and {config.model_pointer.parent} beside its dump."
    )


def files_of(folder: Path) -> list[Path]:
    """Give the files in a folder and its folders, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
