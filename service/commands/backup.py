"""``winnow backup``: a copy of all that is this installation's own, taken while it runs."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service import __version__
from service.commands import Refused
from service.commands.installation import load_settings
from service.commands.parcel import MANIFEST, MODELS, files_of, on_sqlite
from service.settings import Settings
from service.store.copying import NotCopied, copy_database, schema_of
from service.store.files import digest_of, flush

app = typer.Typer(add_completion=False)


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A folder to make; it must not exist yet.")]) -> None:
    """Copy the database, the server's secret and the models into a new folder, while the service runs. SQLite only."""
    config = load_settings()
    database = on_sqlite(config)
    if folder.exists():
        raise Refused(f"{folder} exists already; a backup makes a new folder.")
    if not database.exists():
        raise Refused(f"There is no database at {database} to back up.")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        draft.mkdir(mode=0o700, parents=True)
        _fill(draft, config, database)
        draft.rename(folder)
        flush(folder.parent)
    except OSError as error:
        raise Refused(f"The backup {folder} cannot be written: {error.strerror or error}.") from None
    except NotCopied as error:
        raise Refused(str(error)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _tell(folder, config)


def _fill(draft: Path, config: Settings, database: Path) -> None:
    """Copy what there is; the models before the database, whose log may name them."""
    if (models := config.model_pointer.parent).is_dir():
        shutil.copytree(models, draft / MODELS)
    if config.secret is None:
        config.key_secret()
        shutil.copy2(config.data_dir / "secret", draft / "secret")
    copy_database(database, draft / "winnow.db")
    known = {
        "winnow": __version__,
        "schema": schema_of(draft / "winnow.db"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {str(path.relative_to(draft)): digest_of(path) for path in files_of(draft)},
    }
    (draft / MANIFEST).write_text(json.dumps(known, indent=1) + "\n", "utf-8")
    for path in files_of(draft):
        flush(path)


def _tell(folder: Path, config: Settings) -> None:
    size = sum(path.stat().st_size for path in files_of(folder))
    typer.echo(f"{folder} holds the installation ({size / 1e6:.1f} MB). Whoever reads it reads comments and can make keys work.")
    if config.secret is not None:
        typer.echo("WINNOW_SECRET is not in it: keep it in another place; without it no key works.")
    if config.model_dir is not None:
        typer.echo("WINNOW_MODEL_DIR is not in it: keep that folder too.")
