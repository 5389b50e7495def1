"""The starter model: fitted on the seed corpus and whichever shippable corpora are present, measured on sources held out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from service.classifier.card import Card, DataSource, Metric, Probe
from service.classifier.classifier import Classifier
from service.classifier.kernels import open_table
from service.classifier.windows import decide
from service.domain import HEADS, Head, Lines
from training import histogram
from training.calibration import Sigmoid, calibration_error, chance_error, fit_sigmoid
from training.compile import compile_model
from training.dataset import SEED, Examples, assemble, comment, folds
from training.evaluate import Figure, by_head, figures, fit, leave_one_out
from training.lines import RejectLine, certify_reject
from training.pipeline import CommentModel
from training.reliability import ENGLISH, TOGETHER, Scored, picture, picture_of, together
from training.reseal import FEATURES, feature_digest, put
from training.sources import CORPORA, ROOT, SEED_FOLDER, Corpus, digest, find

Floats = NDArray[np.float64]
MODEL_FOLDER = ROOT / "data" / "model"

REJECT_BUDGET = 0.005
"""At most this share of ham may be rejected by score alone, at 95 % confidence, on every source held out."""
HOLD_SHARE = 0.03
"""The share of held-out ham that a new site may see held."""
PRIOR: dict[Head, float] = {"spam": 0.30, "abuse": 0.25}
"""The share of bad comments that calibration assumes on a site of which nothing is known; for spam the real sources' mean."""
CALIBRATES_NOTHING = frozenset({"tw_davidson", "tg_tgspam"})
"""Sources whose scores say nothing of any site's: comments picked by their words, or honest in one language and spam in another."""
TAUGHT_BY: dict[Head, frozenset[str]] = {"spam": frozenset(), "abuse": frozenset({SEED})}
"""Sources whose labels a head's teacher has seen: their rows are not held out there, so they neither calibrate nor certify."""
ENOUGH_HAM = 600
"""Fewer ham comments than this cannot certify the budget even without an error."""
TOLERANCE = 1e-6

Say = Callable[[str], None]


@dataclass(frozen=True)
class Calibrated:
    """Per head: the sigmoid, and the lines with what certified them."""

    sigmoids: tuple[Sigmoid, Sigmoid]
    lines: dict[Head, Lines]
    certificates: dict[Head, RejectLine]


def build(recipe: CommentModel, folder: Path, version: str, say: Say) -> Card:
    """Fit, calibrate, measure, compile, check and write the starter model; returns its sealed card."""
    examples = assemble()
    say(describe(examples))
    shipped = examples.take(np.flatnonzero(examples.frame["source"].isin(shippable()).to_numpy()))
    say("Holding out sources in turn, for calibration and lines …")
    logits = held_out_logits(recipe, shipped)
    calibrated = calibrate(shipped, logits)
    say("Leaving one source out …")
    scored = held_out_scores(recipe, examples, calibrated.sigmoids)
    report = held_out_figures(scored)
    for figure in report:
        say(str(figure))
    say("Fitting on all …")
    model = fit(CommentModel(**recipe.get_params() | {"vectorizer": "scikit-learn"}), shipped)
    weights = compile_model(model, calibrated.sigmoids)
    largest = check(model, weights, calibrated, examples)
    say(f"Pipeline and table differ by {largest:.1e} at most over {len(examples.readings)} rows.")
    unprobed = card(version, recipe, shipped, calibrated, report)
    counted = histogram.held_out(shipped, np.arange(len(logits)), logits, calibrated.sigmoids)
    sealed = write(folder, structs.replace(unprobed, parameters=unprobed.parameters | counted), weights, shipped)
    if english := [one for one in scored if one.head == "spam" and one.source in ENGLISH]:
        picture_of(folder).write_text(picture(english), "utf-8")
    return sealed


def shippable() -> list[str]:
    """The names of the sources whose weights may ship."""
    return [SEED, *(corpus.name for corpus in CORPORA if corpus.ships)]


def describe(examples: Examples) -> str:
    """Which sources are present, with their rows, and which are not."""
    absent = [corpus.name for corpus in CORPORA if find(corpus) is None]
    present = [f"{name} ({len(examples.of(name))} rows)" for name in examples.sources]
    return f"Sources present: {', '.join(present)}.\nSources absent: {', '.join(absent) or 'none'}."


