"""``winnow doctor``: what is wrong with this installation, in sentences. It changes nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from service import settings
from service.commands.examine import CHECKS, Finding, unknown_variables
from service.commands.installation import print_json
from service.settings import BadSettings

app = typer.Typer(add_completion=False)


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False) -> None:
    """Say what is wrong with this installation, and what is worth knowing. Exits with 1 when something is wrong."""
    found = examine()
    wrong = [finding for finding in found if finding.wrong]
    if as_json:
        print_json({"ok": not wrong, "findings": found})
    else:
        for finding in found:
            typer.echo(f"{'WRONG' if finding.wrong else 'note'}  {finding.sentence}")
        typer.echo("Nothing is wrong." if not wrong else f"{len(wrong)} wrong.")
    if wrong:
        raise typer.Exit(1)


def examine() -> list[Finding]:
    """Run every check. With unusable settings there is nothing else to look at."""
    found = list(unknown_variables())
    try:
        config = settings.load()
    except BadSettings as error:
        return found + [Finding("settings", sentence) for sentence in str(error).splitlines()]
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            found += check(config)
        except OSError as error:
            found.append(Finding(name, f"The {name} cannot be looked at: {error.strerror}."))
    return found
