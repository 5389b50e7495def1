import asyncio
import threading
import time

import pytest
from sqlalchemy import func, select

from service.domain import Source, Verdict
from service.policy import Policy
from service.store import facets, queries
from service.store.batch import KeyReused
from service.store.engine import open_engine
from service.store.schema import comments, identities, queue_items
from service.store.writer import Overloaded, Unavailable, Writer
from tests.store.given import DIGESTS, NOON, comment, decided, submission


def count(engine, table) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


async def test_an_answered_comment_can_be_read_back(engine, site, writer):
    """What the future answers is what is stored."""
    stored = await writer.submit(submission(site, comment("Grüße 👋", behaviour={"bib": 12.5}, context=("a", "b"))))
    with engine.connect() as connection:
        found = queries.get_comment(connection, site.id, stored.id)
    assert (found.comment.text, found.comment.behaviour, found.comment.context) == ("Grüße 👋", {"bib": 12.5}, ("a", "b"))
    assert found.decisions == (stored.decision,)


async def test_a_retry_gets_the_same_decision(engine, site, writer):
    """The same id and revision is decided once, in one batch as in two."""
    said = comment(external_id="7")
    first, second = await asyncio.gather(writer.submit(submission(site, said)), writer.submit(submission(site, said, spam=0.99)))
    third = await writer.submit(submission(site, said, spam=0.99))
    assert [second.repeated, third.repeated] == [True, True]
    assert (second.id, second.decision) == (third.id, third.decision) == (first.id, first.decision)
    assert count(engine, comments) == 1


async def test_an_edited_comment_is_decided_anew(engine, site, writer):
    """Another revision under the same id is another comment to judge."""
    await writer.submit(submission(site, comment("one", external_id="7")))
    edited = await writer.submit(submission(site, comment("two", external_id="7"), spam=0.7))
    assert (edited.repeated, edited.decision.verdict) == (False, Verdict.HOLD)


async def test_an_idempotency_key_answers_for_a_day(site, writer):
    """The same key and body get the first answer; another body is refused; a day later the key is new."""
    first = await writer.submit(submission(site, idempotency_key="k", body_digest="a"))
    again = await writer.submit(submission(site, idempotency_key="k", body_digest="a"))
    assert (again.id, again.repeated) == (first.id, True)
    with pytest.raises(KeyReused):
        await writer.submit(submission(site, idempotency_key="k", body_digest="b"))
    later = await writer.submit(submission(site, at=NOON + 86_401, idempotency_key="k", body_digest="b"))
    assert not later.repeated


async def test_a_comment_sees_those_before_it(engine, site):
    """History counts the comments of the same batch, in order, and those of batches before."""
    seen = []

    def decide(each, history):
        seen.append((history.accepted, history.known_since))
        return decided(each, history)

    writer = Writer(engine, DIGESTS, decide, deadline=5)
    writer.start()
    await asyncio.gather(*(writer.submit(submission(site, at=NOON + n)) for n in range(3)))
    await writer.submit(submission(site, at=NOON + 3))
    await writer.stop()
    assert seen == [(0, 0.0), (1, NOON), (2, NOON), (3, NOON)]


async def test_a_flood_is_noticed_by_author_and_by_address(site, writer):
    """Beyond so many comments in so many seconds the next is held, until time has passed; another name does not help."""
    policy = Policy(flood_limit=3, flood_seconds=60).with_defaults({})
    at = [NOON, NOON, NOON, NOON + 1, NOON + 25, NOON + 26]
    said = [comment(f"{n}", author_email=f"{n}@example.org") for n in range(6)]
    answers = [await writer.submit(submission(site, each, when, policy=policy)) for each, when in zip(said, at, strict=True)]
    assert [answer.decision.rule == "flood" for answer in answers] == [False, False, False, True, False, True]


async def test_a_test_comment_teaches_nothing(engine, site, writer):
    """A comment marked as a test is stored and answered, and no author, count or queue knows of it."""
    stored = await writer.submit(submission(site, comment(is_test=True), spam=0.7))
    assert stored.decision.verdict is Verdict.HOLD
    assert [count(engine, table) for table in (comments, identities, queue_items)] == [1, 0, 0]
    with engine.connect() as connection:
        assert queries.monthly(connection, site.id) == []


async def test_what_is_held_waits_in_the_queue(engine, site, writer):
    """Every hold opens an item in the same transaction, nothing else does."""
    for spam in (0.1, 0.7, 0.8):
        await writer.submit(submission(site, spam=spam))
    with engine.connect() as connection:
        assert facets.waiting(connection, NOON).on(site.id) == 2


