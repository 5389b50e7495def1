"""Training that was started from a page: one task at a time, each in a process of its own that no stop of the service ends.

The service writes down what is wished for and starts this module; that runs ``winnow-train``, command after command, and keeps what
it says. A lock that the process holds as long as it lives tells that a task runs, whatever its papers say.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Literal

import msgspec
from msgspec import Struct

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a model may be called."""
_PAPER, _LOG, _LOCK = "task.json", "task.log", "task.lock"
_TAIL = 6000
_NICE = 10
_ENOUGH = 0.05
_DOING = re.compile(r"^([a-z][a-z -]*): (\d{1,9}) of (\d{1,9})$\n?", re.MULTILINE)
"""How ``winnow-train`` says how far it is, where nobody looks on."""
Part = tuple[int, str, float]
_PARTS: dict[str, tuple[Part, ...]] = {
    "retrain": (
        (0, "looking for near-duplicates", 0.03),
        (1, "reading", 0.05),
        (1, "held out", 0.5),
        (1, "weighing labels", 0.1),
        (1, "fitting on all", 0.27),
        (2, "", 0.05),
    ),
    "layer": ((0, "looking for near-duplicates", 0.7), (1, "", 0.16), (2, "", 0.14)),
}
"""Parts of a task: the command's place, what it says it is doing, and its share of the time (of 105,000 labels on two cores).

Labels are weighed seldom, and it takes three times as long then as holding parts out.
"""
Kind = Literal["retrain", "layer", "promote", "rollback", "shadow", "unshadow"]
KINDS: tuple[Kind, ...] = ("retrain", "promote", "rollback", "shadow", "unshadow")
"""Those that are for the whole installation; ``layer``, and those of them that name a site, are for that site alone."""
NAMED = frozenset({"promote", "shadow"})
"""Those for which a model is named; a new model's name is made by whoever asks."""


class Busy(RuntimeError):  # named like the other refusals
    """A task runs already."""


class Task(Struct, frozen=True):
    """What somebody wished for, and when.

    ``version`` is the model's name, ``site`` and ``site_id`` are those of the site whose own layer it is, or empty and 0.
    """

    kind: Kind
    version: str
    by: str
    at: float
    site: str = ""
    site_id: int = 0

    @property
    def steps(self) -> tuple[tuple[str, ...], ...]:
        """The commands of ``winnow-train``, in order."""
        return {
            "retrain": (("snapshot",), ("fit", "--version", self.version), ("report", self.version)),
            "layer": (("snapshot",), ("fit", f"--site={self.site}", "--version", self.version), ("report", self.version)),
            "promote": (("promote", self.version),),
            "rollback": (("rollback", *((f"--site={self.site}",) if self.site else ())),),
            "shadow": (("shadow", self.version),),
            "unshadow": (("shadow", "--stop"),),
        }[self.kind]

    @property
    def unsaid(self) -> int:
        """Of so many commands at first no answer is kept: a snapshot's tells of all sites, but one site's admins read this."""
        return 1 if self.kind == "layer" else 0


class Paper(Struct, frozen=True):
    """How far a task is: ``step`` counts finished commands; ``ended`` is 0 while it runs, ``status`` what the last command gave."""

    task: Task
    process: int = 0
    step: int = 0
    ended: float = 0.0
    status: int = 0


class Doing(Struct, frozen=True):
    """What a command is doing: so many parts done, of so many."""

    what: str
    done: int
    of: int


class State(Struct, frozen=True):
    """A task as it is shown, with the end of what it said, what it is doing, and when it last said so."""

    paper: Paper
    running: bool
    said: str
    doing: Doing | None = None
    told: float = 0.0

    @property
    def failed(self) -> bool:
        """Tell whether it ended badly, or was cut off."""
        return not self.running and (self.paper.status != 0 or not self.paper.ended)

    def share(self, at: float) -> float | None:
        """Estimate how much of the work is done at a moment (epoch seconds), in [0, 1]; None where its parts are not known.

        By what each part took elsewhere; since the last word on at the pace until then, up to where the next word is due.
        """
        parts = _PARTS.get(self.paper.task.kind)
        if parts is None:
            return None
        low, high = self._bounds(parts)
        passed = self.told - self.paper.task.at
        return min(high, low * max(1.0, (at - self.paper.task.at) / passed)) if passed > 0 else low

    def _bounds(self, parts: tuple[Part, ...]) -> tuple[float, float]:
        """Give the share that was done at the last word, and that at which the next one is due."""
        begun, doing = 0.0, self.doing
        for step, what, weight in parts:
            if doing is not None and (step, what) == (self.paper.step, doing.what):
                done = doing.done / max(1, doing.of)
                return begun + weight * done, begun + weight * min(1.0, done + 1 / max(1, doing.of))
            begun += weight
        done = sum(weight for step, _what, weight in parts if step < self.paper.step)
        return done, done + sum(weight for step, _what, weight in parts if step == self.paper.step)

    def left(self, at: float) -> float | None:
        """Estimate the seconds that are left at a moment (epoch seconds); None while there is too little to go by."""
        share, passed = self.share(at), at - self.paper.task.at
        return passed * (1 - share) / share if share is not None and share >= _ENOUGH and passed > 0 else None


