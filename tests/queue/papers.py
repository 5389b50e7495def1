"""A small model whose card has held-out scores."""

from __future__ import annotations

import random
from pathlib import Path

from msgspec import structs

from service.classifier import artefact, layout
from service.queue.spread import HELD_OUT, sparse
from service.sway import BINS
from tests.classifier.given import a_card, some_texts, some_weights
from tests.queue.month import score

HELD = 4_000


def with_scores(folder: Path, version: str = "tested", site: str = "") -> Path:
    """Write a model folder whose card counts some thousand held-out scores of each kind; a layer of a site if one is named."""
    dice = random.Random(3)
    counted = {"site": site} if site else {}
    for head in ("spam", "abuse"):
        for label in ("ham", "bad"):
            counts = [0] * (BINS + 1)
            for _ in range(HELD):
                counts[int(score(dice, bad=label == "bad") * BINS)] += 1
            counted[f"{HELD_OUT}.{head}.{label}"] = " ".join(map(str, sparse(counts)))
    table = layout.build(some_weights(some_texts(4, length=40)))
    artefact.write(folder / version, structs.replace(a_card(table), version=version, parameters=counted), table)
    return folder / version
