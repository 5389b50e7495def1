"""Putting a model into place, and sealing it anew after an edit of the feature code that changed nothing it reads."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from service.classifier import artefact
from service.classifier.artefact import CARD, WEIGHTS
from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.domain import Reading
from service.text.reading import read
from training.dataset import comment
from training.sources import load_seed

FEATURES = "seed_features"
"""The card's parameter that holds ``feature_digest`` over the seed corpus."""


class FeaturesChanged(ValueError):
    """The feature code reads the seed corpus differently than when the model was fitted: the model must be rebuilt."""


def feature_digest(readings: Iterable[Reading]) -> str:
    """A digest of everything that a model sees of some readings; signals to six digits, as libraries differ in the last."""
    digest = hashlib.blake2b(digest_size=16)
    for reading in readings:
        signals = " ".join(format(value, ".6g") for value in reading.signals)
        digest.update("\x1f".join((reading.normalised, reading.fields, signals, "")).encode())
    return digest.hexdigest()


def reseal(folder: Path) -> Card:
    """Seal the model in ``folder`` for today's feature code. Raises FeaturesChanged when that reads the seed corpus differently."""
    card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    weights = (folder / WEIGHTS).read_bytes()
    if hashlib.sha256(weights).hexdigest() != card.weights_sha256:
        raise artefact.ArtefactRefused("The weights do not match the digest that the card names: they were changed or damaged.")
    if feature_digest(read(comment(row)) for row in load_seed().itertuples()) != card.parameters.get(FEATURES):
        raise FeaturesChanged(
            "The feature code reads the seed corpus differently than when the model was fitted; run `make train`."
        )
    return put(folder, card, weights)


def put(folder: Path, card: Card, weights: bytes) -> Card:
    """Write a model over the one in ``folder``, if any, after it has loaded as the service would load it."""
    draft, former = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for leftover in (draft, former):
        shutil.rmtree(leftover, ignore_errors=True)
    sealed = artefact.write(draft, card, weights)
    Classifier.load(draft)
    if folder.exists():
        folder.rename(former)
    draft.rename(folder)
    shutil.rmtree(former, ignore_errors=True)
    return sealed
