"""The same figures wherever they are computed: in this process or by two worker processes of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from distributed import LocalCluster

from service.classifier import artefact
from service.domain import History, Verdict
from service.policy import Policy
from tests.training.conftest import World
from tests.training.given import NOON
from training.crossing import Order, cross_fit
from training.engine import Local, UnusableEngine, open_engine
from training.fit import divide, examples_of
from training.labels import comment_of
from training.pipeline import CommentModel
from training.replay import Judge, Past, decide_again


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1") as running:
        yield running.scheduler_address.replace("tcp://", "dask://")


def test_two_workers_give_what_one_process_gives(world: World, cluster: str) -> None:
    """Cross-fitted log-odds agree to 1e-6."""
    examples = examples_of(world.frame.iloc[divide(world.frame)[0][:400]])
    order = Order("v", "s", folds=3)
    here = cross_fit(examples, CommentModel(), order, Local(), lambda *_: None)
    with open_engine(cluster) as engine:
        there = cross_fit(examples, CommentModel(), order, engine, lambda *_: None)
    assert np.abs(here - there).max() < 1e-6


def test_an_engine_must_be_known() -> None:
    """Anything else is refused with what would be right."""
    with pytest.raises(UnusableEngine, match="dask://HOST:PORT"), open_engine("spark://x"):
        pass


def test_an_archive_is_decided_alike(world: World, cluster: str) -> None:
    """Workers get model and policies, and give the verdicts that this process gives."""
    folder = world.folder / "models" / "champion"
    card, weights = artefact.load(folder)
    judge = Judge(card, bytes(weights), {"blog": Policy(max_links=0)}, shared=())
    past = [
        Past(str(row.id), "blog", NOON, comment_of(row), Verdict.ACCEPT, History(), "")
        for row in world.frame.head(120).itertuples()
    ]
    batches = [past[:60], past[60:]]
    with open_engine(cluster) as engine:
        assert list(engine.map(decide_again, judge, batches)) == list(Local().map(decide_again, judge, batches))
