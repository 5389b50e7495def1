"""``winnow-train replay``: what a model would have done with stored comments."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from service.classifier.artefact import ArtefactRefused
from service.commands.installation import site_named
from service.domain import Verdict
from training import replay as replays
from training.commands.compare import site_of
from training.commands.desk import Desk, Engine, Json, Refused, database, print_json, progress, show
from training.engine import LOCAL, UnusableEngine, open_engine
from training.registry import CHAMPION

app = typer.Typer(add_completion=False)
SNIPPET = 90


@app.command()
def replay(
    version: Annotated[str, typer.Argument(help="The model; the champion unless given.")] = "",
    *,
    days: Annotated[float, typer.Option(min=0.01, help="So many days back from now.")] = 30.0,
    site: Annotated[str, typer.Option(help="Only this site.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Show so many of the newest changed verdicts.")] = 20,
    engine: Engine = LOCAL,
    json: Json = False,
) -> None:
    """Decide the comments of the last days again by a model (a layer: on its site) and today's policies; nothing is written."""
    desk = Desk()
    now = time.time()
    site = site or site_of(desk, version)
    folder = desk.path(version or desk.models.pointed(CHAMPION))
    try:
        with open_engine(engine) as where, database(desk.settings) as connection, progress(quiet=json) as told:
            if site:
                site_named(connection, site)
            found = replays.replay(connection, folder, now - 86_400 * days, now, where, site or None, told)
    except (UnusableEngine, ArtefactRefused) as error:
        raise Refused(str(error)) from None
    if json:
        print_json(found)
        return
    table = [[was, *(f"{found.pairs[was][now_]:,}" for now_ in Verdict)] for was in Verdict]
    show(
        f"{found.model} on {found.comments:,} comments of {days:g} days" + (f" on {site}" if site else ""),
        ("was", *(f"would {verdict}" for verdict in Verdict)),
        table,
    )
    newest = found.changes[-limit:] if limit else ()
    rows = [
        (
            f"{datetime.fromtimestamp(c.at, UTC):%Y-%m-%d %H:%M}",
            c.site,
            f"{c.was} → {c.would_be}",
            c.rule,
            c.label,
            " ".join(c.text.split())[:SNIPPET],
        )
        for c in newest
    ]
    show(f"{len(found.changes):,} changed verdicts", ("at", "site", "verdict", "rule", "label", "text"), rows)
