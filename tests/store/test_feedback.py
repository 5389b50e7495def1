import asyncio

import msgspec
import pytest
from sqlalchemy import select

from service.domain import Label, Source, Verdict
from service.store import facets, queries
from service.store.feedback import NoSuchComment, Word, record_label
from service.store.schema import endpoints, outbox
from service.store.writer import Writer
from tests.store.given import DIGESTS, NOON, comment, decided, submission

HAM, SPAM, ABUSE = Label.HAM, Label.SPAM, Label.ABUSE
CALLBACK = "https://blog.example/wp-json/akismet/v1/webhook"


def word(label, hand="ana", at=NOON + 60, **more):
    return Word(label, hand, 1.0, at, **more)


@pytest.fixture
def says(writer, site):
    async def say(stored, *args, **more):
        return await writer.run(lambda connection: record_label(connection, site.id, stored.id, word(*args, **more)))

    return say


async def test_a_label_decides_and_closes_the_item(engine, site, writer, says):
    """A moderator's ham accepts what was held, as a further decision, and the queue is empty."""
    stored = await writer.submit(submission(site, spam=0.7))
    done = await says(stored, HAM)
    assert (done.before, done.verdict, done.repeated) == (Verdict.HOLD, Verdict.ACCEPT, False)
    with engine.connect() as connection:
        found = queries.get_comment(connection, site.id, stored.id)
        assert facets.waiting(connection, NOON).groups == ()
    assert [each.source for each in found.decisions] == [Source.MODEL, Source.MODERATOR]
    assert found.decision.verdict is Verdict.ACCEPT
    assert [(given.label, given.hand) for given in found.labels] == [(HAM, "ana")]


async def test_the_same_word_again_changes_nothing(engine, site, writer, says):
    """A repeated label of the same hand adds no row; another hand's or another label does."""
    stored = await writer.submit(submission(site))
    said = [await says(stored, SPAM), await says(stored, SPAM), await says(stored, SPAM, hand="bo"), await says(stored, HAM)]
    assert [each.repeated for each in said] == [False, True, False, False]
    with engine.connect() as connection:
        assert len(queries.get_comment(connection, site.id, stored.id).labels) == 3


async def test_an_author_is_known_by_the_verdicts_in_force(engine, site):
    """A corrected reject no longer counts against its author, and the label counts for him."""
    seen = []
    writer = Writer(engine, DIGESTS, lambda each, history: (seen.append(history), decided(each, history))[1], deadline=5)
    writer.start()
    stored = await writer.submit(submission(site, comment(author="viagra-test-123")))
    assert stored.decision.verdict is Verdict.REJECT
    for label in (HAM, SPAM, HAM):
        await writer.run(lambda connection, label=label: record_label(connection, site.id, stored.id, word(label)))
    await writer.submit(submission(site))
    await writer.stop()
    history = seen[-1]
    assert (history.accepted, history.held, history.rejected, history.ham, history.spam) == (1, 0, 0, 1, 0)


async def test_mistakes_are_counted_once_by_month(engine, site, writer, says):
    """Spam accepted and ham rejected count where the last word says so, on the month the comment came."""
    missed = await writer.submit(submission(site))
    wrong = await writer.submit(submission(site, comment(author="viagra-test-123")))
    for stored, label in ((missed, SPAM), (missed, ABUSE), (wrong, HAM), (wrong, SPAM), (wrong, HAM)):
        await says(stored, label, at=NOON + 90 * 86_400)
    with engine.connect() as connection:
        [tally] = queries.monthly(connection, site.id)
    assert (tally.month, tally.accepted, tally.rejected, tally.missed_spam, tally.false_rejects) == ("2026-09", 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("callback", "told"),
    [(CALLBACK, 1), ("", 0), ("https://elsewhere.example/hook", 0), ("ftp://blog.example/", 0), ("https://[broken", 0)],
)
async def test_only_the_sites_own_host_is_told(engine, site, writer, says, callback, told):
    """A changed verdict is an event for the callback that the comment named, if it is on the registered site."""
    stored = await writer.submit(submission(site, comment(callback=callback), spam=0.7))
    await says(stored, SPAM)
    with engine.connect() as connection:
        rows = connection.execute(select(outbox, endpoints.c.url).join(endpoints)).all()
    assert len(rows) == told
    for row in rows:
        assert (row.kind, row.url, row.state, row.comment_id) == ("akismet_callback", CALLBACK, "waiting", stored.id)
        assert msgspec.json.decode(row.payload)["verdict"] == "reject"


async def test_a_site_does_not_hear_its_own_word(engine, site, writer, says):
    """What the site itself reported, or what changes no verdict, is no event."""
    stored = await writer.submit(submission(site, comment(callback=CALLBACK)))
    await says(stored, SPAM, tell_site=False)
    await says(stored, ABUSE, hand="bo")
    with engine.connect() as connection:
        assert connection.execute(select(outbox)).all() == []


async def test_a_test_comment_is_not_learned_from(engine, site, writer, says):
    """A label on a test comment is answered and leaves no trace."""
    stored = await writer.submit(submission(site, comment(is_test=True)))
    await says(stored, SPAM)
    with engine.connect() as connection:
        found = queries.get_comment(connection, site.id, stored.id)
    assert (found.labels, found.decision.verdict) == ((), Verdict.ACCEPT)


async def test_feedback_on_nothing_is_told(site, writer):
    """A comment of another site, or of none, is no such comment."""
    with pytest.raises(NoSuchComment):
        await writer.run(lambda connection: record_label(connection, site.id, "0" * 32, word(HAM)))


async def test_labels_at_once_leave_one_order_of_decisions(engine, site, writer, says):
    """Many hands at once: every word is a decision of its own number, and the newest is in force."""
    stored = await writer.submit(submission(site, spam=0.7))
    await asyncio.gather(*(says(stored, (HAM, SPAM)[n % 2], hand=f"hand {n}", at=NOON + n) for n in range(10)))
    with engine.connect() as connection:
        found = queries.get_comment(connection, site.id, stored.id)
        [listed] = queries.list_comments(connection, site.id, verdict=found.decision.verdict)
    assert len(found.decisions) == 11
    assert listed.decision == found.decision
