"""Comments without a label: a fit learns from what it is sure of among them, and from nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from service.classifier import artefact
from service.classifier.classifier import Classifier
from service.classifier.kernels import open_table
from service.domain import Comment
from service.text.reading import read
from tests.training.conftest import CAMPAIGN
from tests.training.given import a_text, some_labels
from training import pseudo, snapshot
from training.crossing import Order
from training.engine import Local
from training.fit import build, divide, examples_from, without_label
from training.labels import complete
from training.measures import roc_auc
from training.pipeline import CommentModel
from training.promote import ENOUGH
from training.snapshot import Stored

NOTHING = np.empty(0, np.int64)
COMPANY = {"spam": "zibeline quokka marmoset ocelot", "ham": "larch spruce alder hazel"}
"""Words that labels know, and of which they say nothing."""


def with_company(count: int, seed: int = 3, bare: bool = False) -> tuple[list[str], list[str]]:
    """Texts of spam and ham with a word of their company each, and nothing else where ``bare``; their kinds."""
    dice = random.Random(seed)
    kinds = ["spam" if number % 2 else "ham" for number in range(count)]
    return [f"{'' if bare else a_text(kind, dice)} {dice.choice(COMPANY[kind].split())}" for kind in kinds], kinds


def silent(texts: list[str], site: str = "garden") -> pd.DataFrame:
    """Comments of a site that nobody has labelled."""
    ids = [f"{site} {number}" for number in range(len(texts))]
    given = {"source": f"site {site}", "site": site, "lang": "en", "author": "Ana", "spam": float("nan"), "abuse": float("nan")}
    return complete(pd.DataFrame({"text": texts, "id": ids}).assign(**given))


def corpus(count: int = 400) -> pd.DataFrame:
    """Labels of nobody's site, each with a word of either company."""
    rows, dice = some_labels(count, source="file corpus").assign(site=""), random.Random(5)
    words = " ".join(COMPANY.values()).split()
    return rows.assign(text=[f"{text} {dice.choice(words)}" for text in rows["text"]])


def stored(folder: Path, texts: list[str], labels: pd.DataFrame | None = None) -> Stored:
    """A snapshot of 400 labels of a corpus, with these comments beside them."""
    given = [corpus() if labels is None else labels]
    return Stored(folder / "snapshots" / snapshot.take(given, folder / "snapshots", unlabelled=[silent(texts)]).digest)


def fitted(
    folder: Path, texts: list[str], version: str = "model", labels: pd.DataFrame | None = None
) -> tuple[artefact.Card, Classifier, bytes]:
    """A model of such a snapshot: its card, itself, its weights."""
    found = stored(folder, texts, labels)
    order = Order(version, found.manifest.digest, folds=2)
    card = build(found, CommentModel(solver="stream"), order, folder / version, Local(), lambda *_: None)
    return card, Classifier.load(folder / version), (folder / version / artefact.WEIGHTS).read_bytes()


def test_words_are_learnt_by_the_company_they_keep(tmp_path: Path) -> None:
    """What stands beside the words of spam and ham in comments that nobody labelled tells them apart afterwards."""
    texts, _ = with_company(600)
    bare, kinds = with_company(200, seed=4, bare=True)
    reached = []
    for name, beside in (("alone", []), ("taught", texts)):
        card, model, _ = fitted(tmp_path / name, beside)
        scores = np.array([score.spam for score in model.score_all([read(Comment(text=text)) for text in bare])])
        reached.append(float(roc_auc(np.array([kind == "spam" for kind in kinds], float), scores, np.ones((1, 200)))[0]))
        assert 0.99 * len(beside) <= card.parameters["unlabelled"] <= len(beside)
    assert reached[0] < 0.7
    assert reached[1] > 0.95


def test_the_same_comments_teach_the_same(tmp_path: Path) -> None:
    """Two fits on a snapshot with comments beside its labels give the same weights to the bit."""
    texts, _ = with_company(120)
    assert fitted(tmp_path, texts, "first")[2] == fitted(tmp_path, texts, "second")[2]


def test_a_handful_of_comments_changes_nothing(tmp_path: Path) -> None:
    """Fewer than are worth a second fit leave the weights as labels alone make them."""
    texts, _ = with_company(pseudo.FEWEST - 1)
    assert fitted(tmp_path / "with", texts)[2] == fitted(tmp_path / "without", [])[2]


def test_spam_is_learnt_from_only_beyond_doubt() -> None:
    """Ham is believed the more the surer it is; what looks like spam not at all, and then wholly."""
    logits = np.linspace(-8, 8, 161)
    trust = pseudo.trust(logits)
    assert (np.diff(trust[logits < 0]) <= 0).all()
    assert trust[0] == pytest.approx(1.0)
    assert not trust[(logits >= 0) & (logits <= pseudo.BEYOND_DOUBT)].any()
    assert (trust[logits > pseudo.BEYOND_DOUBT + 0.01] == 1).all()