def installed() -> bool:
    """Tell whether training is installed beside the service."""
    return _program().exists() and importlib.util.find_spec("pandas") is not None


def _program() -> Path:
    return Path(sys.executable).with_name("winnow-train")


def start(folder: Path, task: Task, environment: dict[str, str]) -> None:
    """Begin a task in a process of its own, in the ``environment`` of this installation. Raises Busy."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(folder) as lock:  # given on to the process: between its start and its first line nobody gets in
        _write(folder, Paper(task))
        log = os.open(folder / _LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        command = [sys.executable, "-m", __name__, str(folder), str(lock.fileno())]
        process = subprocess.Popen(  # noqa: S603 # our own program; its words are checked by whoever asks
            command,
            env=environment,
            pass_fds=(lock.fileno(),),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        os.close(log)
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie


def state(folder: Path) -> State | None:
    """Tell how the last task goes or went; None when there was none. Reads files."""
    try:
        paper = msgspec.json.decode((folder / _PAPER).read_bytes(), type=Paper)
        with (folder / _LOG).open("rb") as file:
            said, told = _tail(file), os.fstat(file.fileno()).st_mtime
    except (OSError, msgspec.MsgspecError):
        return None
    doing = [Doing(what, int(done), int(of)) for what, done, of in _DOING.findall(said.rpartition("$ winnow-train")[2])]
    return State(paper, _held(folder), _DOING.sub("", said), doing[-1] if doing else None, told)


def _tail(file: IO[bytes]) -> str:
    """Give the last lines of a log, whole: of one that is cut nobody can tell what it says."""
    start = max(0, file.seek(0, os.SEEK_END) - _TAIL)
    file.seek(start)
    if start:
        file.readline()
    return file.read().decode("utf-8", "replace")


def stop(folder: Path, site_id: int = 0) -> bool:
    """Interrupt the task that runs, or only one of this site's own layer; False when none does."""
    found = state(folder)
    if found is None or not found.running or not found.paper.process or site_id not in (0, found.paper.task.site_id):
        return False
    try:
        os.killpg(found.paper.process, signal.SIGINT)
    except ProcessLookupError:  # it has just ended
        return False
    return True


def _locked(folder: Path) -> IO[bytes]:
    lock = (folder / _LOCK).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise Busy("A task runs already.") from None
    return lock


def _held(folder: Path) -> bool:
    try:
        _locked(folder).close()
    except Busy:
        return True
    return False


def _write(folder: Path, paper: Paper) -> None:
    draft = folder / f"{_PAPER}.new"
    draft.write_bytes(msgspec.json.encode(paper))
    draft.replace(folder / _PAPER)


def run(folder: Path) -> None:
    """Do the task that is written down; in the process of its own, which holds the lock."""
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a service in the background was told to ignore it, and so are we
    paper = msgspec.structs.replace(msgspec.json.decode((folder / _PAPER).read_bytes(), type=Paper), process=os.getpid())
    _write(folder, paper)
    status = 1
    try:
        for step in paper.task.steps:
            sys.stdout.write(f"$ winnow-train {' '.join(step)}\n")
            sys.stdout.flush()
            answer = subprocess.DEVNULL if paper.step < paper.task.unsaid else None
            status = subprocess.run([str(_program()), *step], stdout=answer, check=False).returncode  # noqa: S603 # as above
            if status:
                break
            paper = msgspec.structs.replace(paper, step=paper.step + 1)
            _write(folder, paper)
    except KeyboardInterrupt:
        status = 130
    _write(folder, msgspec.structs.replace(paper, ended=time.time(), status=status))


if __name__ == "__main__":
    run(Path(sys.argv[1]))
