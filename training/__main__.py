"""The training command line: ``winnow-train``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Fit and measure models, offline.")


@app.callback()
def root() -> None:
    """Fit and measure models, offline."""


@app.command()
def starter(
    output: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one unless given.")] = None,
    version: Annotated[str, typer.Option(help="Version on the card; today's date unless given.")] = "",
) -> None:
    """Rebuild the starter model from the sources that are present, and say which were."""
    from training.pipeline import CommentModel  # noqa: PLC0415  # scikit-learn takes a second to import
    from training.starter import MODEL_FOLDER, build  # noqa: PLC0415

    folder = output or MODEL_FOLDER
    sealed = build(CommentModel(), folder, version or f"starter-{datetime.now(UTC):%Y.%m.%d}", typer.echo)
    for head, lines in sealed.lines.items():
        typer.echo(f"{head}: hold at {lines.hold_at:.3f}, reject at {lines.reject_at:.3f}")
    typer.echo(f"Model {sealed.version} written to {folder}.")


@app.command()
def reseal() -> None:
    """Seal the shipped model for edited feature code, if that reads the seed corpus just as before."""
    from training.reseal import FeaturesChanged, reseal  # noqa: PLC0415
    from training.starter import MODEL_FOLDER  # noqa: PLC0415

    try:
        sealed = reseal(MODEL_FOLDER)
    except FeaturesChanged as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from refused
    typer.echo(f"Model {sealed.version} is sealed for feature code {sealed.feature_code}.")


def main() -> None:
    """Run the command line."""
    app()
