"""Rows of a site that is much commented on: a million comments, of which many wait for a moderator. The same on both databases."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import Engine, Table, make_url

from service.store.places import Place, place
from service.store.schema import comments, decisions, identities, metadata, queue_items

Row = tuple[Any, ...]
_STEP = 5000
_RULES = ("score_holds",) * 6 + ("first_time_author",) * 2 + ("link_limit", "flood")
_LANGUAGES = ("en",) * 60 + ("de",) * 20 + ("fr",) * 10 + ("es",) * 5 + ("",) * 4 + ("sv",)
_WORDS = ("river", "harbour", "garden", "paper", "morning", "figure", "village", "window", "teacher", "winter", "market", "letter")
_AUTHORS = 50_000
_ARTICLES = 3000
_CLUSTERS = 4000


class Held:
    """Makes rows: the last ``waiting`` of so many comments wait, in four sites of which the first has most."""

    def __init__(self, count: int, waiting: int, sites: list[int]) -> None:
        self.count, self.waiting, self.sites = count, waiting, sites
        self._dice = random.Random(7)
        self._end = time.time() - 120
        self._begin = self._end - 90 * 86_400

    def batches(self) -> Iterator[dict[Table, list[Row]]]:
        """Give rows by table, some thousand comments at a time."""
        for start in range(0, self.count, _STEP):
            made: dict[Table, list[Row]] = {comments: [], decisions: [], queue_items: []}
            for number in range(start, min(start + _STEP, self.count)):
                self._one(number, made)
            yield made

    def authors(self) -> list[Row]:
        """Give what is known of the authors."""
        return [(key, 1, key % 9, 0, key % 4, 0, 0, 0, 0, 0) for key in range(1, _AUTHORS)]

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
        cluster = int(dice.random() ** 3 * _CLUSTERS) if held and dice.random() < 0.4 else None
        text = self._text(cluster if cluster is not None else number)
        verdict = "hold" if held else dice.choice(("accept", "reject"))
        address = f"https://blog.example/post-{dice.randrange(_ARTICLES)}/"
        said = (text, f"Reader {author}", f"r{author}@example.org", "", f"203.0.{author % 256}.{author % 251}", address)
        made[comments].append((comment_id, site, at, verdict, "", "", number, author, False, True, *said, address[26:-1], "{}"))
        spam = dice.random()
        rule = dice.choice(_RULES)
        made[decisions].append((comment_id, 0, site, verdict, rule, '["a reason"]', "model", spam, spam / 3, "bench", at, ""))
        if held:
            made[queue_items].append(self._item(comment_id, site, at, spam, rule, cluster))

    def _item(self, comment_id: str, site: int, at: float, risk: float, rule: str, cluster: int | None) -> Row:
        dice = self._dice
        why = dice.choices(("held", "audit", "reported"), (90, 7, 3))[0]
        flags = (dice.random() < 0.4, dice.random() < 0.3)
        second = dice.random() < 0.02
        known = (comment_id, site, why, 1.0, "waiting", 1, at, None, risk, abs(risk - 0.5), rule)
        return (*known, dice.choice(_LANGUAGES), *flags, cluster, second, None, 0.0, "", None, None)

    def _text(self, seed: int) -> str:
        words = random.Random(seed)
        return f"{' '.join(words.choice(_WORDS) for _ in range(40))} number {seed}"


def _batched(rows: list[Row], size: int) -> Iterator[list[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def load(engine: Engine, url: str, held: Held) -> None:
    """Store the rows, by the shortest way that each driver knows; then the places."""
    queued: list[Row] = []
    keep = _into_sqlite(url) if engine.dialect.name == "sqlite" else _into_postgres(url)
    keep.send(None)
    keep.send({identities: held.authors()})
    for made in held.batches():
        keep.send(made)
        queued += [row for row in made[comments] if row[3] == "hold"]
    keep.close()
    for part in _batched(queued, 10_000):
        with engine.begin() as connection:
            held.places(connection, part)
    with engine.begin() as connection:
        reported = [row[0] for row in queued[::33]]
        places = metadata.tables["queue_places"]
        for part in _batched([(each,) for each in reported], 500):
            ids = [row[0] for row in part]
            connection.execute(places.update().where(places.c.comment_id.in_(ids)).values(reports=1 + len(ids) % 5))


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
            connection.execute("VACUUM ANALYZE")
