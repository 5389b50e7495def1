"""A fitted ``CommentModel`` → the flat table that the service maps. The two give the same scores to 1e-6."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from service.classifier import layout
from service.classifier.layout import Steps, Weights
from service.classifier.terms import Block
from service.domain import HEADS
from training.calibration import Sigmoid
from training.pipeline import CommentModel
from training.vectorizer import terms_of

Pairs = NDArray[np.float64]


def compile_model(model: CommentModel, sigmoids: tuple[Sigmoid, Sigmoid]) -> bytes:
    """The table's bytes. Raises ValueError where two terms share a hash."""
    parts = list(_terms(model))
    hashes, idf, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return layout.build(
        Weights(
            hashes=hashes,
            idf=idf.astype(np.float32),
            weight=weight.astype(np.float32),
            steps=list(_steps(model)),
            bias=_bias(model),
            window=model.window,
            stride=model.stride,
            suspect=model.suspects(),
            scale=(sigmoids[0].scale, sigmoids[1].scale),
            offset=(sigmoids[0].offset, sigmoids[1].offset),
        )
    )


def _experts(model: CommentModel, name: str) -> list[LogisticRegression]:
    return [model.heads_[head][name] for head in HEADS]


def _terms(model: CommentModel) -> Iterator[tuple[NDArray[np.uint64], Pairs, Pairs]]:
    blocks = ((model.text_, "text", Block.TEXT_WORDS, 1.0), (model.fields_, "fields", Block.FIELD_WORDS, model.share_fields))
    for union, expert, block, share in blocks:
        coefficients = share * np.column_stack([head.coef_[0] for head in _experts(model, expert)])
        hashes, idf = terms_of(union, block)
        yield hashes, idf, idf[:, None] * coefficients


def _steps(model: CommentModel) -> Iterator[Steps]:
    coefficients = model.share_signals * np.column_stack([head.coef_[0] for head in _experts(model, "signals")])
    first = 0
    for edges in model.steps_.edges_:
        rises = np.vstack([np.zeros((1, len(HEADS))), coefficients[first : first + len(edges)]])
        yield Steps(edges.tolist(), [(float(spam), float(abuse)) for spam, abuse in np.cumsum(rises, axis=0)])
        first += len(edges)


def _bias(model: CommentModel) -> tuple[float, float]:
    texts, signals = _experts(model, "text"), _experts(model, "signals")
    spam, abuse = (
        float(text.intercept_[0] + model.share_signals * signal.intercept_[0]) for text, signal in zip(texts, signals, strict=True)
    )
    return spam, abuse
