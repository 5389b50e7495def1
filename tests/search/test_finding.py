"""Searching a real database of each kind: what is indexed, what is not yet, and what is there no more."""

from __future__ import annotations

import random
import time

import pytest
from sqlalchemy import text

from service.domain import Comment, Label
from service.moderation import Word
from service.search import finding
from service.search.indexer import rest_after
from service.search.query import of_author, parse
from service.store import queries, search
from service.store.schema import comments

NAMES = ("Ana", "Ben Fig", "Çelik", "")
VOCABULARY = ("figs", "harbour", "völlig", "the", "town", "東京", "https://shop.example/x", "read")
SEARCHES = (
    *("figs", "the", "figs the", '"figs the"', "-figs", "-figs -the", "author:ben", "author:ana figs", "東", "vollig -author:ana"),
    *("ip:203.0.113.0/30", "ip:203.0.113.2", "domain:shop.example", "-domain:shop.example", "site:other", "site:other -the"),
    *("verdict:hold", "verdict:accept figs", "by:ana", "by:ana the", "-by:ana the", "author:r1@example.org", "score:>0.5", "xyzzy"),
)


@pytest.fixture
def wrote(moderation, sites):
    """Stores comments of chance words; some are accepted by Ana."""

    async def write(count: int, seed: int = 1) -> list[str]:
        dice, ids = random.Random(seed), []
        for number in range(count):
            said = " ".join(dice.choices(VOCABULARY, k=dice.randint(1, 6)))
            name, address = dice.choice(NAMES), f"203.0.113.{dice.randint(0, 9)}"
            sent = Comment(text=said, author=name, user_ip=address, author_email=f"r{number % 7}@example.org")
            site = sites[dice.random() < 0.3]
            ids.append((await moderation.check(site, sent, time.time())).id)
            if dice.random() < 0.3:
                await moderation.feedback(site, ids[-1], Word(Label.HAM, "Ana", 1.0, time.time()))
        return ids

    return write


def all_pages(engine, query, limit=7):
    """Every page of a search, in order."""
    found, after = [], ""
    with engine.connect() as connection:
        while True:
            page = finding.find(connection, query, after, limit, budget=60)
            found += page.ids
            after = page.after
            if not after:
                return found


def looked_through(engine, query):
    """What a search must find, from the comments themselves."""
    with engine.connect() as connection:
        rows = search.newest(connection, "", search.TOP, 10_000)
        wanted = search.Wanted(query.site_ids, query.verdicts, query.by, query.not_by, query.low, query.high)
        fitting = {row.id for row in search.walk(connection, wanted, 10_000)}
    return [row.id for row in rows if row.id in fitting and all(t.fits(f" {finding.words_of(row)} ") for t in query.terms)]


async def test_the_index_finds_what_is_there(engine, sites, wrote, indexer):
    """For many searches, page by page: indexed, half indexed, not indexed at all, the same comments in the same order."""
    await wrote(60)
    expected = {asked: looked_through(engine, parse(asked, sites, time.time())) for asked in SEARCHES}
    unindexed = {asked: all_pages(engine, parse(asked, sites, time.time())) for asked in SEARCHES}
    assert unindexed == expected
    await indexer.catch_up()
    assert {asked: all_pages(engine, parse(asked, sites, time.time())) for asked in SEARCHES} == expected
    assert len(expected["figs"]) > len(expected["author:ana figs"]) > 0
    await wrote(20, seed=2)
    for asked in SEARCHES:
        query = parse(asked, sites, time.time())
        assert (asked, all_pages(engine, query)) == (asked, looked_through(engine, query))


async def test_the_index_goes_back_in_time(engine, sites, wrote, indexer, monkeypatch):
    """While older comments are still being indexed, they are found all the same."""
    monkeypatch.setattr("service.search.indexer.AT_ONCE", 8)
    await wrote(40)
    query = parse("the -figs", sites, time.time())
    expected = looked_through(engine, query)
    for _ in range(4):
        await indexer.step()
        assert all_pages(engine, query) == expected
    with engine.connect() as connection:
        assert search.marks(connection)["low"] != ""


