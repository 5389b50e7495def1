"""``winnow-train models``: what there is."""

from __future__ import annotations

from typing import Annotated

import typer

from training.commands.desk import Desk, Json, Refused, print_json, show
from training.registry import NoSuchModel

app = typer.Typer(add_completion=False)


@app.command()
def models(
    *,
    remove: Annotated[str, typer.Option(help="Delete this model, unless it is in use.")] = "",
    json: Json = False,
) -> None:
    """List the models of this installation: who decides, who is in shadow, what each was fitted on, and what to be wary of."""
    desk = Desk()
    if remove:
        try:
            desk.models.remove(remove)
        except (NoSuchModel, ValueError) as error:
            raise Refused(str(error)) from None
    found = desk.models.list_all()
    if json:
        print_json(found)
        return
    rows = [
        (each.version, each.created[:16], ", ".join(each.roles), each.parent, f"{each.rows:,}", each.snapshot[:12])
        for each in found
    ]
    show("Models", ("version", "made", "role", "parent", "examples", "snapshot"), rows)
    for each in found:
        for warning in each.warnings:
            typer.echo(f"{each.version} {warning}.")
