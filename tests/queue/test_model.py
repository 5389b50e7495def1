"""Whatever readers, moderators and sites do in whatever order, with crashes, the store and a few lines of plain Python agree."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

from service.store.schema import queue_items
from tests.queue.comparing import Divergence, compare
from tests.queue.house import House
from tests.queue.model import Model
from tests.queue.steps import Desk

TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=8, stateful_step_count=40, deadline=None, phases=[Phase.generate])


def test_a_divergence_would_be_seen():
    """An item of which the model knows nothing is a divergence: the agreement above means something."""
    house = House()
    house.run(lambda connection: connection.exec_driver_sql("UPDATE sites SET url = 'https://elsewhere.example/'"))
    house.look(lambda connection: compare(connection, Model()))
    row = {"comment_id": "c", "site_id": 1, "why": "held", "chance": 1.0, "opened_at": 1.0}

    def add(connection):
        connection.exec_driver_sql(
            "INSERT INTO comments (id, site_id, received_at, verdict, revision, match_key, is_test, counted)"
            " VALUES ('c', 1, 1.0, 'hold', '', 0, false, true)"
        )
        connection.execute(queue_items.insert().values(row))

    house.run(add)
    with pytest.raises(Divergence):
        house.look(lambda connection: compare(connection, Model()))
    house.remove()
