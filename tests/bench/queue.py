"""What pages cost: `python -m tests.bench.queue [--comments N] [--waiting N] [--database NAME] [--keep FOLDER]`.

Prints, for every order of the queue with every filter, what the page took with rows, counts, the comment in hand and why:
processor time of service and database, median and 95th percentile, which on a machine with nothing else to do is how long one
waits; that time is given too, with what a million additions took meanwhile, and the size of the largest page. With `--others`:
the same for all other pages. With `--browser`: how long from the key to the next comment painted. Filling takes minutes; a folder
to `--keep` is filled once.
"""

from __future__ import annotations

import argparse
import http.client
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from service.domain import Role
from service.store.schema import comments, labels
from service.store.walks import SORTS
from tests.bench.held import fill
from tests.browser import FLAGS, executable
from tests.postgres import Postgres
from tests.queue.given import Client, forget, someone, stored
from tests.serving import Service, serving

MOST_MS = 50.0
PAINTED_MS = 100.0
MOST_BYTES = 60_000
FILTERS = {
    "all": "",
    "one site": "site=2",
    "held by a rule": "why=link_limit",
    "audit sample": "why=audit",
    "language": "lang=de",
    "rare language": "lang=sv",
    "first comment": "new=1",
    "with links": "links=1",
    "reported": "reports=1",
    "uncertain": "doubt=1",
    "mine": "claims=mine",
    "unclaimed": "claims=free",
    "second opinion": "second=1",
    "several": "lang=de&links=1&new=1&doubt=1",
}
_KEY_TO_PAINT = """(key) => new Promise((done) => {
    const alike = document.querySelector("#acts [name=cluster]");
    if (alike) alike.checked = false; // a cluster of twenty is shown first, and its number typed
    const before = document.querySelector("#detail .hand").dataset.id;
    const begun = performance.now();
    const look = () => {
        if (document.querySelector("#detail .hand")?.dataset.id === before) return requestAnimationFrame(look);
        requestAnimationFrame(() => { const channel = new MessageChannel();
            channel.port1.onmessage = () => done(performance.now() - begun); channel.port2.postMessage(0); });
    };
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    look();
})"""


@contextmanager
def _served(
    database: str, comments: int, waiting: int, keep: Path | None, role: Role
) -> Iterator[tuple[Service, Client, Callable[[], float]]]:
    """A service whose queue is full, and a person with a role on all its sites; what is kept is copied first."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    postgres = Postgres(keep / "pg" if keep is not None else None) if database == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory(dir=keep) as folder:
            begun = time.perf_counter()
            if postgres is not None:
                filled = postgres.database("filled")
                fill(filled, comments, waiting)
                url = postgres.database(like="filled") if keep is not None else filled
            else:
                fill(f"sqlite:///{(keep or Path(folder)) / 'winnow.db'}", comments, waiting)
                if keep is not None:
                    shutil.copy(keep / "winnow.db", folder)
                url = f"sqlite:///{folder}/winnow.db"
            _say(f"{database}: {comments:,} comments, {waiting:,} wait; ready in {time.perf_counter() - begun:.0f} s")
            with serving(Path(folder), url) as service:
                yield service, someone(service, role, name="Ana"), _of_postgres(postgres)
                forget(service)
            if postgres is not None and keep is not None:
                postgres.drop(url)
    finally:
        if postgres is not None:
            postgres.stop()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Asking:
    """Asks for pages as a signed-in browser does, and measures."""

    def __init__(self, service: Service, ana: Client, backends: Callable[[], float]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
        self._headers = {"Cookie": f"session={ana.token}", "Accept": "text/html"}
        self._backends = backends
        self.waited: list[float] = []

    def rest(self, seconds: float) -> None:
        """Wait longer than the service keeps a connection open."""
        time.sleep(seconds)
        self._connection.close()
        self.waited.clear()

    def page(self, path: str) -> tuple[float, str]:
        """Give milliseconds of processor time, and the page."""
        begun = self._backends() + time.process_time()  # in this order: looking for the database's processes takes time itself
        wall = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self.waited.append((time.perf_counter() - wall) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        mine = time.process_time()
        return (mine + self._backends() - begun) * 1000, text


def _of_postgres(postgres: Postgres | None) -> Callable[[], float]:
    """Give what reads the seconds of processor time that the processes of the database took so far."""
    if postgres is None:
        return lambda: 0.0
    parent = (postgres.folder / "data" / "postmaster.pid").read_text().split()[0]

    def read() -> float:
        taken = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                if path.read_text().rpartition(")")[2].split()[1] == parent:
                    taken += int((path.parent / "schedstat").read_text().split()[0])
        return taken / 1e9

    return read


def _machine() -> float:
    """Give the milliseconds of a million additions: a machine has fast and slow hours, and so have all its figures."""
    begun, total = time.perf_counter(), 0
    for number in range(1_000_000):
        total += number
    return (time.perf_counter() - begun) * 1000


def _share(found: list[float], share: float) -> float:
    return sorted(found)[min(int(len(found) * share), len(found) - 1)]


def pages(asking: Asking, rounds: int) -> bool:
    """Ask for every order with every filter, the first page and the second; tells whether all stayed below the line."""
    every: list[float] = []
    largest, machine = (0, ""), [_machine()]
    for name, chosen in FILTERS.items():
        cells = []
        for sort in SORTS:
            first = [asking.page(f"/queue?sort={sort}&{chosen}") for _ in range(rounds + 1)][1:]
            after = first[-1][1].partition("after=")[2].partition('"')[0] if "data-more" in first[-1][1] else ""
            second = [asking.page(f"/queue?sort={sort}&{chosen}&after={after}") for _ in range(rounds)] if after else []
            found = [taken for taken, _ in first + second]
            every += found
            largest = max(largest, *((len(text.encode()), f"{name}, {sort}") for _, text in first[-1:] + second[-1:]))
            cells.append(f"{statistics.median(found):5.0f}/{_share(found, 0.95):<5.0f}")
        machine.append(_machine())
        _say(f"{name:16}{' '.join(cells)}")
    for found, what in ((every, "of processor time"), (asking.waited, "waited")):
        _say(f"all together: median {statistics.median(found):.0f} ms, p95 {_share(found, 0.95):.0f} ms {what}")
    _say(f"a million additions took {min(machine):.0f} to {max(machine):.0f} ms, {statistics.median(machine):.0f} in the median")
    _say(f"largest page: {largest[0] / 1000:.1f} kB ({largest[1]})")
    return _share(every, 0.95) <= MOST_MS and largest[0] <= MOST_BYTES


def painted(service: Service, ana: Client, count: int) -> float:
    """Decide so many in Chromium by their keys; gives the median of milliseconds until the next one was painted."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies(ana.cookies(service))
        page: Any = context.new_page()
        page.goto(f"http://127.0.0.1:{service.port}/queue?sort=uncertain")
        page.wait_for_timeout(1500)
        taken = []
        for number in range(count):
            taken.append(page.evaluate(_KEY_TO_PAINT, "ra"[number % 2]))
            page.wait_for_timeout(350)  # as fast as anyone reads
        browser.close()
    taken.sort()
    _say(f"key to paint, {count} decisions: median {statistics.median(taken):.0f} ms, p95 {taken[int(count * 0.95)]:.0f} ms")
    return float(statistics.median(taken))


