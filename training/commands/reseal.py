"""``winnow-train reseal``: the shipped model, sealed for edited feature code that reads as before."""

from __future__ import annotations

import typer

from service.commands import Refused
from training.reseal import FeaturesChanged
from training.reseal import reseal as seal_anew
from training.starter import MODEL_FOLDER

app = typer.Typer(add_completion=False)


@app.command()
def reseal() -> None:
    """Seal the shipped model for edited feature code; refused unless that reads the seed corpus just as before."""
    try:
        sealed = seal_anew(MODEL_FOLDER)
    except FeaturesChanged as changed:
        raise Refused(str(changed)) from changed
    typer.echo(f"Model {sealed.version} is sealed for feature code {sealed.feature_code}.")
