"""Pseudo-labels: what nobody has labelled is learnt from by what a model that learnt from labels is sure of.

A site's words are not those that the labels are from. Where the model knows a comment by one of its words, by its author or by its
links, what stands beside that is learnt as well (self-training: Scudder 1965; by two views of a comment: Blum and Mitchell 1998).
Ham is believed as far as the model is, spam only where it is beyond doubt: with few spam on a site most of what looks a little
like it is not. Measured on six sources held out, also with all but 5 % of their spam taken away: see docs/trainers.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service.classifier.kernels import Table
from service.classifier.terms import TOKEN
from service.classifier.windows import decide
from service.domain import HEADS, Head, Reading
from training.dataset import MASS_EXPONENT, WITHOUT_LABEL, Examples, Rows
from training.shelf import some

Floats = NDArray[np.float64]

HEAD: Head = "spam"
"""The head that learns so. Of abuse a model is too sure on a site that merely quarrels: it would learn to hold it all."""
MASS = 3.0
"""How much more they weigh than as many labels of one source."""
BEYOND_DOUBT = 3.0
"""The log-odds, before calibration, from which on a comment is learnt from as spam."""
FEWEST = 50
"""Fewer comments are not worth a second fit."""
WORD = re.compile(TOKEN)
SETTINGS = HEAD, MASS, BEYOND_DOUBT, FEWEST
"""What a kept fold depends on."""


def one_source(comments: pd.DataFrame) -> pd.DataFrame:
    """Make comments without a label, with their ``group`` of near-duplicates, rows of examples.

    Of near-duplicates each weighs its share: who floods a site does not teach it.
    """
    share = 1.0 / comments.groupby("group")["group"].transform("size")
    return comments.assign(source=WITHOUT_LABEL, spam=np.nan, abuse=np.nan, mass=1.0, weight=share)


def pseudo_labelled(examples: Examples, labelled: Rows, unlabelled: Rows, table: Table) -> tuple[Examples, Floats]:
    """Give unlabelled rows the labels that a table of the others finds, and factors (n,) for weights: 1 for the labelled ones."""
    place = HEADS.index(HEAD)
    logits = np.array([decide(table, reading)[place].logit for reading in some(examples.readings, unlabelled)])
    frame, factors = examples.frame.copy(), np.ones(len(examples.frame))
    frame.loc[frame.index[unlabelled], HEAD] = (logits > 0).astype(np.float64)
    share = shares(some(examples.readings, unlabelled), some(examples.readings, labelled))
    crowd = float(examples.frame["weight"].iloc[unlabelled].mean()) ** (MASS_EXPONENT - 1)  # near-duplicates count as one row
    factors[unlabelled] = MASS * crowd * trust(logits) * share
    return Examples(frame, examples.readings), factors


def trust(logits: Floats) -> Floats:
    """How far a pseudo-label of these log-odds (n,) is believed: in [0, 1]."""
    return np.where(logits > 0, (logits > BEYOND_DOUBT).astype(np.float64), np.tanh(-2 * np.minimum(logits, 0)))


def shares(comments: Sequence[Reading], labelled: Sequence[Reading]) -> Floats:
    """What each comment (n,) counts: those that have a word in common that is in no label count together as one.

    Otherwise ten comments that somebody makes up would own a word that no label knows: with spam beside it the word would be spam,
    with honest talk around it would be harmless.
    """
    words = [set(WORD.findall(f"{comment.normalised} {comment.fields}")) for comment in comments]
    known, asked = set[str](), set[str]().union(*words)
    for reading in labelled:
        known |= asked.intersection(WORD.findall(f"{reading.normalised} {reading.fields}"))
    counts = Counter(word for each in words for word in each - known)
    return np.array([1.0 / max((counts[word] for word in each - known), default=1) for each in words])
