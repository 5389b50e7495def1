"""``winnow-train rollback``: back to the model before."""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands.installation import site_named
from training.commands.desk import Desk, Json, Refused, database, print_json
from training.registry import CHAMPION, STARTER, NoSuchModel, NothingBefore

app = typer.Typer(add_completion=False)


@app.command()
def rollback(
    *,
    site: Annotated[str, typer.Option(help="Take back the last change of this site's own layer.")] = "",
    drop: Annotated[bool, typer.Option(help="With --site: drop the layer, so that the shared model decides there again.")] = False,
    json: Json = False,
) -> None:
    """Let the model before decide again; running services take it over within seconds. Called again, it goes further back."""
    desk = Desk()
    pointer = CHAMPION
    if drop and not site:
        raise Refused("--drop takes away a site's layer: name the site with --site.")
    if site:
        with database(desk.settings) as connection:
            pointer = f"site-{site_named(connection, site).id}"
    try:
        change = desk.models.point(pointer, "", "drop") if drop else desk.models.rollback(pointer)
    except (NothingBefore, NoSuchModel) as error:
        raise Refused(str(error)) from None
    if json:
        print_json(change)
    else:
        shared, where = ("the shared model", f" on {site}") if site else (STARTER, "")
        typer.echo(f"{change.version or shared} decides{where} again, after {change.before or shared}.")
