"""Lines from an error budget: they hold, they say when they cannot, and they decide as much as they may."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from training.lines import NEVER, SMALLEST, Budget, choose, say, upper_bound, verify

EVEN = Budget(0.01, 0.01)


def some_scores(count: int, seed: int = 0, apart: float = 6.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores of half ham, half spam, ``apart`` standard deviations from each other."""
    dice = np.random.default_rng(seed)
    bad = (dice.random(count) < 0.5).astype(float)
    return 1 / (1 + np.exp(-2 * (dice.normal(size=count) + apart * (bad - 0.5)))), bad


def test_the_bound_is_clopper_pearsons() -> None:
    """At the bound, as few errors as were seen have a chance of 5 %."""
    assert binom.cdf(3, 500, upper_bound(3, 500)) == pytest.approx(0.05)
    assert upper_bound(0, 299) < 0.01 < upper_bound(0, 298)


@pytest.mark.parametrize("count", [1600, 6000])
def test_realised_errors_stay_within_the_budget(count: int) -> None:
    """Over 200 random halvings both errors hold in at least 95 of 100, whether the budget allows few errors or many."""
    p, bad = some_scores(count, apart=4.5)
    dice = np.random.default_rng(1)
    kept = 0
    for _ in range(200):
        half = dice.random(len(p)) < 0.5
        found = verify(choose(p[half], bad[half], EVEN).lines, p[~half], bad[~half], EVEN)
        kept += found.missed <= EVEN.accepted and found.false_rejects <= EVEN.rejected
    assert kept >= 190


def test_a_good_model_decides_nearly_all() -> None:
    """With 4,000 labels and one error in a hundred at the middle, more than 85 % need no human."""
    p, bad = some_scores(4000, apart=5.0)
    assert choose(p, bad, EVEN).coverage > 0.85


def test_too_few_labels_are_said_so() -> None:
    """150 labels certify nothing, and the number that would is about what theory says: 299 on a side."""
    found = choose(*some_scores(150), EVEN)
    assert (found.lines.hold_at, found.lines.reject_at, found.coverage) == (SMALLEST, NEVER, 0.0)
    assert found.accepted.missing is not None
    assert 350 < found.accepted.missing + 150 < 800
    assert "more would" in " ".join(say(found, EVEN))


def test_a_useless_model_is_said_so() -> None:
    """Where no score is sure, no number of labels helps."""
    dice = np.random.default_rng(2)
    found = choose(np.round(dice.random(2000), 1), (dice.random(2000) < 0.5).astype(float), EVEN)
    assert found.accepted.missing is None
    assert "no label helps" in " ".join(say(found, EVEN))


def test_rare_draws_count_as_fewer_labels() -> None:
    """One label that stands for fifty tells less of the rest than fifty labels do."""
    p, bad = some_scores(1200)
    mass = np.where(np.arange(len(p)) % 10 == 0, 50.0, 1.0)
    assert choose(p, bad, EVEN, mass).accepted.trials < choose(p, bad, EVEN).accepted.trials / 3


def test_what_a_rule_holds_is_neither_accepted_nor_an_error() -> None:
    """Spam below every score that no line can accept costs the certificate nothing; in the coverage it counts as held."""
    p, bad = some_scores(1200)
    more, spam = np.append(p, np.zeros(50)), np.append(bad, np.ones(50))
    reach = np.ones((len(more), 2), bool)
    reach[len(p) :, 0] = False
    free, held = choose(p, bad, EVEN), choose(more, spam, EVEN, reach=reach)
    assert (held.lines, held.accepted) == (free.lines, free.accepted)
    assert held.coverage == pytest.approx(free.coverage * 1200 / 1250)
    assert verify(held.lines, more, spam, EVEN, reach=reach).missed == verify(free.lines, p, bad, EVEN).missed
    assert choose(more, spam, EVEN).coverage < 0.6


def test_a_later_window_can_contradict() -> None:
    """When the comments change, the check says so."""
    p, bad = some_scores(2000)
    lines = choose(p, bad, EVEN).lines
    assert verify(lines, *some_scores(2000, seed=3), EVEN).accepted == "holds"
    worse, wrong = some_scores(2000, seed=4, apart=2.0)
    assert verify(lines, worse, wrong, EVEN).rejected == "contradicted"


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=400), st.floats(0.001, 0.5), st.floats(0.001, 0.5))
def test_lines_are_always_usable(rows: list[tuple[float, bool]], accepted: float, rejected: float) -> None:
    """Whatever the scores: hold stands above 0 and not above reject, and what is certified keeps its bound."""
    p, bad = (np.array([float(row[part]) for row in rows]) for part in (0, 1))
    found = choose(p, bad, Budget(accepted, rejected))
    assert 0 < found.lines.hold_at <= found.lines.reject_at <= NEVER
    for side, budget in ((found.accepted, accepted), (found.rejected, rejected)):
        assert side.bound <= budget or not side.certified
    if found.accepted.certified:
        taken = p < found.lines.hold_at
        assert upper_bound(int(bad[taken].sum()), int(taken.sum())) <= accepted + 1e-12
