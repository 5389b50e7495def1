"""``winnow-train lines``: what an error budget allows, by the labels that there are."""

from __future__ import annotations

import time
from typing import Annotated, Any

import msgspec
import numpy as np
import typer
from msgspec import Struct, structs

from service.commands.installation import site_named, stored_policy
from service.domain import Lines
from service.store import sites
from training.commands.compare import unseen
from training.commands.desk import (
    Accepted,
    Confidence,
    Desk,
    Json,
    Refused,
    Rejected,
    Snapshot,
    budget,
    database,
    print_json,
)
from training.lines import Budget, Certificate, Check, choose, say, verify
from training.registry import CHAMPION
from training.splits import by_group, newest
from training.trial import Bench, Judged, judge, properties

app = typer.Typer(add_completion=False)
FEWEST = 300
"""A part of the comments with fewer labels gets no lines of its own."""
COLUMNS = ("site", "language", "author")


class Drawn(Struct, frozen=True):
    """Lines for all comments or for a part of them, with the check on the later window."""

    of: str
    rows: int
    certificate: Certificate
    check: Check


@app.command()
def lines(
    version: Annotated[str, typer.Argument(help="The model; the champion unless given.")] = "",
    *,
    snapshot: Snapshot = "",
    missed: Accepted = 0.01,
    false_rejects: Rejected = 0.005,
    confidence: Confidence = 0.95,
    apply: Annotated[str, typer.Option(help="Put the lines of this site into its policy.")] = "",
    json: Json = False,
) -> None:
    """Draw hold and reject lines from an error budget on labels that the model has not seen, and check them on the newest.

    For all comments, and for each site, language and first-time authors where there are enough labels.
    """
    desk = Desk()
    model = desk.model(version or desk.models.pointed(CHAMPION))
    stored = desk.stored(desk.manifest(snapshot))
    bench = desk.bench(stored.take(unseen(desk, stored, model.card)))
    allowed = budget(missed, false_rejects, confidence)
    found = draw(bench, judge(model, bench), allowed)
    if json:
        print_json(found)
    for each in () if json else found:
        typer.echo(f"\n{each.of} ({each.rows:,} labels)")
        for sentence in say(each.certificate, allowed):
            typer.echo(f"  {sentence}")
        typer.echo(f"  {told(each.check)}")
    if apply:
        _apply(desk, apply, next((each for each in found if each.of == f"site {apply}"), None))


def told(check: Check) -> str:
    """Say what the later window says."""
    if not check.coverage:
        return "There is nothing to check on the later labels."
    accepted = f"{check.missed:.2%} of the accepted are bad ({check.accepted})"
    rates = f"{accepted}, {check.false_rejects:.2%} of the rejected are ham ({check.rejected})"
    return f"On the later labels: {rates}; {check.coverage:.1%} decided."


def draw(bench: Bench, judged: Judged, allowed: Budget) -> list[Drawn]:
    """Draw lines on the older half of the labels (without dates: on any) and check them on the newer: for all, then for parts."""
    older, later = newest(bench.frame, 0.5)
    if not len(later):
        older, later = next(by_group(bench.frame["group"].to_numpy(), 2))
    parts: list[tuple[str, Any]] = [("all comments", np.ones(len(bench.readings), bool))]
    for column, values in properties(bench).items():
        parts += [(f"{column} {value}", values == value) for value in sorted(set(values)) if column in COLUMNS]
    found = []
    for name, mask in parts:
        first, second = older[mask[older]], later[mask[later]]
        if name == "all comments" or len(first) >= FEWEST:
            window, later_window = (
                (judged.badness[rows], bench.bad[rows], allowed, bench.mass[rows], bench.reach[rows]) for rows in (first, second)
            )
            certificate = choose(*window)
            check = verify(certificate.lines, *later_window)
            found.append(Drawn(name, len(first) + len(second), certificate, check))
    return found


def _apply(desk: Desk, site: str, drawn: Drawn | None) -> None:
    if drawn is None:
        raise Refused(f"The site {site!r} has too few labels for lines of its own.")
    chosen = drawn.certificate
    if "contradicted" in (drawn.check.accepted, drawn.check.rejected):
        raise Refused("The later labels contradict these lines; they were not put into the policy.")
    if not (chosen.accepted.certified and chosen.rejected.certified):
        raise Refused("These labels cannot certify both lines; the policy stays as it is.")
    pair = Lines(chosen.lines.hold_at, chosen.lines.reject_at)
    with database(desk.settings) as connection:
        found = site_named(connection, site)
        policy = structs.replace(stored_policy(connection, found), spam=pair, abuse=pair)
        sites.set_policy(connection, found.id, msgspec.json.encode(policy).decode(), "winnow-train lines", time.time())
    typer.echo(f"These lines are in force for {site}.")
