import pytest

from service.domain import Verdict
from service.store import queries
from tests.store.given import NOON, comment, submission


@pytest.fixture
async def stored(site, writer):
    """Twelve comments, a minute apart, every third held."""
    said = [comment(str(n), author_email=f"{n}@example.org") for n in range(12)]
    return [await writer.submit(submission(site, each, NOON + 60 * n, spam=(0.7, 0.1, 0.1)[n % 3])) for n, each in enumerate(said)]


def walk(engine, site, **asked):
    with engine.connect() as connection:
        before, pages = None, []
        while page := queries.list_comments(connection, site.id, before=before, **asked):
            pages.append([each.comment.text for each in page])
            before = page[-1].id
        return pages


async def test_pages_walk_all_comments_newest_first(engine, site, stored):
    """Following the cursor meets each comment once."""
    pages = walk(engine, site, limit=5)
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [text for page in pages for text in page] == [str(n) for n in reversed(range(12))]


async def test_pages_of_one_verdict(engine, site, stored):
    """A page can be asked of one verdict alone."""
    assert walk(engine, site, limit=3, verdict=Verdict.HOLD) == [["9", "6", "3"], ["0"]]
    assert walk(engine, site, limit=3, verdict=Verdict.REJECT) == []


async def test_a_comment_belongs_to_its_site(engine, site, stored):
    """Another site sees neither the comment nor the page."""
    with engine.connect() as connection:
        assert queries.get_comment(connection, site.id + 1, stored[0].id) is None
        assert queries.list_comments(connection, site.id + 1) == []


async def test_feedback_without_an_id_finds_the_newest(engine, site, writer):
    """The same article, address, e-mail and text, newest first; a URL or name that the site cleaned does not matter."""
    older = await writer.submit(submission(site, comment(author_url="example.org")))
    newer = await writer.submit(submission(site, comment(), NOON + 1))
    with engine.connect() as connection:
        meant = [
            queries.match_comment(connection, site.id, comment(author_url="http://example.org/", author="ANA")),
            queries.match_comment(connection, site.id, comment(article_id="2")),
            queries.match_comment(connection, site.id, comment("other")),
            queries.match_comment(connection, site.id, comment(user_ip="198.51.100.1")),
            queries.match_comment(connection, site.id, comment(), since=NOON + 2),
        ]
    assert older.id != newer.id
    assert meant == [newer.id, None, None, None, None]


async def test_hostile_text_is_found_again(engine, site, writer):
    """A comment with bytes that no database stores is matched by the very same text."""
    said = comment("a\0b\ud800c")
    stored = await writer.submit(submission(site, said))
    with engine.connect() as connection:
        assert queries.match_comment(connection, site.id, said) == stored.id


async def test_counts_by_month(engine, site, stored):
    """Verdicts are counted by the month in which comments came."""
    with engine.connect() as connection:
        [tally] = queries.monthly(connection, site.id)
        assert queries.monthly(connection, site.id, since="2027-01-01") == []
    assert (tally.month, tally.accepted, tally.held, tally.rejected) == ("2026-09", 8, 4, 0)
