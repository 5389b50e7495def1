"""``winnow-train promote`` and ``rollback``: who decides."""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands.installation import site_named
from training.commands.compare import hold_against, site_of
from training.commands.desk import Accepted, Confidence, Desk, Json, Refused, Rejected, Snapshot, budget, database, print_json
from training.registry import CHALLENGER, CHAMPION, STARTER

app = typer.Typer(add_completion=False)


@app.command()
def promote(
    version: Annotated[str, typer.Argument(help="The model.")],
    *,
    snapshot: Snapshot = "",
    missed: Accepted = 0.01,
    false_rejects: Rejected = 0.005,
    confidence: Confidence = 0.95,
    json: Json = False,
) -> None:
    """Let a model decide (a layer: on its site), if nothing speaks against it; running services take it over within seconds."""
    desk = Desk()
    found = hold_against(desk, version, snapshot, budget(missed, false_rejects, confidence)).examined
    if json:
        print_json(found)
    if found.reasons:
        raise Refused("Not promoted:\n" + "\n".join(f"- {reason.what}" for reason in found.reasons))
    pointer = pointer_of(desk, version)
    change = desk.models.point(pointer, version, "promote")
    if desk.models.pointed(CHALLENGER) == version:
        desk.models.point(CHALLENGER, "", "promoted")
    if not json:
        site = site_of(desk, version)
        where, before, back = (f" on {site}", "the shared model", f" --site {site}") if site else ("", STARTER, "")
        typer.echo(f"{version} decides{where} now, after {change.before or before}. Back: winnow-train rollback{back}.")


def pointer_of(desk: Desk, version: str) -> str:
    """Tell which pointer a model is for: the champion's, or its site's. Raises Refused."""
    if not (site := site_of(desk, version)):
        return CHAMPION
    with database(desk.settings) as connection:
        return f"site-{site_named(connection, site).id}"