async def test_a_poisoned_submission_fails_alone(engine, site):
    """A submission that cannot be decided, or that the database refuses, takes no other with it."""

    def decide(each, history):
        if each.reading.comment.text == "poison":
            raise ZeroDivisionError
        return decided(each, history)

    writer = Writer(engine, DIGESTS, decide, deadline=5)
    writer.start()
    fine, twin = submission(site), submission(site)
    refused = type(twin)(site, twin.reading, twin.scores, twin.policy, NOON, fine.id)
    each = [fine, submission(site, comment("poison")), refused, submission(site)]
    answers = await asyncio.gather(*map(writer.submit, each), return_exceptions=True)
    await writer.stop()
    assert [type(answer).__name__ for answer in answers] == ["Stored", "ZeroDivisionError", "Unavailable", "Stored"]
    assert count(engine, comments) == 2


async def test_another_write_joins_and_fails_alone(engine, site, writer):
    """A change that raises is undone and hears of it; comments of the same batch are stored."""

    def change(connection):
        connection.execute(comments.update().values(text="changed"))
        raise LookupError("no")

    first = await writer.submit(submission(site))
    outcomes = await asyncio.gather(
        writer.submit(submission(site)), writer.run(change), writer.run(lambda _: 42), return_exceptions=True
    )
    assert [type(outcome).__name__ for outcome in outcomes] == ["Stored", "LookupError", "int"]
    with engine.connect() as connection:
        assert queries.get_comment(connection, site.id, first.id).comment.text == "A good read."


async def test_overload_is_told_at_once(engine, site):
    """Beyond the bound a submission is refused before it is queued; what was queued is stored."""
    writer = Writer(engine, DIGESTS, decided, max_waiting=3, deadline=5)
    with engine.begin():  # on SQLite nothing can be written meanwhile
        writer.start()
        busy = writer.run(lambda _: time.sleep(0.3))
        await asyncio.sleep(0.1)
        waiting = [writer.submit(submission(site)) for _ in range(writer._max_waiting - writer.waiting)]
        with pytest.raises(Overloaded):
            writer.submit(submission(site))
    await asyncio.gather(busy, return_exceptions=True)
    answers = await asyncio.gather(*waiting)
    await writer.stop()
    assert len(answers) == count(engine, comments)


async def test_two_writers_make_one_decision(engine, site, database_url):
    """Two processes that get the same comment at once answer with the same decision."""
    other = open_engine(database_url)
    writers = [Writer(engine, DIGESTS, decided, deadline=5), Writer(other, DIGESTS, decided, deadline=5)]
    for writer in writers:
        writer.start()
    for number in range(20):
        said = comment(external_id=str(number))
        one, two = await asyncio.gather(*(writer.submit(submission(site, said)) for writer in writers))
        assert (one.id, one.decision) == (two.id, two.decision)
    for writer in writers:
        await writer.stop()
    other.dispose()
    assert count(engine, comments) == 20


async def test_a_full_batch_waits_for_no_more(engine, site, monkeypatch):
    """After a busy batch the next one grows for a moment, but not when it can grow no more, nor when the service stops."""
    monkeypatch.setattr("service.store.writer._GATHER", 60.0)
    writer = Writer(engine, DIGESTS, decided, max_batch=8, deadline=30)
    writer.start()
    begun, queued = threading.Event(), threading.Event()
    busy = writer.run(lambda _: (begun.set(), queued.wait(30)))
    await asyncio.to_thread(begun.wait)
    waiting = [writer.submit(submission(site)) for _ in range(24)]
    queued.set()  # three batches, each of them full
    assert len(await asyncio.wait_for(asyncio.gather(*waiting, busy), 30)) == 25
    last = writer.submit(submission(site))
    await asyncio.wait_for(writer.stop(), 30)
    assert last.done()


async def test_stopping_answers_everything(engine, site):
    """What was queued before the stop is stored; what comes after is told so."""
    writer = Writer(engine, DIGESTS, decided, deadline=5)
    writer.start()
    waiting = [writer.submit(submission(site)) for _ in range(50)]
    await writer.stop()
    assert [future.done() for future in waiting] == [True] * 50
    assert count(engine, comments) == 50
    with pytest.raises(Unavailable):
        writer.submit(submission(site))


async def test_the_verdict_of_a_machine_says_so(site, writer):
    """Rule and source of the decision come back as they were made."""
    stored = await writer.submit(submission(site, spam=0.2))
    assert (stored.decision.rule, stored.decision.source) == ("below_lines", Source.MODEL)
