"""Promotion: an equal model may, and every refusal is deserved by a real one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from service.classifier import artefact
from service.classifier.card import Probe
from service.domain import Lines
from tests.training.conftest import CAMPAIGN, WIDE, World
from training import fit
from training.layer import Base, Delta
from training.promote import Examined, examine
from training.trial import Bench


class Challengers:
    """Makes challengers out of the champion, and has them examined."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder

    def made(self, version: str, fade: float = 1.0, shift: float = 0.0, lines: Lines | None = None) -> Path:
        """The champion with its log-odds faded or shifted, or with other lines."""
        nothing = np.empty(0, np.int64), np.empty(0)
        base = Base((self.world.folder / "models" / "champion" / "weights.bin").read_bytes())
        table = base.merged({head: Delta(*nothing, fade, shift) for head in ("spam", "abuse")})
        lines_of = dict.fromkeys(("spam", "abuse"), lines) if lines else self.world.card.lines
        fit.write(self.folder / version, structs.replace(self.world.card, version=version, lines=lines_of), table)
        return self.folder / version

    def taught(self, version: str, wrongly: np.ndarray) -> Path:
        """A model fitted as the champion was, but with these rows' bad comments called ham."""
        frame = self.world.frame.copy()
        frame.loc[wrongly, ["spam", "abuse"]] = 0.0
        self.world.fitted(version, frame)
        return self.world.folder / "models" / version

    def examined(self, folder: Path, newest: Bench | None = None) -> Examined:
        return examine(folder, self.world.model, newest or self.world.newest, self.world.known, WIDE)

    def reasons(self, folder: Path, kind: str) -> list[str]:
        return [reason.what for reason in self.examined(folder).reasons if reason.kind == kind]


@pytest.fixture
def challengers(world: World, tmp_path: Path) -> Challengers:
    return Challengers(world, tmp_path)


def test_an_equal_model_may_be_promoted(challengers: Challengers) -> None:
    """The same weights under another name give no reason, and no difference anywhere."""
    found = challengers.examined(challengers.made("twin"))
    assert found.reasons == ()
    assert found.trial is not None
    assert found.trial.chance_wrong == 1.0
    assert all(compared.difference.value in (0.0, None) for compared in found.trial.measures)


def test_one_changed_byte_is_refused(challengers: Challengers) -> None:
    """Digests are checked first, as the service would."""
    folder = challengers.made("damaged")
    weights = folder / artefact.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert "digest" in challengers.reasons(folder, "damaged")[0]


def test_a_model_that_misses_its_own_probes_is_refused(challengers: Challengers) -> None:
    """A card whose probes expect other scores than the weights give, rightly sealed or not."""
    folder = challengers.made("honest")
    card = artefact.parse((folder / artefact.CARD).read_bytes())
    probes = (Probe(card.probes[0].comment, 1.0 - round(card.probes[0].spam), 0.5), *card.probes[1:])
    weights = (folder / artefact.WEIGHTS).read_bytes()
    artefact.write(challengers.folder / "liar", structs.replace(card, version="liar", probes=probes), weights)
    assert "Probe 1" in challengers.reasons(challengers.folder / "liar", "damaged")[0]


def test_too_few_new_labels_are_refused(challengers: Challengers) -> None:
    """Forty comments cannot tell two models apart."""
    bench = challengers.world.newest
    few = Bench(bench.frame.head(40), bench.readings[:40], {})
    [reason] = challengers.examined(challengers.made("untested"), few).reasons
    assert reason.kind == "labels"
    assert "50 with at least 10" in reason.what


def test_a_model_that_is_worse_on_one_slice_is_refused(challengers: Challengers) -> None:
    """Taught that German spam is ham, it is found out by its language, even if the rest is as good."""
    german = (challengers.world.frame["lang"] == "de").to_numpy()
    reasons = challengers.reasons(challengers.taught("no-german", german), "slice")
    assert any("language de" in reason for reason in reasons)
    assert not any("language en" in reason for reason in reasons)


def test_a_model_that_frees_a_campaign_is_refused(challengers: Challengers) -> None:
    """Twelve near-duplicates that the champion catches would be published."""
    campaign = challengers.world.frame["text"].str.startswith(CAMPAIGN[:30]).to_numpy()
    [reason] = challengers.reasons(challengers.taught("generous", campaign), "campaign")
    assert "campaign of 12 comments" in reason
    assert CAMPAIGN.split()[2] not in reason


def test_a_model_that_turns_a_probe_is_refused(challengers: Challengers) -> None:
    """What the champion accepts without doubt is rejected."""
    assert "from accept to reject" in challengers.reasons(challengers.made("angry", shift=12.0), "probe")[0]


def test_a_model_whose_scores_mean_nothing_is_refused(challengers: Challengers) -> None:
    """The same order of comments, but every probability near one half."""
    assert "off by" in challengers.reasons(challengers.made("lukewarm", fade=0.05), "calibration")[0]


def test_lines_that_the_newest_labels_contradict_are_refused(challengers: Challengers) -> None:
    """A card that claims certified lines which reject every second ham comment."""
    ham = challengers.world.model.score_all(challengers.world.newest.readings)
    middle = float(np.median([max(score.spam, score.abuse) for score in ham])) / 2
    reasons = challengers.reasons(challengers.made("boaster", lines=Lines(min(middle, 1e-3), min(middle, 1e-3))), "lines")
    assert any("ham among rejected" in reason for reason in reasons)


def test_a_refused_model_stays_what_it_was(challengers: Challengers) -> None:
    """Examining writes nothing."""
    folder = challengers.made("looked-at")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    challengers.examined(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    shutil.rmtree(folder)
