"""``winnow-train starter``: the model that ships."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from training.pipeline import CommentModel
from training.starter import MODEL_FOLDER, build

app = typer.Typer(add_completion=False)


@app.command()
def starter(
    output: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one unless given.")] = None,
    version: Annotated[str, typer.Option(help="Version on the card; today's date unless given.")] = "",
) -> None:
    """Rebuild the starter model from the sources that are present, and say which were."""
    folder = output or MODEL_FOLDER
    sealed = build(CommentModel(), folder, version or f"starter-{datetime.now(UTC):%Y.%m.%d}", typer.echo)
    for head, lines in sealed.lines.items():
        typer.echo(f"{head}: hold at {lines.hold_at:.3f}, reject at {lines.reject_at:.3f}")
    typer.echo(f"Model {sealed.version} written to {folder}.")
