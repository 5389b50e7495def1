"""Counts of scores, and what lines make of them."""

from __future__ import annotations

import asyncio
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from service.domain import Label
from service.queue.drift import drift, psi
from service.queue.exports import cell
from service.queue.seldom import Seldom
from service.queue.spread import Count, Layer, dense, of_card, of_traffic, sparse, split, wilson
from service.queue.topics import hosts, words
from service.queue.views.stats import quantiles
from service.store import feedback, people, sites, statistics, workload
from service.store.engine import open_engine
from service.store.feedback import Word
from service.store.statistics import Said
from service.store.upgrade import upgrade
from service.store.workload import pace_of
from service.store.writer import Unavailable
from service.sway import BINS
from tests.queue.month import fill
from tests.store.given import NOON

COUNTS = st.lists(st.integers(0, 9), min_size=BINS + 1, max_size=BINS + 1)


@pytest.mark.parametrize(
    ("share", "trials", "low", "high"), [(0.0, 10, 0.0, 0.2775), (0.5, 100, 0.4038, 0.5962), (0.01, 1000, 0.0054, 0.0183)]
)
def test_wilson_as_published(share, trials, low, high):
    """Intervals as in Newcombe's tables (1998) of the score method without correction."""
    assert wilson(share, trials) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


@given(st.dictionaries(st.integers(0, BINS), st.integers(1, 10**6), max_size=40))
def test_sparse_counts_come_back(filled):
    """What is left out are zeros."""
    counts = [filled.get(place, 0) for place in range(BINS + 1)]
    assert dense(sparse(counts)) == counts


@given(st.dictionaries(st.integers(0, BINS), st.integers(1, 99)), st.integers(1, BINS), st.integers(1, BINS + 1))
def test_every_comment_gets_one_verdict(filled, one, other):
    """Whatever the lines: shares add up to one, and a stricter line never accepts more."""
    counts = [filled.get(place, 0) for place in range(BINS + 1)]
    known, (hold, reject) = of_card(counts, counts), sorted((one, other))
    parts, stricter = known.all.split(hold, reject), known.all.split(max(1, hold - 1), reject)
    assert sum(parts) == known.all.total
    assert stricter[0] <= parts[0]


def test_a_label_stands_for_as_many_as_its_chance_says():
    """One bad comment among 20 audited of 2,000 accepted is five in a hundred, known as well as 20 labels know it."""
    low, high = Count("accept", "ahr", 100), Count("hold", "ahr", 700)
    labelled = {(low, 0.01, True): 1, (low, 0.01, False): 19, (high, 1.0, True): 100}
    found = split(of_traffic({low: 2_000, high: 100}, labelled), 600, 990)
    assert found.published.value == pytest.approx(100 / 200)
    assert found.published.trials == pytest.approx(200**2 / (100**2 + 100))
    assert split(of_traffic({low: 2_000, high: 100}, labelled), 100, 990).published.value == 0.0


def test_what_no_line_moves_stays():
    """A settled comment keeps its verdict, one that a rule holds is never accepted, a trusted author's never rejected."""
    layer = Layer()
    for way, place in (("aaa", 0), ("rrr", 0), ("hhr", 100), ("hhr", 995), ("ahr", 100), ("aah", 995), ("ahh", 700)):
        layer.add(way, place, 1)
    assert layer.split(600, 990) == (2, 3, 2)
    assert layer.split(1, 1) == (1, 2, 4)


@pytest.fixture
def month(database_url):
    """A month of two thousand comments on a site, on each kind of database."""
    engine = open_engine(database_url)
    upgrade(engine)
    with engine.begin() as connection:
        sites.add_site(connection, "blog", "https://blog.example/", NOON)
        people.add_person(connection, "ana@example.org", "Ana", NOON)
        fill(connection, 2_000, NOON, 1, "tested")
    yield engine
    engine.dispose()


def test_work_and_mistakes_are_counted(month):
    """Days, labels by hand and by draw, who waits, and how fast one works: as many as were written."""
    with month.connect() as connection:
        days = statistics.days(connection, [1], NOON - 31 * 86_400, NOON)
        drawn = statistics.drawn(connection, [1], 0.0, NOON)
        work = workload.hands(connection, [1], 0.0)
        waiting = workload.waiting(connection, [1])
        agreement = workload.agreement(connection, [1], 0.0)
        week = statistics.spread(connection, [1], NOON - 7 * 86_400, NOON + 1)
    assert sum(day.total for day in days) == 2_000
    assert [(each.hand, each.total) for each in work] == [("Ana", sum(each.count for each in drawn))]
    assert {each.verdict for each in drawn} == {"accept", "hold", "reject"}
    assert work[0].pace.seconds > 0
    assert 0 < waiting.count < 60
    assert waiting.oldest <= waiting.middle
    assert (agreement.pairs, agreement.kappa) == (0, None)
    assert sum(each.count for each in week) == pytest.approx(2_000 * 7 / 30, abs=2)


