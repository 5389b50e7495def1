"""Messages are signed as the Standard Webhooks specification has it; its reference library agrees."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service.outbox import signing
from service.store.endpoints import rotate_secret
from service.store.ids import new_id
from tests.outbox.given import DIGESTS, NOON, Reply, receiving


@pytest.fixture
def now(monkeypatch):
    """The reference library compares timestamps with the system's clock; the tests' clock stands at noon."""

    class Fixed(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(NOON, tz or UTC)

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Fixed)


def test_the_published_vector():
    """Secret, id, timestamp and payload of the specification's example give its signature."""
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signing.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@settings(deadline=None)
@given(some.binary(min_size=24, max_size=64), some.text(), some.integers(0, 2**37))
def test_the_reference_library_signs_alike(secret, text, timestamp):
    """Any secret of 24 to 64 bytes, any body."""
    hook = Webhook("whsec_" + b64encode(secret).decode())
    body = text.encode("utf-8", "replace").decode()
    theirs = hook.sign("msg_1", datetime.fromtimestamp(timestamp, UTC), body)
    assert signing.signature(secret, "msg_1", timestamp, body.encode()) == theirs


async def test_what_arrives_verifies(house, now):
    """The receiver needs the secret that was shown and the library, nothing else; an altered body is refused."""
    async with receiving() as receiver:
        secret, _ = house.endpoint(receiver.url)
        house.tell()
        await house.work()
    [request] = receiver.requests
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "comment.decided"
    assert request.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body + b" ", request.headers)


async def test_during_a_rotation_both_secrets_verify(house, now):
    """Two signatures for a day; then the old secret is worth nothing."""
    async with receiving() as receiver:
        old, number = house.endpoint(receiver.url)
        new = house.do(rotate_secret, DIGESTS, number, NOON)
        house.tell()
        await house.work()
        house.clock.now += 25 * 3600
        house.tell()
        await house.work()
    during, after = receiver.requests
    assert Webhook(old).verify(during.body, during.headers) == Webhook(new).verify(during.body, during.headers)
    assert [len(request.headers["webhook-signature"].split()) for request in (during, after)] == [2, 1]


async def test_a_retry_keeps_its_id_and_takes_a_new_timestamp(house):
    """Receivers recognise a message by its id; the timestamp is the attempt's."""
    answers = iter([Reply(500), Reply()])
    async with receiving(lambda _: next(answers)) as receiver:
        house.endpoint(receiver.url)
        house.tell()
        await house.work()
        house.clock.now += 7
        await house.work()
    first, second = receiver.requests
    assert (first.id, first.body) == (second.id, second.body)
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 7


@settings(deadline=None)
@given(some.floats(0, 2**41 / 1000))
def test_a_message_is_found_by_its_name(at):
    """The name is a ULID of the row's number, in the same order, and can be turned back."""
    number = new_id(at)
    name = signing.message_id(number)
    assert (len(name), signing.outbox_id(name)) == (30, number)
    assert signing.message_id(new_id(at + 1)) > name


@pytest.mark.parametrize("name", ["", "msg_", "msg_zz", "8" + "0" * 25, "msg_" + "U" * 26])
def test_what_is_no_name_is_no_number(name):
    """Names that no message can have."""
    assert signing.outbox_id(name) is None
