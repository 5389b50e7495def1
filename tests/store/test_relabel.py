"""Deciding comments wherever they stand, what happened to them, and what is known of their authors."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.domain import Label, Verdict
from service.store import audit, authors, people, queries, relabel, saved, story
from service.store.queue import Act, Hand
from service.store.relabel import Seen
from service.store.schema import comments, deliveries, endpoints, outbox, queue_items
from tests.store.given import NOON, comment, submission

SPAM, HAM, AGAIN = Act("reject", Label.SPAM), Act("accept", Label.HAM), Act("hold")


@pytest.fixture
def ana(engine) -> Hand:
    with engine.begin() as connection:
        return Hand(people.add_person(connection, "ana@example.org", "Ana", NOON), "Ana", NOON + 100)


def do(engine, site, seen, what, hand):
    with engine.begin() as connection:
        return relabel.act(connection, [site.id], seen, what, hand, 0.0)


def verdicts(engine, site, comment_id):
    with engine.connect() as connection:
        return [each.verdict for each in queries.get_comment(connection, site.id, comment_id).decisions]


async def test_what_was_decided_is_decided_again_and_taken_back(engine, site, writer, ana):
    """Accepted by the model, rejected by Ana, and accepted again when she takes it back; the log tells of both."""
    stored = await writer.submit(submission(site, spam=0.1))
    assert do(engine, site, [Seen(stored.id, 0)], SPAM, ana) == (1, [])
    with engine.begin() as connection:
        found = relabel.acted(connection, [site.id], ana, ana.at)
        assert found == [(site.id, stored.id)]
        assert relabel.acted(connection, [site.id + 1], ana, ana.at) == []
        assert relabel.undo(connection, found, Hand(ana.person_id, "Ana", ana.at + 1)) == 1
        deeds = [(entry.what, entry.before) for entry in audit.entries(connection)]
    assert verdicts(engine, site, stored.id) == [Verdict.ACCEPT, Verdict.REJECT, Verdict.ACCEPT]
    assert deeds == [("comment.undo", '"reject"'), ("comment.reject", '"accept"')]


async def test_who_saw_an_older_state_changes_nothing(engine, site, writer, ana):
    """The second learns who decided meanwhile; another site's people find nothing at all."""
    stored = await writer.submit(submission(site, spam=0.1))
    do(engine, site, [Seen(stored.id, 0)], SPAM, ana)
    done, [late] = do(engine, site, [Seen(stored.id, 0)], HAM, Hand(9, "Ben", NOON + 101))
    assert (done, late.act, late.by, late.at) == (0, "reject", "Ana", ana.at)
    with engine.begin() as connection:
        done, [late] = relabel.act(connection, [site.id + 1], [Seen(stored.id, 1)], HAM, ana, 0.0)
    assert (done, late.by, late.at) == (0, "", 0.0)
    assert verdicts(engine, site, stored.id)[-1] is Verdict.REJECT


async def test_what_waits_is_decided_as_in_the_queue(engine, site, writer, ana):
    """Its item is closed with who acted, by the same conditional update."""
    stored = await writer.submit(submission(site, spam=0.7))
    assert do(engine, site, [Seen(stored.id, 0)], HAM, ana) == (1, [])
    with engine.connect() as connection:
        row = connection.execute(select(queue_items.c.state, queue_items.c.acted_by, queue_items.c.act)).one()
    assert tuple(row) == ("decided", ana.person_id, "accept")


async def test_a_decided_comment_can_wait_again(engine, site, writer, ana):
    """Whether it was in the queue or never: it waits for a second opinion, and its verdict stays until there is one."""
    once, never = [await writer.submit(submission(site, comment(f"{spam}"), spam=spam)) for spam in (0.7, 0.1)]
    do(engine, site, [Seen(once.id, 0)], SPAM, ana)
    assert do(engine, site, [Seen(once.id, 1), Seen(never.id, 0)], AGAIN, ana) == (2, [])
    with engine.connect() as connection:
        rows = connection.execute(select(queue_items.c.comment_id, queue_items.c.state, queue_items.c.second)).all()
    assert sorted(map(tuple, rows)) == sorted([(once.id, "waiting", True), (never.id, "waiting", True)])
    assert (verdicts(engine, site, once.id)[-1], verdicts(engine, site, never.id)[-1]) == (Verdict.REJECT, Verdict.ACCEPT)


