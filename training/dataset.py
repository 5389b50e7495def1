"""Examples: readings with labels and weights, and the folds that keep a source, or a kind of the seed corpus, on one side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service.domain import HEADS, Comment, Head, Reading
from service.text.reading import read
from training.shelf import some
from training.sources import CORPORA, Corpus, load_corpus, load_seed

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

SEED, WITHOUT_LABEL = "seed", "without a label"
"""Sources that are no corpus: what was written for this project, and what nobody has labelled, whatever site it is of."""
MASS_EXPONENT = 0.3
"""A source of n rows weighs n ** 0.3: between one vote a source (0) and one vote a row (1)."""
SEED_FACTOR: dict[Head, float] = {"spam": 5.0, "abuse": 2.5}
"""How much more the seed corpus weighs: it alone covers every kind of spam, and has few of the words that insult."""
PUBLIC = frozenset({SEED, *(corpus.name for corpus in CORPORA)})
"""Sources that are nobody's own."""
ENOUGH_OWN = 400
"""From so many labels on a source that is somebody's own weighs by their number as well: it speaks for itself."""


@dataclass(frozen=True)
class Examples:
    """n readings with their frame (``TEXT_FIELDS``, source, spam, abuse) in the same order."""

    frame: pd.DataFrame
    readings: Sequence[Reading]

    @property
    def sources(self) -> list[str]:
        """The names of the sources, in order of appearance."""
        return [str(name) for name in self.frame["source"].unique()]

    def of(self, source: str) -> Rows:
        """Row numbers of one source."""
        return np.flatnonzero(self.frame["source"] == source)

    def take(self, rows: Rows) -> Examples:
        """Only these rows."""
        return Examples(self.frame.iloc[rows].reset_index(drop=True), some(self.readings, rows))

    @property
    def unlabelled(self) -> NDArray[np.bool_]:
        """Which rows no head has a label of: shape (n,)."""
        known: NDArray[np.bool_] = self.frame[list(HEADS)].notna().any(axis=1).to_numpy()
        return ~known

    def labels(self) -> dict[Head, Floats]:
        """Labels of each head: 0, 1 or NaN for unknown; shape (n,)."""
        return {head: self.frame[head].to_numpy(np.float64) for head in HEADS}

    def weights(self) -> dict[Head, Floats]:
        """Weights of each head; shape (n,), NaN-labelled rows weigh nothing there."""
        return {head: self._weights(np.isfinite(labels), SEED_FACTOR[head]) for head, labels in self.labels().items()}

    def _weights(self, known: NDArray[np.bool_], seed: float) -> Floats:
        source = self.frame["source"]
        size = source[known].value_counts()
        weight = source.map(lambda name: (seed if name == SEED else 1.0) * _row_weight(name, max(size.get(name, 1), 1)))
        weights: Floats = np.where(known, weight.to_numpy(np.float64), 0.0)
        balanced: Floats = weights * known.sum() / weights.sum()
        return balanced


def _row_weight(source: str, size: int) -> float:
    own = 1.0 if source in PUBLIC or source == WITHOUT_LABEL else max(size / ENOUGH_OWN, 1.0)
    return float(own * size ** (MASS_EXPONENT - 1))


def assemble(corpora: Sequence[Corpus] = CORPORA) -> Examples:
    """The seed corpus and those of ``corpora`` that are present, each sampled down to its limit."""
    frames = [load_seed()]
    frames += [_sampled(rows, corpus.sample) for corpus in corpora if (rows := load_corpus(corpus)) is not None]
    frame = pd.concat(frames, ignore_index=True)
    return Examples(frame, [read(comment(row)) for row in frame.itertuples()])


def comment(row: object) -> Comment:
    """A row of a frame as the service would have received it."""
    names = ("text", "author", "author_email", "author_url", "lang", "date")
    return Comment(**{name: getattr(row, name) for name in names})


def folds(examples: Examples, count: int = 5) -> Iterator[tuple[Rows, Rows]]:
    """(train, held out) row numbers: each real source is held out whole once, the seed corpus by kind."""
    real = [name for name in examples.sources if name != SEED]
    source, part = examples.frame["source"], examples.frame["part"]
    fold_of = {name: number % count for number, name in enumerate(real)}
    fold = np.array([fold_of[s] if s in fold_of else crc32(p.encode()) % count for s, p in zip(source, part, strict=True)])
    for number in range(count):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def _sampled(rows: pd.DataFrame, limit: int) -> pd.DataFrame:
    """At most ``limit`` rows (0: all), half of them bad where there are enough; the same rows every time."""
    if not limit or len(rows) <= limit:
        return rows
    bad = rows[(rows["spam"] == 1) | (rows["abuse"] == 1)]
    bad = bad.sample(min(len(bad), limit // 2), random_state=0)
    good = rows.drop(bad.index)
    return pd.concat([bad, good.sample(min(len(good), limit - len(bad)), random_state=0)])
