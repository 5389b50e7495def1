"""``winnow restore``: puts a backup where there is no installation."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from service.commands import Refused
from service.commands.installation import load_settings
from service.commands.parcel import MANIFEST, MODELS, files_of, on_sqlite
from service.settings import Settings
from service.store.files import digest_of, flush
from service.store.upgrade import HEAD

app = typer.Typer(add_completion=False)


@app.command()
def restore(folder: Annotated[Path, typer.Argument(help="The folder that winnow backup made.")]) -> None:
    """Check a backup and put it into an empty data folder. Nothing is ever overwritten. SQLite only."""
    config = load_settings()
    database = on_sqlite(config)
    known = _checked(folder)
    _refuse_what_is_there(config, database)
    try:
        _put(folder, config, database)
    except OSError as error:
        raise Refused(f"The backup cannot be put into {config.data_dir}: {error.strerror or error}.") from None
    typer.echo(f"The installation of {known['made_at']} is in {config.data_dir}; winnow doctor checks it.")
    if config.secret is None and not (folder / "secret").exists():
        typer.echo("The backup holds no secret: set WINNOW_SECRET to that of then before the first start, or no key works.")


def _checked(folder: Path) -> dict[str, Any]:
    """Read the whole backup before anything is written. Raises Refused for one that is not whole, or of a newer Winnow."""
    try:
        known: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        wanted, schema = dict(known["files"]), str(known["schema"])
        found = {str(path.relative_to(folder)): digest_of(path) for path in files_of(folder) if path != folder / MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"{folder} is no backup that winnow backup made, or cannot be read.") from None
    for name in sorted({*wanted, *found, "winnow.db"}):
        if name not in wanted or wanted[name] != found.get(name):
            raise Refused(f"The backup is damaged: {name} is not what was written. Nothing was restored.")
    if schema > HEAD:
        raise Refused(f"The backup has schema {schema} of a newer Winnow; this one knows schemas up to {HEAD}.")
    return known


def _refuse_what_is_there(config: Settings, database: Path) -> None:
    logs = [database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm", "-journal")]
    for path in (database, *logs, config.data_dir / "secret", config.model_pointer.parent):
        if path.exists():
            raise Refused(f"{path} is there already. Stop the service, move the data folder away, and restore into an empty one.")


def _put(folder: Path, config: Settings, database: Path) -> None:
    """Copy all; the database last and under its name only once it is whole, so that no start finds half an installation."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    if (folder / MODELS).is_dir():
        shutil.copytree(folder / MODELS, config.model_pointer.parent)
    if (folder / "secret").exists():
        _copy(folder / "secret", config.data_dir / "secret")
    for path in files_of(config.data_dir):
        flush(path)
    _copy(folder / "winnow.db", database)
    flush(config.data_dir)


def _copy(source: Path, target: Path) -> None:
    """Copy a file that only its owner may read."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        shutil.copyfile(source, draft)
        flush(draft)
        draft.rename(target)
        flush(target.parent)
    finally:
        draft.unlink(missing_ok=True)
