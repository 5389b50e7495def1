"""When a mean changed: seen soon, seen where it was, and hardly ever where nothing changed."""

from __future__ import annotations

import random
import time

import pytest

from service.domain import Role
from service.queue.adwin import Day, changes
from tests.queue import month as months
from tests.queue.given import site_id, someone, stored


def month(dice: random.Random, means: list[float], count: int = 400) -> list[Day]:
    """Days of scores, most near 0 and some near 1, with these means."""
    days = []
    for at, mean in enumerate(means):
        values = [dice.betavariate(mean * 2, (1 - mean) * 2) for _ in range(count)]
        days.append(Day(float(at), count, sum(values), sum(value * value for value in values)))
    return days


def test_what_does_not_change_is_left_alone():
    """Of 60 quiet months hardly one is cut."""
    assert sum(bool(changes(month(random.Random(seed), [0.3] * 30, 100))) for seed in range(60)) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_a_change_is_dated_and_measured(seed):
    """From one day on five more of a hundred are bad: one change, within two days of it, from and to about the right mean."""
    found = changes(month(random.Random(seed), [0.2] * 18 + [0.3] * 12))
    assert len(found) == 1
    assert abs(found[0].at - 18) <= 2
    assert (found[0].before, found[0].after) == (pytest.approx(0.2, abs=0.03), pytest.approx(0.3, abs=0.05))


def test_days_without_comments_and_tiny_differences_say_nothing():
    """However many comments there are, a difference that no one would act on is none."""
    assert changes([]) == changes([Day(1.0, 0, 0.0, 0.0)] * 3) == []
    assert changes([Day(float(at), 10**6, 200_000.0 + 4_000 * (at > 5), 100_000.0) for at in range(12)]) == []


def test_the_page_says_whether_something_changed(service):
    """Of a month that did not change it says so, for scores and for what people said."""
    blog, lead = site_id(service, "blog"), someone(service, name="Lea", blog=Role.LEAD)
    stored(service, lambda connection: months.fill(connection, 3000, time.time(), blog, "m"))
    service.until(lambda: "Mean score" in lead.get(f"/stats?site={blog}").text, 60)
    assert lead.get(f"/stats?site={blog}").text.count("no change in 30 days") == 2
