"""What every command works with: the installation, its snapshots and models, and answers for people or programs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from service.classifier.artefact import ArtefactRefused
from service.classifier.classifier import Classifier
from service.commands import Refused
from service.commands.installation import database, load_settings, print_json
from service.settings import Settings
from service.store.events import tell_of_training
from training import snapshot
from training.commands.bars import progress
from training.lines import Budget
from training.registry import CHAMPION, STARTER, NoSuchModel, Registry
from training.replay import policies_by_name
from training.snapshot import DamagedSnapshot, Manifest, Stored
from training.trial import Bench

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
Engine = Annotated[str, typer.Option(help="Where to compute: local, or dask://HOST:PORT of an existing cluster.")]
Snapshot = Annotated[str, typer.Option("--snapshot", help="The beginning of a snapshot's digest; the newest unless given.")]
Accepted = Annotated[float, typer.Option("--missed", min=1e-4, max=0.5, help="At most this share of accepted comments may be bad.")]
Rejected = Annotated[
    float, typer.Option("--false-rejects", min=1e-4, max=0.5, help="At most this share of rejected ones may be ham.")
]
Confidence = Annotated[float, typer.Option(min=0.5, max=0.999, help="How sure that must be.")]


class Desk:
    """An installation as training sees it."""

    def __init__(self) -> None:
        self.settings: Settings = load_settings()
        self.models = Registry(self.settings.data_dir / "models")
        self.snapshots = self.settings.data_dir / "snapshots"
        self.reports = self.settings.data_dir / "reports"

    def manifest(self, digest: str = "") -> Manifest:
        """Find a snapshot by the beginning of its digest, or the newest. Raises Refused."""
        found = [each for each in snapshot.list_all(self.snapshots) if each.digest.startswith(digest)]
        if not found:
            raise Refused("There is no such snapshot; take one with: winnow-train snapshot.")
        if digest and len(found) > 1:
            raise Refused(f"{len(found)} snapshots begin with {digest}; give more of the digest.")
        return found[-1]

    def stored(self, manifest: Manifest) -> Stored:
        """Open a snapshot. Raises Refused."""
        try:
            return Stored(self.snapshots / manifest.digest)
        except DamagedSnapshot as error:
            raise Refused(str(error)) from None

    def model(self, version: str) -> Classifier:
        """Load a model. Raises Refused."""
        try:
            return Classifier.load(self.path(version))
        except ArtefactRefused as error:
            raise Refused(f"The model {version or STARTER} is refused: {error}") from None

    def path(self, version: str) -> Path:
        """Find a model's folder. Raises Refused."""
        try:
            return self.models.path(version)
        except NoSuchModel as error:
            raise Refused(str(error)) from None

    def champion(self) -> Classifier:
        """Load the model that decides: the promoted one, else the starter model. Raises Refused."""
        return self.model(self.models.pointed(CHAMPION))

    @contextmanager
    def telling(self, version: str) -> Iterator[None]:
        """Tell the sites that asked whether what the block fits was fitted; a database that cannot be used hinders nothing."""
        failed = "interrupted"
        try:
            yield
            failed = ""
        except Exception as error:
            failed = type(error).__name__  # a message could quote what a model was fitted on
            raise
        finally:
            with suppress(Refused), database(self.settings) as connection:
                tell_of_training(connection, version, time.time(), failed)

    def bench(self, rows: Any) -> Bench:  # noqa: ANN401 # a pandas frame
        """Make rows ready to be judged with the sites' policies; a missing database has none. Raises Refused."""
        with database(self.settings) as connection:
            return Bench.of(rows, policies_by_name(connection))


def budget(missed: float, false_rejects: float, confidence: float) -> Budget:
    """Make a budget of a command's options."""
    return Budget(missed, false_rejects, confidence)


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for people."""
    table = Table(*head, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(str, row))
    Console().print(table)


__all__ = ["Desk", "Refused", "budget", "database", "print_json", "progress", "show"]
