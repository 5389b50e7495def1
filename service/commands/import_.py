"""``winnow import``: comments and labels from where they were judged before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from service.commands import Refused
from service.commands.installation import load_settings, opened, print_json, site_named
from service.importing.disqus import Disqus
from service.importing.pages import CannotImport, Reader
from service.importing.rows import Rows
from service.importing.run import run
from service.importing.wordpress import WordPress
from service.importing.wxr import Wxr
from service.store.ids import Digests
from service.store.imports import Counts

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Import comments and labels: from WordPress, its export file, Disqus, or a table.",
)

SiteName = Annotated[str, typer.Option("--site", help="The site whose comments they are.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count, and store nothing.")]
Anew = Annotated[bool, typer.Option("--anew", help="Begin at the start, not where the last run stopped; nothing is stored twice.")]
Json = Annotated[bool, typer.Option("--json", help="Print for a program.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file; .gz is unpacked.")]


@app.command()
def wordpress(
    url: Annotated[str, typer.Argument(help="The WordPress's address, such as https://blog.example.org.")],
    site: SiteName,
    user: Annotated[str, typer.Option(help="An account that may moderate comments.")],
    password_file: Annotated[
        Path, typer.Option(help="A file with one of the account's application passwords.", exists=True, dir_okay=False)
    ],
    dry_run: DryRun = False,
    anew: Anew = False,
    as_json: Json = False,
) -> None:
    """Import by the REST API: every status, spam included."""
    password = password_file.read_text("utf-8").strip()
    _import(lambda: WordPress(url, user, password), site, dry=dry_run, anew=anew, as_json=as_json)


@app.command()
def wxr(file: File, site: SiteName, dry_run: DryRun = False, anew: Anew = False, as_json: Json = False) -> None:
    """Import WordPress's export file: no spam in it, but what moderators told Akismet."""
    _import(lambda: Wxr(file), site, dry=dry_run, anew=anew, as_json=as_json)


@app.command()
def disqus(file: File, site: SiteName, dry_run: DryRun = False, anew: Anew = False, as_json: Json = False) -> None:
    """Import Disqus's export file."""
    _import(lambda: Disqus(file), site, dry=dry_run, anew=anew, as_json=as_json)


@app.command()
def table(
    file: File,
    site: SiteName,
    map_: Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="text=body; repeat for more.")] = None,
    dry_run: DryRun = False,
    anew: Anew = False,
    as_json: Json = False,
) -> None:
    """Import a table: .csv, .jsonl or .parquet, each also with .gz."""
    columns = dict(_pair(each) for each in map_ or [])
    _import(lambda: Rows(file, columns), site, dry=dry_run, anew=anew, as_json=as_json)


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals or not field or not column:
        raise Refused(f"{text!r} must have the form FIELD=COLUMN.")
    return field, column


def _import(reader: Callable[[], Reader], site: str, *, dry: bool, anew: bool, as_json: bool) -> None:
    config = load_settings()
    digests = Digests(config.key_secret())
    with opened(config) as engine:
        with engine.begin() as connection:
            known = site_named(connection, site)
        try:
            place = reader()
            with _progress(place) as told:
                counts = run(engine, digests, known, place, dry=dry, anew=anew, told=told)
        except CannotImport as error:
            raise Refused(f"{error} What was stored so far stays; the same command goes on from there.") from None
    if as_json:
        print_json({"dry_run": dry, **{name: getattr(counts, name) for name in counts.__struct_fields__}})
    else:
        typer.echo(_said(counts, dry=dry))


def _said(counts: Counts, *, dry: bool) -> str:
    would = "would be " if dry else ""
    return (
        f"{counts.read:,} comments were read: {counts.stored:,} {would}stored, {counts.labelled:,} of them {would}labelled; "
        f"{counts.known:,} were known before, {counts.empty:,} had no text."
    )


@contextmanager
def _progress(reader: Reader) -> Iterator[Callable[[Counts], None]]:
    """Show a bar while stderr is a terminal."""
    if not typer.get_text_stream("stderr").isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 # only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 # as above

    parts = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.fields[read]:,} read"), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0, read=0)
        yield lambda counts: bar.update(task, completed=reader.done(), read=counts.read)
        bar.update(task, completed=1.0)
