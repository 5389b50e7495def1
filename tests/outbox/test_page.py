"""What docs/webhooks.md shows works, and it tells of every event."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service.store.events import EVENTS
from tests.outbox.given import receiving

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
