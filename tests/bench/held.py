"""Rows of a site that is much commented on: a million comments, of which many wait for a moderator. The same on both databases.

Of those that do not wait one in ten was decided by hand, with label, second decision and an entry in the audit log.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, Table, make_url, select, text

from service.classifier import artefact
from service.settings import STARTER_MODEL
from service.store import audit
from service.store.audit import Deed
from service.store.batch import day_of
from service.store.engine import open_engine
from service.store.people import add_person
from service.store.places import Place, place
from service.store.schema import comments, decisions, identities, labels, queue_items, tallies
from service.store.sites import add_site
from service.store.upgrade import upgrade
from tests.bench.search import index

Row = tuple[Any, ...]
T = TypeVar("T")
_STEP = 5000
_RULES = ("score_holds",) * 6 + ("first_time_author",) * 2 + ("link_limit", "flood")
_LANGUAGES = ("en",) * 60 + ("de",) * 20 + ("fr",) * 10 + ("es",) * 5 + ("",) * 4 + ("sv",)
_WORDS = ("river", "harbour", "garden", "paper", "morning", "figure", "village", "window", "teacher", "winter", "market", "letter")
_AUTHORS = 50_000
_ARTICLES = 3000
_CLUSTERS = 4000
_WORKED = 0.1
_PACE = 4.0
HANDS = ("Ana", "Ben", "Chidi", "Dora", "Emil", "Fatma")


class Held:
    """Makes rows: the last ``waiting`` of so many comments wait, in four sites of which the first has most.

    ``hands`` are the ids of the people of ``HANDS``, ``model`` is the version that scored.
    """

    def __init__(self, count: int, waiting: int, sites: list[int], hands: list[int], model: str) -> None:
        self.count, self.waiting, self.sites, self.hands, self.model = count, waiting, sites, hands, model
        self.deeds: list[Deed] = []
        self._dice = random.Random(7)
        self._end = time.time() - 120
        self._begin = self._end - 90 * 86_400
        self._days: Counter[tuple[int, str, str]] = Counter()

    def batches(self) -> Iterator[dict[Table, list[Row]]]:
        """Give rows by table, some thousand comments at a time."""
        for start in range(0, self.count, _STEP):
            made: dict[Table, list[Row]] = {comments: [], decisions: [], queue_items: [], labels: []}
            for number in range(start, min(start + _STEP, self.count)):
                self._one(number, made)
            yield made

    def authors(self) -> list[Row]:
        """Give what is known of the authors."""
        return [(key, 1, key % 9, 0, key % 4, 0, 0, 0, 0, 0) for key in range(1, _AUTHORS)]

    def days(self) -> list[Row]:
        """Give the counts by day of what ``batches`` gave."""
        keys = sorted({(site, day) for site, day, _ in self._days})
        return [(*key, *(self._days[*key, verdict] for verdict in ("accept", "hold", "reject")), 0, 0) for key in keys]

    def places(self, connection: Any, rows: list[Row]) -> None:  # a connection of the store
        """Keep where the queued ones belong, as the service does behind the queue."""
        for part in _batched(rows, 500):
            place(connection, [Place(row[0], row[1], row[16], row[7], (f"shop{row[7] % 400}.example",)) for row in part])

    def _one(self, number: int, made: dict[Table, list[Row]]) -> None:
        dice = self._dice
        at = self._begin + (self._end - self._begin) * number / self.count
        comment_id = f"{int(at * 1000):012x}7{number % 4096:03x}8{dice.getrandbits(60):015x}"
        site, author = dice.choice(self.sites[:1] * 7 + self.sites), dice.randrange(1, _AUTHORS)
        held = number >= self.count - self.waiting
        worked = not held and dice.random() < _WORKED
        cluster = int(dice.random() ** 3 * _CLUSTERS) if held and dice.random() < 0.4 else None
        said_text = self._text(cluster if cluster is not None else number)
        first = "hold" if held or worked else dice.choice(("accept", "reject"))
        spam, rule = dice.random(), dice.choice(_RULES)
        last = ("reject" if dice.random() < spam else "accept") if worked else first
        address = f"https://blog.example/post-{dice.randrange(_ARTICLES)}/"
        said = (said_text, f"Reader {author}", f"r{author}@example.org", "", f"203.0.{author % 256}.{author % 251}", address)
        made[comments].append((comment_id, site, at, last, "", "", number, author, False, True, *said, address[26:-1], "{}"))
        scored = (spam, spam / 3, self.model, at, "")
        made[decisions].append((comment_id, 0, site, first, rule, '["a reason"]', "model", *scored))
        self._days[site, day_of(at), first] += 1
        if held or worked:
            item = self._item(comment_id, site, at, spam, rule, cluster)
            made[queue_items].append(self._decided(item, last, made) if worked else item)

    def _item(self, comment_id: str, site: int, at: float, risk: float, rule: str, cluster: int | None) -> Row:
        dice = self._dice
        why = dice.choices(("held", "audit", "reported"), (90, 7, 3))[0]
        flags = (dice.random() < 0.4, dice.random() < 0.3)
        second = dice.random() < 0.02
        known = (comment_id, site, why, 1.0, "waiting", 1, at, None, risk, abs(risk - 0.5), rule)
        return (*known, dice.choice(_LANGUAGES), *flags, cluster, second, None, 0.0, "", None, None, "", 0, None)

    def _decided(self, item: Row, verdict: str, made: dict[Table, list[Row]]) -> Row:
        """Let somebody decide an item, an hour after it came, some seconds after the one before."""
        comment_id, site = item[:2]
        hand = len(self.deeds) % len(HANDS)
        at = item[6] + 3600 + self._dice.random() * _PACE
        label = "ham" if verdict == "accept" else "spam"
        made[decisions].append((comment_id, 1, site, verdict, "moderator", "[]", "moderator", None, None, None, at, HANDS[hand]))
        made[labels].append((comment_id, 1, site, label, "", HANDS[hand], 1.0, at))
        if self._dice.random() < 0.05:  # someone else looked again
            other = "ham" if self._dice.random() < 0.8 else "spam"
            made[labels].append((comment_id, 2, site, other, "", HANDS[hand - 1], 1.0, at + 60))
        about = {"site_id": site, "target": comment_id}
        self.deeds.append(Deed(at=at, who=HANDS[hand], person_id=self.hands[hand], what=f"comment.{verdict}", **about))
        return (*item[:4], "decided", 2, item[6], at, *item[8:16], None, 0.0, verdict, self.hands[hand], at, "", 0, None)

    def _text(self, seed: int) -> str:
        words = random.Random(seed)
        return f"{' '.join(words.choice(_WORDS) for _ in range(40))} number {seed}"


def _batched(rows: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def fill(url: str, count: int, waiting: int) -> None:
    """Fill an installation that has no comments yet."""
    engine = open_engine(url)
    upgrade(engine)
    with engine.begin() as connection:
        filled = connection.execute(select(comments.c.id).limit(1)).scalar() is not None
        if not filled:
            names = ("blog", "site-2", "site-3", "site-4")
            sites = [add_site(connection, name, f"https://{name}.example", time.time()).id for name in names]
            hands = [add_person(connection, f"{name}@desk.example".lower(), name, time.time()) for name in HANDS]
    if not filled:
        version = artefact.parse((STARTER_MODEL / artefact.CARD).read_bytes()).version
        load(engine, url, Held(count, waiting, sites, hands, version))
        with engine.begin() as connection:
            deque(index(connection), maxlen=0)
        analyse(engine)
    engine.dispose()


def load(engine: Engine, url: str, held: Held) -> None:
    """Store the rows, by the shortest way that each driver knows; then the places."""
    queued: list[Row] = []
    keep = _into_sqlite(url) if engine.dialect.name == "sqlite" else _into_postgres(url)
    keep.send(None)
    keep.send({identities: held.authors()})
    for made in held.batches():
        keep.send(made)
        queued += [row for row in made[comments] if row[3] == "hold"]
    keep.send({tallies: held.days()})
    keep.close()
    for part in _batched(held.deeds, 5000):
        with engine.begin() as connection:
            audit.append(connection, *part)
    for part in _batched(queued, 10_000):
        with engine.begin() as connection:
            held.places(connection, part)
    with engine.begin() as connection:
        reported = [row[0] for row in queued[::33]]
        for part in _batched([(each,) for each in reported], 500):
            ids = [row[0] for row in part]
            mine = queue_items.c.comment_id.in_(ids)
            connection.execute(queue_items.update().where(mine).values(reports=1 + len(ids) % 5))


def _into_sqlite(url: str) -> Any:  # a generator that takes rows
    connection = sqlite3.connect(make_url(url).database or "")
    connection.execute("PRAGMA synchronous = OFF")
    try:
        while True:
            made = yield
            for table, rows in made.items():
                marks = ", ".join("?" * len(table.columns))
                connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # our own tables
            connection.commit()
    finally:
        connection.close()


def _into_postgres(url: str) -> Any:  # as above
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            while True:
                made = yield
                for table, rows in made.items():
                    with connection.cursor().copy(f"COPY {table.name} FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
        finally:
            connection.execute("ANALYZE")


def analyse(engine: Engine) -> None:
    """Do what PostgreSQL does by itself in a while."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
