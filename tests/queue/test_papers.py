"""What a model's papers say on its page: the card, those that may follow it, and a challenger in shadow."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from service import models, shadow
from service.classifier import layout
from service.classifier.card import Metric
from service.domain import Role, Verdict
from service.queue import papers
from service.shadow import Disagreement, Seen
from tests.classifier.given import a_card, some_texts, some_weights
from tests.queue.given import add_site, forget, someone
from tests.queue.papers import with_scores
from tests.serving import serving

CARD = a_card(layout.build(some_weights(some_texts(4, length=40))))


def a_metric(name: str, source: str, value: float) -> Metric:
    return Metric(name=name, value=value, low=value - 0.1, high=value + 0.1, rows=100, head="spam", source=source)


def test_the_worst_source_stands_first():
    """By how well bad is told from good there, whatever the measures are called on the card; the rest of the row with it."""
    report = (a_metric("roc_auc", "easy", 0.9), a_metric("ROC-AUC", "hard", 0.6), a_metric("calibration error", "hard", 0.2))
    card = structs.replace(CARD, report=report)
    rows = papers.worst_first(card)
    assert [(row.source, sorted(row.measures)) for row in rows] == [
        ("hard", ["calibration_error", "roc_auc"]),
        ("easy", ["roc_auc"]),
    ]


def test_a_card_without_held_out_scores_or_with_broken_ones_has_no_curves():
    """An older card, and one whose counts no one can read, are shown without them."""
    assert (papers.held_out(CARD, "spam"), papers.plots(CARD)) == (None, [])
    for wrong in ("1 2 3", "1200 4", "x y", "5 -1"):
        broken = structs.replace(CARD, parameters={"held_out.spam.ham": wrong, "held_out.spam.bad": "1 2"})
        assert papers.held_out(broken, "spam") is None


def test_the_shelf_names_every_model_and_why_one_is_refused(tmp_path):
    """Newest first, with what it is used as; a damaged one is listed with its reason, drafts are not."""
    good, bad = with_scores(tmp_path, "good"), with_scores(tmp_path, "bad")
    (bad / "card.json").write_text("{}")
    (tmp_path / ".draft-1").mkdir()
    found = {each.version: each for each in models.shelf(tmp_path, {"champion": good})}
    assert set(found) == {"good", "bad"}
    assert (found["good"].roles, found["bad"].card) == (("champion",), None)
    assert found["bad"].refused.endswith(".")


def test_a_challenger_is_summed_up(tmp_path):
    """Pairs of verdicts add up over the moments; those that were passed by are told."""
    lines = [
        Seen(10.0, {"accept accept": 5, "accept hold": 1}, 0),
        Disagreement("0" * 32, 1, 10.0, Verdict.ACCEPT, Verdict.HOLD, 0.7, 0.1),
        Seen(20.0, {"accept hold": 2, "reject reject": 3}, 4),
    ]
    shadow.log_of(tmp_path, "new").write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    found = shadow.summary(tmp_path, "new")
    assert (found.seen, found.differed, found.passed_by, found.since, found.until) == (11, 3, 4, 10.0, 20.0)
    assert shadow.summary(tmp_path, "none").seen == 0


@pytest.mark.parametrize("role", [Role.LEAD, Role.VIEWER])
def test_the_page_shows_models_and_the_challenger(tmp_path, role):
    """Leads see what lies in the data folder and what to run; everyone sees what the challenger would have done."""
    folder = tmp_path / "models"
    with_scores(folder, "champ")
    with_scores(folder, "chall")
    (folder / "champion").write_text("champ")
    (folder / "challenger").write_text("chall")
    shadow.log_of(folder, "chall").write_bytes(msgspec.json.encode(Seen(10.0, {"accept hold": 2, "hold hold": 1}, 0)) + b"\n")
    with serving(tmp_path) as service:
        add_site(service, "other")
        page = someone(service, blog=role).get("/model").text
        forget(service)
    assert "3 comments scored" in page
    assert "2 verdicts would differ" in page
    assert ("winnow-train promote chall" in page) is (role is Role.LEAD)
