"""The training command line: ``winnow-train COMMAND``."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from service.commands import Refused
from training.memory import give_back

COMMANDS = (
    "snapshot",
    "corpora",
    "fit",
    "evaluate",
    "lines",
    "report",
    "shadow",
    "promote",
    "rollback",
    "replay",
    "models",
    "teach",
    "starter",
    "reseal",
)


class Commands(TyperGroup):
    """Finds a command's module by the command's name, and imports it only then."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 # typer's own context
        """Name the commands in the order of the menu."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 # as above
        """Give a command, or None."""
        if cmd_name not in COMMANDS:
            return None
        return typer.main.get_command(import_module(f"training.commands.{cmd_name}").app)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show local variables, and those hold comments
)


@app.callback()
def root() -> None:
    """Fit models on labels, measure them against the one that decides, and let the better one decide; offline."""
    give_back()


def main() -> None:
    """Run the command line; exits with 1 when a command is refused, with 2 for a wrong usage."""
    try:
        app()
    except Refused as refusal:
        typer.echo(f"winnow-train: {refusal}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
