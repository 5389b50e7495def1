"""The way back to WordPress: what the Akismet plugin's own route is told, and what its answers mean."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from service.domain import Label, Verdict
from service.store.deliveries import Chosen, list_messages
from service.store.endpoints import find_endpoint, list_endpoints
from service.store.feedback import Word, record_label
from service.store.sites import add_key, change_site, revoke_key
from service.store.writer import Writer
from tests.outbox.given import DIGESTS, NOON, Reply, receiving
from tests.store.given import comment, decided, submission

HAM, SPAM = Label.HAM, Label.SPAM
ROUTE = "/wp-json/akismet/v1/webhook"


class WordPress:
    """The plugin's route: knows some keys and some comments, and moves spam that is ham to Pending first."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.states: dict[str, str] = {}
        self.unknown: set[str] = set()
        self.old = False

    def __call__(self, request):
        told = request.json()
        if self.old or request.path != ROUTE:
            return Reply(404, body=b'{"code":"rest_no_route"}')
        if told["key"].lower() not in self.keys:
            return Reply(401, body=b'{"code":"rest_forbidden"}')
        done = {each["guid"]: {"status": self._set(each)} for each in told["comments"]}
        return Reply(200, {"content-type": "application/json"}, json.dumps({"comments": done}).encode())

    def _set(self, told) -> str:
        if told["guid"] in self.unknown:
            return "error"
        was = self.states.get(told["guid"], "pending")
        self.states[told["guid"]] = "spam" if told["result"] == "true" else "pending" if was == "spam" else "approved"
        return "success"


@pytest_asyncio.fixture
async def blog(house):
    """A site with its WordPress and a key that WordPress knows."""
    wordpress = WordPress()
    async with receiving(wordpress) as receiver:
        house.do(change_site, house.site.id, url=f"http://127.0.0.1:{receiver.port}/")
        key, _ = house.do(add_key, DIGESTS, house.site.id, NOON)
        wordpress.keys.add(key)
        writer = Writer(house.engine, DIGESTS, decided, deadline=5)
        writer.start()
        yield Blog(house, receiver, wordpress, writer)
        await writer.stop()


class Blog:
    def __init__(self, house, receiver, wordpress, writer) -> None:
        self.house, self.receiver, self.wordpress, self.writer = house, receiver, wordpress, writer

    async def comes(self, spam=0.7, **more):
        """A comment comes, by the plugin."""
        callback = f"http://127.0.0.1:{self.receiver.port}{ROUTE}"
        stored = await self.writer.submit(submission(self.house.site, comment(callback=callback, **more), spam=spam))
        states = {Verdict.ACCEPT: "approved", Verdict.HOLD: "pending", Verdict.REJECT: "spam"}
        self.wordpress.states[stored.id] = states[stored.decision.verdict]
        return stored.id

    async def says(self, number, label, hand="ana", undo=0.0, **more):
        word = Word(label, hand, 1.0, self.house.clock.now, **more)
        return await self.writer.run(lambda connection: record_label(connection, self.house.site.id, number, word, undo))

    async def decides(self, number, label, **more):
        await self.says(number, label, **more)
        await self.house.work()
        return self.wordpress.states[number]

    def message(self):
        return self.house.do(list_messages, Chosen(), 1)[0]


async def test_held_then_decided(blog):
    """Held, then ham: published; held, then spam: spam; the body holds key, guid and result, and the header stops an echo."""
    first, second = await blog.comes(), await blog.comes(text="Another one.")
    assert [await blog.decides(first, HAM), await blog.decides(second, SPAM)] == ["approved", "spam"]
    request = blog.receiver.requests[0]
    assert (request.headers["x-akismet-webhook"], "webhook-signature" in request.headers) == ("1", False)
    key = next(iter(blog.wordpress.keys))
    assert request.json() == {"key": key, "endpoint": "comment-check", "comments": [{"guid": first, "result": "false"}]}


async def test_published_then_spam_and_back(blog):
    """Spam that is ham after all is told twice, because the plugin moves it to Pending at the first telling."""
    number = await blog.comes(spam=0.1)
    assert [await blog.decides(number, SPAM), await blog.decides(number, HAM)] == ["spam", "approved"]
    assert [each.json()["comments"][0]["result"] for each in blog.receiver.requests] == ["true", "false", "false"]


