"""What a change of the policy would have done to the comments that came, found without doing it."""

from __future__ import annotations

import asyncio

import pytest

from service.conditions import OWN, Condition, OwnRule
from service.domain import Label, Reading, Scores, Verdict
from service.policy import Policy
from service.rehearsal import Outcome, Rehearsals
from service.store import past
from service.store.batch import Submission
from service.store.feedback import Word, record_label
from service.store.ids import new_id
from service.text.reading import read
from tests.store.conftest import engine, site, writer
from tests.store.given import NOON, comment

__all__ = ["engine", "site", "writer"]

PLAIN = Policy(audit=0.0, flood_limit=0).with_defaults({})
CASINO = OwnRule(name="casino", verdict="reject", when=Condition(words=("casino",)))
WITH = Policy(audit=0.0, flood_limit=0, rules=(CASINO,)).with_defaults({})
FIRST = Policy(audit=0.0, flood_limit=0, first_time="always").with_defaults({})


@pytest.fixture
def send(site, writer):
    """Let comments come, a second apart, judged by a policy; gives their ids."""

    async def given(*texts: str, policy: Policy = PLAIN, start: float = NOON, **said) -> list[str]:
        ids = []
        for number, text in enumerate(texts):
            at = start + number
            reading: Reading = read(comment(text, **said))
            each = Submission(site, reading, Scores(0.1, 0.1, "m1"), policy, at, new_id(at))
            ids.append((await writer.submit(each)).id)
        return ids

    return given


@pytest.fixture
def dry_run(engine, site):
    """Look back through the database."""

    async def look(asked):
        def reading():
            with engine.connect() as connection:
                return asked(connection)

        return await asyncio.to_thread(reading)

    async def run(before: Policy, after: Policy, **limits) -> Outcome:
        return await Rehearsals(look).run(site.id, before, after, **limits)

    return run


def label(writer, site, comment_id: str, said: Label):
    return writer.run(lambda connection: record_label(connection, site.id, comment_id, Word(said, "Ana", 1.0, NOON + 100)))


async def test_a_dry_run_names_what_would_change(send, dry_run):
    """The comments whose verdict differs, from what to what, and by which rule."""
    ids = await send("hello", "the casino is open", "good bye")
    outcome = await dry_run(PLAIN, WITH)
    assert (outcome.looked_at, outcome.changed, outcome.whole) == (3, 1, True)
    assert outcome.pairs == {(Verdict.ACCEPT, Verdict.REJECT): 1}
    assert [(each.id, each.after.rule) for each in outcome.shown] == [(ids[1], f"{OWN}casino")]


async def test_a_dry_run_changes_nothing_when_nothing_differs(send, dry_run):
    """A policy against itself."""
    await send("hello", "the casino is open", policy=WITH)
    assert (await dry_run(WITH, WITH)).changed == 0


async def test_a_dry_run_knows_what_was_known_then(send, dry_run):
    """First comments are those that were the first, not those of authors who have none to this day."""
    ids = await send("one", "two", "three")
    outcome = await dry_run(PLAIN, FIRST)
    assert [each.id for each in outcome.shown] == [ids[0]]


async def test_an_author_is_new_until_something_of_theirs_was_seen(send, dry_run, writer, site):
    """Also where a moderator decided otherwise since: what the author is known for now was not known before it came."""
    held = await send("one", "two", policy=FIRST)
    await label(writer, site, held[0], Label.HAM)
    outcome = await dry_run(PLAIN, FIRST)
    assert outcome.pairs == {(Verdict.ACCEPT, Verdict.HOLD): 1}


async def test_a_dry_run_counts_what_humans_said(send, dry_run, writer, site):
    """A rejected comment that a moderator found to be spam speaks for the change, ham against it."""
    ids = await send("casino one", "casino two", "casino three", author_email="")
    await label(writer, site, ids[0], Label.SPAM)
    await label(writer, site, ids[1], Label.HAM)
    outcome = await dry_run(PLAIN, WITH)
    assert (outcome.changed, outcome.better, outcome.worse) == (3, 1, 1)


async def test_a_dry_run_ends_in_time_and_says_how_far_it_came(send, dry_run):
    """Neither more comments than wished for nor more seconds."""
    await send(*("casino" for _ in range(40)))
    few = await dry_run(PLAIN, WITH, most=10)
    assert (few.looked_at, few.changed) == (10, 10)
    short = await dry_run(PLAIN, WITH, seconds=0.0)
    assert (short.looked_at < 40, short.whole) == (True, False)


async def test_pages_of_the_past_meet_each_comment_once(send, engine, site):
    """Also where several came in one moment."""
    ids = [*await send("a", "b"), *await send("c", "d"), *await send("e")]
    found, mark = [], None
    with engine.connect() as connection:
        while page := past.recent(connection, site.id, mark, 2):
            found += [each.id for each in page]
            mark = page[-1].received_at, page[-1].id
    assert sorted(found) == sorted(ids)
    assert len(found) == 5


async def test_rules_have_a_record(send, engine, site, writer):
    """How often each decided, and how often a human who looked agreed."""
    ids = await send("casino one", "casino two", "casino three", "a talk", policy=WITH)
    await label(writer, site, ids[0], Label.SPAM)
    await label(writer, site, ids[1], Label.HAM)
    await label(writer, site, ids[3], Label.HAM)
    with engine.connect() as connection:
        found = past.records(connection, site.id, NOON - 1, NOON - 1, 1000)
        later = past.records(connection, site.id, NOON + 50, NOON + 500, 1000)
    assert found == {f"{OWN}casino": past.Record(3, 2, 1), "below_lines": past.Record(1, 1, 1)}
    assert later == {}