def held_out_logits(recipe: CommentModel, examples: Examples) -> Floats:
    """Log-odds of every row by a model that saw neither its source nor, in the seed corpus, its kind: shape (n, 2)."""
    logits = np.empty((len(examples.readings), len(HEADS)))
    for train, held_out in folds(examples):
        model = fit(recipe, examples.take(train))
        logits[held_out] = model.decision_function([examples.readings[row] for row in held_out])
    return logits


def calibrate(examples: Examples, logits: Floats) -> Calibrated:
    """Sigmoids on held-out log-odds, every source of equal mass; lines on the probabilities that they give."""
    sigmoids, lines, certificates = [], {}, {}
    for column, head in enumerate(HEADS):
        y = examples.labels()[head]
        known = _held_out(examples, head)
        source = examples.frame["source"].to_numpy()[known]
        weights = _calibration_weights(y[known], source, PRIOR[head])
        sigmoid = fit_sigmoid(logits[known, column], y[known], weights)
        p = sigmoid(logits[known, column])
        certificates[head] = _reject_line(p, y[known], source)
        sigmoids.append(sigmoid)
        lines[head] = Lines(hold_at=_hold_line(p, y[known], source, certificates[head].at), reject_at=certificates[head].at)
    return Calibrated((sigmoids[0], sigmoids[1]), lines, certificates)


def _held_out(examples: Examples, head: Head) -> NDArray[np.bool_]:
    """Rows whose labels neither the model nor the head's teacher saw; all labelled ones where those could not calibrate."""
    y, source = examples.labels()[head], examples.frame["source"]
    known = np.isfinite(y)
    unseen = known & ~source.isin(TAUGHT_BY[head]).to_numpy()
    counted = y[unseen & ~source.isin(CALIBRATES_NOTHING).to_numpy()]
    return unseen if 0 < counted.sum() < len(counted) else known


def _calibration_weights(y: Floats, source: NDArray[np.object_], prior: float) -> Floats:
    """Equal mass for every source that has both classes, and ``prior`` of all mass for the bad; shape (n,), mean 1."""
    weights = np.zeros(len(y))
    for name in set(source) - CALIBRATES_NOTHING:
        rows = source == name
        if 0 < y[rows].sum() < rows.sum():
            weights[rows] = 1.0 / rows.sum()
    bad = y == 1
    weights[bad] *= prior / weights[bad].sum()
    weights[~bad] *= (1 - prior) / weights[~bad].sum()
    scaled: Floats = weights / weights.mean()
    return scaled


def _reject_line(p: Floats, y: Floats, source: NDArray[np.object_]) -> RejectLine:
    """The strictest of the lines that each held-out source with enough ham certifies."""
    enough = [name for name in np.unique(source.astype(str)) if ((source == name) & (y == 0)).sum() >= ENOUGH_HAM]
    groups = [source == name for name in enough] or [np.ones(len(y), bool)]
    return max((certify_reject(p[group], y[group], REJECT_BUDGET) for group in groups), key=lambda line: line.at)


def _hold_line(p: Floats, y: Floats, source: NDArray[np.object_], reject_at: float) -> float:
    """Where the mean over sources of the share of ham at or above it is ``HOLD_SHARE``; never above the reject line."""
    ham = [np.sort(p[(source == name) & (y == 0)]) for name in np.unique(source.astype(str))]
    grid = np.linspace(0.01, 0.99, 99)
    share = [np.mean([(scores >= line).mean() for scores in ham if len(scores)]) for line in grid]
    at = float(next((line for line, held in zip(grid, share, strict=True) if held <= HOLD_SHARE), grid[-1]))
    return min(at, reject_at, 1.0)


def held_out_scores(recipe: CommentModel, examples: Examples, sigmoids: Sequence[Sigmoid]) -> list[Scored]:
    """Every labelled corpus scored by a model that has not seen it, once for each head that it has labels of."""
    found = []
    tests = [name for name in examples.sources if name != SEED]
    for source, rows, logits in leave_one_out(examples, recipe, shippable(), tests):
        labels = {head: labels[rows] for head, labels in examples.labels().items()}
        found += [Scored(source, head, y, sigmoids[HEADS.index(head)](z)) for head, y, z in by_head(labels, logits)]
    return found


def held_out_figures(scored: Sequence[Scored]) -> list[Figure]:
    """Measures on each source, its calibration error and what of it is chance; then those of the English sources together."""
    found = []
    for one in scored:
        found += figures(one.source, one.head, one.y, one.p)
        found += _calibration(one)
    for head in HEADS:
        if parts := [one for one in scored if one.head == head and one.source in ENGLISH]:
            y, p, mass = together(parts)
            found += _calibration(Scored(TOGETHER, head, y, p), mass)
    return found


