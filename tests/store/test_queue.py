"""The queue's store: one page, one act, one undo."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from service.domain import Label, Reading, Verdict
from service.policy import Policy
from service.store import audit, facets, people, queries, queue, waiting
from service.store.facets import Filter
from service.store.queue import Act, Hand, Mark, Taken
from tests.store.given import NOON, comment, submission

SPAM = Act("reject", Label.SPAM)
HAM = Act("accept", Label.HAM)
SECOND = Act("hold")
LONG = "Buy cheap watches now, they are the very best of all, see {}"


@pytest.fixture
def ana(engine) -> Hand:
    with engine.begin() as connection:
        return Hand(people.add_person(connection, "ana@example.org", "Ana", NOON), "Ana", NOON + 100)


@pytest.fixture
def ben(engine) -> Hand:
    with engine.begin() as connection:
        return Hand(people.add_person(connection, "ben@example.org", "Ben", NOON), "Ben", NOON + 101)


@pytest.fixture
def held(engine, site, writer):
    """Stores comments with these scores; gives them as the queue shows them, oldest first."""

    async def store(*scores: float, text: str = "A good read.", **more):
        for place, spam in enumerate(scores):
            said = comment(text.format(f"http://shop{place}.example"), external_id=f"{place}-{text}", **more)
            read = Reading(said, said.text, "", ())
            await writer.submit(replace(submission(site, said, NOON + place, spam=spam), reading=read))
        return shown(engine, site, "oldest")

    return store


def shown(engine, site, sort="oldest", limit=50, after="", **wanted):
    with engine.connect() as connection:
        return waiting.page(connection, Filter((site.id,), **wanted), sort, limit, after)


def do(engine, site, item, what, hand, undo=0.0):
    with engine.begin() as connection:
        return queue.act(connection, [site.id], [Mark(item.id, item.version)], what, hand, undo)


def verdict(engine, site, item):
    with engine.connect() as connection:
        return queries.get_comment(connection, site.id, item.id).decision.verdict


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("uncertain", [0.55, 0.6, 0.75, 0.9]),
        ("oldest", [0.9, 0.55, 0.75, 0.6]),
        ("newest", [0.6, 0.75, 0.55, 0.9]),
        ("riskiest", [0.9, 0.75, 0.6, 0.55]),
    ],
)
async def test_every_order_is_walked_page_by_page(engine, site, held, sort, expected):
    """Pages of two, each from where the last one ended, give everything once and in order."""
    await held(0.9, 0.55, 0.75, 0.6)
    first = shown(engine, site, sort, 2)
    rest = shown(engine, site, sort, 2, first[-1].key)
    assert [item.risk for item in first + rest] == expected
    with engine.connect() as connection:
        values = facets.waiting(connection, NOON).values(0)
        assert waiting.page(connection, Filter((site.id,)), sort, 2, first[-1].key, few=values) == rest
    assert shown(engine, site, sort, 2, rest[-1].key) == []


async def test_the_second_moderator_learns_what_the_first_did(engine, site, held, ana, ben):
    """One conditional update decides; the other's changes nothing."""
    [item] = await held(0.7)
    assert do(engine, site, item, SPAM, ana) == (1, [])
    assert do(engine, site, item, HAM, ben) == (0, [Taken(item.id, "reject", "Ana", ana.at)])
    assert verdict(engine, site, item) is Verdict.REJECT
    with engine.connect() as connection:
        assert [(entry.what, entry.target) for entry in audit.entries(connection)] == [("comment.reject", item.id)]


