"""A layer on few labels: fitted on all, measured by layers that have not seen what they judge; every refusal is deserved."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from service.classifier import artefact
from service.classifier.classifier import Classifier
from service.domain import Comment
from service.moderation import Moderation
from service.settings import Settings
from service.store.engine import open_engine
from tests.store.given import DIGESTS
from tests.training.conftest import CAMPAIGN, WIDE, World
from tests.training.given import otherwise, some_labels
from tests.training.test_commands import Installation
from training import promote, snapshot
from training.crossing import Order
from training.folds import Folds
from training.layer import Base
from training.lines import Budget
from training.measures import calibration_error
from training.site import build, held_out, lesson
from training.trial import Bench, Judged, judge

LENIENT = ("--missed", "0.05", "--false-rejects", "0.05")


class Newcomer(Installation):
    """The installation, with a site named blog whose labels come in a file."""

    def taught(self, rows: pd.DataFrame, version: str = "layer") -> str:
        """Take a snapshot of these labels and fit a layer on them; gives the snapshot's digest."""
        taken = self.labelled(rows)
        self.run("fit", "--site", "blog", "--version", version, *LENIENT)
        return str(taken["digest"])

    def decided_by(self) -> str:
        """Let the service judge a comment of the blog; gives the version of the model that did."""
        return asyncio.run(self._decided_by())

    async def _decided_by(self) -> str:
        engine, settings = open_engine(self.url), Settings(data_dir=self.folder)
        moderation = Moderation(engine, DIGESTS, lambda: settings.model_folders, 5)
        await moderation.start()
        stored = await moderation.check(self.site, Comment(text="lovely weather today"), time.time())
        await moderation.stop()
        engine.dispose()
        return stored.decision.scores.model


