"""Requests a second: an Akismet form to a durable verdict, against a FastAPI "hello world" in the same run.

``python -m tests.bench.throughput``: one worker each, the two in turn. The reference returns a dict for a pydantic JSON body and
stores nothing. Ours parses a form of about 747 bytes, normalises, scores with the shipped model, decides, commits to disk
(``synchronous=FULL``), and only then answers. Server CPU is that of the whole process, user and system. Then 500 requests a
second for the waiting times.
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from msgspec import Struct

from tests.bench.load import Load, as_fast_as_can_be, at_a_rate

ROUNDS, SECONDS, CONNECTIONS = 5, 3.0, 256
"""Twice as many connections as the writer commits together: with half of them, all would wait for every flush of the disk, and the
processor with them. Hello world answers as many requests over 128 as over 256."""

FORMS = 20_000
"""Each from an author of its own: nobody writes so much that the flood limit holds it."""
TARGET = 2.0
AGENT = "WordPress/7.1.4 | Akismet/5.7.2"
HELLO = """
from fastapi import FastAPI
from pydantic import BaseModel
import uvicorn, sys
class Item(BaseModel):
    name: str
    text: str
    number: int = 0
app = FastAPI()
@app.post("/hello")
async def hello(item: Item):
    return {"hello": item.name}
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
"""
SENTENCE = "the flour was damp and my second loaf fell flat because I forgot salt then we tried again with less water on a cold day"
WORDS = SENTENCE.split()


class Round(Struct, frozen=True):
    """One turn of one server: requests a second, and microseconds of its CPU for each."""

    rate: float
    cpu: float
    others: int


def main() -> int:
    """Measure and print; 1 where the target is missed."""
    with tempfile.TemporaryDirectory() as folder, _hello() as (hello, hello_port), _winnow(Path(folder)) as (ours, our_port, key):
        greetings, forms = [_greeting(hello_port)], [_form(our_port, key, number) for number in range(FORMS)]
        size = len(forms[0].partition(b"\r\n\r\n")[2])
        print(f"form body {size} bytes, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS:.0f} s")
        pairs = [(_round(hello, hello_port, greetings), _round(ours, our_port, forms)) for _ in range(ROUNDS)]
        calm = at_a_rate(our_port, forms, 500, 64, 10)
    ratio = median(mine.rate / theirs.rate for theirs, mine in pairs)
    _tell("FastAPI hello world", [theirs for theirs, _ in pairs])
    _tell("form to durable verdict", [mine for _, mine in pairs])
    cpu = median(theirs.cpu / mine.cpu for theirs, mine in pairs)
    print(f"ratio of requests/s {ratio:.2f} (target {TARGET}), of server CPU {cpu:.2f}")
    print(f"at 500 requests/s: p50 {_ms(calm, 0.5)}, p99 {_ms(calm, 0.99)}, {calm.others} not 200")
    return int(ratio < TARGET)


def _ms(load: Load, share: float) -> str:
    return f"{1000 * load.quantile(share):.1f} ms"


def _tell(name: str, rounds: Sequence[Round]) -> None:
    rate, cpu = median(one.rate for one in rounds), median(one.cpu for one in rounds)
    print(f"{name:24} {rate:8,.0f} requests/s  {cpu:6.1f} µs CPU each  {sum(one.others for one in rounds)} not 200")


def _round(server: subprocess.Popen[str], port: int, requests: Sequence[bytes]) -> Round:
    before = cpu_of(server.pid)
    load = as_fast_as_can_be(port, requests, CONNECTIONS, SECONDS)
    return Round(load.rate, 1e6 * (cpu_of(server.pid) - before) / max(1, load.answers), load.others)


def cpu_of(process: int) -> float:
    """Seconds of CPU, user and system, of a process with all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _request(port: int, path: str, kind: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: {AGENT}\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _greeting(port: int) -> bytes:
    return _request(port, "/hello", "application/json", json.dumps({"name": "Nora", "text": "x" * 600, "number": 3}).encode())


def _form(port: int, key: str, number: int) -> bytes:
    dice = random.Random(number)
    text = " ".join(dice.choices(WORDS, k=48))[:240]
    fields = {
        "api_key": key,
        "blog": "http://127.0.0.1:8088",
        "user_ip": f"203.0.{number % 256}.{dice.randrange(256)}",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "referrer": "http://127.0.0.1:8088/2026/which-flour/",
        "permalink": "http://127.0.0.1:8088/2026/which-flour/",
        "comment_type": "comment",
        "comment_author": f"Nora {number}",
        "comment_author_email": f"nora{number}@example.net",
        "comment_author_url": "",
        "comment_content": text,
        "blog_lang": "en_US",
        "blog_charset": "UTF-8",
        "comment_post_ID": "12",
    }
    return _request(port, "/1.1/comment-check", "application/x-www-form-urlencoded; charset=UTF-8", urlencode(fields).encode())


@contextmanager
def _hello() -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    with _running([sys.executable, "-c", HELLO, str(port)], port, {}) as server:
        yield server, port


@contextmanager
def _winnow(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    port, log = free_port(), folder / "log"
    environment = {"WINNOW_DATA_DIR": str(folder / "data"), "WINNOW_PORT": str(port)}
    with _running([str(Path(sys.executable).with_name("winnow")), "serve"], port, environment, log) as server:
        found = re.search(r"Akismet clients and for /v1 +([0-9a-f]{12})", log.read_text())
        if not found:
            raise SystemExit(f"the service printed no key:\n{log.read_text()}")
        yield server, port, found[1]


@contextmanager
def _running(
    command: list[str], port: int, environment: dict[str, str], log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    output = log.open("w") if log else subprocess.DEVNULL
    with subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=subprocess.STDOUT, text=True) as server:
        try:
            _wait_for(port)
            yield server
        finally:
            server.terminate()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            time.sleep(0.5)
            return
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
