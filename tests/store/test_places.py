"""Where queued comments belong, and the orders and counts that come of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from service.domain import Label, Reading
from service.store import arrivals, erasure, facets, many, people, places, queue, relabel, waiting
from service.store.facets import Filter
from service.store.places import Place
from service.store.places_tables import queue_places
from service.store.queue import Act, Hand, Mark
from service.store.relabel import Seen
from service.store.schema import queue_items
from tests.store.given import NOON, comment, submission

SPAM = Act("reject", Label.SPAM)


@pytest.fixture
def ana(engine) -> Hand:
    with engine.begin() as connection:
        return Hand(people.add_person(connection, "ana@example.org", "Ana", NOON), "Ana", NOON + 100)


@pytest.fixture
def held(site, writer):
    """Stores a comment that waits; gives its id."""

    async def store(number: int, text: str = "A good read.", spam: float = 0.7, **more) -> str:
        said = comment(text, external_id=f"{number}-{text}", **more)
        read = Reading(said, said.text, "", ())
        return (await writer.submit(replace(submission(site, said, NOON + number, spam=spam), reading=read))).id

    return store


def settle(engine):
    """Look up places as the service does behind the queue."""
    with engine.begin() as connection:
        found = places.unplaced(connection, "", 100)
        known = [Place(each.id, each.site_id, each.comment.article_id, each.author, ("shop.example",)) for each in found]
        places.place(connection, known)
        return len(known)


def shown(engine, site, sort, **wanted):
    with engine.connect() as connection:
        large = facets.clusters(connection)
        return [item.id for item in waiting.page(connection, Filter((site.id,), **wanted), sort, 50, clusters=large)]


async def test_by_article_new_ones_first_and_each_in_order(engine, site, held):
    """Comments of an article stand together, the oldest first; an article that came later stands above."""
    ids = [await held(number, f"Remark {'abc'[number]}", article_id=("old", "new", "old")[number]) for number in range(3)]
    assert (settle(engine), settle(engine)) == (3, 0)
    assert shown(engine, site, "article") == [ids[1], ids[0], ids[2]]


async def test_an_item_has_the_article_of_its_place(engine, site, held):
    """What is looked up behind the queue stands with the item too, also of one that was decided meanwhile."""
    ids = [await held(number, f"Remark {'ab'[number]}", article_id=("one", "")[number]) for number in range(2)]
    items, known = queue_items.c, queue_places.c
    both = select(items.article, known.article).join(queue_places, known.comment_id == items.comment_id).order_by(items.comment_id)
    with engine.begin() as connection:
        found = [Place(each, site.id, name, None, ()) for each, name in zip(ids, ("one", ""), strict=True)]
        connection.execute(queue_items.update().where(items.comment_id == ids[0]).values(state="decided"))
        places.place(connection, found)
        assert [tuple(row) for row in connection.execute(both)] == [(-1, -1), (0, 0)]


async def test_most_reported_first_then_the_rest(engine, site, held):
    """Two reports stand before one, one before none; a report puts back what was decided."""
    ids = [await held(number, f"Remark {'abc'[number]}") for number in range(3)]
    with engine.begin() as connection:
        for comment_id in (ids[1], ids[2], ids[2]):
            arrivals.report(connection, site.id, comment_id, NOON + 50)
    settle(engine)
    assert shown(engine, site, "reported") == [ids[2], ids[1], ids[0]]
    assert shown(engine, site, "oldest", reported=True) == [ids[1], ids[2]]
    with engine.connect() as connection:
        assert facets.waiting(connection, NOON).left(Filter((site.id,), reported=True)) == 2


async def test_by_cluster_the_largest_first(engine, site, held):
    """Three copies stand before two, those before what is like nothing else."""
    texts = [
        "Nothing like it.",
        *["The very same words, again and again and again."] * 2,
        *["Other words, again and again and again."] * 3,
    ]
    ids = [await held(number, f"{text} {number}") for number, text in enumerate(texts)]
    assert shown(engine, site, "cluster") == [ids[3], ids[1], ids[0]]


async def test_claims_filter_and_are_counted(engine, site, held, ana):
    """Mine are what I look at; unclaimed is what nobody else looks at; both end with the lease."""
    ids = [await held(number, f"Remark {'abc'[number]}") for number in range(3)]
    with engine.begin() as connection:
        queue.claim(connection, [site.id], ids[0], ana)
    for at, mine, free in ((ana.at + 1, [ids[0]], ids[1:]), (ana.at + queue.LEASE_SECONDS + 1, [], ids)):
        assert shown(engine, site, "oldest", mine=ana.person_id, at=at) == mine
        assert shown(engine, site, "oldest", free=ana.person_id + 1, at=at) == free
        with engine.connect() as connection:
            counted = facets.waiting(connection, at)
        assert counted.left(Filter((site.id,), mine=ana.person_id, at=at)) == len(mine)
        assert counted.left(Filter((site.id,), free=ana.person_id + 1, at=at)) == len(free)


async def test_the_uncertain_are_those_near_one_half(engine, site, held):
    """From 0.35 to 0.65, counted as they are shown, in every order."""
    ids = [await held(number, f"Remark {'abcd'[number]}", spam) for number, spam in enumerate((0.55, 0.64, 0.66, 0.9))]
    for sort in ("oldest", "riskiest"):
        assert sorted(shown(engine, site, sort, uncertain=True)) == ids[:2]
    with engine.connect() as connection:
        assert facets.waiting(connection, NOON).left(Filter((site.id,), uncertain=True)) == 2


async def test_what_is_decided_waits_no_more_until_it_is_taken_back(engine, site, held, ana):
    """The author's waiting comments are those that really wait."""
    ids = [await held(number, f"Remark {'abc'[number]}") for number in range(3)]
    settle(engine)

    def of_author():
        with engine.connect() as connection:
            author = many.author_of(connection, ids[0])
            return [mark.id for mark in many.marks(connection, many.of_author(site.id, author), 10)]

    assert of_author() == ids
    with engine.begin() as connection:
        queue.act(connection, [site.id], [Mark(ids[0], 1)], SPAM, ana, 0.0)
    assert of_author() == ids[1:]
    with engine.begin() as connection:
        queue.undo(connection, ana, ana.at, ids[:1])
    assert of_author() == ids