def _calibration(one: Scored, mass: Floats | None = None) -> list[Figure]:
    errors = {"calibration_error": calibration_error(one.p, one.y, mass), "calibration_error_by_chance": chance_error(one.p, mass)}
    return [Figure(one.source, one.head, name, error, math.nan, math.nan, len(one.y)) for name, error in errors.items()]


def check(model: CommentModel, weights: bytes, calibrated: Calibrated, examples: Examples) -> float:
    """The largest difference of probability between pipeline and table; raises ValueError above 1e-6 or on another verdict."""
    table = open_table(weights)
    logits = model.decision_function(examples.readings)
    expected = np.column_stack([sigmoid(z) for sigmoid, z in zip(calibrated.sigmoids, logits.T, strict=True)])
    decided = [decide(table, reading) for reading in examples.readings]
    raw = np.array([[head.logit for head in one] for one in decided])
    found = np.column_stack([sigmoid(z) for sigmoid, z in zip(calibrated.sigmoids, raw.T, strict=True)])
    largest = float(np.abs(expected - found).max())
    if largest > TOLERANCE:
        raise ValueError(f"the compiled table differs from the pipeline by {largest:.1e}")
    for column, head in enumerate(HEADS):
        at = calibrated.lines[head].hold_at, calibrated.lines[head].reject_at
        if (np.digitize(expected[:, column], at) != np.digitize(found[:, column], at)).any():
            raise ValueError(f"the compiled table gives another verdict than the pipeline by the {head} head")
    return largest


def card(version: str, recipe: CommentModel, examples: Examples, calibrated: Calibrated, report: Sequence[Figure]) -> Card:
    """The card without its probes and seal."""
    return Card(
        version=version,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        lines=calibrated.lines,
        probes=(Probe(comment(next(examples.frame.itertuples())), 0.0, 0.0),),
        data=tuple(_data_source(examples, name) for name in examples.sources),
        parameters={name: value for name, value in recipe.get_params().items() if name != "vectorizer"},
        report=(*(_metric(figure) for figure in report), *_certificates(calibrated)),
    )


def _data_source(examples: Examples, name: str) -> DataSource:
    labels = examples.frame.iloc[examples.of(name)]
    corpus: Corpus | None = next((corpus for corpus in CORPORA if corpus.name == name), None)
    path = SEED_FOLDER if corpus is None else find(corpus)
    assert path is not None  # noqa: S101 # it was loaded from there
    spam, abuse = int((labels["spam"] == 1).sum()), int((labels["abuse"] == 1).sum())
    ham = int(((labels["spam"] != 1) & (labels["abuse"] != 1)).sum())
    licence = "MIT, written for this project" if corpus is None else corpus.licence
    return DataSource(name=name, ham=ham, spam=spam, abuse=abuse, licence=licence, note=f"sha256 {digest(path)}")


def _metric(figure: Figure) -> Metric:
    interval = (None, None) if math.isnan(figure.low) else (figure.low, figure.high)
    return Metric(
        name=figure.measure,
        value=figure.value,
        low=interval[0],
        high=interval[1],
        rows=figure.rows,
        head=figure.head,
        source=figure.source,
    )


def _certificates(calibrated: Calibrated) -> list[Metric]:
    return [
        Metric(
            name="false_reject_bound_at_line",
            value=line.errors / max(line.ham, 1),
            low=0.0,
            high=line.bound,
            rows=line.ham,
            head=head,
        )
        for head, line in calibrated.certificates.items()
    ]


def write(folder: Path, unprobed: Card, weights: bytes, examples: Examples, probes: int = 40) -> Card:
    """Put the model into its folder with probes drawn from the seed corpus."""
    rows = examples.of(SEED)
    chosen = examples.take(rows[np.linspace(0, len(rows) - 1, probes).astype(int)])
    scores = Classifier(unprobed, open_table(weights)).score_all(chosen.readings)
    found = tuple(Probe(reading.comment, score.spam, score.abuse) for reading, score in zip(chosen.readings, scores, strict=True))
    features = {FEATURES: feature_digest(examples.take(rows).readings)}
    complete = structs.replace(unprobed, probes=found, parameters=unprobed.parameters | features)
    return put(folder, complete, weights)
