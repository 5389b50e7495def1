"""Simulated power cuts on a loop-mounted ext4: `python -m tests.durability.powercut [--cuts 100] [--synchronous FULL]` (root only).

The database lies on an ext4 in a file, mounted through a loop device. What the file system has not sent to its device exists only
in the kernel's cache, and a power cut takes it. So a cut is: freeze the writer at a random moment, send a random part of the
unwritten pages to the device (a disk writes back when and in what order it likes), copy the device's file, and go on with the copy
alone: mount it, which replays the file system's journal, open the database, which replays the WAL, and look for every comment
and label that had been acknowledged. The copy is taken again until nothing changed beneath it.

The control, `--synchronous NORMAL`, must lose acknowledged rows: it is the mode that passes every kill -9 test. If it loses none,
the instrument is blind.

What it cannot show: a device that lies about its own cache, or tears a sector.
"""

from __future__ import annotations

import argparse
import ctypes
import filecmp
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from tests.durability.victim import Damage, Promised, Victim, inspect, prepare, store_until_killed

_MEGABYTES = 96
_LIFE = (0.05, 0.6)
_FRESH = 20
_COMMIT_SECONDS = 60
"""How long ext4 may keep its own journal open: longer than a life, so that only flushes make anything durable."""
_SYNC_FILE_RANGE_WRITE = 2


class CannotMount(RuntimeError):  # a state of the machine
    """This machine cannot loop-mount a file system; the message says why."""


class Result(Struct):
    """What so many cuts did: cuts that lost promised rows, rows lost, rows promised, databases that did not fit together."""

    cuts: int = 0
    losing: int = 0
    lost: int = 0
    promised: int = 0
    broken: tuple[str, ...] = ()

    def add(self, damage: Damage) -> None:
        """Count one cut."""
        self.cuts += 1
        self.losing += bool(damage.lost)
        self.lost += damage.lost
        self.broken += damage.faults


def _system(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise CannotMount(f"{command[0]} failed: {done.stderr.decode(errors='replace').strip()}")


@contextmanager
def mounted(image: Path) -> Iterator[Path]:
    """The file system in ``image``, at a folder beside it."""
    place = image.with_suffix(".mounted")
    place.mkdir(exist_ok=True)
    _system("mount", "-o", f"loop,commit={_COMMIT_SECONDS}", str(image), str(place))
    try:
        yield place
    finally:
        _unmount(place)


def _unmount(place: Path) -> None:
    for _ in range(50):  # a killed process lets go of its files a moment later
        if not subprocess.run(["umount", str(place)], capture_output=True, check=False).returncode:
            return
        time.sleep(0.02)
    _system("umount", str(place))


def make(image: Path) -> None:
    """Make an ext4 with an empty database in it. Raises CannotMount."""
    with image.open("wb") as file:
        file.truncate(_MEGABYTES << 20)
    _system("mkfs.ext4", "-q", "-F", str(image))
    with mounted(image) as place:
        prepare(place / "winnow.db")


def cut(image: Path, promised: Promised, synchronous: str) -> Path:
    """Let the writer live for a while, cut the power, and give the image that is left."""
    left = image.with_name(f"cut{random.randrange(1 << 32)}.img")
    with mounted(image) as place:
        victim = Victim(store_until_killed(place / "winnow.db", synchronous))
        promised.add(victim.listen(0.1))
        promised.add(victim.listen(random.uniform(*_LIFE)))
        victim.freeze()
        _write_back_some(place)
        _copy(image, left)
        promised.add(victim.kill())
    image.unlink()
    return left


def _write_back_some(place: Path) -> None:
    """Start writing random parts of what the cache holds, as the kernel might have done by itself."""
    library = ctypes.CDLL(None, use_errno=True)
    offset = ctypes.c_int64
    for path in place.glob("winnow.db*"):
        with path.open("rb") as file:
            size = path.stat().st_size
            for start in range(0, size, 1 << 16):
                if random.random() < 0.3:
                    library.sync_file_range(file.fileno(), offset(start), offset(1 << 14), ctypes.c_uint(_SYNC_FILE_RANGE_WRITE))


def _copy(image: Path, left: Path) -> None:
    for _ in range(20):
        shutil.copyfile(image, left)
        if filecmp.cmp(image, left, shallow=False):
            return
        time.sleep(0.02)
    raise RuntimeError("The image did not come to rest.")


def run(cuts: int, synchronous: str, folder: Path, tell: Callable[[str], None] = lambda _: None) -> Result:
    """So many cuts, one after another on what the last one left, with a new file system every 20. Raises CannotMount."""
    if os.geteuid():
        raise CannotMount("only root can mount")
    result = Result()
    while result.cuts < cuts:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            image, promised = Path(place) / "first.img", Promised()
            make(image)
            for _ in range(min(_FRESH, cuts - result.cuts)):
                image = cut(image, promised, synchronous)
                with mounted(image) as there:
                    damage = inspect(there / "winnow.db", promised)
                result.add(damage)
                if damage.lost:  # the rest of this life would count the same rows again
                    result.promised += len(promised.comments) + len(promised.labels)
                    promised = Promised()
            result.promised += len(promised.comments) + len(promised.labels)
        tell(f"{synchronous}: {result}")
    return result


def main() -> None:
    """Run and report; the exit status is 1 if FULL lost or broke anything, or if the control lost nothing."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cuts", type=int, default=100)
    options.add_argument("--synchronous", choices=["FULL", "NORMAL"], default="FULL")
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = options.parse_args()
    result = run(asked.cuts, asked.synchronous, asked.folder, tell=print)
    wanted = not result.losing if asked.synchronous == "FULL" else bool(result.losing)
    print(f"{result.losing} of {result.cuts} cuts lost {result.lost} of {result.promised} acknowledged rows")  # noqa: T201
    sys.exit(not wanted or bool(result.broken))


if __name__ == "__main__":
    main()
