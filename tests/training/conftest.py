"""A champion fitted once on made-up labels, with the snapshot it came from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from service.classifier.classifier import Classifier
from tests.training.given import NOON, some_labels
from training import snapshot
from training.crossing import Order
from training.engine import Local
from training.fit import build, divide
from training.lines import Budget
from training.pipeline import CommentModel
from training.trial import Bench

WIDE = Budget(0.05, 0.05)
"""A budget that a few hundred labels can certify."""
CAMPAIGN = "kindly contact barrister concerning an unclaimed inheritance fund awaiting transfer to your account reference"


class World:
    """A folder with a snapshot and a model fitted on it: built once, so tests copy what they change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        foreign = some_labels(400, seed=5, clean=0.2).assign(lang="de")
        foreign["text"] = [" ".join(f"{word}en" for word in text.split()) for text in foreign["text"]]
        foreign["at"] = NOON + 3.7 * (foreign["at"] - NOON)
        foreign["id"] = "de " + foreign["id"]
        campaign = some_labels(12, seed=9).assign(spam=1.0, abuse=0.0)
        campaign["text"] = [f"{CAMPAIGN} {number}" for number in range(12)]
        campaign["id"] = [f"campaign {number}" for number in range(12)]
        manifest = snapshot.take(
            [some_labels(1500, noise=0.03), foreign, campaign, some_labels(300, source="site other")], folder / "snapshots"
        )
        self.manifest = manifest
        self.frame: pd.DataFrame = snapshot.load(folder / "snapshots" / manifest.digest)
        self.card = self.fitted("champion", self.frame)
        self.model = Classifier.load(folder / "models" / "champion")
        self.newest = Bench.of(self.frame.iloc[divide(self.frame)[1]])
        self.known = Bench.of(self.frame)

    def fitted(self, version: str, frame: pd.DataFrame, recipe: CommentModel | None = None):
        order = Order(version, self.manifest.digest, budget=WIDE, folds=2)
        return build(frame, recipe or CommentModel(), order, self.folder / "models" / version, Local(), lambda *_: None)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("training"))
