"""Deliveries on their page: a test message travels for real, what failed is sent once more, and nobody sees what is not theirs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.domain import Role
from service.store import audit, deliveries, endpoints
from service.store.deliveries import Chosen
from tests.queue.given import Client, add_site, forget, site_id, someone, stored
from tests.serving import Service, serving


class Receiver:
    """Listens on this machine, keeps what it is sent, and answers with ``status``."""

    def __init__(self) -> None:
        receiver, self.status, self.got = self, 204, []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.got.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?token=in-the-address"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    """A service that may send to this machine."""
    with serving(tmp_path_factory.mktemp("service"), outbound_allow="127.0.0.0/8", deadline_ms=10_000) as running:
        add_site(running, "other")
        yield running
        forget(running)


@pytest.fixture(scope="module")
def endpoint(service, receiver) -> str:
    """The blog's endpoint, added on its page."""
    ana = someone(service, Role.ADMIN, name="Ana Admin")
    ana.post(f"/sites/{site_id(service, 'blog')}/endpoints", url=receiver.url, event="comment.decided")
    return str(stored(service, endpoints.list_endpoints)[-1].id)


def test_a_test_message_arrives_and_shows(service, receiver, admin, endpoint):
    """It leaves like any other, and the log says that it arrived, with the answer."""
    receiver.status = 204
    page = admin.post(f"/sites/{site_id(service, 'blog')}/endpoints/test", endpoint=endpoint).text
    assert "A test message is on its way." in page
    service.until(lambda: bool(receiver.got))
    assert b'"type":"ping"' in receiver.got[-1]
    service.until(lambda: "arrived</span>" in admin.get("/deliveries?state=sent").text)
    assert re.search(r"204 <span", admin.get("/deliveries?state=sent").text)


def fail_one(service: Service, endpoint: str, receiver: Receiver) -> str:
    """Let a message be given up by a receiver that wants nothing any more."""
    receiver.status = 410
    dead = lambda connection: deliveries.list_messages(connection, Chosen(state="dead"), 10)  # noqa: E731

    def given_up() -> bool:  # the service learns within a second that the endpoint is on again
        service.api("POST", "/v1/comments", {"text": "Hello", "author": "Ana"})
        return bool(stored(service, dead))

    service.until(given_up)
    receiver.status = 204  # before anything is sent again
    stored(service, lambda connection: endpoints.enable_endpoint(connection, int(endpoint)))
    return stored(service, dead)[0].id


def test_what_never_arrived_is_sent_once_more(service, receiver, admin, endpoint):
    """One by its name, or all of them; the log says who did."""
    message = fail_one(service, endpoint, receiver)
    before = len(receiver.got)
    assert "1 message will be sent once more." in admin.post("/deliveries/replay", do="one", message=message).text
    service.until(lambda: len(receiver.got) > before)
    fail_one(service, endpoint, receiver)
    assert "sent once more" in admin.post("/deliveries/replay", do="dead", endpoint=endpoint).text
    deed = stored(service, lambda connection: audit.entries(connection, what="delivery.replay", limit=1))[0]
    assert (deed.who, deed.target, '"messages":' in deed.after) == ("Ana Admin", "dead", True)


def test_a_span_of_time_is_sent_once_more(service, receiver, admin, endpoint):
    """From then on; without a beginning it would be everything, and is refused."""
    receiver.status = 204
    hour_ago = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() - 3600))
    service.until(lambda: "waiting</span>" not in admin.get("/deliveries?state=waiting").text)
    assert admin.post("/deliveries/replay", do="span", endpoint=endpoint).status_code == 422
    assert re.search(r"[1-9]\d* messages? will be sent", admin.post("/deliveries/replay", do="span", since=hour_ago).text)
    future = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 3600))
    assert "0 messages will be sent" in admin.post("/deliveries/replay", do="span", since=future).text


def test_nobody_sees_or_sends_what_is_another_site_s(service, receiver, endpoint):
    """Filters and ids in a form are looked up within one's own sites."""
    olga: Client = someone(service, name="Olga", other=Role.ADMIN)
    page = olga.get(f"/deliveries?endpoint={endpoint}").text
    assert ("comment.decided" in page, "127.0.0.1" in page.partition("<main")[2]) == (False, False)
    message = stored(service, lambda connection: deliveries.list_messages(connection, Chosen(), 1))[0].id
    assert "0 messages" in olga.post("/deliveries/replay", do="one", message=message).text


def test_the_page_holds_neither_address_nor_text(service, admin, endpoint):
    """The host is enough to know an endpoint by; what comments say is not in the log."""
    page = admin.get("/deliveries").text
    assert ("in-the-address" in page, "Hello" in page) == (False, False)


@pytest.mark.parametrize(
    "query", ["site=x", "endpoint=-1", "state=odd", "since=yesterday", "before=%00", "until=99999-01-01T00:00"]
)
def test_odd_filters_are_no_error(service, admin, endpoint, query):
    """What is no value asks for nothing."""
    assert admin.get(f"/deliveries?{query}").status_code == 200