def test_who_floods_a_site_does_not_teach_it(tmp_path: Path) -> None:
    """Thirty near-duplicates weigh as much as one comment."""
    texts, _ = with_company(60)
    flood = [f"{CAMPAIGN} {number}" for number in range(30)]
    found = without_label(stored(tmp_path, texts + flood), NOTHING)
    flooding = found["text"].str.startswith(CAMPAIGN)
    assert flooding.sum() == 30
    assert found["weight"][flooding].sum() == pytest.approx(1.0)
    assert found["weight"][~flooding].max() == 1.0


def test_who_makes_up_a_word_does_not_own_it(tmp_path: Path) -> None:
    """Forty comments of spam, or of ham, with a word that no label has, move what else stands beside it by less than 2 of log-odds.

    If each counted, it would be 4.7 towards spam and 2.4 towards ham.
    """
    dice, texts = random.Random(7), with_company(300)[0]
    said = {kind: [read(Comment(text=f"{a_text(kind, dice, 0.1)} fabulix")) for _ in range(100)] for kind in ("ham", "spam")}
    before = fitted(tmp_path / "before", texts)[1]
    for owned, kind in (("spam", "ham"), ("ham", "spam")):
        made_up = [f"{a_text(owned, dice)} fabulix" for _ in range(40)]
        after = fitted(tmp_path / owned, texts + made_up)[1]
        means = [np.mean([logit(score.spam) for score in model.score_all(said[kind])]) for model in (before, after)]
        assert abs(means[1] - means[0]) < 2


def test_comments_that_share_a_new_word_count_as_one() -> None:
    """Words of labels are anybody's; an author's name is a word too, but another than the same word in a text."""
    by_name = Comment(text="pills", author="fabulix")
    shared = [Comment(text="cheap pills"), Comment(text="cheap fabulix"), Comment(text="a fabulix"), by_name, by_name]
    labelled = [read(Comment(text="cheap pills here"))]
    assert pseudo.shares([read(each) for each in shared], labelled).tolist() == [1, 0.5, 0.5, 0.5, 0.5]


def test_of_many_comments_some_of_all_times_teach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than a fit can hear, every so many-eth, the first and the last among them."""
    monkeypatch.setattr("training.fit.MOST_WITHOUT", 20)
    taken = stored(tmp_path, with_company(100)[0])
    found, every = without_label(taken, NOTHING), taken.unlabelled()
    assert len(found) == 20
    assert (found["id"].iloc[0], found["id"].iloc[-1]) == (every["id"].iloc[0], every["id"].iloc[-1])


def test_what_resembles_measuring_labels_teaches_nothing(tmp_path: Path) -> None:
    """A comment without a label that repeats one that measures is left out of the fit."""
    labels = corpus()
    measuring = labels["text"].iloc[divide(labels.assign(group=np.arange(400)))[1]].tolist()
    repeated = [f"{text} !" for text in measuring if len(text.split()) > 11]
    others, _ = with_company(60)
    assert repeated
    found = stored(tmp_path, repeated + others, labels)
    examples = examples_from(found, Local(), lambda *_: None)
    texts = {reading.comment.text for reading in examples.readings[len(examples.frame) - examples.unlabelled.sum() :]}
    assert texts == set(others)


def test_a_pseudo_label_says_nothing_of_abuse(tmp_path: Path) -> None:
    """The abuse head learns from labels alone."""
    found = stored(tmp_path, with_company(80)[0])
    examples = examples_from(found, Local(), lambda *_: None)
    table = open_table(fitted(tmp_path, [], "labels-alone")[2])
    rows = np.flatnonzero(examples.unlabelled)
    learnt, factors = pseudo.pseudo_labelled(examples, np.flatnonzero(~examples.unlabelled), rows, table)
    assert learnt.frame["abuse"].iloc[rows].isna().all()
    assert learnt.frame["spam"].iloc[rows].notna().all()
    assert (np.delete(factors, rows) == 1).all()


def test_few_labels_of_sites_all_measure() -> None:
    """Where their newest fifth cannot tell models apart, all measure and none is in the fit, if there are others to fit on."""
    corpus = some_labels(1500, source="file corpus").assign(site="")
    for count, measuring in ((100, 100), (5 * ENOUGH + 50, ENOUGH + 10)):
        frame = pd.concat([corpus, some_labels(count)], ignore_index=True)
        frame["group"] = np.arange(len(frame))
        fit, measure = divide(frame)
        assert sorted([*fit, *measure]) == list(range(len(frame)))
        assert (frame["site"].iloc[measure] != "").all()
        assert len(measure) == pytest.approx(measuring, abs=2)
    alone = some_labels(100).assign(group=np.arange(100))
    assert len(divide(alone)[1]) == pytest.approx(20, abs=2)


def test_public_corpora_certify_no_budget(tmp_path: Path) -> None:
    """How many of their comments are bad says nothing of any site; of the same labels under another name it does."""
    for names, certified in ((("seed", "yt_tubespam"), False), (("file one", "file two"), True)):
        labels = pd.concat([some_labels(900, source=name).assign(site="") for name in names], ignore_index=True)
        card, _, _ = fitted(tmp_path / names[0], [], labels=labels)
        bounds = [metric.rows for metric in card.report if metric.name.endswith(", bound")]
        assert (len(bounds), any(bounds)) == (2, certified)
