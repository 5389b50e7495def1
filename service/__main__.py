"""The command line: ``winnow COMMAND``."""

from __future__ import annotations

import sys
from importlib import import_module
from keyword import iskeyword
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from service import __version__
from service.commands import Refused
from service.interpreter import lasting

COMMANDS = (
    "serve",
    "site",
    "key",
    "person",
    "source",
    "import",
    "webhook",
    "worker",
    "audit",
    "demo",
    "backup",
    "restore",
    "score",
    "explain",
    "doctor",
)


def _imported(name: str) -> Any:  # noqa: ANN401 # a module is whatever it defines
    """Import a module. What is imported stays, and looking for garbage in it again and again is a seventh of a start."""
    with lasting():
        return import_module(name)


class Commands(TyperGroup):
    """Finds a command's module by the command's name, and imports it only then."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 # typer's own context
        """Name the commands in the order of the menu."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 # as above
        """Give a command, or None."""
        if cmd_name not in COMMANDS:
            return None
        return typer.main.get_command(_imported(f"service.commands.{cmd_name}{'_' * iskeyword(cmd_name)}").app)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show local variables, and those hold comments
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def winnow(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Winnow judges reader comments: a comment goes in, accept, hold or reject comes out."""


def main() -> None:
    """Run the command line; exits with 1 when a command is refused or finds something wrong, with 2 for a wrong usage."""
    try:
        app()
    except Refused as refusal:
        typer.echo(f"winnow: {refusal}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
