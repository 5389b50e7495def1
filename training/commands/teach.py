"""``winnow-train teach``: what a sentence encoder teaches the n-grams."""

from __future__ import annotations

import typer

from service.commands import Refused
from training.commands.desk import progress
from training.taught import TABLE
from training.teacher import teach as make

app = typer.Typer(add_completion=False)


@app.command()
def teach() -> None:
    """Fine-tune an encoder on the seed corpus and write down what it teaches: half an hour, with requirements/teacher.txt."""
    try:
        with progress(quiet=False) as say:
            made = make(say)
    except ImportError as missing:
        raise Refused(f"{missing.name or missing} is not installed; see requirements/teacher.txt.") from None
    except FileNotFoundError as absent:
        raise Refused(str(absent)) from None
    made.save(TABLE)
    typer.echo(f"{len(made.hashes):,} terms written; `make train` fits with them.")
