"""Many moderators at one queue: `python -m tests.queue.crowd [--moderators 50] [--comments 10000] [--database sqlite|postgresql]`.

They see real pages of a running service and decide what those show them next, alone or many at once, first claiming or not, with a
double click now and then, and take things back; a webhook is told of all that. In the end `account.py` calls everyone to account.
With PostgreSQL two services share the database (`--services`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from service import settings
from service.domain import Role
from service.store.endpoints import add_endpoint
from tests.outbox.given import Receiver, receiving
from tests.postgres import Postgres
from tests.queue.account import Told, faults
from tests.queue.given import DIGESTS, forget, session_of, stored
from tests.queue.waiting import HOLD
from tests.running import winnow_serve
from tests.serving import SECRET, Service, new_site

SORTS = ("uncertain", "oldest", "newest", "riskiest")
TOLD_OF = ("feedback.received", "comment.redecided")
WORDS = ("harbour", "garden", "river", "window", "letter", "morning", "engine", "salad", "bridge", "winter", "lamp", "copper")
_CSRF = re.compile(r'name="csrf" (?:value|content)="(\w+)"')
_ROW = re.compile(r'<input type="checkbox"[^>]* name="item" value="(\w+\.\d+)"')
_UNDO = re.compile(r'action="(/queue/undo\?at=([\d.e+]+)[^"]*)"')
_PATIENCE = 60.0
_NEWS = 15.0


class Habits(NamedTuple):
    """How often a moderator does what, as shares of their acts."""

    claim: float = 0.15
    elsewhere: float = 0.7
    many: float = 0.1
    double: float = 0.05
    undo: float = 0.06
    script: float = 0.6


class Moderator:
    """One person at one browser. `told` gathers what the service said was done."""

    def __init__(self, home: str, session: tuple[int, str], told: Told, crowd: Crowd, dice: random.Random) -> None:
        self.person, token = session
        self.http = httpx.AsyncClient(base_url=home, headers={"accept": "text/html"}, timeout=_PATIENCE, verify=False)
        self.http.cookies.set("session", token)
        self.told, self.crowd, self.dice = told, crowd, dice
        self.csrf = ""
        self.rows: list[str] = []

    async def work(self) -> None:
        """Decide until nobody has anything to do."""
        async with self.http:
            while not self.crowd.over:
                self.rows = self.rows or await self._look()
                if self.rows:
                    self.crowd.busy.add(self.person)
                    await self._act()
                else:
                    self.crowd.busy.discard(self.person)
                    await asyncio.sleep(0.2)

    async def _look(self) -> list[str]:
        """Load a page of the first look, or, when that is empty, of the second opinions; gives its rows."""
        for second in ("", "&second=1"):
            page = await self.http.get(f"/queue?sort={self.dice.choice(SORTS)}{second}")
            if page.status_code == 200 and (rows := self._read(page.text)):
                return rows
        return []

    def _read(self, page: str) -> list[str]:
        self.csrf = _CSRF.findall(page)[0]
        return _ROW.findall(page)

    async def _act(self) -> None:
        """Decide a row or some, as the page offers it; with script on with the same rows, else with a new page."""
        dice, habits = self.dice, self.crowd.habits
        count = dice.randint(2, 8) if dice.random() < habits.many else 1
        first = dice.randrange(len(self.rows)) if dice.random() < habits.elsewhere else 0
        chosen = self.rows[first : first + count]
        if dice.random() < habits.claim:
            await self._post(f"/queue/claim/{chosen[0].partition('.')[0]}", {})
        verdict = dice.choices(("accept", "reject", "reason-3", "hold"), (45, 40, 10, 5))[0]
        form = {"item": chosen, "verdict": verdict, "site": "1"} | ({"cluster": "1"} if dice.random() < 0.1 else {})
        script = dice.random() < habits.script
        if script:
            self.rows = [row for row in self.rows if row not in chosen]
        else:
            self.rows = []
        times = 2 if dice.random() < habits.double else 1
        undo = next(filter(None, await asyncio.gather(*(self._decide(form, script=script) for _ in range(times)))), "")
        if undo and dice.random() < habits.undo:
            await self._take_back(undo, dice.choice((1, 1, 1, 2)))

    async def _decide(self, form: dict[str, str | list[str]], *, script: bool) -> str:
        """Send the form; gives where it is undone, if it was done."""
        answer = await self._post("/queue/act", form, {"X-Part": "1"} if script else {})
        if answer.status_code in {200, 409, 422} and (found := _UNDO.search(answer.text)) is not None:
            self.told.done[self.person, float(found[2])] += 1
            if not script:
                self.rows = self._read(answer.text)
            return found[1].replace("&amp;", "&")
        if answer.status_code == 409:
            self.told.refused += 1
            self.rows = [] if self.dice.random() < 0.3 else self.rows
        else:
            self.told.unknown += 1
        return ""

    async def _take_back(self, path: str, times: int) -> None:
        await asyncio.sleep(self.dice.random() * self.crowd.hesitation)
        for answer in await asyncio.gather(*(self._post(path, {}, {"X-Part": "1"}) for _ in range(times))):
            self.told.undone += "taken back" in answer.text.lower()

    async def _post(self, path: str, form: dict[str, str | list[str]], headers: dict[str, str] | None = None) -> httpx.Response:
        begun, data = time.perf_counter(), {**form, "csrf": self.csrf}
        try:
            answer = await self.http.post(path, data=data, headers=headers, follow_redirects=True)
        except httpx.TransportError:  # the line broke, perhaps after the deed was done
            return httpx.Response(599)
        self.told.seconds.append(time.perf_counter() - begun)
        if answer.status_code >= 500:
            self.told.faults[answer.status_code] += 1
        return answer


class Crowd:
    """What the moderators share: who has something to do."""

    def __init__(self, hesitation: float = 2.0) -> None:
        self.habits = Habits()
        self.hesitation = hesitation
        self.busy: set[int] = set()
        self.over = False

    async def watch(self, told: Told) -> None:
        """End it when nobody was busy for a moment."""
        idle = 0
        begun = said = time.monotonic()
        while idle < 5:
            await asyncio.sleep(0.3)
            idle = 0 if self.busy else idle + 1
            if time.monotonic() - said > _NEWS:
                said = time.monotonic()
                report(f"  {said - begun:.0f} s: {told.figures()}")
        self.over = True


async def crowd(homes: Sequence[str], sessions: Sequence[tuple[int, str]], told: Told, seed: int, hesitation: float = 2.0) -> float:
    """Let the moderators work until nothing waits; gives the seconds that took."""
    shared, begun = Crowd(hesitation), time.perf_counter()
    shared.busy = {person for person, _ in sessions}
    people = [
        Moderator(homes[place % len(homes)], session, told, shared, random.Random(seed * 1000 + place))
        for place, session in enumerate(sessions)
    ]
    await asyncio.gather(shared.watch(told), *(each.work() for each in people))
    return time.perf_counter() - begun


def remark(dice: random.Random, number: int) -> str:
    """A comment's text; now and then one of a few that many send."""
    if dice.random() < 0.05:
        return f"A very cheap {dice.choice(WORDS)} of the best brand at http://shop{number}.example/ today, save a lot of money."
    return f"{number}: " + " ".join(dice.choices(WORDS, k=dice.randint(6, 40)))


