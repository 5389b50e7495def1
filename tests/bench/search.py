"""How long searches take: `python -m tests.bench.search [--comments N] [--postgresql] [--only KIND] [--keep FOLDER]`.

Loads comments in bulk (words drawn as often as Zipf's law has it, two sites, 5,000 authors, one in ten held, some decided by hand),
indexes them as the service does, and prints for each kind of search the median, the 95th percentile and the longest of its times,
first page and a later one, as milliseconds of wall time; last over all. On a busy machine the wall waits for others too.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from service.domain import Comment, Decision, Scores, Site, Source, Verdict
from service.search import documents, finding
from service.search.query import parse
from service.store import queries, search
from service.store.batch import decision_row, match_key
from service.store.engine import open_engine
from service.store.ids import new_id
from service.store.schema import comments, decisions, labels
from service.store.search import Entry
from service.store.sites import add_site, list_sites
from service.store.storable import pack
from service.store.upgrade import upgrade
from tests.postgres import Postgres

BEGIN = 1_780_000_000.0
AT_ONCE = 2000
SEARCHES = {
    "a frequent word": ["w0", "w1", "w3"],
    "a word now and then": ["w300", "w500", "w900"],
    "a rare word": ["w20000", "w31000", "w45000"],
    "no such word": ["xyzzy", "nowhere plugh"],
    "two words": ["w2 w40", "w15 w400", "w1000 w3000"],
    "a phrase": ['"w0 w1"', '"w3 w10"', '"w50 w20"'],
    "not a word": ["-w0", "w5 -w6 -w1"],
    "an author": ["author:reader17", 'author:"reader 4000"', "author:reader99 w4"],
    "a network": ["ip:203.0.5.0/24", "ip:203.0.7.9", "ip:203.0.0.0/18 w2"],
    "a verdict": ["verdict:hold", "verdict:hold w1", "verdict:reject w300"],
    "a score": ["score:>0.95", "score:>0.9 w2", "score:0.4..0.6 w200"],
    "a person": ["by:ana", "by:ana w1", "w30 -by:ana"],
    "a time": ["before:2026-07-01 w4", "after:2026-06-01 before:2026-06-03", "w7 after:2026-08-20"],
    "a site": ["site:other", "site:other w8", "site:other verdict:hold w600"],
}


def load(connection: Connection, sites: list[Site], count: int, dice: random.Random) -> None:
    """Write comments with their decisions and some labels."""
    vocabulary = [f"w{place}" for place in range(50_000)]
    weights = list(itertools.accumulate(1 / (place + 2) for place in range(50_000)))
    verdicts = list(itertools.accumulate((0.6, 0.1, 0.3)))
    for start in range(0, count, AT_ONCE):
        rows, made, said = [], [], []
        for number in range(start, min(start + AT_ONCE, count)):
            at, author, risk = BEGIN + number * 10.0, dice.randrange(5000), dice.random()
            words = dice.choices(vocabulary, cum_weights=weights, k=dice.randint(8, 50))
            site, verdict = sites[number % 10 == 0], dice.choices(list(Verdict), cum_weights=verdicts)[0]
            comment = Comment(
                text=" ".join(words), author=f"Reader{author}", author_email=f"r{author}@example.org",
                user_ip=f"203.0.{author % 256}.{author // 256}", article_id=str(number % 500),
            )  # fmt: skip
            comment_id = new_id(at)
            about = (comment_id, site.id, at, verdict.value, "", "", match_key(comment), author + 1, False, True)
            sent = (comment.text, comment.author, comment.author_email, "", comment.user_ip, "", comment.article_id)
            rows.append(dict(zip(comments.c.keys(), (*about, *sent, pack(comment)), strict=True)))
            decision = Decision(verdict, "score_holds", ("why",), Source.MODEL, at, Scores(risk, risk / 3, "m" * 64))
            made.append(dict(zip(decisions.c.keys(), decision_row(comment_id, 0, site.id, decision), strict=True)))
            if number % 50 == 0:
                hand = "Ana" if number % 100 else "Ben"
                given = (comment_id, 1, site.id, "ham", "", hand, 1.0, at)
                said.append(dict(zip(labels.c.keys(), given, strict=True)))
        for table, values in ((comments, rows), (decisions, made), (labels, said)):
            connection.execute(table.insert(), values)


def index(connection: Connection) -> Iterator[int]:
    """Index everything, as the service does but in large steps and without the filter's own reading."""
    search.prepare(connection)
    below = search.TOP
    while rows := search.newest(connection, "", below, AT_ONCE):
        entries = [
            Entry(
                each.id,
                documents.document(
                    each.site_id, each.author_key, each.comment, each.comment.text, (), each.rule, each.model
                ),
            )
            for each in rows
        ]  # fmt: skip
        if below == search.TOP:
            search.set_mark(connection, "head", rows[0].id)
            search.set_mark(connection, "import", repr(search.last_import(connection)))
        yield search.add(connection, entries)
        below = rows[-1].id


def measure(engine: Engine, only: str, rounds: int = 5) -> None:
    """Time every search: its first page and the one after."""
    with engine.connect() as connection:
        sites = list_sites(connection)
    everything = []
    for name, asked in SEARCHES.items():
        if only not in name:
            continue
        times = []
        for _, one in itertools.product(range(rounds), asked):
            after = ""
            for _page in range(2):
                begun = time.perf_counter()
                with engine.connect().execution_options(reading=True) as connection:
                    page = finding.find(connection, parse(one, sites, BEGIN + 1e7), after)
                    for comment_id in page.ids[:1]:
                        queries.site_of(connection, comment_id)
                times.append((time.perf_counter() - begun) * 1000)
                after = page.after
                if not after:
                    break
        everything += times
        print(line(name, times), flush=True)
    print(line("all", everything))


def line(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    return f"{name:22} median {statistics.median(times):7.1f}  p95 {ordered[int(len(times) * 0.95)]:7.1f}  most {ordered[-1]:7.1f}"


def main() -> None:
    """Load where there is nothing yet, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", default="", help="kinds of search whose names contain this")
    parser.add_argument("--keep", type=Path, default=None, help="a folder whose database is filled once")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    server = Postgres(options.keep / "pg" if options.keep is not None else None) if options.postgresql else None
    engine = open_engine(server.database("search") if server is not None else f"sqlite:///{folder / 'search.db'}")
    try:
        upgrade(engine)
        with engine.connect() as connection:
            known = list_sites(connection)
        if not known:
            fill(engine, options.comments)
        measure(engine, options.only)
    finally:
        engine.dispose()
        if server is not None:
            server.stop()


def fill(engine: Engine, count: int) -> None:
    """Load and index, and let PostgreSQL look at what it has."""
    begun, cpu = time.perf_counter(), time.process_time()
    with engine.begin() as connection:
        sites = [add_site(connection, name, "https://x.example/", BEGIN) for name in ("blog", "other")]
        load(connection, sites, count, random.Random(7))
    print(f"loaded in {time.perf_counter() - begun:.0f} s", flush=True)
    begun, cpu = time.perf_counter(), time.process_time()
    with engine.begin() as connection:
        done = sum(index(connection))
    spent = (time.process_time() - cpu) / done * 1e6
    print(f"{done} indexed in {time.perf_counter() - begun:.0f} s, {spent:.0f} µs of this process each", flush=True)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    main()
