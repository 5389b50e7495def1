import asyncio
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain import Comment
from service.store import queries, storable
from service.store.engine import open_engine
from service.store.ids import Digests, derived_key, new_id, new_key
from service.store.sites import add_site
from service.store.upgrade import upgrade
from service.store.writer import Writer
from tests.store.given import DIGESTS, NOON, decided, submission

TEXT = st.text(st.one_of(st.characters(), st.sampled_from("\0\ud800\udfff\\u0000\uffff\U0010ffff\"'%")), max_size=30)
NUMBERS = st.one_of(st.floats(), st.sampled_from([2.0**70, 1e999, -1e999, float("nan")]))
COMMENTS = st.builds(
    Comment,
    text=TEXT,
    author=TEXT,
    author_email=TEXT,
    user_ip=TEXT,
    permalink=TEXT,
    external_id=TEXT,
    context=st.lists(TEXT, max_size=2).map(tuple),
    callback=TEXT,
    honeypot=st.booleans(),
    behaviour=st.dictionaries(TEXT, NUMBERS, max_size=3),
)


@given(COMMENTS)
def test_making_storable_is_done_once(comment):
    """What was made storable stays as it is, and encodes."""
    made = storable.comment(comment)
    assert storable.comment(made) is made
    assert "\0" not in made.text
    made.text.encode()
    assert storable.unpack(storable.pack(made)).behaviour == made.behaviour


def test_an_ordinary_comment_is_left_alone():
    """Nothing is copied where nothing has to change."""
    comment = Comment(text="Grüße 👋 \\u0041", behaviour={"bib": 3.5})
    assert storable.comment(comment) is comment


@pytest.mark.parametrize(("given_", "kept"), [(2.0**70, 1e15), (float("-inf"), 0.0), (float("nan"), 0.0), (7.5, 7.5)])
def test_numbers_are_bounded(given_, kept):
    """What no column holds exactly is cut or dropped."""
    assert storable.number(given_) == kept


@pytest.fixture
def databases(sqlite_url, postgres_url):
    """One engine of each kind with a site of the same id."""
    engines = [open_engine(url) for url in (sqlite_url, postgres_url)]
    for engine in engines:
        upgrade(engine)
    yield engines
    for engine in engines:
        engine.dispose()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(COMMENTS, min_size=1, max_size=6))
def test_both_databases_give_the_same_answer(databases, comments):
    """Whatever a client sends, SQLite and PostgreSQL answer and keep the same."""
    assert asyncio.run(kept(databases[0], comments)) == asyncio.run(kept(databases[1], comments))


async def kept(engine, comments):
    """Write the comments for a new site and tell what came back and what is stored."""
    with engine.begin() as connection:
        site = add_site(connection, new_id(NOON), "", NOON)
    writer = Writer(engine, DIGESTS, decided, deadline=5)
    writer.start()
    each = [submission(site, comment, NOON + n, idempotency_key=comment.author) for n, comment in enumerate(comments)]
    answers = await asyncio.gather(*map(writer.submit, each))
    await writer.stop()
    places = {one.id: place for place, one in enumerate(each)}
    with engine.connect() as connection:
        rows = [(found.comment, found.decisions) for found in queries.list_comments(connection, site.id)]
        found = [queries.match_comment(connection, site.id, comment) for comment in comments]
    return [(places[one.id], one.decision, one.repeated) for one in answers], rows, [places.get(one) for one in found]


@given(st.lists(st.floats(0, 2**38, allow_nan=False), min_size=2, max_size=10))
def test_ids_are_ordered_by_time(times):
    """A later millisecond sorts later; every id has 32 hex digits and a UUID's version and variant."""
    ids = [(int(at * 1000), new_id(at)) for at in times]
    for name in (made for _, made in ids):
        assert (len(name), name[12], name[16] in "89ab") == (32, "7", True)
        int(name, 16)
    for (early, one), (late, other) in pairwise(ids):
        assert early == late or (early < late) == (one < other)


def test_digests_need_a_secret():
    """Digests depend on the secret, and a short secret is refused."""
    assert Digests(b"a" * 16).short("x") != Digests(b"b" * 16).short("x")
    assert Digests(b"a" * 16).key("x") != Digests(b"b" * 16).key("x")
    with pytest.raises(ValueError, match="16 bytes"):
        Digests(b"short")


def test_keys_are_made_for_their_clients():
    """WordPress takes 12 hex digits and nothing else; other clients get a long token."""
    assert (new_key()[:4], len(new_key()), len(derived_key(DIGESTS, "salt"))) == ("wnw_", 52, 12)
