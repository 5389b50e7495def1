"""The recipe and the table that it compiles to: the same scores, whoever counts the terms."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from msgspec import structs

from service.classifier.kernels import open_table
from service.classifier.windows import decide
from service.domain import HEADS
from service.text.reading import read
from training.calibration import Sigmoid, calibration_error, chance_error, fit_sigmoid
from training.compile import compile_model
from training.dataset import SEED, SEED_FACTOR, Examples, comment, folds
from training.pipeline import CommentModel, Steps
from training.reseal import feature_digest
from training.sources import load_seed

IDENTITY = Sigmoid(1.0, 0.0), Sigmoid(1.0, 0.0)


@pytest.fixture(scope="module")
def examples() -> Examples:
    """A tenth of the seed corpus, every kind in it."""
    frame = load_seed().iloc[::10].reset_index(drop=True)
    return Examples(frame, [read(comment(row)) for row in frame.itertuples()])


@pytest.fixture(scope="module", params=["kernel", "scikit-learn"])
def model(request: pytest.FixtureRequest, examples: Examples) -> CommentModel:
    """The recipe fitted with either vectorizer."""
    if request.param == "kernel":
        pytest.importorskip("service.classifier._kernel", reason="no compiler here: only scikit-learn's vectorizers can count")
    return CommentModel(vectorizer=request.param).fit(examples.readings, examples.labels(), examples.weights())


def test_the_table_scores_as_the_pipeline_does(model, examples):
    """Log-odds of the compiled table equal the scikit-learn pipeline's to 1e-6, long comments with their windows too."""
    long = [reading for reading in examples.readings if reading.normalised.count(" ") > 40]
    assert long
    readings = examples.readings[:300] + long
    table = open_table(compile_model(model, IDENTITY))
    found = [[one.logit for one in decide(table, reading)] for reading in readings]
    assert np.abs(np.array(found) - model.decision_function(readings)).max() < 1e-6


def test_a_model_knows_the_comments_that_it_was_fitted_on(model, examples):
    """Both heads order their own training comments nearly without a fault."""
    logits = model.decision_function(examples.readings)
    for place, head in enumerate(HEADS):
        y = examples.labels()[head]
        assert np.median(logits[y == 1, place]) > 0 > np.median(logits[y == 0, place])


def test_steps_do_not_care_for_scale(examples):
    """A signal's staircase is the same when all its values are multiplied."""
    larger = [structs.replace(reading, vector=(1000 * np.frombuffer(reading.vector)).tobytes()) for reading in examples.readings]
    ours, theirs = Steps().fit_transform(examples.readings), Steps().fit_transform(larger)
    assert (ours != theirs).nnz == 0


def test_a_kind_of_the_seed_corpus_is_never_on_both_sides(examples):
    """Folds part kinds, and every row is held out once."""
    held_out = []
    for train, test in folds(examples):
        held_out.extend(test)
        parts = examples.frame["part"]
        assert not set(parts.iloc[train]) & set(parts.iloc[test])
    assert sorted(held_out) == list(range(len(examples.frame)))


def test_a_source_weighs_less_than_its_rows(examples):
    """A hundred times the rows is four times the weight, not a hundred times."""
    frame = examples.frame.copy()
    frame.loc[frame.index[:6], "source"] = "small"
    weights = Examples(frame, examples.readings).weights()["spam"]
    large = weights[(frame["source"] == SEED).to_numpy()].sum() / SEED_FACTOR["spam"]
    assert large / weights[:6].sum() == pytest.approx(((len(frame) - 6) / 6) ** 0.3)


def test_many_labels_of_ones_own_weigh_by_their_number(examples):
    """A site's 800 labels weigh twice what as many of a public corpus do; 400 weigh the same."""
    labelled = examples.frame["spam"].notna().to_numpy().nonzero()[0]
    for count, times in ((400, 1), (800, 2)):
        shares = []
        for source in ("yt_tubespam", "site blog"):
            frame = examples.frame.copy()
            frame.loc[frame.index[labelled[:count]], "source"] = source
            weights = Examples(frame, examples.readings).weights()["spam"]
            shares.append(weights[labelled[:count]].sum() / weights[labelled[count:]].sum())
        assert shares[1] / shares[0] == pytest.approx(times)


def test_a_fitted_sigmoid_means_what_it_says():
    """Calibrated on draws from known probabilities, the error is near nothing; without, it is not."""
    dice = np.random.default_rng(0)
    logits = dice.normal(0, 3, 20_000)
    y = (dice.random(20_000) < 1 / (1 + np.exp(-(0.5 * logits - 1)))).astype(float)
    sigmoid = fit_sigmoid(logits, y, np.ones(20_000))
    assert calibration_error(sigmoid(logits), y) < 0.05 < calibration_error(Sigmoid(1, 0)(logits), y)


def test_what_chance_alone_shows_is_told_apart():
    """Of few comments the right probabilities show an error too: as large as draws of theirs do, and less the more there are."""
    dice = np.random.default_rng(1)
    few, many = dice.random(300), dice.random(30_000)
    drawn = [calibration_error(few, (dice.random(300) < few).astype(float)) for _ in range(50)]
    assert chance_error(few) == pytest.approx(np.mean(drawn), rel=0.1)
    assert chance_error(many) < chance_error(few) / 5


def test_a_falling_sigmoid_is_refused():
    """Scores that are higher for ham calibrate nothing."""
    with pytest.raises(ValueError, match="higher log-odds"):
        fit_sigmoid(np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 1.0, 0.0, 0.0]), np.ones(4))


def test_the_feature_digest_sees_every_change(examples):
    """One signal of one reading moved by a hundredth changes the digest."""
    first, *rest = examples.readings[:20]
    moved = structs.replace(first, vector=struct.pack("d", first.signals[0] + 0.01) + first.vector[8:])
    assert feature_digest([first, *rest]) == feature_digest([first, *rest]) != feature_digest([moved, *rest])
