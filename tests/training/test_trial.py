"""Measures agree with scikit-learn's, weights count, slices come worst first, the rules have their say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from service.policy import Lists, Policy
from tests.training.conftest import World
from training import measures, page, report
from training.measures import ACCEPT, HOLD, REJECT
from training.promote import Reason
from training.trial import Bench, Judged, compare, judge, sign_flip

rows = st.lists(
    st.tuples(st.booleans(), st.integers(0, 9).map(lambda tenth: tenth / 10), st.sampled_from([0.5, 1.0, 4.0])),
    min_size=4,
    max_size=60,
).filter(lambda found: len({row[0] for row in found}) == 2)


@given(rows)
def test_measures_are_those_of_the_field(found: list[tuple[bool, float, float]]) -> None:
    """ROC-AUC and average precision, with weights and ties, as scikit-learn has them."""
    bad, score, weight = (np.array([float(row[part]) for row in found]) for part in range(3))
    assert measures.roc_auc(bad, score, weight[None])[0] == pytest.approx(roc_auc_score(bad, score, sample_weight=weight))
    expected = average_precision_score(bad, score, sample_weight=weight)
    assert measures.average_precision(bad, score, weight[None])[0] == pytest.approx(expected)


def test_recall_is_taken_where_so_few_ham_score_as_high() -> None:
    """One of a hundred ham above: the bad ones above the second highest ham count."""
    ham, bad = np.linspace(0, 0.9, 100), np.array([0.95, 0.895, 0.1])
    score, truth = np.concatenate([ham, bad]), np.repeat([0.0, 1.0], [100, 3])
    assert measures.recall_at(0.01)(truth, score, np.ones((1, 103)))[0] == pytest.approx(2 / 3)
    assert measures.recall_at(0.001)(truth, score, np.ones((1, 103)))[0] == pytest.approx(1 / 3)


def test_a_drawn_comment_stands_for_those_that_were_not() -> None:
    """One missed spam drawn with one chance in ten is ten missed ones."""
    bad, verdict = np.array([1.0, 0.0, 0.0]), np.array([ACCEPT, ACCEPT, HOLD])
    assert measures.missed(bad, verdict, np.array([[10.0, 10.0, 1.0]]))[0] == pytest.approx(0.5)
    assert measures.held(bad, verdict, np.array([[10.0, 10.0, 5.0]]))[0] == pytest.approx(200.0)


def test_what_is_handed_over_is_what_is_least_sure() -> None:
    """Two of ten handed over, one of them wrong: efficiency one half, accuracy whole."""
    score = np.array([0.01, 0.02, 0.03, 0.04, 0.45, 0.55, 0.96, 0.97, 0.98, 0.99])
    bad = np.array([0.0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    weights = np.ones((1, 10))
    assert measures.oracle_accuracy(0.2)(bad, score, weights)[0] == pytest.approx(1.0)
    assert measures.review_efficiency(0.2)(bad, score, weights)[0] == pytest.approx(0.5)


def test_the_rules_have_their_say(world: World) -> None:
    """A word on the site's block list rejects, whatever the model thinks."""
    strict = Bench(world.newest.frame, world.newest.readings, {"blog": Policy(block=Lists(words=("the",)))})
    named = world.newest.frame["text"].str.contains(r"\bthe\b", regex=True).to_numpy()
    verdict = judge(world.model, strict).verdict
    assert (verdict[named] == REJECT).all()
    assert (judge(world.model, world.newest).verdict[named] == ACCEPT).any()


def test_slices_come_worst_first(world: World) -> None:
    """By the challenger's wrong verdicts; no slice is all of the comments or too small."""
    judged = judge(world.model, world.newest)
    found = compare(world.newest, judged, judged).slices
    wrong = [part.wrong.challenger.value for part in found]
    assert wrong == sorted(wrong, reverse=True)
    assert all(25 <= part.rows < len(world.newest.readings) for part in found)


def test_a_paired_test_sees_a_difference_and_not_noise() -> None:
    """40 campaigns that all got better are no chance; 40 of which half did are."""
    groups = np.arange(40)
    assert sign_flip(-np.ones(40), groups) < 0.001
    assert sign_flip(np.where(groups % 2, 1.0, -1.0), groups) > 0.5
    assert sign_flip(-np.ones(40), np.zeros(40, int)) > 0.5


def test_the_page_quotes_without_obeying(world: World) -> None:
    """A comment that is markup is shown as text."""
    evil = '<script>alert("x")</script> <img src=x onerror=y>'
    frame = pd.concat([world.newest.frame.assign(text=evil, source="<b>")], ignore_index=True)
    bench = Bench(frame, world.newest.readings, {})
    old = judge(world.model, bench)
    new = Judged("new", 1 - old.scores, 2 - old.verdict)
    trial = compare(bench, old, new)
    shown = page.render(report.make(bench, world.model, (old, new), trial, [Reason("slice", evil)]))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown
