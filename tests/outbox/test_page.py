"""What docs/webhooks.md shows works, and it tells of every event."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service.outbox import signing
from service.store.endpoints import rotate_secret
from service.store.events import EVENTS
from tests.outbox.given import DIGESTS, receiving

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")


def block(kind: str) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0]


def test_every_event_is_documented():
    """The table has every event, and no other but the ping."""
    assert set(re.findall(r"^\| `([a-z]+(?:\.[a-z]+)?)` \|", PAGE, re.MULTILINE)) == {*EVENTS, "ping"}


async def test_the_python_shown_receives(cabin):
    """It takes a message once, and refuses an altered one."""
    names: dict[str, Any] = {}
    exec(block("python"), names)
    cabin.clock.now = time.time()
    async with receiving() as receiver:
        secret, _ = cabin.endpoint(receiver.url)
        cabin.tell()
        await cabin.work()
    [request], seen = receiver.requests, set()
    assert names["receive"](request.headers, request.body, secret, seen)["type"] == "comment.decided"
    assert names["receive"](request.headers, request.body, secret, seen) is None
    with pytest.raises(WebhookVerificationError):
        names["receive"](request.headers, request.body + b" ", secret, seen)


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="there is no curl or openssl here")
async def test_the_shell_shown_signs():
    """A receiver can be tried without Winnow."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    async with receiving() as receiver:
        environment = dict(os.environ) | {"secret": secret, "url": receiver.url}
        shell = await asyncio.create_subprocess_exec("bash", "-ec", block("bash"), env=environment)
        assert await shell.wait() == 0
    [request] = receiver.requests
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "ping"


ASKED = {
    "php": ["php", "-r", "%s $said = json_decode(stream_get_contents(STDIN), true); echo json_encode(winnow_event(...$said));"],
    "js": ["node", "-e", "%s; console.log(JSON.stringify(winnowEvent(...JSON.parse(require('fs').readFileSync(0, 'utf8')))))"],
}


@pytest.mark.parametrize("kind", ASKED)
async def test_the_receivers_shown_take_what_is_signed_and_nothing_else(cabin, kind):
    """An altered body, another secret and an old message give nothing."""
    program, flag, code = ASKED[kind]
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program} here")

    def received(*words):
        command = [program, flag, code.replace("%s", block(kind))]
        done = subprocess.run(command, input=json.dumps(words), capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    cabin.clock.now = time.time()
    async with receiving() as receiver:
        secret, number = cabin.endpoint(receiver.url)
        cabin.tell(note="Zoë’s €")
        await cabin.work()
        other = cabin.do(rotate_secret, DIGESTS, number, time.time())
    fresh = receiver.requests[0]
    old = signing.headers([b64decode(secret.removeprefix("whsec_"))], "msg_1", int(time.time()) - 301, fresh.body)
    body = fresh.body.decode()
    assert received(body, fresh.headers, secret) == fresh.json()
    wrong = (body + " ", fresh.headers, secret), (body, fresh.headers, other), (body, old, secret)
    assert [received(*words) for words in wrong] == [None, None, None]
