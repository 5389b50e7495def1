"""``winnow audit``: check the chain of the audit log, and take the log away."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from sqlalchemy import Connection

from service.commands import Refused
from service.commands.installation import database, load_settings, print_json
from service.store import audit
from service.store.audit import START, Deed, Tip, Wanted

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Check the chain of the audit log, and take the log away.")
_BY = "command line"
_AT_ONCE = 2_000


@app.command()
def verify(
    known: Annotated[str, typer.Option(help="NUMBER:HASH as noted before: that entry must still be there.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Work out every hash again. Says where the chain breaks and exits with 1 if it does; prints the last entry's hash to note."""
    noted = _noted(known)
    with database(load_settings()) as connection:
        tip, broken = _walk(connection, noted)
    if as_json:
        print_json({"entries": tip.number, "hash": tip.hash, "broken_at": broken})
    elif broken is None:
        typer.echo(f"The chain holds. {tip.number} entries; the last is {tip.number}:{tip.hash}")
    if broken is not None:
        raise Refused(f"The chain breaks at entry {broken}: it, or one before it, was changed or removed.")


def _noted(known: str) -> Tip | None:
    number, _, digest = known.partition(":")
    if not known:
        return None
    if not number.isdigit() or len(digest) != len(START):
        raise Refused("--known must be NUMBER:HASH, as winnow audit verify printed it.")
    return Tip(int(number), digest.lower())


def _walk(connection: Connection, noted: Tip | None) -> tuple[Tip, int | None]:
    """Check all entries; what was noted must be met on the way."""
    tip, broken = Tip(0, START), None
    while broken is None:
        most = noted.number - tip.number if noted is not None and tip.number < noted.number else _AT_ONCE
        following, broken = audit.check(connection, tip, min(most, _AT_ONCE))
        if noted is not None and following.number == noted.number and following.hash != noted.hash:
            return tip, noted.number
        if following == tip:
            break
        tip = following
    short = broken is None and noted is not None and tip.number < noted.number
    return tip, tip.number + 1 if short else broken


@app.command()
def export(
    output: Annotated[Path | None, typer.Option(help="A file to write; the screen unless given.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only entries from this day on (UTC).")] = None,
    what: Annotated[str, typer.Option(help="Only what begins so, such as policy.")] = "",
) -> None:
    """Write the log as JSON lines, oldest first. That is logged itself."""
    wanted = Wanted(what=what, since=since.replace(tzinfo=UTC).timestamp() if since is not None else None)
    with database(load_settings()) as connection:
        audit.append(connection, Deed(at=time.time(), who=_BY, what="audit.export", after={"what": what} if what else None))
    with database(load_settings()) as connection:
        try:
            if output is None:
                _write(connection, wanted, sys.stdout.buffer)
            else:
                with output.open("wb") as file:
                    _write(connection, wanted, file)
        except OSError as error:
            raise Refused(f"The log cannot be written: {error.strerror}.") from None


def _write(connection: Connection, wanted: Wanted, file: BinaryIO) -> None:
    after: int | None = 0
    while after is not None:
        entries, after = audit.run(connection, wanted, after, _AT_ONCE)
        file.writelines(audit.as_line(entry) for entry in entries)
