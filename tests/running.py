"""The command line as a user has it: commands in this process, and `winnow serve` in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from service.__main__ import main


class Done(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


class Shell:
    """Runs commands of `winnow`, with settings of its own and in a folder of its own."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str], folder: Path) -> None:
        self._patch = patch
        self._capture = capture
        for name in [name for name in os.environ if name.startswith("WINNOW_")]:
            patch.delenv(name)
        patch.setenv("WINNOW_DATA_DIR", str(folder / "data"))
        patch.setenv("COLUMNS", "200")
        patch.chdir(folder)

    def __call__(self, *words: str) -> Done:
        self._patch.setattr(sys, "argv", ["winnow", *words])
        self._capture.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        return Done(code, *self._capture.readouterr())


@dataclass
class Serving:
    """A running `winnow serve` and what it printed until it was ready."""

    process: subprocess.Popen[str]
    said: str

    @property
    def url(self) -> str:
        return self.said.rpartition("Winnow listens on ")[2].split()[0]


@contextmanager
def winnow_serve(folder: Path, **settings: str) -> Iterator[Serving]:
    """Run `winnow serve` until the block ends."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")}
    environment = {**kept, "WINNOW_DATA_DIR": str(folder), "WINNOW_PORT": "0", "WINNOW_DEADLINE_MS": "20000", **settings}
    command = [sys.executable, "-m", "service", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        said = ""
        for line in process.stdout or ():
            said += line
            if line.startswith("Winnow listens on"):
                break
        try:
            yield Serving(process, said)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=90)
