"""Small runs of both instruments; the long ones are `python -m tests.durability.kill` and `python -m tests.durability.powercut`."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.durability import kill, powercut


def test_a_killed_writer_loses_nothing(tmp_path):
    """Every comment that was acknowledged before a kill -9 is there, and all rows agree."""
    checked, damage = kill.run(5, tmp_path)
    assert not damage
    assert checked > 50


def test_a_killed_service_loses_nothing(tmp_path):
    """Every comment that was answered over HTTP before a kill -9 is there."""
    checked, damage = kill.run(2, tmp_path, whole=True)
    assert not damage
    assert checked > 10


def cuts(number, synchronous, folder):
    try:
        return powercut.run(number, synchronous, folder)
    except powercut.CannotMount as reason:
        pytest.skip(f"no power can be cut here: {reason}")


def test_a_power_cut_loses_nothing(tmp_path):
    """What was acknowledged is on disk, not in the kernel's cache."""
    result = cuts(3, "FULL", tmp_path)
    assert (result.losing, result.broken) == (0, ())
    assert result.promised > 50


def test_the_power_cut_can_see(tmp_path):
    """Without flushing at every commit such cuts lose acknowledged rows, sooner or later: the instrument is not blind."""
    assert any(cuts(2, "NORMAL", tmp_path).losing for _ in range(20))


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_every_commit_is_flushed(tmp_path):
    """The system calls tell it: at least one flush for each transaction."""
    trace = tmp_path / "trace"
    words = [sys.executable, "-m", "tests.durability.flushes", str(tmp_path / "winnow.db"), "40"]
    command = ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync,pwrite64", "-o", str(trace), *words]
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ | {"PYTHONPATH": "."})
    if b"ptrace" in done.stderr.lower():
        pytest.skip("this machine allows no tracing")
    assert done.returncode == 0, done.stderr
    flushes = sum("sync(" in line for line in trace.read_text().splitlines())
    assert flushes >= 40