def others(asking: Asking, service: Service, rounds: int) -> bool:
    """Ask for the other pages; tells whether all stayed below the line. What is counted behind them is counted first."""
    found: list[float] = []
    for path in _others(service).values():
        asking.page(path)
    asking.rest(20.0)
    for name, path in _others(service).items():
        times = [asking.page(path)[0] for _ in range(rounds)]
        _say(f"{name:24}{statistics.median(times):5.0f}/{_share(times, 0.95):<5.0f}")
        found += times
    _say(f"all together: p95 {_share(found, 0.95):.0f} ms of processor time, waited {_share(asking.waited, 0.95):.0f} ms")
    return _share(found, 0.95) <= MOST_MS


def _others(service: Service) -> dict[str, str]:
    """Give the address of every page that shows what is stored."""
    c = comments.c
    waits = stored(service, lambda store: store.execute(select(c.id).where(c.verdict == "hold").limit(1)).scalar_one())
    done = stored(service, lambda store: store.execute(select(labels.c.comment_id).limit(1)).scalar_one())
    author = stored(service, lambda store: store.execute(select(c.author_key).where(c.id == done)).scalar_one())
    return {
        "a waiting comment": f"/comments/{waits}",
        "a decided comment": f"/comments/{done}",
        "its thread": f"/comments/{done}/thread",
        "similar comments": f"/comments/{waits}/similar",
        "its author": f"/authors/{author}",
        "statistics": "/stats",
        "statistics, one site": "/stats?site=1&days=90",
        "the model": "/model",
        "another site's model": "/model?site=2",
        "labels in doubt": "/model/1/labels",
        "rules": "/rules",
        "sites": "/sites",
        "the audit log": "/audit",
        "one person's deeds": "/audit?person=2",
        "deeds of a kind": "/audit?what=comment.reject",
        "people": "/people",
        "a range of scores": "/queue/many?by=score&low=20&high=30",
        "deliveries": "/deliveries",
    }


def main() -> int:
    """Measure and print; 1 where a figure is over its line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--comments", type=int, default=1_000_000)
    options.add_argument("--waiting", type=int, default=100_000)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--keep", type=Path, help="a folder whose database is filled once")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--others", action="store_true")
    options.add_argument("--browser", action="store_true")
    options.add_argument("--decisions", type=int, default=60)
    asked = options.parse_args()
    role = Role.ADMIN if asked.others else Role.MODERATOR
    with _served(asked.database, asked.comments, asked.waiting, asked.keep, role) as (service, ana, backends):
        if asked.browser:
            return int(painted(service, ana, asked.decisions) > PAINTED_MS)
        if asked.others:
            return int(not others(Asking(service, ana, backends), service, asked.rounds))
        _say(f"{'median/p95 in ms':16}{' '.join(f'{sort:11}' for sort in SORTS)}")
        return int(not pages(Asking(service, ana, backends), asked.rounds))


if __name__ == "__main__":
    sys.exit(main())
