"""``winnow-train evaluate``: a model against the champion, in figures."""

from __future__ import annotations

from typing import Annotated

import typer

from training.commands.compare import hold_against
from training.commands.desk import Accepted, Confidence, Desk, Json, Rejected, Snapshot, budget, print_json, show
from training.promote import FOLDS
from training.trial import Interval

app = typer.Typer(add_completion=False)
SHOWN = 12
"""Slices that are shown."""


@app.command()
def evaluate(
    version: Annotated[str, typer.Argument(help="The model.")],
    *,
    snapshot: Snapshot = "",
    against: Annotated[str | None, typer.Option(help="Another model than the champion.")] = None,
    missed: Accepted = 0.01,
    false_rejects: Rejected = 0.005,
    confidence: Confidence = 0.95,
    json: Json = False,
) -> None:
    """Judge the newest labels of a snapshot by both models, through the sites' policies, with intervals and slices."""
    found = hold_against(Desk(), version, snapshot, budget(missed, false_rejects, confidence), against).examined
    if json:
        print_json(found)
        return
    if (trial := found.trial) is not None:
        rows = [(each.name, each.of, said(each.champion), said(each.challenger), said(each.difference)) for each in trial.measures]
        title = f"{trial.challenger} against {trial.champion} on {trial.rows:,} comments, {trial.bad:,} of them bad"
        show(title, ("measure", "of", "champion", "challenger", "difference"), rows)
        parts = [
            (f"{p.column} {p.value}", p.rows, said(p.wrong.champion), said(p.wrong.challenger), said(p.held.challenger))
            for p in trial.slices
        ]
        show("Worst slices: wrong verdicts of 1,000", ("slice", "rows", "champion", "challenger", "held of 1,000"), parts[:SHOWN])
        if found.measured_by == FOLDS:
            typer.echo("Each label was judged by a layer like this one that has seen neither it nor what resembles it.")
        typer.echo(f"By chance with p = {trial.chance_wrong:.4f} (wrong verdicts), p = {trial.chance_log_loss:.4f} (log-loss).")
    for reason in found.reasons:
        typer.echo(f"Against promoting it: {reason.what}")


def said(interval: Interval) -> str:
    """Say a figure with its interval."""
    if interval.value is None:
        return "–"
    return f"{interval.value:.4g} [{interval.low:.3g}, {interval.high:.3g}]"
