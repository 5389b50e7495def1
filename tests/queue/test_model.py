"""Whatever readers, moderators and sites do in whatever order, with crashes, the store and a few lines of plain Python agree."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

from service.domain import Label
from service.store.schema import queue_items
from tests.queue.comparing import Divergence, compare
from tests.queue.house import House
from tests.queue.model import Model
from tests.queue.steps import Desk

TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=8, stateful_step_count=40, deadline=None, phases=[Phase.generate])


def after(*steps) -> Desk:
    """A desk with one held comment, after some steps on it; what the database says was compared after each."""
    desk = Desk()
    remark = desk.submit(author="ana", spam=0.9, how="e")
    for step in steps:
        step(desk, remark)
        desk.agree()
    desk.teardown()
    return desk


def test_a_hold_cannot_be_undone_once_the_site_spoke():
    """Who wished a second opinion does not reopen what the site's own software has decided since."""
    after(
        lambda desk, it: desk.act([it], 1, "hold", 0, 1.0, 1),
        lambda desk, it: desk.relabel(it, Label.SPAM, "site"),
        lambda desk, _: desk.undo(0, 0, 0.5),
    )


def test_one_wish_for_a_second_opinion_outlives_the_undoing_of_another():
    """Two held it; one thinks better of it."""
    after(
        lambda desk, it: desk.act([it], 1, "hold", 0, 1.0, 1),
        lambda desk, it: desk.act([it], 2, "hold", 0, 1.0, 1),
        lambda desk, _: desk.undo(0, 0, 0.5),
    )


def test_a_word_that_an_undone_one_had_silenced_is_told():
    """Ana accepts, a reader reports, Ben rejects and takes it back: the site hears of Ana's word after all."""
    after(
        lambda desk, it: desk.act([it], 1, "accept", 0, 1.0, 1),
        lambda desk, it: desk.report(it),
        lambda desk, it: desk.act([it], 2, "reject", 0, 1.0, 1),
        lambda desk, _: desk.undo(0, 0, 0.5),
    )


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