async def test_a_story_is_told_with_its_hands(engine, site, writer, ana):
    """Decisions with who took them, the way through the queue, and nothing told where nobody wants to be told."""
    stored = await writer.submit(submission(site, spam=0.7))
    do(engine, site, [Seen(stored.id, 0)], SPAM, ana)
    with engine.connect() as connection:
        made, opened = story.made(connection, stored.id), story.opened(connection, stored.id)
        assert story.sent(connection, stored.id) == []
    assert [(each.number, each.by, each.decision.verdict) for each in made] == [(0, "", "hold"), (1, "Ana", "reject")]
    assert (opened.why, opened.state, opened.actor, opened.claimer) == ("held", "decided", "Ana", None)


async def test_lines_show_the_newest_decision_and_the_first_score(engine, site, writer, ana):
    """In the order that was asked for; what is not there is left out."""
    ids = [(await writer.submit(submission(site, comment(f"{spam}"), spam=spam))).id for spam in (0.7, 0.1)]
    do(engine, site, [Seen(ids[0], 0)], SPAM, ana)
    with engine.connect() as connection:
        lines = authors.lines(connection, [ids[1], "nothing", ids[0]])
        assert authors.waiting(connection, site.id, ids) == 0
    assert [(line.id, line.number, line.risk, line.by, line.verdict) for line in lines] == [
        (ids[1], 0, 0.1, "", "accept"),
        (ids[0], 1, 0.7, "Ana", "reject"),
    ]


async def test_an_author_has_a_record(engine, site, writer):
    """Counts by key; nobody for a key that never wrote."""
    stored = await writer.submit(submission(site, spam=0.7))
    await writer.stop()
    with engine.connect() as connection:
        key = connection.execute(select(comments.c.author_key)).scalar_one()
        known = authors.author(connection, key)
        [sample] = authors.samples(connection, site.id, [stored.id])
        assert (authors.site_of(connection, key), authors.site_of(connection, 1), authors.author(connection, 1)) == (
            site.id,
            None,
            None,
        )
    assert (known.held, known.accepted, known.first_at) == (1, 0, NOON)
    assert (sample.verdict, sample.comment.author) == ("hold", "Ana")


def test_kept_searches_belong_to_one_person(engine, ana):
    """By name, the newest of a name counts, others cannot take them away, and there are not endlessly many."""
    with engine.begin() as connection:
        for number in range(saved.MOST + 5):
            saved.save(connection, ana.person_id, f"n{number % (saved.MOST + 3)}", f"q{number}", NOON + number)
        kept = saved.saved(connection, ana.person_id)
        saved.forget(connection, ana.person_id + 1, kept[0].id)
        assert len(saved.saved(connection, ana.person_id)) == len(kept) == saved.MOST
        assert {each.query for each in kept} >= {"q53", "q54"}
        saved.forget(connection, ana.person_id, kept[0].id)
        assert len(saved.saved(connection, ana.person_id)) == saved.MOST - 1


async def test_a_story_tells_whom_the_site_told(engine, site, writer):
    """Of a message its host, its state and the last attempt with status and seconds."""
    stored = await writer.submit(submission(site, spam=0.7))
    with engine.begin() as connection:
        values = {"site_id": site.id, "kind": "webhook", "url": "https://cms.example/hook", "with_text": False, "salt": "s"}
        made = endpoints.insert().values(**values, created_at=NOON).returning(endpoints.c.id)
        about = {"endpoint_id": connection.execute(made).scalar_one(), "site_id": site.id, "created_at": NOON}
        message = {"id": "f" * 32, "comment_id": stored.id, "number": 1, "kind": "comment.decided", "payload": "{}"}
        connection.execute(outbox.insert().values(**about, **message, due_at=NOON, state="sent", attempts=2))
        for at, status in ((NOON + 1, 500), (NOON + 9, 200)):
            tried = {"outbox_id": "f" * 32, "endpoint_id": about["endpoint_id"], "number": 1, "seconds": 0.084}
            connection.execute(deliveries.insert().values(**tried, at=at, status=status))
        [sent] = story.sent(connection, stored.id)
    assert (sent.host, sent.state, sent.attempts, sent.at, sent.status, sent.seconds) == (
        *("cms.example", "sent", 2, NOON + 9, 200, 0.084),
    )
