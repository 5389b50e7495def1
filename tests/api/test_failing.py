"""What the doors say when nothing can be stored, and what slow or broken clients get."""

from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.api import server
from tests.classifier.given import a_folder
from tests.serving import Service, serving

WORDPRESS = "WordPress/6.8 | Akismet/5.5"


@contextmanager
def locked(service: Service) -> Iterator[None]:
    """The database is locked by someone else."""
    holder = sqlite3.connect(service.database_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


def test_a_locked_database_holds_at_every_door(tmp_path: Path) -> None:
    """While nothing can be stored, every door answers what makes its client hold or retry; then all is well again."""
    with serving(tmp_path, model_dir=a_folder(tmp_path), deadline_ms=300) as service:
        with locked(service):
            wordpress = service.form("/1.1/comment-check", WORDPRESS, user_role="administrator")
            other = service.form("/1.1/comment-check", user_role="administrator")
            api = service.api("POST", "/v1/comments", {"text": "Hello."})
        assert (wordpress.status, wordpress.body) == (503, b"false")
        assert {"x-akismet-guid", "x-akismet-error", "retry-after"} <= set(wordpress.headers)
        assert (other.status, other.body, api.status) == (503, b"true", 503)
        assert (api.headers["content-type"], "retry-after" in api.headers) == ("application/problem+json", True)
        service.until(lambda: service.form("/1.1/comment-check", user_role="administrator").body == b"false")


def test_a_stop_answers_what_was_begun(tmp_path: Path) -> None:
    """Requests in flight when the service is told to stop are answered, and every acknowledged comment is on disk."""
    said: list[str] = []

    def send(service: Service) -> None:
        try:
            while True:
                said.append(service.form("/1.1/comment-check", comment_content="Hello.").headers["x-akismet-guid"])
        except (ConnectionError, OSError):
            pass

    with serving(tmp_path, model_dir=a_folder(tmp_path)) as service, ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(send, service)
        service.until(lambda: len(said) > 50)
        service.server.should_exit = True
    connection = sqlite3.connect(tmp_path / "winnow.db")
    stored = {row[0] for row in connection.execute("SELECT id FROM comments")}
    connection.close()
    assert set(said) <= stored


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"\r\n",
        b"POST /1.1/comment-check HT",
        b"POST /1.1/comment-check HTTP/1.1\r\nContent-Length: 9\r\n\r\napi_",
        b"GET /docs HTTP/1.1\r\nX: ",
    ],
)
def test_clients_that_never_finish_are_cut_off(service: Service, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    """A request that does not arrive is not waited for."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.5)
    started = time.monotonic()
    service.raw(begun, wait=120)
    assert time.monotonic() - started < 100  # it was the server that closed


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 400_000,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000,
        b"GET / HTTP/1.1\r\nX: " + b"y" * 400_000,
    ],
)
def test_endless_heads_are_refused(service: Service, head: bytes) -> None:
    """A head of hundreds of kilobytes is refused while it still arrives."""
    assert not service.raw(head).startswith(b"HTTP/1.1 200")
    assert service.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /1.1/comment-check HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /1.1/comment-check HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /1.1/comment-check HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /1.1/comment-check HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /1.1/comment-check HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\n\r\n",
        b"\x00" * 1000,
    ],
)
def test_what_is_no_http_does_no_harm(service: Service, monkeypatch: pytest.MonkeyPatch, request_bytes: bytes) -> None:
    """Malformed requests get no success, no server error, and leave the service as it was."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.5)
    answer = service.raw(request_bytes)
    assert not answer.startswith((b"HTTP/1.1 5", b"HTTP/1.1 200"))
    assert service.ask("GET", "/healthz").status == 200


def test_the_cap_can_be_raised(tmp_path: Path) -> None:
    """A comment beyond the usual cap, and beyond what a connection buffers, is judged where the site's owner wants that."""
    with serving(tmp_path, model_dir=a_folder(tmp_path), max_body=300_000) as service:
        answer = service.form("/1.1/comment-check", comment_content="Hello. " * 30_000, user_role="administrator")
        assert (answer.status, answer.body) == (200, b"false")


def test_a_large_batch_body_is_refused_as_it_comes(service: Service) -> None:
    """Five megabytes without a length are cut off at the cap, not collected."""
    head = f"POST /v1/comments/batch HTTP/1.1\r\nHost: x\r\nX-Api-Key: {service.bearer}\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = service.raw(head.encode() + (b"10000\r\n" + b"a" * 65_536 + b"\r\n") * 90 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_clients_that_leave_do_no_harm(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """A client that hangs up before its answer is nobody's error."""
    form = f"api_key={service.key}&blog=x".encode()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", service.port)) as connection:
            connection.sendall(b"POST /1.1/comment-check HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(form), form))
    assert service.ask("GET", "/healthz").status == 200
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_many_at_once_get_their_own_answers(service: Service) -> None:
    """Answers never cross: each guid leads to the text that was sent with it."""
    texts = [f"Comment {number}" for number in range(200)]
    with ThreadPoolExecutor(16) as pool:
        guids = list(
            pool.map(lambda text: service.form("/1.1/comment-check", comment_content=text).headers["x-akismet-guid"], texts)
        )
    assert [service.api("GET", f"/v1/comments/{guid}").json()["comment"]["text"] for guid in guids] == texts
    assert threading.active_count() < 50
