"""The worker: takes endpoints that have something due, sends their messages, writes down what came of it.

Any number of workers share an outbox. What they hold are leases in the database; one that dies is replaced when its lease ends.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import time
from collections.abc import Callable, Sequence

from msgspec import structs
from sqlalchemy import Connection

from service.outbox import schedule
from service.outbox.attempt import Keys, Outcome, attempt
from service.outbox.sending import Post, Sender
from service.store import crowding, outbox, sites
from service.store.endpoints import Endpoint
from service.store.events import CALLBACK
from service.store.ids import Digests
from service.store.outbox import Due, Health, Result
from service.store.transactions import Transactions
from service.store.writer import Overloaded, Unavailable

_log = logging.getLogger(__name__)
LEASE_SECONDS = 5.0
"""So long does what a dead worker held wait for another one. A live one that loses its lease sends some messages twice, no more."""

RENEW_SECONDS = 1.25
POLL_SECONDS = 0.25
IN_FLIGHT = 4
"""Messages of one endpoint that are under way at once."""

MOST = 64
"""Endpoints that one worker serves at once; one that does not answer holds its place for as long as an attempt lasts."""
_BATCH = 32
_MOST_KEYS = 5
_SWEEP_SECONDS = 3600.0
_LOOK_SECONDS = 15.0
"""How often it is counted what waits for moderators."""
_GRACE_SECONDS = 3.0
_BACKOFF = (0.1, 0.3, 1.0, 3.0)
_BROKEN = (Unavailable, Overloaded)


class Worker:
    """Sends what is due until it is stopped. ``clock`` gives epoch seconds; leases and schedules follow it.

    ``most`` bounds the endpoints that are served at once. A ``draw`` in [0, 1) spreads retries. A site is told when ``crowd``
    of its comments wait for a moderator.
    """

    def __init__(  # the parts are named by keyword
        self,
        database: Transactions,
        digests: Digests,
        sender: Sender,
        *,
        clock: Callable[[], float] = time.time,
        draw: Callable[[], float] = random.random,
        most: int = MOST,
        crowd: int = 100,
    ) -> None:
        self._database = database
        self._digests = digests
        self._sender = sender
        self._clock = clock
        self._draw = draw
        self._most = most
        self._crowd = crowd
        self._swept = self._looked = 0.0
        self._closing = False
        self.name = secrets.token_hex(8)
        self.serving: dict[int, asyncio.Task[None]] = {}
        self.sent = 0
        self.failed = 0

    async def run(self) -> None:
        """Work until cancelled; what is under way then has some seconds to end."""
        renewing = asyncio.create_task(self._renew())
        try:
            while True:
                await self._turn_or_wait()
        finally:
            renewing.cancel()
            await self.stop()

    async def _turn_or_wait(self) -> None:
        try:
            if not await self.turn():
                await asyncio.sleep(POLL_SECONDS)
        except _BROKEN:
            await asyncio.sleep(_BACKOFF[-1])
        except Exception as error:  # the outbox outlives every mistake
            _log.error("the outbox worker failed: %s", type(error).__name__)  # a traceback could quote a payload
            await asyncio.sleep(_BACKOFF[-1])

    async def turn(self) -> bool:
        """Take endpoints with something due, as many as may be served at once; tell whether there were any."""
        now, free = self._clock(), self._most - len(self.serving)
        if now - self._swept > _SWEEP_SECONDS:
            self._swept = now
            await self._database.write(lambda connection: outbox.sweep(connection, now))
        if now - self._looked > _LOOK_SECONDS:
            self._looked = now
            await self._look_at_queues(now)
        if free <= 0 or not (ready := await self._database.read(lambda connection: outbox.ready(connection, now, free))):
            return False
        until = now + LEASE_SECONDS
        taken = await self._database.write(lambda connection: outbox.lease(connection, ready, self.name, now, until))
        for endpoint in taken:
            self.serving[endpoint.id] = asyncio.create_task(self._serve(endpoint))
        return bool(taken)

    async def _look_at_queues(self, now: float) -> None:
        for crowd in await self._database.read(lambda connection: crowding.crossed(connection, self._crowd)):
            await self._database.write(lambda connection, crowd=crowd: crowding.note(connection, crowd, self._crowd, now))  # type: ignore[misc]

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while self.serving:
            await asyncio.gather(*self.serving.values(), return_exceptions=True)

    async def stop(self) -> None:
        """Begin nothing more, and give up what has not ended in time: whoever comes next sends it again."""
        self._closing = True
        tasks = list(self.serving.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            held, until = list(self.serving), self._clock() + LEASE_SECONDS
            if not held:
                continue
            try:
                mine = await self._database.write(lambda connection: outbox.renew(connection, held, self.name, until))  # noqa: B023
            except Exception as error:  # tried again in time
                _log.warning("leases were not renewed: %s", type(error).__name__)
                continue
            for number in set(held) - mine:
                if task := self.serving.get(number):
                    task.cancel()

    # One endpoint.

    async def _serve(self, endpoint: Endpoint) -> None:
        try:
            async with self._sender.session(endpoint.url) as post:
                serving: Endpoint | None = endpoint
                while serving is not None:
                    serving = await self._wave(serving, post)
            await self._database.write(lambda connection: outbox.release(connection, endpoint.id, self.name))
        except _BROKEN:
            pass  # the lease ends by itself
        except Exception as error:  # one endpoint must not stop the others
            _log.error("endpoint %d could not be served: %s", endpoint.id, type(error).__name__)
        finally:
            self.serving.pop(endpoint.id, None)

    async def _wave(self, endpoint: Endpoint, post: Post) -> Endpoint | None:
        """Send some of what is due and write down the outcomes. None when nothing more may be sent for now."""
        now = self._clock()
        width = 1 if endpoint.failures else IN_FLIGHT
        messages, keys, hold_as = await self._database.read(
            lambda connection: self._due(connection, endpoint, now, _BATCH if width > 1 else 1)
        )
        if not messages:
            return None
        wave = _Wave(endpoint, keys, post, self._clock, lambda: self._closing, hold_was_spam=hold_as == "spam")
        await wave.send(messages, width)
        results, health = self._judged(endpoint, wave.done)
        await self._written(lambda connection: outbox.record(connection, endpoint, results, health, self._clock()))
        if health.disable:
            _log.warning("endpoint %d was switched off: %s", endpoint.id, health.disable)
        served = endpoint_with(endpoint, health)
        return None if health.disable or self._closing or health.paused_until > self._clock() else served

    def _due(self, connection: Connection, endpoint: Endpoint, now: float, limit: int) -> tuple[list[Due], Keys, str]:
        messages = outbox.due(connection, endpoint, now, limit)
        if not messages or endpoint.kind != CALLBACK:
            return messages, Keys(secrets=tuple(endpoint.secrets(self._digests, now))), ""
        known = sites.callback_keys(connection, self._digests, endpoint.site_id, now)
        known.sort(key=lambda each: each[0] != endpoint.key_id)
        site = next(each for each in sites.list_sites(connection) if each.id == endpoint.site_id)
        return messages, Keys(keys=tuple(known[:_MOST_KEYS])), site.hold_as

    def _judged(self, endpoint: Endpoint, done: Sequence[tuple[Due, float, Outcome]]) -> tuple[list[Result], Health]:
        results = [self._result(due, at, outcome) for due, at, outcome in done]
        self.sent += sum(result.state == "sent" for result in results)
        self.failed += sum(result.state != "sent" for result in results)
        return results, health_after(endpoint, done, self._clock(), self._draw())

    def _result(self, due: Due, at: float, outcome: Outcome) -> Result:
        number, now = due.attempts + 1, self._clock()
        again = None
        if not outcome.sent and not outcome.final:
            again = schedule.next_attempt(number, now, self._draw(), schedule.wish(outcome.answer.retry_after, now))
        state = "sent" if outcome.sent else "dead" if again is None else "waiting"
        due_at = due.due_at if again is None else again
        return Result(due.id, state, number, at, outcome.answer.seconds, outcome.answer.status, outcome.error, due_at)

    async def _written(self, change: Callable[[Connection], None]) -> None:
        """Write what came of attempts, however busy the database is: what is not written is sent again."""
        for pause in _BACKOFF:
            try:
                return await self._database.write(change)
            except _BROKEN:
                await asyncio.sleep(pause)
        return await self._database.write(change)


class _Wave:
    """Messages of one endpoint, a few at once; after the first sign of trouble no more are begun."""

    def __init__(
        self,
        endpoint: Endpoint,
        keys: Keys,
        post: Post,
        clock: Callable[[], float],
        closing: Callable[[], bool],
        *,
        hold_was_spam: bool,
    ) -> None:
        self._endpoint = endpoint
        self._keys = keys
        self._post = post
        self._clock = clock
        self._closing = closing
        self._hold_was_spam = hold_was_spam
        self._trouble = False
        self.done: list[tuple[Due, float, Outcome]] = []

    async def send(self, messages: Sequence[Due], width: int) -> None:
        """Send, ``width`` at a time."""
        waiting = iter(messages)
        await asyncio.gather(*(self._lane(waiting) for _ in range(width)))

    async def _lane(self, waiting: object) -> None:
        for due in waiting:  # type: ignore[attr-defined]  # one iterator for all lanes
            if self._trouble or self._closing():
                return
            at = self._clock()
            outcome = await attempt(due, self._keys, self._post, at, hold_was_spam=self._hold_was_spam)
            self.done.append((due, at, outcome))
            self._trouble = self._trouble or outcome.slowing or outcome.gone or outcome.answer.status is None


def endpoint_with(endpoint: Endpoint, health: Health) -> Endpoint:
    """Give the endpoint as it fares now."""
    return structs.replace(
        endpoint,
        failures=health.failures,
        failing_since=health.failing_since,
        paused_until=health.paused_until,
        key_id=health.key_id,
    )


def health_after(endpoint: Endpoint, done: Sequence[tuple[Due, float, Outcome]], now: float, draw: float) -> Health:
    """Say how an endpoint fares after some attempts, in order."""
    failures, since, paused, key_id, disable = endpoint.failures, endpoint.failing_since, 0.0, endpoint.key_id, ""
    for _, at, outcome in done:
        key_id = outcome.key_id or key_id
        if outcome.sent or (outcome.final and not outcome.gone):  # it answered, and knows what it says
            failures, since, paused = 0, None, 0.0
            continue
        failures, since = failures + 1, since if since is not None else at
        wish = schedule.wish(outcome.answer.retry_after, now)
        paused = max(paused, now + schedule.pause(failures, outcome.slowing, draw, wish))
        if outcome.gone:
            disable = "it answered 410: gone"
        elif now - since >= schedule.DISABLE_SECONDS:
            disable = "every message failed for five days"
    return Health(failures, since, paused if paused > now else 0.0, key_id, disable)