async def test_clashing_places_are_kept_apart(engine, sites, moderation, indexer):
    """Comments whose ids begin alike all have their place, and are found once each."""
    stored = await moderation.check(sites[0], Comment(text="one fig"), time.time())
    with engine.begin() as connection:
        columns = ", ".join(column.name for column in comments.c if column.name != "id")
        for number in range(20):
            copy = f"{stored.id[:16]}{number:016x}"
            connection.execute(text(f"INSERT INTO comments (id, {columns}) SELECT '{copy}', {columns} FROM comments LIMIT 1"))
    await indexer.catch_up()
    found = all_pages(engine, parse("fig", sites, time.time()))
    assert len(found) == len(set(found)) >= 20


async def test_what_is_erased_is_found_no_more(engine, sites, wrote, indexer, moderation):
    """Neither by its words nor by its author; SQLite's index forgets the words altogether."""
    await wrote(30)
    await indexer.catch_up()
    await moderation.erase(sites[0], "Ana", time.time(), email="r1@example.org")
    await indexer.catch_up()
    assert all_pages(engine, parse("author:r1@example.org site:blog", sites, time.time())) == []
    with engine.connect() as connection:
        assert search.marks(connection).get("merge") is None
    query = parse("the site:blog", sites, time.time())
    assert all_pages(engine, query) == looked_through(engine, query)


async def test_an_import_is_taken_in(engine, sites, wrote, indexer):
    """What is older than what was indexed is found once the import has been quiet for a while."""
    await wrote(3)
    await indexer.catch_up()
    with engine.begin() as connection:
        old = "0" * 11 + "17" + "0" * 19
        columns = ", ".join(column.name for column in comments.c if column.name not in {"id", "text"})
        connection.execute(
            text(f"INSERT INTO comments (id, text, {columns}) SELECT '{old}', 'ancient', {columns} FROM comments LIMIT 1")
        )
        connection.execute(text("INSERT INTO imports (site_id, origin, mark, counts, at) VALUES (1, 'x', '', '{}', 5.0)"))
    await indexer.catch_up()
    assert all_pages(engine, parse("ancient", sites, time.time())) == [old]


async def test_an_authors_comments_are_found_by_key(engine, sites, wrote, indexer):
    """All of one author on one site, and nobody else's."""
    await wrote(40)
    await indexer.catch_up()
    with engine.connect() as connection:
        [first] = search.newest(connection, "", search.TOP, 1)
        everyone = search.newest(connection, "", search.TOP, 1000)
    expected = [each.id for each in everyone if (each.site_id, each.author_key) == (first.site_id, first.author_key)]
    assert all_pages(engine, of_author(first.site_id, first.author_key)) == expected


async def test_a_search_without_matches_ends_in_time(engine, sites, wrote):
    """With no time at all each page tells how far it came, and the pages together come to the end."""
    ids = await wrote(12)
    query, after, steps = parse("xyzzy", sites, time.time()), "", 0
    with engine.connect() as connection:
        while (page := finding.find(connection, query, after, budget=0)).after:
            assert (page.ids, page.whole) == ([], False)
            after, steps = page.after, steps + 1
    assert steps == len(ids)


async def test_a_search_without_words_is_whole_at_once(engine, sites, wrote):
    """The database chooses what has a verdict: a page of it is full however little time there is."""
    ids = await wrote(12)
    query = parse("score:>=0", sites, time.time())
    with engine.connect() as connection:
        page = finding.find(connection, query, "", 7, budget=0)
        rest = finding.find(connection, query, page.after, 7, budget=0)
    assert (page.whole, rest.whole, rest.after) == (True, True, "")
    assert page.ids + rest.ids == sorted(ids, reverse=True)


async def test_ids_are_in_order_of_their_numbers(engine, sites, wrote):
    """The index numbers comments as their ids are ordered."""
    ids = await wrote(5)
    numbers = [search.number_of(each) for each in ids]
    assert numbers == sorted(numbers)
    with engine.connect() as connection:
        assert queries.site_of(connection, ids[0]) in {site.id for site in sites}


def test_the_index_leaves_a_load_alone():
    """While comments arrive fast it rests ten times as long for the same work, and never for long."""
    assert rest_after(0.01, 500.0) == 10 * rest_after(0.01, 1.0)
    assert rest_after(60.0, 500.0) == rest_after(60.0, 0.0) == 2.0
