"""Messages leave, once, in order, and are tried again."""

from __future__ import annotations

import asyncio
import json

import pytest

from service.outbox.schedule import DELAYS
from service.store import audit, deliveries, outbox
from service.store.deliveries import Chosen
from service.store.endpoints import enable_endpoint, remove_endpoint
from service.store.events import Event, tell
from service.store.schema import outbox as stored
from tests.outbox.given import NOON, Reply, receiving

DAY = 86_400.0


async def test_what_is_due_is_sent_once(house):
    """A message arrives, and nothing is sent again."""
    async with receiving() as receiver:
        house.endpoint(receiver.url)
        house.tell(3)
        await house.work()
        await house.work()
    assert sorted(request.json()["data"]["number"] for request in receiver.requests) == [0, 1, 2]
    assert house.states() == {"sent": 3}


async def test_only_those_who_asked_are_told(house):
    """An endpoint gets the events it wants; without endpoints no row is written."""
    house.tell()
    assert house.rows() == []
    async with receiving() as receiver:
        house.endpoint(receiver.url, "comment.held")
        house.tell()
    assert house.rows() == []


async def test_failures_are_tried_again_on_schedule(house):
    """Ten attempts, with the delays of the schedule between them, then the message is dead."""
    at = []
    async with receiving(lambda _: at.append(house.clock.now) or Reply(500)) as receiver:
        house.endpoint(receiver.url)
        house.tell()
        await house.work_until(lambda: len(at) == len(DELAYS))
    assert [later - at[0] for later in at] == pytest.approx([sum(DELAYS[: n + 1]) for n in range(10)], abs=301)
    [row] = house.rows()
    assert (row.state, row.attempts, row.error) == ("dead", 10, "answered 500")


async def test_an_attempt_is_in_the_log(house):
    """The log tells of every attempt, with status and reason and without the receiver's words."""
    answers = iter([Reply(500, body=b"our secret is 42"), Reply(302, {"location": "http://127.0.0.1:1/"}), Reply(200)])
    async with receiving(lambda _: next(answers)) as receiver:
        house.endpoint(receiver.url)
        house.tell()
        await house.work_until(lambda: len(receiver.requests) == 3)
    [message] = house.do(deliveries.list_messages, Chosen(), 10)
    said = [(each.number, each.status, each.error) for each in message.log]
    assert said == [(1, 500, "answered 500"), (2, 302, "redirects are not followed"), (3, 200, "")]
    assert len({request.id for request in receiver.requests}) == 1


async def test_messages_of_a_comment_keep_their_order(house):
    """While one message of a comment fails, later ones of it wait and others do not."""
    failing = True

    def answer(request):
        return Reply(500 if failing and request.json()["data"].get("of") == "a" else 200)

    async with receiving(answer) as receiver:
        house.endpoint(receiver.url)
        house.tell(4, "a" * 32, of="a")
        house.tell(4, "b" * 32, of="b")
        await house.work()
        assert {request.json()["data"]["number"] for request in receiver.requests if request.json()["data"]["of"] == "a"} == {0}
        failing = False
        house.clock.now += 10
        await house.work()
    order = {of: [r.json()["data"]["number"] for r in receiver.requests if r.json()["data"]["of"] == of] for of in "ab"}
    assert order == {"a": [0, 0, 1, 2, 3], "b": [0, 1, 2, 3]}


async def test_what_waits_for_an_earlier_message_is_due_when_that_is(house):
    """A failure moves the comment's later messages to the time of its next attempt, and those of other comments nowhere."""
    async with receiving(lambda _: Reply(500)) as receiver:
        house.endpoint(receiver.url)
        house.tell(3, "a" * 32)
        await house.work()
        house.tell(1, "b" * 32)
    due = {(row.comment_id[0], row.number): row.due_at - NOON for row in house.rows()}
    assert due == {("a", 0): 5.0, ("a", 1): 5.0, ("a", 2): 5.0, ("b", 0): 0.0}


def _steps(house, comments: int) -> int:
    """Steps of SQLite's machine, in hundreds, for finding what may leave among the messages of comments whose first one waits."""
    _, number = house.endpoint(f"http://127.0.0.1:1999/{comments}", "comment.decided")
    for comment in range(comments):
        house.tell(5, f"{comments:016x}{comment:016x}")
    counted = []
    with house.engine.begin() as connection:
        first = (stored.c.number == 0) & (stored.c.endpoint_id == number)
        connection.execute(stored.update().where(first).values(due_at=NOON + 300))
        connection.connection.driver_connection.set_progress_handler(lambda: counted.append(1), 100)
        found = outbox.ready(connection, NOON + 1, 16)
        connection.connection.driver_connection.set_progress_handler(None, 0)
    house.do(remove_endpoint, number, NOON)
    assert found == []
    return len(counted)


