"""A page of what waits is the same however it is found."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from service.store import facets, places, waiting
from service.store.engine import open_engine, reading
from service.store.facets import Filter
from service.store.places import Place
from service.store.schema import comments, queue_items
from service.store.sites import add_site
from service.store.upgrade import _alembic, upgrade
from service.store.walks import SORTS
from tests.store.given import NOON

FILTERS = {
    "all": {},
    "rule": {"why": "flood"},
    "audit": {"why": "audit"},
    "language": {"lang": "de"},
    "newcomer": {"newcomer": True},
    "linked": {"linked": True},
    "second": {"second": True},
    "uncertain": {"uncertain": True},
    "reported": {"reported": True},
    "tag": {"tag": "odd"},
    "mine": {"mine": 1, "at": NOON},
    "free": {"free": 1, "at": NOON},
    "several": {"lang": "de", "linked": True, "reported": True},
}


@pytest.fixture
def sites(engine):
    with engine.begin() as connection:
        return tuple(add_site(connection, name, f"https://{name}.example/", NOON).id for name in ("blog", "paper"))


@pytest.fixture
def queue(engine, sites):
    """Stores 160 items of two sites, with near-duplicates, claims, tags and reports; the same each time."""
    dice = random.Random(3)
    with engine.begin() as connection:
        for number in range(160):
            site, risk = dice.choice(sites), dice.random()
            known = {
                "id": f"{number:032x}",
                "site_id": site,
                "received_at": NOON,
                "verdict": "hold",
                "revision": "",
                "match_key": 0,
            }
            connection.execute(comments.insert().values(**known, is_test=False, counted=True, text="A remark."))
            item = {
                "why": dice.choice(("held", "held", "audit", "reported")),
                "rule": dice.choice(("flood", "score_holds")),
                "lang": dice.choice(("de", "en", "")),
                "newcomer": dice.random() < 0.4,
                "linked": dice.random() < 0.4,
                "second": dice.random() < 0.2,
                "cluster": dice.choice((None, None, 1, 2, 3, 4)),
                "tag": dice.choice(("", "odd")),
                "reports": dice.choice((0, 0, 1, 2)),
                "claimed_by": dice.choice((None, None, 1, 2)),
                "claimed_until": NOON + dice.choice((-1, 1)),
                "state": "waiting" if dice.random() < 0.9 else "decided",
            }
            where = {"comment_id": known["id"], "site_id": site, "chance": 1.0, "opened_at": NOON}
            connection.execute(queue_items.insert().values(**where, risk=risk, doubt=abs(risk - 0.5), **item))
            places.place(connection, [Place(known["id"], site, dice.choice(("one", "two", "")), None, ())])


def shown(connection, sort, wanted, values):
    """Give all ids by pages of seven."""
    found, large = [], facets.clusters(connection)
    while len(found) < 200:
        after = found[-1].key if found else ""
        part = waiting.page(connection, wanted, sort, 7, after, few=values, clusters=large)
        if not part:
            break
        found += part
    return [item.id for item in found]


@pytest.mark.parametrize("name", FILTERS)
def test_by_the_filter_or_along_the_order(engine, sites, queue, name):
    """What a filter leaves is in the same order whether it is looked for by its values, without them, or along the order."""
    wanted = Filter(sites, **FILTERS[name])
    with reading(engine) as connection:
        counted = facets.waiting(connection, NOON)
        for sort in SORTS:
            by_values = shown(connection, sort, wanted, counted.values(0))
            assert by_values == shown(connection, sort, wanted, {}), sort
            if sort != "cluster":  # along it stand clusters in the order of all that wait, here of what the filter leaves
                assert by_values == shown(connection, sort, wanted, None), sort
    assert 0 < len(by_values) <= counted.left(wanted)


def test_counting_a_few_looks_at_a_few(sqlite_url):
    """On SQLite, which has no figures to plan by, what is tagged or reported is not looked for in all that waits."""
    engine, plans = open_engine(sqlite_url), []
    upgrade(engine)
    with engine.connect() as connection:
        for query in facets.counting():
            sql = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
            plans.append(connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")).fetchone()[3])
    engine.dispose()
    assert [each.partition("ix_queue_items_")[2].split()[0] for each in plans] == ["facets", "reported", "tag", "reported"]


@pytest.mark.parametrize("schema", ["0011", "0012"])
def test_reports_and_articles_are_kept_by_an_upgrade(engine, queue, schema):
    """Back to a schema before and forth again, every item has the reports and the article that it had."""
    from alembic import command  # noqa: PLC0415 # as the upgrade itself

    counted = text("SELECT comment_id, reports, article FROM queue_items ORDER BY comment_id")
    with engine.connect() as connection:
        before = connection.execute(counted).all()
    assert {row.reports for row in before} == {0, 1, 2}
    assert len({row.article for row in before} - {None}) > 2
    with engine.begin() as connection:
        config = _alembic()[0]
        config.attributes["connection"] = connection
        command.downgrade(config, schema)
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(counted).all() == before
