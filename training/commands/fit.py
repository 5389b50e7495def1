"""``winnow-train fit``: from a snapshot to a challenger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import numpy as np
import typer

from training import fit as fitting
from training import site as layers
from training.commands.compare import seen_by
from training.commands.desk import (
    Accepted,
    Confidence,
    Desk,
    Engine,
    Json,
    Refused,
    Rejected,
    Snapshot,
    budget,
    print_json,
    progress,
    show,
)
from training.crossing import Order, TooFewLabels
from training.engine import LOCAL, UnusableEngine, open_engine
from training.pipeline import CommentModel
from training.registry import CHAMPION

app = typer.Typer(add_completion=False)


@app.command()
def fit(  # noqa: PLR0913 # each is an option of the command line
    *,
    snapshot: Snapshot = "",
    version: Annotated[str, typer.Option(help="The model's name; the time unless given.")] = "",
    site: Annotated[str, typer.Option(help="Fit only this site's own layer on the champion: seconds, from 20 labels on.")] = "",
    minutes: Annotated[float, typer.Option(min=0, help="Time for searching parameters; 0 takes the recipe as it is.")] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed and snapshot give the same model.")] = 0,
    missed: Accepted = 0.01,
    false_rejects: Rejected = 0.005,
    confidence: Confidence = 0.95,
    engine: Engine = LOCAL,
    json: Json = False,
) -> None:
    """Fit a challenger on all of a snapshot but its newest labels, which are kept for the comparison with the champion.

    A site's layer on few labels is fitted on all of them, and compared by layers that each have not seen a part.
    Finished parts are kept: an interrupted run goes on where it stopped.
    """
    desk = Desk()
    manifest = desk.manifest(snapshot)
    order = Order(
        version=version or f"{datetime.now(UTC):%Y.%m.%d-%H%M%S}",
        snapshot=manifest.digest,
        parent=desk.models.pointed(CHAMPION),
        budget=budget(missed, false_rejects, confidence),
        minutes=minutes,
        seed=seed,
        work=desk.settings.data_dir / "work",
    )
    try:
        folder = desk.models.unused(order.version)
    except ValueError as error:
        raise Refused(str(error)) from None
    try:
        with desk.telling(order.version), open_engine(engine) as where, progress(quiet=json) as say:
            stored = desk.stored(manifest)
            if site:
                rows = stored.take(np.flatnonzero(stored.outline()["site"] == site))
                champion = desk.champion()
                seen = seen_by(desk, champion.card, rows)
                card = layers.build(rows, stored.unlabelled(), site, champion, desk.path(order.parent), order, folder, seen)
            else:
                card = fitting.build(stored, CommentModel(solver="stream"), order, folder, where, say)
    except (UnusableEngine, TooFewLabels) as error:
        raise Refused(str(error)) from None
    except KeyboardInterrupt:
        raise Refused("Stopped. What is finished is kept: the same command goes on from there.") from None
    if json:
        print_json(card)
        return
    open_sides = [m.name.removesuffix(", bound") for m in card.report if m.name.endswith(", bound") and not m.rows]
    metrics = [(m.source, m.head or "", m.name, f"{m.value:.3f}", m.rows) for m in card.report if m.rows or m.name == "coverage"]
    show(f"Model {card.version}", ("source", "head", "measure", "value", "rows"), metrics)
    for head, lines in card.lines.items():
        typer.echo(f"{head}: hold at {lines.hold_at:.4f}, reject at {lines.reject_at:.4f}")
    if open_sides:
        then = "the shared model's lines stay" if site else "the lines are drawn as for a starter model"
        typer.echo(f"These labels certify no line for {' nor '.join(open_sides)}, so there {then}.")
    typer.echo(f"Next: winnow-train evaluate {card.version}")
