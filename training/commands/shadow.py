"""``winnow-train shadow``: score live traffic without deciding."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from msgspec import Struct
from sqlalchemy import select

from service.domain import Verdict
from service.shadow import Disagreement, Seen, log_of, read_log
from service.store.schema import comments
from training.commands.desk import Desk, Json, Refused, database, print_json, show
from training.registry import CHALLENGER

app = typer.Typer(add_completion=False)
SNIPPET = 90


class Shadowed(Struct, frozen=True):
    """What the challenger would have done: counts of (champion, challenger) verdicts, and the comments where they differ."""

    version: str
    comments: int
    passed_by: int
    pairs: dict[str, int]
    disagreements: tuple[Disagreement, ...]


@app.command()
def shadow(
    version: Annotated[str, typer.Argument(help="The model to shadow with; without one, what the present one found.")] = "",
    *,
    stop: Annotated[bool, typer.Option(help="End the shadow.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Show so many of the newest disagreements.")] = 20,
    json: Json = False,
) -> None:
    """Let running services score every comment with a challenger as well, without deciding; or list where the two disagree."""
    desk = Desk()
    if stop or version:
        if version:
            _refuse_deciding(desk, desk.model(version).version, version)
        change = desk.models.point(CHALLENGER, version, "stop" if stop else "shadow")
        print_json(change) if json else typer.echo(f"In shadow now: {version or 'no model'}.")
        return
    if not (version := desk.models.pointed(CHALLENGER)):
        raise Refused("No model is in shadow; name one.")
    found = gathered(desk, version)
    if json:
        print_json(found)
        return
    table = [[was, *(found.pairs.get(f"{was} {now}", 0) for now in Verdict)] for was in Verdict]
    show(f"{version} in shadow: {found.comments:,} comments, {found.passed_by:,} passed by", ("decided", *map(str, Verdict)), table)
    if not found.comments:
        typer.echo("No comment has come since; it scores what running services are sent.")
        return
    rows = _with_texts(desk, found.disagreements[-limit:] if limit else ())
    show("Newest disagreements", ("comment", "decided", "challenger", "spam", "abuse", "text"), rows)


def _refuse_deciding(desk: Desk, name: str, version: str) -> None:
    if {name, version} & {decides for pointer, decides in desk.models.pointers().items() if pointer != CHALLENGER}:
        raise Refused(f"{version} decides already; its shadow would show nothing.")


def gathered(desk: Desk, version: str) -> Shadowed:
    """Read what services wrote of a challenger."""
    pairs: Counter[str] = Counter()
    passed_by, differences = 0, []
    for line in read_log(log_of(desk.models.folder, version)):
        if isinstance(line, Seen):
            pairs.update(line.pairs)
            passed_by += line.passed_by
        else:
            differences.append(line)
    return Shadowed(version, pairs.total(), passed_by, dict(pairs), tuple(differences))


def _with_texts(desk: Desk, found: tuple[Disagreement, ...]) -> list[tuple[object, ...]]:
    with database(desk.settings) as connection:
        query = select(comments.c.id, comments.c.text).where(comments.c.id.in_([each.comment for each in found]))
        texts = {row.id: " ".join(row.text.split())[:SNIPPET] for row in connection.execute(query)}
    return [
        (each.comment, each.champion, each.challenger, f"{each.spam:.3f}", f"{each.abuse:.3f}", texts.get(each.comment, "(erased)"))
        for each in found
    ]
