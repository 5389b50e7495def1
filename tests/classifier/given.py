"""Small models for tests: every weight follows from its term's hash, so that two makings agree."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from msgspec import structs

from service.classifier import artefact, layout
from service.classifier.card import Card, DataSource, Metric, Probe
from service.classifier.classifier import Classifier
from service.classifier.fallback import term_hashes
from service.classifier.kernels import Kernel, open_table
from service.classifier.layout import Steps, Weights
from service.classifier.terms import Block
from service.domain import Comment, Lines, Reading
from service.text.reading import read
from service.text.signals import SIGNALS

LETTERS = "aabbccddeeé漢ж!$.,-_01😀  \ud800"
"""Few letters, so that drawn texts share terms with the model; a lone surrogate among them."""

normalised = st.text(LETTERS, max_size=300) | st.text(st.characters(exclude_categories=["Z", "Cc"]) | st.just(" "), max_size=80)
"""Texts as the text room leaves them: any letters, but no space other than U+0020."""

STEPS = Steps((0.5, 2.0), ((0.0, 0.001), (0.0025, 0.0), (0.005, -0.003)))


def some_texts(count: int = 60, seed: int = 7, length: int = 120) -> list[str]:
    """Texts of the letters above, the same at every call."""
    dice = random.Random(seed)
    return ["".join(dice.choices(LETTERS, k=dice.randrange(length))) for _ in range(count)]


def some_weights(texts: Sequence[str] = (), window: int = 0, stride: int = 0) -> Weights:
    """A model that knows every second term of the texts, in all four blocks."""
    seen = [term_hashes(text, block) for text in texts or some_texts() for block in Block]
    hashes = np.unique(np.concatenate(seen))[::2].copy()
    part = hashes.view(np.uint16).reshape(-1, 4) / 65536
    return Weights(
        hashes=hashes,
        idf=(1 + 8 * part[:, 0]).astype(np.float32),
        weight=(9 * (part[:, 1:3] - 0.5)).astype(np.float32),
        steps=[STEPS] * len(SIGNALS),
        bias=(-0.5, -1.0),
        window=window,
        stride=stride,
        suspect=(0.2, 0.3),
        scale=(1.5, 0.75),
        offset=(0.1, -0.2),
    )


def a_vector(value: float) -> bytes:
    """Signals that are all alike."""
    return array("d", [value] * len(SIGNALS)).tobytes()


def a_reading(text: str, fields: str = "n:ada u:example.org", signal: float = 0.7) -> Reading:
    """A reading with every signal at one value."""
    return Reading(Comment(text=text), text, fields, a_vector(signal))


def a_card(table: bytes, texts: Sequence[str] = ("bad cab", "a dab!")) -> Card:
    """A card with probes that the table meets."""
    card = Card(
        version="2026.1-test",
        created="2026-01-02T03:04:05Z",
        lines={"spam": Lines(0.5, 0.9), "abuse": Lines(0.6, 1.01)},
        probes=(Probe(Comment(text=""), 0.0, 0.0),),
        data=(DataSource(name="made up", ham=3, spam=2, licence="MIT"),),
        parameters={"window": 0, "penalty": 0.5},
        report=(Metric(name="recall", value=0.5, low=0.4, high=0.6, rows=100, head="spam", source="none"),),
    )
    comments = [Comment(text=text, author="Ada", author_url="https://example.org") for text in texts]
    scores = Classifier(card, open_table(table)).score_all([read(comment) for comment in comments])
    return structs.replace(
        card, probes=tuple(Probe(comment, one.spam, one.abuse) for comment, one in zip(comments, scores, strict=True))
    )


def a_classifier(weights: Weights | None = None, kernel: Kernel = "fastest") -> Classifier:
    """A model in memory."""
    table = layout.build(weights or some_weights())
    return Classifier(a_card(table), open_table(table, kernel))


def a_folder(at: Path) -> Path:
    """A sound model folder."""
    table = layout.build(some_weights(some_texts(4, length=40)))
    artefact.write(at / "model", a_card(table), table)
    return at / "model"
