"""Nothing is ever sent to an inner machine, in whatever way its address is written or served."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from service.outbox.guard import Guard, Refused
from service.outbox.sending import Sender
from tests.outbox.apart import CANNOT
from tests.outbox.forms import FORMS
from tests.outbox.given import HOME, receiving

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "metadata.google.internal": ["169.254.169.254"],
    "inner.example": ["10.1.2.3"],
    "six.example": ["fd00::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "both.example": ["192.168.0.1", "fe80::1"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "public.example": ["93.184.216.34"],
    "mixed.example": ["127.0.0.1", "93.184.216.34"],
    "nowhere.example": [],
}


async def names(name, port):
    """A name server of these tests."""
    if not (found := NAMES.get(name.lower(), [])):
        raise OSError("no such name")
    return found


_watching: list[list[tuple[str, object]]] = []


def _audit(event: str, values: tuple[object, ...]) -> None:
    if _watching and event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        _watching[-1].append((event, values[1] if event == "socket.connect" else values[0]))


sys.addaudithook(_audit)


@contextmanager
def watching() -> Iterator[list[tuple[str, object]]]:
    """Every connection that this process begins, as the interpreter itself reports it."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()


def test_there_are_many_forms():
    """The list below is the claim's."""
    assert len(set(FORMS)) == len(FORMS) > 100


@pytest.mark.parametrize("url", FORMS, ids=ascii)
async def test_no_form_of_an_inner_address_is_connected_to(url):
    """Refused with a sentence, without a single connection, whatever the name server says."""
    with watching() as seen:
        async with Sender(Guard(resolve=names), timeout=2).session(url) as post:
            answer = await post(b"{}", {})
    assert (answer.status, [each for each in seen if each[0] == "socket.connect"]) == (None, [])
    assert answer.error.endswith(".")
    assert "127.0.0.1" not in answer.error


@pytest.mark.parametrize(
    ("url", "urls", "host"),
    [
        ("https://public.example/a?b=c", ("https://93.184.216.34:443/a?b=c",), "public.example"),
        ("http://public.example:8080", ("http://93.184.216.34:8080/",), "public.example:8080"),
        ("http://mixed.example/", ("http://93.184.216.34:80/",), "mixed.example"),
        ("https://8.8.8.8/", ("https://8.8.8.8:443/",), "8.8.8.8"),
        ("https://[2606:4700::1111]:8443/", ("https://[2606:4700::1111]:8443/",), "[2606:4700::1111]:8443"),
        ("https://PUBLIC.example/", ("https://93.184.216.34:443/",), "public.example"),
    ],
)
async def test_public_addresses_are_vetted(url, urls, host):
    """The address is in the URL, the name in the header; inner ones beside public ones are left out."""
    target = await Guard(resolve=names).vet(url)
    assert (target.urls, target.host) == (urls, host)


@pytest.mark.parametrize("allowed", ["10.0.0.0/8", "inner.example", "10.1.2.3"])
async def test_the_operator_may_list_exceptions(allowed):
    """By network, name or address; only those."""
    guard = Guard([allowed], names)
    assert (await guard.vet("http://inner.example:8080/")).urls == ("http://10.1.2.3:8080/",)
    with pytest.raises(Refused):
        await guard.vet("http://localhost/")


async def test_a_rebinding_name_server_gains_nothing():
    """A name that is public at one look-up and inner at the next, or while one is sending: no connection to the inner address."""
    asked = []

    async def rebinding(name, port):
        asked.append(name)
        return ["93.184.216.34"] if len(asked) % 2 else ["127.0.0.1"]

    guard = Guard(resolve=rebinding)
    async with receiving() as inner:
        first = await guard.vet(f"http://rebind.example:{inner.port}/")
        assert (first.urls, len(asked)) == ((f"http://93.184.216.34:{inner.port}/",), 1)
        with watching() as seen:
            async with Sender(guard, timeout=2).session(f"http://rebind.example:{inner.port}/") as post:
                answer = await post(b"{}", {})
    assert (answer.status, [each for each in seen if each[0] == "socket.connect"], inner.connections) == (None, [], 0)


async def test_the_vetted_address_is_the_one_connected_to():
    """One look-up a request, ours; the HTTP client resolves nothing, follows no redirect and uses no proxy."""
    asked = []

    async def once(name, port):
        asked.append(name)
        return ["127.0.0.1"]

    async with receiving() as receiver:
        with watching() as seen:
            async with Sender(Guard(HOME, once), timeout=60).session(f"http://cms.example:{receiver.port}/hook") as post:
                await post(b"{}", {})
        connects = [place for event, place in seen if event == "socket.connect"]
    assert (asked, connects) == (["cms.example"], [("127.0.0.1", receiver.port)])
    assert [name for event, name in seen if event == "socket.getaddrinfo" and name != "127.0.0.1"] == []
    assert receiver.requests[0].headers["host"] == f"cms.example:{receiver.port}"


async def test_a_proxy_in_the_environment_is_ignored(monkeypatch):
    """A proxy would resolve the name itself."""
    async with receiving() as receiver, receiving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with Sender(Guard(HOME), timeout=60).session(receiver.url) as post:
            assert (await post(b"{}", {})).status == 204
    assert proxy.connections == 0


async def test_a_name_server_that_hangs_is_a_failure():
    """It costs the attempt its time and nothing else."""

    async def hangs(name, port):
        await asyncio.sleep(60)

    async with Sender(Guard(resolve=hangs), timeout=0.1).session("http://slow.example/") as post:
        assert (await post(b"{}", {})).error == "no answer within 0.1 s"


def test_a_real_name_server_that_rebinds_gains_nothing():
    """In a network of its own, names resolved by the system: only the listener at the public address counts connections."""
    words = [sys.executable, "-m", "tests.outbox.apart"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == CANNOT:
        pytest.skip(f"No network of one's own: {done.stderr.strip()}")
    counted = json.loads(done.stdout)
    assert (counted["inner"], counted["public"], counted["taken"]) == (0, 30, 30), done.stderr
    assert counted["refused"] == 30 + 5 + len(FORMS)
    assert (counted["asked"] >= 65, counted["reached"]) == (True, 1)
