"""A site's own layer: merged to the last digit, no larger, helpful early, and gone without a trace."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from service.classifier import artefact
from service.classifier.classifier import Classifier
from service.classifier.kernels import open_table
from service.domain import Comment, Reading
from service.text.reading import read
from tests.training.conftest import World
from tests.training.given import a_text, otherwise, some_labels
from training.fit import examples_of
from training.layer import START, Base, Delta, Material, fit_layer
from training.measures import roc_auc


@pytest.fixture(scope="module")
def base(world: World) -> Base:
    return Base((world.folder / "models" / "champion" / artefact.WEIGHTS).read_bytes())


def a_site(count: int, seed: int) -> tuple[list[Reading], dict[str, np.ndarray]]:
    """Labelled comments of a site where what sells elsewhere is ordinary talk, and the reverse."""
    rows = otherwise(some_labels(count, seed=seed, abuse=0.0, clean=0.12))
    examples = examples_of(rows.assign(weight=1.0, mass=1.0, group=np.arange(len(rows))))
    return examples.readings, examples.labels()


def auc(logits: np.ndarray, labels: dict[str, np.ndarray]) -> float:
    return float(roc_auc(labels["spam"], logits[:, 0], np.ones((1, len(logits))))[0])


def test_the_merged_table_scores_as_the_layer_says(base: Base) -> None:
    """fade · L + x · delta + shift, in the same number of bytes."""
    readings, labels = a_site(120, 1)
    material = Material.of(base, readings)
    layer = fit_layer(material, labels, np.ones(len(readings)))
    merged = base.merged(layer)
    table = open_table(merged)
    found = np.array([table.logits(r.normalised, r.fields, r.vector) for r in readings]) * table.scale + table.offset
    assert np.abs(found - material.moved(layer)).max() < 1e-4  # the table's weights have 24 bits
    assert len(merged) == len(base.table)


def test_a_head_without_labels_keeps_its_scores(base: Base) -> None:
    """Spam labels alone do not touch the abuse head."""
    readings, labels = a_site(60, 2)
    layer = fit_layer(Material.of(base, readings), labels | {"abuse": np.full(60, np.nan)}, np.ones(60))
    table = open_table(base.merged(layer))
    before, after = ([each.logits(r.normalised, r.fields, r.vector)[1] for r in readings] for each in (base.kernel, table))
    assert before == after


def test_labels_help_and_few_do_no_harm(base: Base) -> None:
    """On a site that talks otherwise: 20 labels are not worse than none, 50 are better, 200 better still."""
    test, truth = a_site(400, 3)
    material = Material.of(base, test)
    reached = [auc(material.logits, truth)]
    for count in (20, 50, 200):
        readings, labels = a_site(count, 4)
        layer = fit_layer(Material.of(base, readings), labels, np.ones(count))
        reached.append(auc(material.moved(layer), truth))
    none, twenty, fifty, many = reached
    assert twenty > none - 0.005
    assert none < fifty < many


def test_the_shared_model_fades_where_it_is_wrong(base: Base) -> None:
    """Where its scores say nothing about the labels, less of it is kept than where they do; and less with more labels."""
    readings, labels = a_site(1000, 5)
    material = Material.of(base, readings)
    dice = np.random.default_rng(0)
    useless = {"spam": dice.permutation(labels["spam"]), "abuse": labels["abuse"]}
    useful = {"spam": (material.logits[:, 0] > 0).astype(float), "abuse": labels["abuse"]}
    few, some = np.arange(30), {head: y[:30] for head, y in useful.items()}
    kept = fit_layer(material, useful, np.ones(1000))["spam"].fade
    assert fit_layer(material, useless, np.ones(1000))["spam"].fade < 0.9 * kept
    assert kept < START < fit_layer(material.take(few), some, np.ones(30))["spam"].fade


def test_few_labels_take_little_of_the_shared_model(base: Base) -> None:
    """Twenty labels that contradict each of its scores leave more than nineteen twentieths of what is kept of it at first."""
    readings, _ = a_site(20, 5)
    material = Material.of(base, readings)
    contrary = {"spam": (material.logits[:, 0] < 0).astype(float), "abuse": np.full(20, np.nan)}
    assert 0.95 * START < fit_layer(material, contrary, np.ones(20))["spam"].fade < START


def test_flipped_labels_are_doubted(base: Base) -> None:
    """Every tenth label wrong costs at most half as much again as right labels do; believed, it would double."""
    (readings, labels), (test, truth) = a_site(400, 6), a_site(400, 7)
    learnt, seen = Material.of(base, readings), Material.of(base, test)
    wrong = np.where(np.random.default_rng(0).random(400) < 0.1, 1 - labels["spam"], labels["spam"])
    lost = [1 - auc(seen.moved(fit_layer(learnt, labels | {"spam": y}, np.ones(400))), truth) for y in (labels["spam"], wrong)]
    assert lost[1] < 1.5 * lost[0]


def test_comments_without_a_label_teach(base: Base) -> None:
    """Words that no label tells of are known by the company that they keep in comments that nobody labelled."""
    company = {"spam": "zibeline quokka marmoset ocelot", "ham": "larch spruce alder hazel"}
    dice, known, silent, test = random.Random(1), [], [], []
    for number in range(300):
        kind = "spam" if number % 2 else "ham"
        known.append(read(Comment(text=a_text(kind, dice))))
        silent.append(read(Comment(text=f"{a_text(kind, dice)} {dice.choice(company[kind].split())}")))
        test.append(read(Comment(text=f"{a_text('spam', dice, 0)} {dice.choice(company[kind].split())}")))
    truth = {"spam": np.arange(300) % 2.0}
    told = {"spam": np.append(truth["spam"][:60], np.full(300, np.nan)), "abuse": np.full(360, np.nan)}
    learnt, seen = Material.of(base, known[:60] + silent), Material.of(base, test)
    first = np.arange(60)
    alone = fit_layer(learnt.take(first), {head: y[:60] for head, y in told.items()}, np.ones(60))
    taught = fit_layer(learnt, told, np.ones(360))
    assert auc(seen.moved(taught), truth) > auc(seen.moved(alone), truth) + 0.1


def test_clusters_stay_linear(base: Base) -> None:
    """What is learnt through the bent kernel is a coefficient for each term and step, the same to rounding."""
    readings, _ = a_site(120, 12)
    material = Material.of(base, readings)
    clustered, dual = material.clustered(), np.random.default_rng(0).normal(size=120)
    assert material.design @ clustered.coefficients(dual) == pytest.approx(clustered.gram @ dual)
    assert np.abs(clustered.gram - material.gram).max() > 1
    assert np.linalg.eigvalsh(clustered.gram - material.gram).min() > -1e-6


def test_a_layer_repeats_no_opinion_that_few_labels_bear(base: Base) -> None:
    """With four labels of spam among fifty, comments without a label change nothing."""
    readings, labels = a_site(250, 11)
    spam = np.flatnonzero(labels["spam"] == 1)[4:]
    told = {"spam": labels["spam"].copy(), "abuse": np.full(250, np.nan)}
    told["spam"][spam] = np.nan
    known = np.flatnonzero(np.isfinite(told["spam"]))
    material, weights = Material.of(base, readings), np.ones(250)
    alone = fit_layer(material.take(known), {head: y[known] for head, y in told.items()}, weights[known])
    assert base.merged(fit_layer(material, told, weights)) == base.merged(alone)


def test_an_empty_layer_changes_no_byte(base: Base) -> None:
    """Nothing learnt, nothing moved."""
    nothing = Delta(np.empty(0, np.int64), np.empty(0), 1.0, 0.0)
    assert base.merged({"spam": nothing, "abuse": nothing}) == base.table


def test_a_layer_is_measured_as_the_service_decides(base: Base, world: World) -> None:
    """A pitch at the end of long ham counts in the scores that lines are drawn from, exactly as far as it counts in service."""
    readings, labels = a_site(120, 8)
    layer = fit_layer(Material.of(base, readings), labels, np.ones(120))
    by_kind = [[one.normalised for one, spam in zip(readings, labels["spam"], strict=True) if spam == kind] for kind in (0, 1)]
    padded = read(Comment(text=" ".join([*by_kind[0][:20], by_kind[1][0]])))
    champion = Classifier.load(world.folder / "models" / "champion")
    scores = Classifier(champion.card, open_table(base.merged(layer))).score(padded)
    [decided], [whole] = base.decided(layer, [padded]), Material.of(base, [padded]).moved(layer)
    assert expit(decided).tolist() == pytest.approx([scores.spam, scores.abuse])
    assert decided[0] > whole[0] + 0.01


def test_the_more_labels_the_more_a_window_must_reach(base: Base) -> None:
    """Amid long ham a plain pitch counts as before, what is in doubt counts less; whole comments keep their scores."""
    readings, labels = a_site(120, 8)
    material = Material.of(base, readings)
    few = {head: y[:20] for head, y in labels.items()}
    assert fit_layer(material.take(np.arange(20)), few, np.ones(20))["spam"].stricter == 0
    layer = fit_layer(material, labels, np.ones(120))
    lenient = {head: replace(delta, stricter=0.0) for head, delta in layer.items()}
    ham = " ".join(one.normalised for one, y in zip(readings, labels["spam"], strict=True) if y == 0)
    padded = [read(Comment(text=f"{ham[:600]} {reading.normalised}")) for reading in readings]
    whole = material.of(base, padded).moved(layer)[:, 0]
    counted, before = (base.decided(each, padded)[:, 0] for each in (layer, lenient))
    assert (counted <= before + 1e-9).all()
    assert (counted < before - 0.1).any()
    assert ((counted > whole + 0.1) & (counted > before - 1e-9)).any()
    short = [reading for reading in readings if len(reading.normalised.split()) < 10]
    assert base.decided(layer, short)[:, 0] == pytest.approx(base.decided(lenient, short)[:, 0])
