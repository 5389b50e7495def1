"""The Python client against a running service, with asyncio and without."""

from __future__ import annotations

import base64
import hmac
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import get_type_hints

import pytest

from service.api.schemas import CommentIn
from service.client import AsyncClient, Client, CommentFields, NotFromWinnow, Unreachable, WinnowError, read_event
from tests.serving import Service


@pytest.fixture
def winnow(service: Service) -> Iterator[Client]:
    with Client(f"http://127.0.0.1:{service.port}", service.bearer) as client:
        yield client


def test_a_comment_gets_its_verdict(winnow: Client) -> None:
    """With the fields that the API answers."""
    said = winnow.check("Did you weigh the water?", author="Maria", context=["bread"], external_id="p-1")
    assert said.verdict in {"accept", "hold", "reject"}
    assert (said.external_id, said.repeated, winnow.get(said.id).comment["context"]) == ("p-1", False, ["bread"])


def test_many_are_judged_in_order(winnow: Client) -> None:
    """More than one request holds, too."""
    many = [{"text": f"Words {number}", "external_id": f"m{number}"} for number in range(1_005)]
    assert [said.external_id for said in winnow.check_many(many)] == [f"m{number}" for number in range(1_005)]


def test_feedback_and_lists(winnow: Client) -> None:
    """A label decides; lists come page by page."""
    made = winnow.check("Buy my watches")
    told = winnow.feedback(made.id, "spam", by="ana")
    assert (told.verdict, told.repeated, winnow.get(made.id).labels[0]["by"]) == ("reject", False, "ana")
    listed = [each.id for each in winnow.comments()]
    assert (made.id in listed, len(listed), len(set(listed))) == (True, len(listed), len(listed))
    assert {each.verdict for each in winnow.comments(verdict="reject")} == {"reject"}


async def test_the_same_with_asyncio(service: Service) -> None:
    """Every method, awaited."""
    async with AsyncClient(f"http://127.0.0.1:{service.port}", service.bearer) as winnow:
        made = await winnow.check("A fine loaf")
        assert (await winnow.feedback(made.id, "ham")).verdict == "accept"
        assert (await winnow.get(made.id)).verdict == "accept"
        assert [said.external_id async for said in winnow.check_many([{"text": "x", "external_id": "a1"}])] == ["a1"]
        assert made.id in [each.id async for each in winnow.comments()]


def test_refusals_name_the_fields(winnow: Client) -> None:
    """And are no reason to try again."""
    with pytest.raises(WinnowError, match=r"Unknown|author must be a string|author"):
        winnow.check("x", author=7)  # type: ignore[arg-type]
    with pytest.raises(WinnowError) as refusal:
        winnow.get("0" * 32)
    assert refusal.value.status == 404


def test_nobody_there_is_unreachable() -> None:
    """After every attempt."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{taken.getsockname()[1]}", "key", attempts=2)
        with client, pytest.raises(Unreachable, match="cannot be reached"):
            client.check("x")


def test_a_second_attempt_carries_the_same_key() -> None:
    """So the service answers as it did the first time."""
    seen: list[str] = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers["Idempotency-Key"])
            body = b'{"detail": "busy"}'
            self.send_response(503)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with Client(f"http://127.0.0.1:{server.server_address[1]}", "key") as client, pytest.raises(Unreachable, match="busy"):
        client.check("x")
    server.shutdown()
    server.server_close()
    assert (len(seen), len(set(seen))) == (3, 1)


def test_the_client_knows_every_field() -> None:
    """What the API takes, by its name."""
    assert set(get_type_hints(CommentFields)) == set(CommentIn.model_fields) - {"text"}


def test_events_are_proven_before_they_are_read() -> None:
    """Standard Webhooks: a right signature by one of the secrets, and a time close by."""
    secret, other = ("whsec_" + base64.b64encode(each * 32).decode() for each in (b"a", b"b"))
    body, at = b'{"type":"comment.decided"}', 1_790_000_000
    digest = hmac.new(b"a" * 32, f"msg_1.{at}.".encode() + body, "sha256").digest()
    headers = {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(at), "Webhook-Signature": f"v1,{base64.b64encode(digest).decode()}"}
    assert read_event(body, headers, other, secret, at=at) == {"type": "comment.decided"}
    wrong = [
        (body + b" ", headers, secret, at),
        (body, headers, other, at),
        (body, headers, secret, at + 301),
        (body, {}, secret, at),
    ]
    for *given, moment in wrong:
        with pytest.raises(NotFromWinnow):
            read_event(*given, at=moment)
