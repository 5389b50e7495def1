"""A model folder is loaded whole or refused with a reason; nothing in it is ever run."""

from __future__ import annotations

import os
import pickle
import random
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from service.classifier import artefact, layout
from service.classifier.artefact import CARD, WEIGHTS, ArtefactRefused, canonical
from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.domain import Lines
from tests.classifier.given import a_card, a_folder, a_reading, some_texts, some_weights

BOTH = pytest.mark.parametrize("name", [CARD, WEIGHTS])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound model folder."""
    return a_folder(tmp_path)


def refusal(folder: Path, digest: str = "") -> str:
    with pytest.raises(ArtefactRefused) as refused:
        Classifier.load(folder, digest)
    return refused.value.reason


def rewrite(folder: Path, **changes: object) -> None:
    """Change a card and sign it again, as a forger would who knows the format."""
    card = structs.replace(artefact.parse((folder / CARD).read_bytes()), **changes, digest="")
    signed = structs.replace(card, digest=artefact.hashlib.sha256(canonical(card)).hexdigest())
    (folder / CARD).write_bytes(canonical(signed))


def test_a_sound_folder_loads_and_scores_as_its_maker(folder):
    """Card, version, lines and scores come back as they were written, with either kernel."""
    for kernel in ("fastest", "numpy"):
        classifier = Classifier.load(folder, kernel=kernel)
        assert classifier.version == classifier.card.version == "2026.1-test"
        assert classifier.lines["spam"] == Lines(0.5, 0.9)
        assert classifier.score(a_reading("bad cab")).model == "2026.1-test"


def test_the_pinned_digest_decides_which_card_is_meant(folder):
    """The right digest loads, another is refused."""
    digest = Classifier.load(folder).card.digest
    assert Classifier.load(folder, digest).card.digest == digest
    assert "digest differs" in refusal(folder, "0" * 64)


@BOTH
def test_every_truncation_is_refused(folder, name):
    """150 lengths of each file, from none to all but one byte."""
    whole = (folder / name).read_bytes()
    for size in {0, 1, len(whole) - 1, *random.Random(1).sample(range(len(whole)), 147)}:
        (folder / name).write_bytes(whole[:size])
        assert refusal(folder).endswith(".")


@BOTH
def test_every_flipped_bit_is_refused(folder, name):
    """150 single bits anywhere in each file."""
    whole = (folder / name).read_bytes()
    for bit in random.Random(2).sample(range(len(whole) * 8), 150):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        (folder / name).write_bytes(flipped)
        assert refusal(folder).endswith(".")


class Planted:
    """A pickle that leaves a mark when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("name", [CARD, WEIGHTS, "model.joblib", "__init__.py"])
def test_planted_pickles_are_refused_and_never_opened(folder, tmp_path, name):
    """In place of either file or beside them, a pickle changes nothing but the answer."""
    (folder / name).write_bytes(pickle.dumps(Planted(tmp_path / "mark")))
    assert refusal(folder)
    assert not (tmp_path / "mark").exists()


@BOTH
def test_links_folders_and_pipes_are_no_model_files(folder, tmp_path, name):
    """A link even to the right bytes is refused, and so are a folder and a pipe, without waiting."""
    real = (folder / name).rename(tmp_path / name)
    for plant in (lambda path: path.symlink_to(real), lambda path: path.mkdir(), os.mkfifo):
        plant(folder / name)
        assert "plain file" in refusal(folder)
        (folder / name).rmdir() if (folder / name).is_dir() else (folder / name).unlink()


@BOTH
def test_missing_and_additional_files_are_refused(folder, name):
    """Exactly two files make a model."""
    (folder / "notes.txt").touch()
    assert "nothing else" in refusal(folder)
    (folder / "notes.txt").unlink()
    (folder / name).unlink()
    assert "nothing else" in refusal(folder)


@BOTH
def test_huge_files_are_refused_unread(folder, name):
    """A sparse file of a terabyte costs a look at its size."""
    os.truncate(folder / name, 1 << 40)
    assert "at most" in refusal(folder)


def test_no_folder_is_a_refusal_too(tmp_path):
    """A missing folder and a file in its place are told like any other refusal."""
    (tmp_path / "file").touch()
    assert "no model folder" in refusal(tmp_path / "missing")
    assert "no model folder" in refusal(tmp_path / "file")


def test_a_card_for_other_code_is_refused_though_well_signed(folder):
    """Feature code, kernel code and format must be the running ones."""
    for changes, reason in (
        ({"feature_code": "0" * 16}, "feature code"),
        ({"kernel_code": "0" * 16}, "terms and hashes"),
        ({"format": 2}, "format 2"),
    ):
        again = a_folder(folder.parent / reason)
        rewrite(again, **changes)
        assert reason in refusal(again)


def test_a_probe_that_misses_its_score_is_refused(folder):
    """Weights that do not score as the card says are not the card's, whatever the digests."""
    card: Card = artefact.parse((folder / CARD).read_bytes())
    rewrite(folder, probes=(card.probes[0], structs.replace(card.probes[1], spam=abs(card.probes[1].spam - 2e-6))))
    assert refusal(folder).startswith("Probe 2 ")


def test_lines_that_cross_are_refused(folder):
    """hold_at above reject_at would make hold unreachable."""
    rewrite(folder, lines={"spam": Lines(0.9, 0.5), "abuse": Lines(0.5, 1.0)})
    assert "hold_at" in refusal(folder)


def test_a_signed_but_broken_table_is_refused(folder):
    """The table's own checks stand behind the digests: here its bias is not a number."""
    table = bytearray((folder / WEIGHTS).read_bytes())
    table[32:40] = b"\xff" * 8
    (folder / WEIGHTS).write_bytes(table)
    rewrite(folder, weights_sha256=artefact.hashlib.sha256(table).hexdigest())
    assert "not finite" in refusal(folder)


def test_a_model_is_written_whole_or_not_at_all(folder):
    """An existing model is not written over, and no draft stays behind."""
    table = layout.build(some_weights(some_texts(2)))
    with pytest.raises(OSError, match=r"not empty|exists"):
        artefact.write(folder, a_card(table), table)
    assert [path.name for path in folder.parent.iterdir()] == ["model"]
    assert Classifier.load(folder)
    shutil.rmtree(folder)
    artefact.write(folder, a_card(table), table)
    assert Classifier.load(folder)


def test_a_card_that_could_not_be_loaded_is_not_written(tmp_path):
    """A NaN in a report would be null in JSON: refused when it is made, not when it is needed."""
    table = layout.build(some_weights(some_texts(2)))
    with pytest.raises(ArtefactRefused):
        artefact.write(tmp_path / "model", structs.replace(a_card(table), parameters={"penalty": float("nan")}), table)
    assert not (tmp_path / "model").exists()
