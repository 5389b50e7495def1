"""CPU time of one comment's score: text room and compiled table against the scikit-learn pipeline of the same model.

``python -m tests.bench.scoring``: fits the recipe of ``training.pipeline`` with scikit-learn's own vectorizers on made-up comments,
compiles it, and scores comments of about 250 characters that neither has seen, one at a time, the two in turn on the same comment.
CPU time of the process; medians over all comments, so that a disturbed one does not count.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from statistics import median
from time import process_time_ns
from typing import TypeVar

import numpy as np
from msgspec import Struct

from service.classifier.card import Card, Probe
from service.classifier.classifier import Classifier
from service.classifier.kernels import Kernel, open_table
from service.domain import Comment, Lines, Reading
from service.text.reading import read
from training.calibration import Sigmoid
from training.compile import compile_model
from training.pipeline import CommentModel

FITTED_ON, MEASURED_ON, LENGTH = 4000, 400, 250
TARGET = 40
T = TypeVar("T")


class Timing(Struct, frozen=True):
    """Medians in microseconds of CPU for one comment, and the largest difference of any two scores."""

    name: str
    reading: float
    scoring: float
    reference: float
    difference: float

    @property
    def ratio(self) -> float:
        """How many times the reference's CPU time, both with reading the comment."""
        return (self.reading + self.reference) / (self.reading + self.scoring)

    @property
    def alone(self) -> float:
        """The same without the text room, which is the same for both."""
        return self.reference / self.scoring


def comments(count: int, seed: int) -> list[Comment]:
    """Make up comments: words of a made-up language with the frequencies of a real one (Zipf), punctuation, a link now and then."""
    language = random.Random(0)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "ing", "th")]
    words = ["".join(language.choices(syllables, k=language.choice((1, 1, 2, 2, 3, 4)))) for _ in range(20_000)]
    dice = random.Random(seed)
    made = []
    for _ in range(count):
        text = ""
        while len(text) < LENGTH:
            text += words[min(int(dice.paretovariate(0.7)) - 1, 19_999)] + dice.choice((" ", " ", " ", " ", ", ", ". ", "! "))
        link = dice.choice(("", "", "", "https://shop.example/buy"))
        made.append(Comment(text=f"{text[: LENGTH - len(link)]}{link}", author=dice.choice(words), author_url=link))
    return made


def fitted(readings: list[Reading]) -> CommentModel:
    """Fit the recipe with scikit-learn's vectorizers; which labels does not matter for its speed."""
    labels = np.random.default_rng(0).integers(0, 2, (2, len(readings))).astype(np.float64)
    weights = np.ones(len(readings))
    model = CommentModel(vectorizer="scikit-learn", text_c=0.1, fields_c=0.1, signals_c=0.1)
    return model.fit(readings, {"spam": labels[0], "abuse": labels[1]}, {"spam": weights, "abuse": weights})


def compiled(model: CommentModel, kernel: Kernel) -> Classifier:
    """Compile the model and open it without a folder."""
    table = compile_model(model, (Sigmoid(1.0, 0.0), Sigmoid(1.0, 0.0)))
    lines = Lines(0.5, 1.01)
    card = Card(
        version="bench", created="", lines={"spam": lines, "abuse": lines}, probes=(Probe(Comment(text=""), spam=0.5, abuse=0.5),)
    )
    return Classifier(card, open_table(table, kernel))


def measure(kernel: Kernel, model: CommentModel, unseen: list[Comment]) -> Timing:
    """Score every comment with both, in turn."""
    classifier = compiled(model, kernel)
    rows = []
    for comment in unseen:
        reading, reading_time = _timed(lambda comment=comment: read(comment))
        scores, scoring_time = _timed(lambda reading=reading: classifier.score(reading))
        logits, reference_time = _timed(lambda reading=reading: model.decision_function([reading]))
        difference = abs(1 / (1 + np.exp(-logits[0])) - (scores.spam, scores.abuse)).max()
        rows.append((reading_time, scoring_time, reference_time, difference))
    readings, scorings, references, differences = zip(*rows, strict=True)
    return Timing(kernel, median(readings), median(scorings), median(references), max(differences))


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = process_time_ns()
    done = work()
    return done, (process_time_ns() - start) / 1000


def main() -> int:
    """Print the figures; 1 when the target is missed."""
    readings = [read(comment) for comment in comments(FITTED_ON, seed=1)]
    model = fitted(readings)
    unseen = comments(MEASURED_ON, seed=2)
    timings = [measure(kernel, model, unseen) for kernel in ("fastest", "numpy")]
    out = sys.stdout.write
    out(f"{'kernel':10}{'reading':>12}{'scoring':>12}{'scikit-learn':>14}{'ratio':>8}{'alone':>8}{'difference':>12}\n")
    for timing in timings:
        times = f"{timing.reading:9.1f} µs{timing.scoring:9.1f} µs{timing.reference:11.0f} µs"
        out(f"{timing.name:10}{times}{timing.ratio:8.0f}{timing.alone:8.0f}{timing.difference:12.1e}\n")
    return int(timings[0].ratio < TARGET)


if __name__ == "__main__":
    sys.exit(main())