async def test_what_waits_for_a_second_opinion_has_its_place(engine, site, held, ana):
    """Decided before, or never in the queue and passed already: it stands with its article, and with its author's others."""
    queued, accepted = await held(0, "Remark a", article_id="one"), await held(1, "Remark b", 0.1, article_id="one")
    settle(engine)
    with engine.begin() as connection:
        queue.act(connection, [site.id], [Mark(queued, 1)], SPAM, ana, 0.0)
        seen = [Seen(queued, 1), Seen(accepted, 0)]
        assert relabel.act(connection, [site.id], seen, Act("hold"), replace(ana, at=NOON + 200), 0.0) == (2, [])
    with engine.begin() as connection:
        [found] = places.unplaced(connection, "f" * 32, 100)
        places.place(connection, [Place(found.id, site.id, found.comment.article_id, found.author, ())])
        author = many.author_of(connection, queued)
        marks = many.marks(connection, many.of_author(site.id, author), 10)
    assert (found.id, [mark.id for mark in marks]) == (accepted, [queued, accepted])
    assert shown(engine, site, "article", second=True) == [queued, accepted]


async def test_a_forgotten_author_is_in_no_place(engine, site, held):
    """Nor are the domains that their comments named."""
    ids = [await held(1)]
    settle(engine)
    with engine.begin() as connection:
        assert many.domains_in(connection, ids[0]) == ["shop.example"]
        erasure.erase(connection, site.id, ids, NOON + 5)
        assert many.domains_in(connection, ids[0]) == []
        assert many.marks(connection, many.naming(site.id, "shop.example"), 10) == []
