"""What is told, when, and to whom."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from service.domain import Label, Verdict
from service.outbox.attempt import MAX_BODY, body_of
from service.store.endpoints import subscriptions
from service.store.events import tell_of_model, tell_of_training
from service.store.feedback import Word, record_label
from service.store.outbox import Due
from service.store.writer import Writer
from tests.outbox.given import DIGESTS, NOON, receiving
from tests.store.given import comment, decided, submission


@pytest_asyncio.fixture
async def desk(house):
    """A writer that knows who wants to be told."""
    writer = Writer(house.engine, DIGESTS, decided, deadline=5)
    writer.start()

    async def comes(said=None, **more):
        writer.subscriptions = house.do(subscriptions)
        return await writer.submit(submission(house.site, said, **more))

    async def says(stored, label, at=NOON + 60, undo=10.0, hand="ana"):
        word = Word(label, hand, 1.0, at)
        return await writer.run(lambda connection: record_label(connection, house.site.id, stored.id, word, undo))

    house.comes, house.says = comes, says
    yield house
    await writer.stop()


def told(receiver):
    return [(each.json()["type"], each.json()["data"].get("verdict")) for each in receiver.requests]


async def test_a_decision_is_told_at_once(desk):
    """Who decided, why, with which score and model; nothing that the commenter wrote."""
    async with receiving() as receiver:
        desk.endpoint(receiver.url, "comment.decided")
        stored = await desk.comes(comment(text="Secret words", author="Mallory", external_id="wp-7"), spam=0.7)
        await desk.work()
    [request] = receiver.requests
    message = request.json()
    assert (message["type"], message["timestamp"]) == ("comment.decided", "2026-09-21T14:13:20.000Z")
    data = message["data"]
    assert (data["id"], data["external_id"], data["site"], data["number"]) == (stored.id, "wp-7", "blog", 0)
    assert (data["verdict"], data["previous"], data["decided_by"], data["model"]) == ("hold", None, "model", "m1")
    assert data["scores"] == {"spam": 0.7, "abuse": 0.05}
    assert all(word not in request.body for word in (b"Secret", b"Mallory", b"ana@example.org", b"203.0.113.7"))


@pytest.mark.parametrize(("spam", "kinds"), [(0.1, ["comment.decided"]), (0.7, ["comment.decided", "comment.held"])])
async def test_a_hold_is_an_event_of_its_own(desk, spam, kinds):
    """Whoever only wants to know what waits asks for that alone."""
    desk.endpoint("http://127.0.0.1:1999/")
    await desk.comes(spam=spam)
    assert sorted(row.kind for row in desk.rows()) == kinds


async def test_events_and_decision_are_one_transaction(desk):
    """A retry that finds the comment there writes no second event; a test comment writes none."""
    desk.endpoint("http://127.0.0.1:1999/", "comment.decided")
    said = comment(external_id="7")
    assert [(await desk.comes(said)).repeated, (await desk.comes(said)).repeated] == [False, True]
    await desk.comes(comment(text="A test", is_test=True))
    assert len(desk.rows()) == 1


async def test_a_moderators_word_waits_for_the_undo_window(desk):
    """Feedback and the new decision leave after ten seconds, in order behind the first decision."""
    async with receiving() as receiver:
        desk.endpoint(receiver.url)
        stored = await desk.comes(spam=0.7)
        await desk.says(stored, Label.HAM)
        desk.clock.now = NOON + 69
        await desk.work()
        assert {kind for kind, _ in told(receiver)} == {"comment.decided", "comment.held"}
        desk.clock.now = NOON + 71
        await desk.work()
    assert sorted(told(receiver)[2:]) == [("comment.redecided", "accept"), ("feedback.received", "accept")]
    redecided = next(each.json()["data"] for each in receiver.requests if each.json()["type"] == "comment.redecided")
    assert (redecided["previous"], redecided["decided_by"], redecided["by"], redecided["number"]) == ("hold", "moderator", "ana", 1)


async def test_the_same_verdict_again_is_no_new_decision(desk):
    """A label that confirms is feedback; it changes nothing that a site must do."""
    desk.endpoint("http://127.0.0.1:1999/", "comment.redecided", "feedback.received")
    stored = await desk.comes()
    assert (await desk.says(stored, Label.HAM)).verdict is Verdict.ACCEPT
    assert [row.kind for row in desk.rows()] == ["feedback.received"]


async def test_a_changed_mind_within_the_window_is_one_event(desk):
    """What has not left is replaced, and ``previous`` is what the site was told last."""
    async with receiving() as receiver:
        desk.endpoint(receiver.url, "comment.redecided")
        stored = await desk.comes(spam=0.7)
        await desk.says(stored, Label.SPAM, at=NOON + 60)
        await desk.says(stored, Label.HAM, at=NOON + 65)
        desk.clock.now = NOON + 90
        await desk.work()
    [message] = [each.json()["data"] for each in receiver.requests]
    assert (message["previous"], message["verdict"]) == ("hold", "accept")


async def test_text_goes_only_to_those_who_may_have_it(desk):
    """It is read when the message leaves: what was erased meanwhile cannot leave."""
    async with receiving() as receiver:
        desk.endpoint(receiver.url, "comment.decided", with_text=True)
        await desk.comes(comment(text="What I said", author="Ana"))
        await desk.work()
        await desk.comes(comment(text="Erase me"))
        with desk.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE comments SET text = ''")
        await desk.work()
    first, second = (each.json()["data"]["comment"] for each in receiver.requests)
    assert first == {"text": "What I said", "author": "Ana", "permalink": "", "cut": False}
    assert second["text"] == ""


@pytest.mark.parametrize("text", ["a" * 64_000, "\U0001f600" * 64_000, '"' * 64_000, "\u0001" * 64_000, "short"])
def test_no_message_is_larger_than_twenty_kilobytes(text):
    """Whatever the text is made of, it is cut to fit, and that is said."""
    due = Due("0" * 32, 1, 1, "1", "comment.decided", '{"data":{"id":"1"}}', 0.0, 0, {"text": text, "author": "A"})
    body = body_of(due)
    assert len(body) <= MAX_BODY
    assert (b'"cut":true' in body) == (len(text) > 1000)


def test_another_model_is_told_once(house):
    """The first one known is no news; a new one is, once for all processes that find it; an old one come back is again."""
    house.endpoint("http://127.0.0.1:1999/", "model.promoted")
    for version in ("1", "1", "2", "2", "1"):
        house.do(tell_of_model, version, NOON)
    assert sorted(json.loads(row.payload)["data"]["model"] for row in house.rows()) == ["1", "2"]


async def test_a_crowded_queue_is_told_once_until_it_was_half_empty(desk):
    """Whatever the number of workers; not again at every comment more or less."""
    waiting, counts = [], []
    async with receiving() as receiver:
        desk.endpoint(receiver.url, "queue.threshold")
        for wanted in (3, 4, 6, 3, 4, 1, 4):
            while len(waiting) < wanted:
                author = f"{len(counts)}-{len(waiting)}@example.org"  # one who was accepted before is trusted with more
                waiting.append(await desk.comes(comment(author_email=author), spam=0.7))
            while len(waiting) > wanted:
                await desk.says(waiting.pop(), Label.HAM)
            for worker in (desk.worker(crowd=4), desk.worker(crowd=4)):
                await desk.work(worker)
            desk.clock.now += 60
            counts.append(len(receiver.requests))
    assert counts == [0, 1, 1, 1, 1, 1, 2]
    assert receiver.requests[0].json()["data"] == {"site": "blog", "threshold": 4, "oldest": "2026-09-21T14:13:20Z"}


def test_training_is_told_to_all_who_asked(house):
    """With the model's name, or with why there is none."""
    house.endpoint("http://127.0.0.1:1999/", "training.finished", "training.failed")
    house.do(tell_of_training, "2026.2", NOON)
    house.do(tell_of_training, "2026.3", NOON, "TooFewLabels")
    said = {row.kind: json.loads(row.payload)["data"] for row in house.rows()}
    assert said == {"training.finished": {"model": "2026.2"}, "training.failed": {"model": "2026.3", "why": "TooFewLabels"}}
