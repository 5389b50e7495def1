"""Measuring a layer that has seen all labels of its site: each label by a layer that saw neither it nor what resembles it.

A site with few labels cannot spare a fifth of them. The layer of each fold is fitted as the whole one was, on all labels but the
fold's, merged into the same shared table, opened as the service opens it, and decides with the whole layer's lines. Fitted on a
fifth less, they are worse than the layer whose figures they give, if anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.classifier.kernels import Table, open_table
from training.layer import Base
from training.site import lesson
from training.trial import Bench, Judged, judge

ITSELF = -1
"""Who judges what resembles no label that the layer was fitted on."""


@dataclass(frozen=True)
class Folds:
    """The layers of a cross-fit, as tables, and by which of them each group of the layer's snapshot is judged."""

    tables: tuple[Table, ...]
    fold_of: Mapping[int, int]

    @classmethod
    def of(cls, card: Card, mine: pd.DataFrame, unlabelled: pd.DataFrame, base: Base) -> Folds:
        """Fit the folds of the layer of this card anew; ``mine`` and ``unlabelled`` are its site's rows of its own snapshot.

        ``base`` is the shared model's table that the layer was fitted on.
        """
        learnt = lesson(mine, unlabelled, base, np.empty(0, np.int64))[1]
        tables: list[Table] = []
        fold_of: dict[int, int] = {}
        for number, (layer, out) in enumerate(learnt.folds(int(card.parameters["folds"]), int(card.parameters["seed"]))):
            tables.append(open_table(base.merged(layer)))
            fold_of |= dict.fromkeys(learnt.groups[out].tolist(), number)
        return cls(tuple(tables), fold_of)

    def judge(self, layer: Classifier, bench: Bench) -> Judged:
        """Decide comments of the layer's own snapshot: each by the layer of the fold that holds what resembles it."""
        fold = bench.frame["group"].map(self.fold_of).fillna(ITSELF).to_numpy(np.int64)
        scores, verdict = np.empty((len(fold), 2)), np.empty(len(fold), np.int64)
        for number in np.unique(fold).tolist():
            rows = np.flatnonzero(fold == number)
            model = layer if number == ITSELF else Classifier(layer.card, self.tables[number])
            judged = judge(model, bench.take(rows))
            scores[rows], verdict[rows] = judged.scores, judged.verdict
        return Judged(layer.version, scores, verdict)