def test_people_and_the_model_may_contradict_a_label(month):
    """A second hand that says otherwise, and a human against a sure model, are worth a second look; agreement is counted."""
    with month.begin() as connection:
        rows = (
            connection.execute(text("SELECT comment_id FROM labels WHERE label = 'spam' ORDER BY comment_id LIMIT 3"))
            .scalars()
            .all()
        )
        for number, comment_id in enumerate(rows):
            word = Word(Label.HAM if number < 2 else Label.SPAM, "Ben", 1.0, NOON)
            feedback.record_label(connection, 1, comment_id, word)
    with month.connect() as connection:
        found = workload.described(connection, workload.conflicts(connection, 1, 0.0, NOON + 1, 50))
        agreement = workload.agreement(connection, [1], 0.0)
    assert {each.id for each in found if each.kind == "people"} == set(rows[:2])
    assert all(each.said == (("Ana", "spam"), ("Ben", "ham")) for each in found if each.kind == "people")
    assert (agreement.pairs, agreement.same) == (3, 1)


def test_equal_weeks_do_not_drift_and_others_do():
    """The index is near nothing for two draws from one source, and above a quarter when a campaign sets in."""
    dice = random.Random(2)
    one, two = ([0] * BINS for _ in range(2))
    for week in (one, two):
        for _ in range(5_000):
            week[min(BINS - 1, int(dice.betavariate(0.6, 5) * BINS))] += 1
    campaign = [count + (20 if place > 900 else 0) for place, count in enumerate(two)]
    assert drift(one, two).reading == "none"
    assert drift(one, campaign).reading == "much"
    assert drift([1] * 100, one).reading == "few"


def test_the_index_as_in_the_textbook():
    """Two groups, half and half before, four to one after: 0.3 ln 1.6 - 0.3 ln 0.4."""
    assert psi([50_000, 50_000], [80_000, 20_000]) == pytest.approx(0.41589, abs=1e-3)


def test_topics_are_hosts_and_telling_words():
    """A host counts once a comment; a word that both kinds have does not tell."""
    said = [Said("buy pills at https://Pills.example/now www.pills.example", "", "reject")] * 9
    said += [Said("a pill for the garden and the harbour", "https://me.example/", "accept")] * 9
    said += [Said("the harbour", "", "reject")] * 9
    assert {each.name: (each.count, each.rejected) for each in hosts(said)} == {"pills.example": (9, 9), "me.example": (9, 0)}
    assert {"pills", "buy"} <= {each.name for each in words(said)}
    assert "harbour" not in [each.name for each in words(said)]


def test_debris_of_links_and_marks_are_no_words():
    """Of addresses, bare domains, e-mail addresses, tags and entities no part counts as a word that was said."""
    text = 'pills <a href="https://x.example/com" rel="nofollow">now</a> [url=http://y.example]there[/url] shop.example.com/buy'
    said = [Said(f"{text} www.z.example/path?utm=com me@mail.example &nbsp; &amp; end.", "", "reject")] * 9
    said += [Said("the harbour", "", "accept")] * 9
    assert {each.name for each in words(said)} == {"pills", "now", "there", "end"}


def test_debris_takes_no_time():
    """A text made to look like the beginning of one long address is read at once."""
    begun = time.monotonic()
    words([Said("a" * 50_000 + "." + "b-" * 50_000 + "<a" * 20_000 + "[b=" * 10_000, "", "reject")])
    assert time.monotonic() - begun < 2.0


@pytest.mark.parametrize("written", ["=1+1", "+1", "-1", "@x", "\t=x", "\r=x", " =x", "\uff1dx"])
def test_no_cell_is_a_formula(written):
    """What a spreadsheet would run is text; what is a number stays one."""
    assert cell(written) == f"'{written}"
    assert (cell("plain"), cell(-1.5)) == ("plain", -1.5)


def test_latencies_between_bounds():
    """Quantiles lie within their bucket; beyond the last bound nothing is claimed."""
    assert quantiles((0.001, 0.01), [90, 8, 2])["p50"] == pytest.approx(0.001 * 50 / 90)
    assert 0.001 < quantiles((0.001, 0.01), [90, 8, 2])["p95"] < 0.01
    assert quantiles((0.001, 0.01), [90, 8, 2])["p99"] is None
    assert quantiles((), [])["p50"] is None


def test_breaks_are_no_work():
    """Eight seconds a decision, whatever the coffee took; what was done at once is one act."""
    moments = [NOON - 8.0 * number for number in range(10)] + [NOON - 5_000 - 8.0 * number for number in range(10)]
    assert pace_of(moments).seconds == 8.0
    assert pace_of([NOON, NOON, NOON]).seconds is None


def test_what_is_costly_is_counted_seldom():
    """A second asking gives what is known, and one that takes long is not waited for."""
    counted = []

    async def slow() -> int:
        counted.append(time.monotonic())
        await asyncio.sleep(0.2)
        return len(counted)

    async def ask() -> list[int | None]:
        seldom = Seldom(patience=0.05)
        first = await seldom.get("x", slow)
        await asyncio.sleep(0.3)
        return [first, await seldom.get("x", slow), await seldom.get("x", slow)]

    assert asyncio.run(ask()) == [None, 1, 1]


def test_a_busy_database_costs_a_figure_and_not_the_page():
    """What could not be counted is not known yet; any other mistake is one."""

    async def busy() -> int:
        raise Unavailable("too busy")

    async def wrong() -> int:
        raise KeyError("x")

    assert asyncio.run(Seldom().get("x", busy)) is None
    with pytest.raises(KeyError):
        asyncio.run(Seldom().get("x", wrong))