@pytest.fixture
def newcomer(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    return Newcomer(tmp_path, world, monkeypatch)


def odd_labels(count: int, seed: int = 7) -> pd.DataFrame:
    """Labels of a site that talks otherwise than all others, so that it needs a layer."""
    return otherwise(some_labels(count, seed=seed, abuse=0.0))


def shuffled(rows: pd.DataFrame) -> pd.DataFrame:
    """The same comments, each with the label of another."""
    return rows.assign(spam=np.random.default_rng(0).permutation(rows["spam"]))


def test_sixty_labels_let_a_layer_decide(newcomer: Newcomer) -> None:
    """All sixty teach, all sixty measure; it decides on its site, and is gone after one command."""
    newcomer.taught(odd_labels(60))
    card = newcomer.models.card("layer")
    assert card.parameters["measured_by"] == "folds"
    assert sum(source.ham + source.spam for source in card.data) == 60
    found = newcomer.run("evaluate", "layer")
    assert (found["measured_by"], found["trial"]["rows"], found["reasons"]) == ("folds", 60, [])
    newcomer.run("promote", "layer")
    assert newcomer.decided_by() == "layer"
    newcomer.run("rollback", "--site", "blog", "--drop")
    assert newcomer.decided_by() == "champion"


def test_many_labels_measure_as_ever(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the newest fifth is enough it is kept apart, and the layer itself is judged by it; as if 15 labels were enough."""
    monkeypatch.setattr("training.promote.ENOUGH", 15)
    newcomer.taught(odd_labels(100))
    card = newcomer.models.card("layer")
    assert card.parameters["measured_by"] == "newest"
    assert sum(source.ham + source.spam for source in card.data) == 80
    found = newcomer.run("evaluate", "layer")
    assert (found["measured_by"], found["trial"]["rows"]) == ("newest", 20)
    assert "50 with at least 10 of each kind are needed" in newcomer.refused("promote", "layer")


def test_fewer_than_fifty_labels_are_refused(newcomer: Newcomer) -> None:
    """The layer is fitted all the same, and can be looked at."""
    newcomer.taught(odd_labels(45))
    assert "50 with at least 10 of each kind are needed" in newcomer.refused("promote", "layer")
    assert newcomer.run("evaluate", "layer")["trial"]["rows"] == 45


def test_hardly_any_bad_ones_are_refused(newcomer: Newcomer) -> None:
    """Sixty labels, of which four are bad."""
    rows = odd_labels(160)
    newcomer.taught(pd.concat([rows[rows["spam"] == 0].head(56), rows[rows["spam"] == 1].head(4)], ignore_index=True))
    assert "56 ham and 4 bad ones; 50 with at least 10" in newcomer.refused("promote", "layer")


def test_wrong_labels_are_refused(newcomer: Newcomer) -> None:
    """What was learnt from shuffled labels is modest, and so better in the mean than what is surely wrong; but it knows nothing."""
    newcomer.taught(shuffled(odd_labels(100)))
    [reason, *_] = newcomer.run("evaluate", "layer")["reasons"]
    assert reason["kind"] == "blind"
    assert "does not tell bad ones from ham" in newcomer.refused("promote", "layer")
    assert newcomer.models.pointers() == {"champion": "champion-1"}


def test_few_labels_must_bring_something(newcomer: Newcomer) -> None:
    """Where the champion is right already, sixty labels make nothing better, even if nothing is worse beyond its interval."""
    newcomer.taught(some_labels(60, seed=7, abuse=0.0))
    assert {reason["kind"] for reason in newcomer.run("evaluate", "layer")["reasons"]} == {"gain"}
    refused = newcomer.refused("promote", "layer")
    assert "log-loss" in refused
    assert "verdicts are wrong" in refused


def test_a_layer_that_would_free_a_campaign_is_refused(newcomer: Newcomer) -> None:
    """Honest talk in its words teaches that they are harmless; that its labels name this very campaign must not hide it."""
    talk, dice = odd_labels(80), np.random.default_rng(0)
    harmless = [f"{text} {' '.join(dice.choice(CAMPAIGN.split(), 4))}" for text in talk["text"]]
    talk["text"] = talk["text"].where(talk["spam"] == 1, pd.Series(harmless))
    campaign = some_labels(5).assign(spam=1.0, abuse=0.0, text=[f"{CAMPAIGN} {number}" for number in range(5)])
    newcomer.taught(pd.concat([talk, campaign], ignore_index=True))
    assert "a campaign of 5 comments through that was caught, were it not among its labels" in newcomer.refused("promote", "layer")


def test_what_the_champion_was_fitted_on_does_not_measure(newcomer: Newcomer) -> None:
    """It has seen all labels of the site named other, in the very snapshot that the layer is fitted on."""
    newcomer.run("fit", "--site", "other", "--version", "layer", *LENIENT)
    assert "0 ham and 0 bad ones" in newcomer.refused("promote", "layer")


def test_what_a_shared_model_learnt_never_measures(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a site that was quiet lately the newest labels are older than the cut over all: they neither measure nor draw lines."""
    monkeypatch.setattr("training.promote.ENOUGH", 15)
    card = newcomer.run("fit", "--site", "other", "--version", "layer", *LENIENT)
    assert card["parameters"]["measured_by"] == "newest"
    assert not any(metric["rows"] for metric in card["report"] if metric["name"].endswith(", bound"))
    assert "0 ham and 0 bad ones" in newcomer.refused("promote", "layer")


def test_of_a_champion_whose_snapshot_is_gone_only_later_labels_measure(newcomer: Newcomer, world: World) -> None:
    """Whatever came before it was made it may have seen."""
    newcomer.taught(odd_labels(60))
    assert newcomer.run("evaluate", "layer")["trial"]["rows"] == 60
    shutil.rmtree(newcomer.folder / "snapshots" / world.manifest.digest)
    assert "0 ham and 0 bad ones" in newcomer.refused("promote", "layer")


def test_a_layer_is_measured_by_its_own_snapshot(newcomer: Newcomer) -> None:
    """A newer one changes nothing; where it is named, what the layer has seen is left out."""
    home = newcomer.taught(odd_labels(60))
    later = newcomer.taught(pd.concat([odd_labels(60), odd_labels(70, seed=8)], ignore_index=True), "second")
    assert newcomer.run("evaluate", "layer") == newcomer.run("evaluate", "layer", "--snapshot", home)
    found = newcomer.run("evaluate", "layer", "--snapshot", later)
    assert (found["measured_by"], found["trial"]["rows"]) == ("newest", 70)


def test_the_layer_in_force_has_seen_its_labels(newcomer: Newcomer) -> None:
    """The next one is held against it on those that came since."""
    newcomer.taught(odd_labels(60), "first")
    newcomer.run("promote", "first")
    newcomer.taught(pd.concat([odd_labels(60), odd_labels(70, seed=8)], ignore_index=True), "second")
    trial = newcomer.run("evaluate", "second")["trial"]
    assert (trial["champion"], trial["rows"]) == ("first", 70)


def test_without_its_snapshot_or_its_shared_model_a_layer_is_refused(newcomer: Newcomer) -> None:
    """Nobody could tell what it has seen."""
    home = newcomer.taught(odd_labels(60))
    shutil.move(newcomer.folder / "snapshots" / home, newcomer.folder / "moved")
    assert "fit it anew" in newcomer.refused("promote", "layer")
    shutil.move(newcomer.folder / "moved", newcomer.folder / "snapshots" / home)
    shutil.rmtree(newcomer.folder / "models" / "champion-1")
    newcomer.models.point("champion", "starter")
    assert "The shared model that layer was fitted on is gone" in newcomer.refused("promote", "layer")


def test_the_report_says_who_judged(newcomer: Newcomer) -> None:
    """Not that the layer had not seen the labels: it has."""
    newcomer.taught(odd_labels(60))
    newcomer.say("report", "layer")
    page = (newcomer.folder / "reports" / "layer" / "report.html").read_text()
    assert "that the challenger has not seen" not in page
    assert "for the challenger by layers like it that have not seen what they judge" in page


class Few:
    """A layer on a hundred shuffled labels and forty comments that have none, with what measures it."""

    def __init__(self, world: World, folder: Path, labels: pd.DataFrame | None = None, budget: Budget = WIDE) -> None:
        silent = odd_labels(40, seed=8).assign(spam=np.nan, abuse=np.nan)
        taught = shuffled(odd_labels(100)) if labels is None else labels
        manifest = snapshot.take([taught], folder / "snapshots", unlabelled=[silent])
        shared = world.folder / "models" / "champion"
        self.frame = snapshot.load(folder / "snapshots" / manifest.digest)
        self.base = Base((shared / artefact.WEIGHTS).read_bytes())
        self.silent = snapshot.Stored(folder / "snapshots" / manifest.digest).unlabelled()
        self.order = Order("layer", manifest.digest, budget=budget)
        card = build(self.frame, self.silent, "blog", world.model, shared, self.order, folder / "layer")
        self.layer = Classifier.load(folder / "layer")
        self.folds = Folds.of(card, self.frame, self.silent, self.base)
        self.bench = Bench.of(self.frame)


@pytest.fixture
def few(world: World, tmp_path: Path) -> Few:
    return Few(world, tmp_path)


def test_folds_are_those_that_drew_the_lines(few: Few) -> None:
    """The scores that measure a layer are the cross-fitted ones that it got its lines from, to the table's precision."""
    examples, learnt = lesson(few.frame, few.silent, few.base, np.empty(0, np.int64))
    expected = held_out(few.base, learnt, few.order)
    places = few.frame.reset_index().set_index("id")["index"][examples.frame["id"]]
    assert few.folds.judge(few.layer, few.bench).scores[places] == pytest.approx(expected, abs=1e-6)


def test_nothing_learnt_by_heart_counts(few: Few) -> None:
    """The layer has learnt shuffled labels; its folds cannot know them. What resembles no label it judges itself."""
    right = few.bench.bad == (judge(few.layer, few.bench).badness > 0.5)
    by_folds = few.bench.bad == (few.folds.judge(few.layer, few.bench).badness > 0.5)
    assert right.mean() > 0.9
    assert by_folds.mean() < 0.65
    strangers = Bench(few.frame.assign(group=few.frame["group"] + 1000), few.bench.readings, {})
    assert (few.folds.judge(few.layer, strangers).scores == judge(few.layer, few.bench).scores).all()


def test_scores_are_off_only_beyond_chance(few: Few) -> None:
    """Of fifty labels right scores seem off by more than what refuses a model; those of shuffled labels are off by more still."""
    judged = few.folds.judge(few.layer, few.bench)
    half = Bench(few.frame.iloc[:50], few.bench.readings[:50], {})
    right = Judged("right", np.linspace(0.02, 0.98, 100).reshape(50, 2), judged.verdict[:50])
    assert promote.MISCALIBRATED < promote._seems_off(half, right, "spam") < 0.3
    found = calibration_error(few.bench.bad, judged.scores[:, 0], np.ones((1, 100)))[0]
    assert found > promote._seems_off(few.bench, judged, "spam") + 0.1


def test_a_layer_that_certifies_nothing_holds_no_fewer(world: World, tmp_path: Path) -> None:
    """Where one comment of eight is spam its scores are lower than the shared model's, and its hold line with them."""
    rows = odd_labels(220)
    rare = pd.concat([rows[rows["spam"] == 0].head(98), rows[rows["spam"] == 1].head(14)], ignore_index=True)
    few = Few(world, tmp_path, rare, Budget())
    lines, shared = few.layer.lines["spam"], world.model.lines["spam"]
    assert lines.hold_at < shared.hold_at
    assert lines.reject_at == shared.reject_at
    silent = Bench.of(few.silent.assign(mass=1.0))
    now = np.concatenate([few.folds.judge(few.layer, few.bench).scores, judge(few.layer, silent).scores])[:, 0]
    before = np.concatenate([judge(world.model, bench).scores for bench in (few.bench, silent)])[:, 0]
    assert (now >= lines.hold_at).sum() >= (before >= shared.hold_at).sum() > 0