def test_a_long_backlog_is_looked_through_in_proportion(cabin):
    """Each message that waits for another costs the same, however many do: four times as many are not sixteen times the work."""
    few, many = _steps(cabin, 50), _steps(cabin, 200)
    assert 0 < many < 6 * few


async def test_four_are_under_way_at_once_whatever_the_number_of_workers(house):
    """The limit is the endpoint's, not a worker's."""
    async with receiving(lambda _: Reply(wait=0.02)) as receiver:
        house.endpoint(receiver.url)
        house.tell(24)
        workers = [house.worker() for _ in range(3)]
        await asyncio.gather(*(house.work(worker) for worker in workers))
    assert (len(receiver.requests), receiver.most_at_once) == (24, 4)


async def test_a_dead_workers_work_is_taken_over(house):
    """A worker that dies mid-flight holds its endpoint for less than 30 seconds; nothing is lost."""
    async with receiving(lambda _: Reply(wait=0.2)) as receiver:
        house.endpoint(receiver.url)
        house.tell(8)
        victim = house.worker()
        await victim.turn()
        await receiver.busy(4)
        for task in victim.serving.values():
            task.cancel()
        await house.work()
        assert house.states() == {"waiting": 8}
        house.clock.now += 29
        await house.work()
    assert house.states() == {"sent": 8}
    assert len({request.id for request in receiver.requests}) == 8


async def test_a_worker_that_is_stopped_leaves_nothing_half_done(house):
    """What is under way ends and is noted, nothing new is begun, and the endpoint is free at once."""
    async with receiving(lambda _: Reply(wait=0.2)) as receiver:
        house.endpoint(receiver.url)
        house.tell(8)
        stopped = house.worker()
        await stopped.turn()
        await receiver.busy(4)
        await stopped.stop()
        assert house.states() == {"sent": 4, "waiting": 4}
        await house.work()
    assert (len(receiver.requests), house.states()) == (8, {"sent": 8})


async def test_retry_after_is_honoured(house):
    """A receiver that asks for an hour is left alone for an hour, with everything that waits for it."""
    busy = True
    async with receiving(lambda _: Reply(429, {"retry-after": "3600"}) if busy else Reply()) as receiver:
        house.endpoint(receiver.url)
        house.tell(10)
        await house.work()
        asked = len(receiver.requests)
        busy = False
        house.clock.now += 3599
        await house.work()
        assert (asked <= 4, len(receiver.requests)) == (True, asked)
        house.clock.now += 2
        await house.work()
    assert house.states() == {"sent": 10}


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_an_endpoint_in_trouble_is_slowed_down(cabin, status):
    """It gets one message at a time, from the third failure on after growing pauses; what waits loses no attempt by that."""
    async with receiving(lambda _: Reply(status)) as receiver:
        _, number = cabin.endpoint(receiver.url)
        cabin.tell(100)
        await cabin.work()
    assert len(receiver.requests) <= 6
    assert cabin.found(number).paused_until > NOON
    assert sum(row.attempts for row in cabin.rows()) == len(receiver.requests)


async def test_gone_switches_an_endpoint_off(house):
    """After 410 nothing is sent any more, what waits is laid aside, and the site's other endpoint is told."""
    async with receiving(lambda _: Reply(410)) as gone, receiving() as other:
        _, number = house.endpoint(gone.url, "comment.decided")
        house.endpoint(other.url, "endpoint.disabled")
        house.tell(3)
        await house.work()
        await house.work()
    assert house.found(number).disabled_why == "it answered 410: gone"
    assert [request.json()["type"] for request in other.requests] == ["endpoint.disabled"]
    assert other.requests[0].json()["data"]["endpoint"] == number
    [entry] = house.do(audit.entries, what="endpoint.")
    assert (entry.what, entry.site_id, entry.target) == ("endpoint.disabled", house.site.id, str(number))
    assert house.do(outbox.depth).disabled == 1
    assert {row.state for row in house.rows() if row.endpoint_id == number} == {"dead"}


async def test_five_days_of_nothing_but_failures_switch_it_off(cabin):
    """Not before the fifth day, and not when one message arrived meanwhile."""
    async with receiving(lambda _: Reply(500)) as receiver:
        _, number = cabin.endpoint(receiver.url)

        while cabin.found(number).disabled_at is None:
            cabin.tell()
            await cabin.work()
            cabin.clock.now += DAY / 4
        assert 5 * DAY <= cabin.clock.now - NOON < 5.6 * DAY
        cabin.do(enable_endpoint, number)
        receiver.answer = lambda _: Reply()
        cabin.do(deliveries.replay, Chosen(state="dead"), cabin.clock.now)
        await cabin.work()
    assert set(cabin.states()) == {"sent"}