def hold_many(service: Service, count: int, seed: int = 1) -> None:
    """Send comments that are held, many at a time."""
    dice = random.Random(seed)
    service.until(lambda: service.api("PUT", "/v1/policy", HOLD).status == 200, 60.0)
    for start in range(0, count, 100):
        texts = [remark(dice, number) for number in range(start, min(start + 100, count))]
        said = [{"text": text, "author": "Reader", "author_email": f"r{dice.randrange(999)}@example.org"} for text in texts]
        named = [{**each, "external_id": str(number)} for number, each in enumerate(said, start)]
        service.until(lambda body={"comments": named}: service.api("POST", "/v1/comments/batch", body).status == 200, 60.0)


def listen(service: Service, receiver: Receiver) -> None:
    """Let the receiver be told of what moderators say."""
    stored(service, lambda connection: add_endpoint(connection, DIGESTS, 1, receiver.url, time.time(), events=TOLD_OF))


@contextmanager
def running(folder: Path, database: str, services: int) -> Iterator[tuple[Service, list[str]]]:
    """Run services of one database, each in a process of its own."""
    config = settings.load(data_dir=folder, database_url=database, secret=SECRET)
    key, bearer = new_site(config)
    given = {"WINNOW_DATABASE_URL": config.database, "WINNOW_SECRET": SECRET, "WINNOW_OUTBOUND_ALLOW": "127.0.0.0/8"}
    given["WINNOW_DEADLINE_MS"] = str(config.deadline_ms)
    with ExitStack() as stack:
        homes = [stack.enter_context(winnow_serve(folder, **given)).url.rstrip("/") for _ in range(services)]
        service = Service(urlsplit(homes[0]).port or 0, key, bearer, config.database, None)
        yield service, homes
        forget(service)


async def drained(service: Service, seconds: float) -> None:
    """Wait until everything was sent."""
    waiting = "SELECT count(*) FROM outbox WHERE state = 'waiting'"
    end = time.monotonic() + seconds
    while stored(service, lambda connection: connection.exec_driver_sql(waiting).scalar_one()) and time.monotonic() < end:
        await asyncio.sleep(1.0)


def report(line: str) -> None:
    """Print at once."""
    print(line, flush=True)  # noqa: T201 # a command line prints


async def measure(given: argparse.Namespace, folder: Path, database: str) -> int:
    """Run it all and report; gives how many faults were found."""
    with running(folder, database, given.services) as (service, homes):
        async with receiving() as receiver:
            listen(service, receiver)
            hold_many(service, given.comments)
            sessions = [session_of(service, Role.MODERATOR, name=f"Moderator {number}") for number in range(given.moderators)]
            told = Told()
            report(f"{given.comments} wait; {given.moderators} moderators begin")
            seconds = await crowd(homes, sessions, told, given.seed)
            report(f"decided in {seconds:.1f} s: {given.comments / seconds:.0f} comments a second")
            await drained(service, given.patience)
            found = stored(
                service, lambda connection: faults(connection, told, [*{each.id: each.body for each in receiver.requests}.values()])
            )
    times = sorted(told.seconds)
    report(
        json.dumps(
            {
                **told.figures(),
                "requests": len(times),
                "median_ms": round(times[len(times) // 2] * 1000, 1),
                "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
                "faults": len(found),
            }
        )
    )
    for each in found[:20]:
        report(f"FAULT {each}")
    return len(found)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moderators", type=int, default=50)
    parser.add_argument("--comments", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--services", type=int, default=1, help="processes that share the database; SQLite has one")
    parser.add_argument("--patience", type=float, default=300.0, help="seconds to wait for the webhooks in the end")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="crowd"))
    postgres = Postgres() if given.database == "postgresql" else None
    try:
        found = asyncio.run(measure(given, folder, postgres.database() if postgres is not None else ""))
    finally:
        if postgres is not None:
            postgres.stop()
        shutil.rmtree(folder)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