async def test_what_is_undone_leaves_no_label(engine, site, held, ana):
    """The comment is held again and waits, its author's counts are as before, the history tells of both."""
    [item] = await held(0.7)
    do(engine, site, item, SPAM, ana)
    with engine.begin() as connection:
        assert queue.undo(connection, ana, ana.at, queue.acted(connection, [site.id], ana.person_id, ana.at)) == 1
        assert queue.undo(connection, ana, ana.at, queue.acted(connection, [site.id], ana.person_id, ana.at)) == 0
        stored = queries.get_comment(connection, site.id, item.id)
    assert [decision.verdict for decision in stored.decisions] == [Verdict.HOLD, Verdict.REJECT, Verdict.HOLD]
    assert stored.labels == ()
    [again] = shown(engine, site)
    assert (again.version, again.rejected) == (item.version + 2, 0)


async def test_a_second_opinion_is_another_queue(engine, site, held, ana, ben):
    """Held again, an item leaves the first queue for the second, and can be decided there."""
    [item] = await held(0.7)
    do(engine, site, item, SECOND, ana)
    assert shown(engine, site) == []
    [second] = shown(engine, site, second=True)
    assert do(engine, site, second, HAM, ben) == (1, [])
    assert verdict(engine, site, item) is Verdict.ACCEPT


async def test_near_duplicates_are_one_row(engine, site, held, ana):
    """The same letters with other links are a row that counts them, and its cluster is all of them."""
    await held(0.7, 0.8, 0.6, text=LONG)
    [row] = shown(engine, site, "riskiest")
    assert row.alike == 3
    with engine.begin() as connection:
        marks = queue.cluster_of(connection, [site.id], [Mark(row.id, row.version)], 100)
        assert len(marks) == 3
        assert queue.act(connection, [site.id], marks, SPAM, ana, 0.0) == (3, [])
    assert shown(engine, site) == []


async def test_filters_and_counts_agree(engine, site, held):
    """For every group that the counts tell of, its filter shows as many."""
    await held(0.7, 0.8, lang="de")
    await held(0.6, text="Another good read.", lang="en-GB", author="Ben", author_email="ben@example.org")
    with engine.connect() as connection:
        groups = facets.waiting(connection, NOON).groups
    assert sorted((group.lang, group.count) for group in groups) == [("de", 2), ("en", 1)]
    for group in groups:
        assert len(shown(engine, site, lang=group.lang, why=group.why)) == group.count


async def test_a_claim_is_a_lease(engine, site, held, ana, ben):
    """Nobody else gets it while it lasts, and deciding does not wait for it."""
    [item] = await held(0.7)
    with engine.begin() as connection:
        assert queue.claim(connection, [site.id], item.id, ana)
        assert not queue.claim(connection, [site.id], item.id, ben)
        later = Hand(ben.person_id, ben.name, ana.at + queue.LEASE_SECONDS + 1)
        assert queue.claim(connection, [site.id], item.id, later)
    [claimed] = shown(engine, site)
    assert (claimed.claimer, claimed.version) == ("Ben", item.version)


async def test_of_what_is_decided_a_share_is_audited(engine, site, writer):
    """With a share of one, everything accepted and rejected is shown with that chance."""
    policy = Policy(audit=1.0).with_defaults({})
    await writer.submit(submission(site, spam=0.1, policy=policy))
    [item] = shown(engine, site)
    assert (item.why, item.chance, item.verdict) == ("audit", 1.0, "accept")


def test_the_share_is_drawn_with_dice_that_come_from_outside():
    """A draw below the share is shown; what is held is there anyway."""
    policy = Policy(audit=0.25)
    assert [policy.audits(Verdict.ACCEPT, draw) for draw in (0.0, 0.2499, 0.25, 0.99)] == [True, True, False, False]
    assert not policy.audits(Verdict.HOLD, 0.0)


async def test_another_sites_items_are_out_of_reach(engine, site, held, ana):
    """Whoever may act on other sites only finds nothing."""
    [item] = await held(0.7)
    with engine.begin() as connection:
        assert queue.act(connection, [site.id + 1], [Mark(item.id, 1)], SPAM, ana, 0.0) == (0, [Taken(item.id, "", "", 0.0)])
        assert queue.item(connection, [site.id + 1], item.id) is None
        assert not queue.claim(connection, [site.id + 1], item.id, ana)
