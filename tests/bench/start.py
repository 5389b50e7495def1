"""Seconds until the service is ready, and what it holds, against the bare import of its framework in the same run.

``python -m tests.bench.start``: a start on a database that is there already, until ``/readyz`` answers 200 and comments get
verdicts, and until the JSON API and the pages, which are loaded after that, answer too; in turn with ``import fastapi, uvicorn`` in
a process of its own. A machine's hours differ by half; the ratio says more than the seconds.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from msgspec import Struct

from tests.bench.throughput import cpu_of, free_port

ROUNDS = 7
SECONDS, MEGABYTES = 1.5, 140
PATIENCE = 60.0


class Start(Struct, frozen=True):
    """Seconds until ready, seconds of CPU until then, seconds until all doors are open, and megabytes resident then."""

    seconds: float
    cpu: float
    all_doors: float
    megabytes: float


def main() -> int:
    """Measure and print; 1 where a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        _start(folder)  # makes the database
        pairs = [(_bare(), _start(folder)) for _ in range(ROUNDS)]
    ready, held = median(start.seconds for _, start in pairs), max(start.megabytes for _, start in pairs)
    cpu, bare = median(start.cpu for _, start in pairs), median(bare for bare, _ in pairs)
    print(f"ready after {ready:.2f} s (target {SECONDS}), {cpu:.2f} s of CPU; import fastapi, uvicorn {bare:.2f} s")
    print(f"all doors open after {median(start.all_doors for _, start in pairs):.2f} s")
    print(f"ratio {median(start.seconds / bare for bare, start in pairs):.2f}; {held:.0f} MB resident (target {MEGABYTES})")
    return int(ready > SECONDS or held > MEGABYTES)


def _bare() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import fastapi, uvicorn"], check=True)
    return time.perf_counter() - begun


def _start(folder: str) -> Start:
    port = free_port()
    environment = os.environ | {"WINNOW_DATA_DIR": folder, "WINNOW_PORT": str(port)}
    command = [str(Path(sys.executable).with_name("winnow")), "serve"]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while not _answers(port, "/readyz"):
                if time.perf_counter() - begun > PATIENCE or server.poll() is not None:
                    raise SystemExit("the service did not become ready")
                time.sleep(0.005)
            ready, cpu = time.perf_counter() - begun, cpu_of(server.pid)
            if not _answers(port, "/version"):
                raise SystemExit("the JSON API did not answer")
            return Start(ready, cpu, time.perf_counter() - begun, _resident(server.pid))
        finally:
            server.terminate()


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return link.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _resident(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
