"""Moderators in each other's way: whatever they do at once, every comment is decided once, and all of it is accounted for."""

from __future__ import annotations

import pytest

from service.domain import Role
from service.store.endpoints import add_endpoint
from service.store.schema import outbox
from tests.queue.account import Told, faults
from tests.queue.crowd import TOLD_OF, crowd, hold_many
from tests.queue.given import DIGESTS, forget, session_of, stored
from tests.serving import serving


@pytest.fixture
def service(tmp_path, database_url):
    """A service with a webhook that nobody serves."""
    with serving(tmp_path, database_url, outbox_worker=False, deadline_ms=10_000) as running:
        hook = ("https://hooks.example/", 1.0)
        stored(running, lambda connection: add_endpoint(connection, DIGESTS, 1, *hook, events=TOLD_OF))
        yield running
        forget(running)


async def test_a_hundred_comments_are_decided_once_each(service):
    """Five decide what they are shown, alone and many, double-click, claim and undo: no double effect, nothing unaccounted for."""
    hold_many(service, 100)
    told = Told()
    sessions = [session_of(service, Role.MODERATOR) for _ in range(5)]
    await crowd([f"http://127.0.0.1:{service.port}"], sessions, told, seed=2, hesitation=0.1)
    assert stored(service, lambda connection: faults(connection, told)) == []
    assert len(told.done) > 20
    assert sum(count for status, count in told.faults.items() if status != 503) == 0

    # And the account would not balance if one message were lost.
    stored(service, lambda connection: connection.execute(outbox.delete().where(outbox.c.number == 1)))
    assert stored(service, lambda connection: faults(connection, told)) != []