async def test_a_day_of_outage_loses_nothing_and_no_one_else_waits(cabin):
    """One endpoint is down for a day: the other's messages leave at once, and in the end everything arrived at both."""
    seen = {}

    def answer(request):
        return Reply(503 if cabin.clock.now - NOON < DAY else 200)

    async with receiving(answer) as down, receiving() as up:
        cabin.endpoint(down.url)
        cabin.endpoint(up.url)
        for hour in range(24):
            cabin.clock.now = NOON + 3600 * hour
            cabin.tell(2, hour=hour)
            await cabin.work()
            seen[hour] = len(up.requests)
        await cabin.work_until(lambda: cabin.states() == {"sent": 96})
    assert seen == {hour: 2 * (hour + 1) for hour in range(24)}
    assert cabin.states() == {"sent": 96}


async def test_endpoints_that_never_answer_hold_up_no_other(cabin):
    """Fifty of them wait for an answer, and a message to another one leaves at once."""
    async with receiving(lambda _: Reply(wait=30)) as silent, receiving() as up:
        for number in range(50):
            cabin.endpoint(f"{silent.url}/{number}")
        cabin.tell()
        working = asyncio.create_task(cabin.worker(timeout=30).run())
        await silent.busy(50)
        cabin.endpoint(up.url, "comment.held")
        cabin.do(tell, cabin.site.id, Event("comment.held", NOON, NOON, {}))
        async with asyncio.timeout(10):
            while not up.requests:
                await asyncio.sleep(0.01)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    assert (len(up.requests), silent.at_once) == (1, 50)


async def test_messages_are_sent_again_on_demand(house):
    """One, a range, or all dead letters; under their old names, so that receivers recognise them."""
    async with receiving() as receiver:
        house.endpoint(receiver.url)
        for hour in range(3):
            house.clock.now = NOON + 3600 * hour
            house.tell()
        await house.work()
        one = house.rows()[0].id
        counts = [
            house.do(deliveries.replay, chosen, house.clock.now)
            for chosen in (Chosen(id=one), Chosen(since=NOON + 3600, until=NOON + 7200), Chosen(state="dead"))
        ]
        await house.work()
    assert counts == [1, 1, 0]
    assert (len(receiver.requests), len({request.id for request in receiver.requests})) == (5, 3)


async def test_an_answer_that_never_ends_is_cut(cabin):
    """Headers, then a body without end or a drip: the attempt ends, by size or by time."""
    async with receiving(lambda _: Reply(200, {"content-length": "99999999"}, b"x" * 200_000)) as large:
        cabin.endpoint(large.url)
        cabin.tell()
        await cabin.work(cabin.worker(timeout=1))
    assert cabin.states() == {"sent": 1}
    async with receiving(lambda _: Reply(wait=30)) as slow:
        cabin.endpoint(slow.url)
        cabin.tell()
        await cabin.work(cabin.worker(timeout=0.2))
    assert "no answer within 0.2 s" in {row.error for row in cabin.rows() if row.state == "waiting"}


async def test_nobody_there_is_a_failure_like_others(cabin):
    """No listener, no HTTP, a connection cut off: noted in words of ours, tried again."""
    async with receiving(lambda _: Reply(break_off=True)) as broken:
        cabin.endpoint(broken.url)
        cabin.tell()
        await cabin.work()
    cabin.endpoint("http://127.0.0.1:1999/")
    cabin.tell()
    cabin.clock.now += 1
    await cabin.work()
    assert {row.error for row in cabin.rows()} <= {"the answer was not HTTP", "the connection broke", "could not connect", ""}
    assert {row.state for row in cabin.rows()} == {"waiting"}


async def test_a_removed_endpoint_gets_nothing(house):
    """Removing takes what waits with it; a service that has not heard of it yet may still write for it."""
    async with receiving() as receiver:
        _, number = house.endpoint(receiver.url)
        house.tell(2)
        assert house.do(remove_endpoint, number, house.clock.now)
        assert house.rows() == []
        house.endpoint(receiver.url)
        await house.work()
        house.clock.now += 3700
        house.do(outbox.sweep, house.clock.now)
    assert receiver.requests == []


async def test_what_is_done_with_is_kept_for_thirty_days(house):
    """Then messages and log are deleted; what waits is not."""
    async with receiving() as receiver:
        house.endpoint(receiver.url)
        house.tell(3)
        await house.work()
        house.clock.now += 31 * DAY
        house.tell(1)
        house.do(outbox.sweep, house.clock.now)
    assert house.states() == {"waiting": 1}
    [message] = house.do(deliveries.list_messages, Chosen(), 10)
    assert message.log == ()


async def test_the_depth_is_known(house):
    """How many wait, how many died, and since when the oldest could have left."""
    house.endpoint("http://127.0.0.1:9/")
    house.tell(2)
    house.clock.now += 5
    assert house.do(outbox.depth) == outbox.Depth(2, 0, NOON)
    assert json.loads(house.rows()[0].payload)["timestamp"] == "2026-09-21T14:13:20.000Z"
