"""`winnow webhook` and `winnow worker`, as they are typed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest
from standardwebhooks.webhooks import Webhook

from service.store.engine import open_engine
from tests.outbox.given import Reply, receiving
from tests.running import Shell


@pytest.fixture
def winnow(monkeypatch, capsys, tmp_path):
    """The command line with one site; it may reach this machine."""
    shell = Shell(monkeypatch, capsys, tmp_path)
    monkeypatch.setenv("WINNOW_OUTBOUND_ALLOW", "127.0.0.1")
    shell("site", "add", "blog", "--url", "https://blog.example")

    async def run(*words):
        return await asyncio.to_thread(shell, "webhook", *words)

    return run


async def test_an_endpoint_is_added_tested_and_removed(winnow):
    """The secret is shown once and verifies the ping; the log has the ping; a removed endpoint is gone."""
    async with receiving() as receiver:
        added = await winnow("add", "blog", receiver.url, "--event", "comment.held")
        secret = added.out.split()[-1]
        assert (added.code, secret[:6]) == (0, "whsec_")
        assert (await winnow("test", "1")).out.startswith("The ping arrived: 204 in ")
        assert Webhook(secret).verify(receiver.requests[0].body, receiver.requests[0].headers)["type"] == "ping"
        listed = await winnow("list")
        assert (receiver.url in listed.out, secret in listed.out, "comment.held" in listed.out) == (True, False, True)
        log = json.loads((await winnow("deliveries", "--json")).out)
        assert [(each["kind"], each["state"], each["log"][0]["status"]) for each in log] == [("ping", "sent", 204)]
        assert (await winnow("remove", "1")).code == 0
        assert "There is no endpoint yet" in (await winnow("list")).out


async def test_a_failed_ping_says_why(winnow):
    """And the exit status tells scripts."""
    async with receiving(lambda _: Reply(503)) as receiver:
        await winnow("add", "blog", receiver.url)
        said = await winnow("test", "1")
    assert (said.code, said.err) == (1, "winnow: The ping did not arrive: answered 503.\n")
    assert "dead: answered 503" in (await winnow("deliveries", "--state", "dead")).out


async def test_a_secret_is_rotated(winnow):
    """Both secrets verify for a day."""
    async with receiving() as receiver:
        old = (await winnow("add", "blog", receiver.url)).out.split()[-1]
        new = (await winnow("rotate", "1")).out.split()[-1]
        await winnow("test", "1")
    assert old != new
    for secret in (old, new):
        assert Webhook(secret).verify(receiver.requests[0].body, receiver.requests[0].headers)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "blog", "http://10.0.0.1/"), "not on the public internet"),
        (("add", "blog", "ftp://127.0.0.1/"), "must begin with https://"),
        (("add", "news", "http://127.0.0.1:2000/"), "There is no site named 'news'"),
        (("remove", "7"), "There is no endpoint 7"),
        (("enable", "7"), "There is no endpoint 7"),
        (("rotate", "7"), "There is no endpoint 7"),
        (("test", "7"), "There is no endpoint 7"),
        (("replay",), "Say which messages"),
        (("replay", "msg_1"), "A message's name is msg_ and 26"),
    ],
)
async def test_what_cannot_be_done_is_said(winnow, words, said):
    """One sentence, exit status 1."""
    done = await winnow(*words)
    assert (done.code, said in done.err) == (1, True)


async def test_the_same_address_twice_is_refused(winnow):
    """It would be told everything twice."""
    assert [(await winnow("add", "blog", "http://127.0.0.1:2000/")).code for _ in range(2)] == [0, 1]


async def test_messages_are_replayed_by_name_time_and_state(winnow):
    """Each way finds what it says."""
    async with receiving() as receiver:
        await winnow("add", "blog", receiver.url)
        await winnow("test", "1")
        name = json.loads((await winnow("deliveries", "--json")).out)[0]["id"]
        assert "0 messages" in (await winnow("replay", "--dead")).out
        assert "1 message " in (await winnow("replay", name)).out
        assert "next" in (await winnow("deliveries", "--state", "waiting", "--endpoint", "1")).out
        assert "0 messages" in (await winnow("replay", "--since", "2099-01-01")).out


async def test_a_worker_of_its_own_sends_what_waits(winnow, tmp_path):
    """`winnow worker` sends, and ends when it is told to."""
    environment = dict(os.environ) | {"WINNOW_DATA_DIR": str(tmp_path / "data")}
    async with receiving() as receiver:
        await winnow("add", "blog", receiver.url)
        await winnow("test", "1")
        name = json.loads((await winnow("deliveries", "--json")).out)[0]["id"]
        await winnow("replay", name)
        with subprocess.Popen([sys.executable, "-m", "service", "worker"], env=environment, stderr=subprocess.PIPE) as worker:
            for _ in range(200):
                if len(receiver.requests) == 2:
                    break
                await asyncio.sleep(0.05)
            worker.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(worker.wait, 10) == 0
    assert [request.id for request in receiver.requests] == [name, name]
    engine = open_engine(f"sqlite:///{tmp_path / 'data' / 'winnow.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT state, attempts FROM outbox").all() == [("sent", 1)]
    engine.dispose()
