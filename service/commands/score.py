"""``winnow score``: judge a file of comments."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from service import policy as rules
from service import tables
from service.api.limits import MAX_CHARACTERS
from service.classifier.classifier import Classifier
from service.commands import Refused
from service.commands.installation import load_model, load_settings, policy_for
from service.domain import Comment, History
from service.policy import Policy
from service.tables import Batch, Source, UnusableTable
from service.text.reading import read

app = typer.Typer(add_completion=False)

FIELDS = ("author", "author_email", "author_url", "user_ip", "user_agent", "permalink", "date", "lang")
RESULTS: dict[str, type] = {"verdict": str, "spam": float, "abuse": float, "reason": str}
_STRANGER = History()


@app.command()
def score(
    file: Annotated[
        Path, typer.Argument(help="Comments: .csv, .jsonl or .parquet, each also with .gz; a column must be named text.")
    ],
    output: Annotated[Path, typer.Option(help="Where the rows go with their verdicts; the name tells the kind.")],
    site: Annotated[str | None, typer.Option(help="Judge by this site's policy; else by a new site's.")] = None,
    prefix: Annotated[str, typer.Option(help="Put before the names of the new columns.")] = "",
) -> None:
    """Judge a file of comments: the same rows with verdict, spam, abuse and reason. Nothing is stored; every author is a stranger.

    Beside text, these columns are used where present: author, author_email, author_url, user_ip, user_agent, permalink, date, lang.
    """
    if output.exists() and file.exists() and output.samefile(file):
        raise Refused("The output must be another file than the input.")
    config = load_settings()
    model = load_model(config)
    judge = Judge(model, policy_for(config, model, site))
    more = {prefix + name: kind for name, kind in RESULTS.items()}
    try:
        with tables.open_source(file) as source, tables.open_sink(output, source, more) as sink, _progress(source) as advance:
            names = _columns(source)
            for batch in source.batches():
                results = judge.all(batch, names)
                sink.write(batch, dict(zip(more, results, strict=True)))
                advance(len(batch))
    except UnusableTable as error:
        raise Refused(str(error)) from None


class Judge:
    """Judges rows as the service would judge a stranger's comment, by one model and one policy."""

    def __init__(self, model: Classifier, policy: Policy) -> None:
        self._model = model
        self._policy = policy
        self._at = time.time()

    def all(self, batch: Batch, names: list[str]) -> list[list[Any]]:
        """Give the values of the new columns, in the order of RESULTS. Raises UnusableTable."""
        columns = [_texts(batch, name) for name in names]
        judged = [self._one(Comment(**dict(zip(names, row, strict=True)))) for row in zip(*columns, strict=True)]
        return [list(column) for column in zip(*judged, strict=True)]

    def _one(self, comment: Comment) -> tuple[str, float, float, str]:
        reading = read(comment)
        scores = self._model.score(reading)
        decision = rules.decide(reading, scores, _STRANGER, self._policy, self._at)
        return decision.verdict.value, scores.spam, scores.abuse, "; ".join(decision.reasons)


def _columns(source: Source) -> list[str]:
    """Name the columns to use. Raises UnusableTable. Lines of JSON are looked at one by one instead."""
    if source.kind == "jsonl":
        return ["text", *FIELDS]
    if "text" not in source.columns():
        raise UnusableTable("The table has no column 'text'; name the column with the comments so.")
    return [name for name in ("text", *FIELDS) if name in source.columns()]


def _texts(batch: Batch, name: str) -> list[str]:
    """Give a column as text, cut as the service's doors cut. Raises UnusableTable."""
    most = MAX_CHARACTERS[name]
    return [_text(value, name, row)[:most] for row, value in enumerate(batch.column(name), batch.first)]


def _text(value: object, name: str, row: int) -> str:
    if isinstance(value, str):
        return value
    if value is None or (value is tables.ABSENT and name != "text"):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return str(value)
    raise UnusableTable(f"Row {row}: the column {name!r} must hold text.")


@contextmanager
def _progress(source: Source) -> Iterator[Callable[[int], None]]:
    """Show a bar while stderr is a terminal."""
    if not typer.get_text_stream("stderr").isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 # only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 # as above

    parts = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.fields[rows]:,} rows"), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0, rows=0)
        rows = 0

        def advance(more: int) -> None:
            nonlocal rows
            rows += more
            bar.update(task, completed=source.done(), rows=rows)

        yield advance
        bar.update(task, completed=1.0)
