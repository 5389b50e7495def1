"""What hostile bodies may do to a running server: get an answer below 500 that does not repeat them. Nothing else."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from tests.classifier.given import a_folder
from tests.hostile.corpus import BODIES, CANARY, FORMS, PATHS
from tests.serving import Service, new_keys, serving

FORM_PATHS = (
    "/1.1/comment-check",
    "/1.1/submit-spam",
    "/1.1/submit-ham",
    "/1.1/verify-key",
    "/1.1/deactivate",
    "/1.1/get-subscription",
    "/1.1/get-stats",
    "/1.1/token",
    "/1.1/verify-wpcom-key",
    "/1.2/get-key-stats",
    "/1.2/key-sites",
    "/1.2/usage-limit",
)
JSON_PATHS = (
    ("POST", "/v1/comments"),
    ("POST", "/v1/comments/batch"),
    ("POST", f"/v1/comments/{'0' * 32}/feedback"),
    ("PUT", "/v1/policy"),
)


class Line:
    """A kept-open connection that sends raw requests and reads whole answers."""

    def __init__(self, service: Service) -> None:
        self.port = service.port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        for attempt in range(2):
            try:
                if self.socket is None:
                    self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=90)
                self.socket.sendall(request)
                return self._answer(self.socket)
            except ConnectionError:
                self.close()
                if attempt:
                    raise
        raise AssertionError

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _answer(self, connection: socket.socket) -> tuple[int, bytes]:
        answer = b""
        while b"\r\n\r\n" not in answer:
            if not (part := connection.recv(65536)):
                raise ConnectionResetError
            answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head)[1])
        while len(body) < length:
            body += connection.recv(65536)
        if b"connection: close" in head:
            self.close()
        return int(head.split()[1]), head + b"\r\n\r\n" + body


def post(path: str, body: bytes, kind: str, key: str = "", method: str = "POST") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: WordPress/6.8 | Akismet/5.5\r\nContent-Type: {kind}\r\n"
    head += f"X-Api-Key: {key}\r\n" if key else ""
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


def requests(service: Service) -> Iterator[tuple[str, bytes]]:
    keys = cycle(new_keys(service, 4))  # so that no key's limit on feedback is reached
    for path in FORM_PATHS:
        for name, body in FORMS.items():
            prefix = f"api_key={next(keys)}&blog=http://blog.example.net&user_ip=203.0.113.7&".encode()
            yield f"{path} {name}", post(path, prefix + body, "application/x-www-form-urlencoded")
    for name, body in FORMS.items():
        yield f"without key: {name}", post("/1.1/comment-check", body, "application/x-www-form-urlencoded")
    for method, path in JSON_PATHS:
        for name, body in BODIES.items():
            yield f"{path} {name}", post(path, body, "application/json", service.bearer, method)
    for name, path in PATHS.items():
        yield f"GET {name}", b"GET %b HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: %b\r\n\r\n" % (path, service.bearer.encode())


Answers = dict[str, tuple[int, bytes]]


def gather(folder: Path, database_url: str) -> Answers:
    with serving(folder, database_url, model_dir=a_folder(folder), deadline_ms=5000) as service:
        line = Line(service)
        try:
            return {name: line.ask(request) for name, request in requests(service)}
        finally:
            line.close()


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return gather(tmp_path_factory.mktemp("hostile"), "")


def test_the_corpus_is_large() -> None:
    """There are at least 300 bodies for forms and as many for JSON."""
    assert min(len(FORMS), len(BODIES)) >= 300


def test_no_server_error(answers: Answers) -> None:
    """No hostile body gets a 5xx."""
    assert [name for name, (status, _) in answers.items() if status >= 500] == []


def test_no_echo(answers: Answers) -> None:
    """No answer to a refused request repeats any of it."""
    echoes = [name for name, (status, answer) in answers.items() if status >= 400 and CANARY.encode() in answer]
    assert echoes == []


def test_form_answers_stay_in_the_protocol(answers: Answers) -> None:
    """comment-check says true, false or invalid, always with a guid, whatever it is sent."""
    strange = [
        name
        for name, (_, answer) in answers.items()
        if name.startswith("/1.1/comment-check")
        and (answer.rpartition(b"\r\n")[2] not in {b"true", b"false", b"invalid"} and b"x-akismet-guid: " in answer)
    ]
    assert strange == []


def test_json_faults_are_named(answers: Answers) -> None:
    """A wrong value in a known field is refused by that field's name."""
    for value in ("two to the seventy", "nul", "lone surrogate", "not a number"):
        status, answer = answers[f"/v1/comments author: {value}"]
        assert (status, b'"field":"author"' in answer) == (422, True), value


def test_both_databases_answer_alike(answers: Answers, postgres_url: str, tmp_path: Path) -> None:
    """Every request gets the same status and, from the form door, the same body on PostgreSQL as on SQLite."""
    others = gather(tmp_path, postgres_url)
    assert {name: status for name, (status, _) in others.items()} == {name: status for name, (status, _) in answers.items()}
    assert [name for name, (status, answer) in others.items() if status >= 400 and CANARY.encode() in answer] == []
