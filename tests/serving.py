"""A real server in this process, on a port of its own, with a site and its keys; and raw requests to it."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from service import app, settings
from service.store import sites
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.upgrade import upgrade

BLOG = "http://blog.example.net"
SECRET = "a secret that only tests know"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """Where it listens and what opens it: ``key`` is an Akismet key, ``bearer`` one with every scope."""

    port: int
    key: str
    bearer: str
    database_url: str
    server: Any = field(repr=False)

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def form(self, path: str, agent: str = "test/1", **fields: str) -> Answer:
        """Send a form with the site's key, as an Akismet client does."""
        body = urlencode({"api_key": self.key, "blog": BLOG, **fields})
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded", User_Agent=agent)

    def api(self, method: str, path: str, value: Any = None, **headers: str) -> Answer:
        """Send JSON with the bearer key."""
        body = None if value is None else value if isinstance(value, bytes) else json.dumps(value)
        given = {"Authorization": f"Bearer {self.bearer}", "Content_Type": "application/json", **headers}
        return self.ask(method, path, body, **given)

    def until(self, true: Callable[[], bool], seconds: float = 90.0) -> None:
        """Wait until something holds, longer than any machine takes that works."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it never came true"
            time.sleep(0.05)

    def raw(self, request: bytes, wait: float = 5.0) -> bytes:
        """Send bytes as they are and read until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            answer = b""
            try:
                connection.sendall(request)
                while part := connection.recv(65536):
                    answer += part
            except (TimeoutError, ConnectionError):
                pass
            return answer


def new_keys(service: Service, count: int) -> list[str]:
    """Add Akismet keys to the first site and wait until they work."""
    engine = open_engine(service.database_url)
    with engine.begin() as connection:
        site = sites.list_sites(connection)[0]
        keys = [sites.add_key(connection, Digests(SECRET.encode()), site.id, time.time())[0] for _ in range(count)]
    engine.dispose()
    service.until(lambda: service.ask("POST", "/1.1/verify-key", f"key={keys[-1]}&blog=x").body == b"valid")
    return keys


def new_site(config: settings.Settings, name: str = "blog", url: str = BLOG, hold_as: str = "auto") -> tuple[str, str]:
    """Add a site unless it is there; give an Akismet key of it and a bearer key with every scope."""
    engine = open_engine(config.database)
    upgrade(engine)
    digests = Digests(config.key_secret())
    with engine.begin() as connection:
        known = next((each for each in sites.list_sites(connection) if each.name == name), None)
        site = known or sites.add_site(connection, name, url, time.time(), hold_as)
        key, _ = sites.add_key(connection, digests, site.id, time.time())
        bearer, _ = sites.add_key(connection, digests, site.id, time.time(), kind="bearer", scopes=("admin",))
    engine.dispose()
    return key, bearer


def _stack(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(traceback.format_stack(frame)) if frame else "nowhere"


@contextmanager
def serving(folder: Path, database_url: str = "", **more: object) -> Iterator[Service]:
    """Serve from a folder until the block ends. A busy machine is no failure: the deadline is long unless a test wants it short."""
    asked = {"deadline_ms": 20_000, **more}
    config = settings.load(data_dir=folder, database_url=database_url, port=0, secret=SECRET, **asked)
    key, bearer = new_site(config)
    server = app.server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    assert server.started, "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Service(port, key, bearer, config.database, server)
    finally:
        server.should_exit = True
        thread.join(90)
        assert not thread.is_alive(), f"the server did not stop; it is here:\n{_stack(thread)}"
