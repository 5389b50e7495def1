"""``winnow-train report``: the comparison as a page and as JSON."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from training import page
from training import report as reports
from training.commands.compare import hold_against
from training.commands.desk import Accepted, Confidence, Desk, Json, Refused, Rejected, Snapshot, budget
from training.trial import judge

app = typer.Typer(add_completion=False)


@app.command()
def report(
    version: Annotated[str, typer.Argument(help="The model.")],
    *,
    snapshot: Snapshot = "",
    output: Annotated[Path | None, typer.Option(help="Folder for report.html and report.json; else in the data folder.")] = None,
    missed: Accepted = 0.01,
    false_rejects: Rejected = 0.005,
    confidence: Confidence = 0.95,
    json: Json = False,
) -> None:
    """Write what would change if the model were promoted: a page for people and the same for programs. It quotes comments."""
    desk = Desk()
    bout = hold_against(desk, version, snapshot, budget(missed, false_rejects, confidence))
    if (found := bout.examined).trial is None:
        raise Refused(" ".join(reason.what for reason in found.reasons))
    challenger = desk.model(version)
    judged = judge(bout.champion, bout.newest), bout.answers(challenger, bout.newest)
    made = reports.make(bout.newest, challenger, judged, found.trial, found.reasons, found.measured_by)
    encoded = msgspec.json.format(msgspec.json.encode(made), indent=1)
    folder = output or desk.reports / version
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("report.html", page.render(made).encode("utf-8", "replace")), ("report.json", encoded)):
        _write(folder / name, content)
    typer.echo(encoded.decode() if json else f"Written: {folder / 'report.html'} and report.json.")


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read: comments are quoted in it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
