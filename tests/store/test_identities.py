import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Verdict
from service.store.batch import Batch
from service.store.engine import open_engine
from service.store.identities import Identity, Ledger, arrive, microseconds
from service.store.sites import add_site
from service.store.statements import Statements
from service.store.upgrade import upgrade
from tests.store.given import DIGESTS, NOON, comment, decided, submission


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 8), st.integers(1, 60))
def test_no_window_passes_more_than_twice_the_limit(gaps, limit, seconds):
    """However arrivals are spaced, at most `limit` pass at once and at most twice as many in any window of `seconds`."""
    tat, now, passed = 0, NOON, []
    for gap in gaps:
        now += gap
        if (after := arrive(tat, microseconds(now), limit, seconds)) is not None:
            tat = after
            passed.append(now)
    for start in passed:
        assert sum(1 for each in passed if each == start) <= limit
        assert sum(1 for each in passed if start <= each < start + seconds) <= 2 * limit


@given(st.integers(1, 8), st.integers(1, 60))
def test_who_keeps_to_the_limit_is_never_flooding(limit, seconds):
    """One arrival every seconds / limit passes for ever."""
    tat: int | None = 0
    for n in range(50):
        tat = arrive(tat, microseconds(NOON + n * (seconds / limit + 1e-5)), limit, seconds)
        assert tat is not None


class Session:
    """A database with one site, to which batches are written by hand."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        upgrade(self.engine)
        with self.engine.begin() as connection:
            self.site = add_site(connection, "blog", "https://blog.example/", NOON)

    def write(self, ledger: Ledger, authors: list[str]) -> None:
        """One batch, a comment of each author."""
        with self.engine.begin() as connection:
            batch = Batch(Statements(connection), DIGESTS, decided, ledger)
            batch.write([submission(self.site, comment(author_email=author, user_ip="")) for author in authors])
        batch.settle()

    def counts(self) -> dict[int, int]:
        """Accepted comments by identity, as the table tells."""
        with self.engine.connect() as connection:
            return dict(connection.exec_driver_sql("SELECT key, accepted + held + rejected FROM identities").all())

    def recover(self) -> Ledger:
        """Start as a new process does after a crash."""
        ledger = Ledger(deferred=True)
        with self.engine.begin() as connection:
            ledger.recover(Statements(connection))
        return ledger


@pytest.fixture
def session(sqlite_url):
    session = Session(sqlite_url)
    yield session
    session.engine.dispose()


@pytest.mark.parametrize("seed", range(5))
def test_a_crash_at_any_batch_loses_no_count(session, seed):
    """Counts kept in memory are counted again from the comments, once, wherever the process died, beside another process."""
    dice, ledger, other = random.Random(seed), session.recover(), Ledger(deferred=False)
    written: list[str] = []
    for _ in range(30):
        authors = [f"{dice.randrange(9)}@example.org" for _ in range(dice.randrange(1, 5))]
        written += authors
        event = dice.randrange(4)
        if event == 0:
            ledger = session.recover()
        ledger.closing = event == 1
        session.write(other if event == 2 else ledger, authors)
    session.recover()
    assert sorted(session.counts().values()) == sorted(written.count(author) for author in set(written))


def test_what_waits_is_part_of_the_history(session):
    """A batch sees what the ledger has not written yet."""
    ledger = session.recover()
    ledger._since = float("inf")  # it is never time to write
    session.write(ledger, ["ana@example.org", "ana@example.org"])
    assert session.counts() == {}
    with session.engine.begin() as connection:
        [key] = ledger._waiting
        opened = ledger.open(Statements(connection), [(key, session.site.id)])
    assert opened[key].history(flooding=False).accepted == 2


def test_a_batch_that_was_rolled_back_counted_nothing(session):
    """Only what was committed is kept."""
    ledger = session.recover()
    with session.engine.connect() as connection, connection.begin() as transaction:
        Batch(Statements(connection), DIGESTS, decided, ledger).write([submission(session.site)])
        transaction.rollback()
    ledger.closing = True
    session.write(ledger, ["bo@example.org"])
    assert list(session.counts().values()) == [1]


@given(st.lists(st.sampled_from(list(Verdict)), max_size=20))
def test_counts_are_of_verdicts(verdicts):
    """Each decision adds one to the count of its verdict."""
    identity = Identity(1, 1)
    for verdict in verdicts:
        identity.count(verdict, NOON)
    history = identity.history(flooding=False)
    assert [history.accepted, history.held, history.rejected] == [verdicts.count(verdict) for verdict in Verdict]