async def test_rejected_then_ham(blog):
    """A false reject is published."""
    assert await blog.decides(await blog.comes(author="viagra-test-123"), HAM) == "approved"


async def test_held_as_spam_then_ham(blog):
    """A site that has holds told as spam needs the second telling as well."""
    blog.house.do(change_site, blog.house.site.id, hold_as="spam")
    number = await blog.comes()
    blog.wordpress.states[number] = "spam"
    assert await blog.decides(number, HAM) == "approved"


async def test_an_old_plugin_means_decide_in_wordpress(blog):
    """Without the route nothing is tried again, and the reason is there to be shown."""
    blog.wordpress.old = True
    await blog.decides(await blog.comes(), HAM)
    message = blog.message()
    assert (message.state, message.attempts) == ("dead", 1)
    assert message.error.startswith("decide in WordPress")
    assert blog.house.do(find_endpoint, message.endpoint_id).disabled_at is None


async def test_a_comment_that_wordpress_does_not_know(blog):
    """It said so: final, and no reason to slow anything down."""
    number = await blog.comes()
    blog.wordpress.unknown.add(number)
    await blog.decides(number, HAM)
    assert blog.message().error == "decide in WordPress: it does not know the comment"


async def test_the_key_that_wordpress_knows_is_found_and_kept(blog):
    """A site has had several keys; the accepted one is told first from then on, a revoked one never."""
    for _ in range(2):
        blog.house.do(add_key, DIGESTS, blog.house.site.id, NOON)
    assert await blog.decides(await blog.comes(), HAM) == "approved"
    assert await blog.decides(await blog.comes(author_email="bo@example.org"), HAM) == "approved"
    assert len(blog.receiver.requests) == 4
    blog.house.do(revoke_key, 1, NOON)
    await blog.decides(await blog.comes(author_email="cy@example.org"), HAM)
    assert (blog.message().state, blog.message().error) == ("waiting", "answered 401")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"comments":[]}', b'{"comments":{}}', b"\xff\xfe", b"1", b"null"])
async def test_another_answer_is_a_failure(blog, body):
    """Two hundred and nothing the plugin would say: tried again."""
    blog.receiver.answer = lambda _: Reply(200, body=body)
    await blog.decides(await blog.comes(), HAM)
    assert (blog.message().state, blog.message().error) == ("waiting", "the answer is not the Akismet plugin's")


async def test_what_is_undone_in_time_was_never_said(blog):
    """Within the undo window a decision taken back leaves nothing; a changed mind leaves as one message."""
    number = await blog.comes()
    await blog.says(number, SPAM, undo=10)
    await blog.house.work()
    assert blog.receiver.requests == []
    await blog.says(number, HAM, hand="bo", undo=10)
    assert [row.kind for row in blog.house.rows()] == ["akismet_callback"]
    blog.house.clock.now += 11
    await blog.house.work()
    assert [each.json()["comments"][0]["result"] for each in blog.receiver.requests] == ["false"]


async def test_an_echo_is_no_label(blog):
    """WordPress repeating what it was told says nothing new; a change of mind there does, and is not told back to it."""
    number = await blog.comes()
    await blog.decides(number, SPAM)
    echo = await blog.says(number, SPAM, hand="akismet:admin", tell_site=False)
    news = await blog.says(number, HAM, hand="akismet:admin", tell_site=False)
    await blog.house.work()
    assert (echo.repeated, news.repeated, news.verdict) == (True, False, Verdict.ACCEPT)
    assert len(blog.receiver.requests) == 1


async def test_only_the_registered_site_is_called(blog):
    """A callback on another host or port, or with a user name, is nobody's."""
    for callback in (
        "http://127.0.0.2/x",
        "http://127.0.0.1:1/x",
        f"http://a@127.0.0.1:{blog.receiver.port}/x",
        "ftp://127.0.0.1/",
    ):
        stored = await blog.writer.submit(submission(blog.house.site, comment(text=callback, callback=callback), spam=0.7))
        await blog.says(stored.id, SPAM)
    assert blog.house.rows() == []
    assert blog.house.do(list_endpoints) == []


async def test_keys_are_not_in_the_database(blog):
    """They are derived from the server's secret and a number: whoever has the database alone has no key."""
    await blog.decides(await blog.comes(), HAM)
    key = next(iter(blog.wordpress.keys))
    with blog.house.engine.connect() as connection:
        for table in ("keys", "endpoints", "outbox", "deliveries"):
            assert key not in str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
