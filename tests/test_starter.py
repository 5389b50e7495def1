"""The model that is shipped: it loads, fits today's code, and gives sane verdicts on the first day."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.classifier.classifier import Classifier
from service.domain import Comment, History, Verdict
from service.policy import Policy, decide
from service.text.reading import read

FOLDER = Path(__file__).parent.parent / "data" / "model"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The shipped model; where it is refused for edited feature code, `winnow-train reseal` or `make train` is due."""
    return Classifier.load(FOLDER)


def verdict(classifier: Classifier, comment: Comment) -> Verdict:
    """What a new site would answer."""
    reading = read(comment)
    policy = Policy().with_defaults(classifier.lines)
    return decide(reading, classifier.score(reading), History(), policy, 0.0).verdict


@pytest.mark.parametrize(
    "text",
    [
        "The bus was twenty minutes late again this morning and nobody at the stop had any idea why.",
        "I don't agree with the council on this, the old bridge could have been repaired for half the money.",
        "Thanks, the second step was what I had missed. Works now on 3.11 as well.",
        "Bei uns hat es auch nicht geklappt, erst mit mehr Wasser wurde der Teig locker.",
        "¿Alguien sabe si la biblioteca abre los domingos en agosto?",
        "ok",
    ],
)
def test_an_ordinary_comment_is_accepted(classifier, text):
    """Everyday comments pass on the first day, in several languages."""
    assert verdict(classifier, Comment(text=text, author="Nora")) is Verdict.ACCEPT


@pytest.mark.parametrize(
    ("text", "author", "url"),
    [
        (
            "Cheap viagra and cialis without prescription, order now http://pills-4-you.example.biz/",
            "Best Pills Shop",
            "http://pills-4-you.biz",
        ),
        (
            "Casino 300% bonus, free spins, win real money today: http://spin-palace-win.top/?r=1",
            "casino bonus",
            "http://spin-palace-win.top",
        ),
        (
            "We sell high DA dofollow backlinks, rank your site #1 on google, write to sales@rank-first.biz",
            "SEO Expert",
            "http://rank-first.biz",
        ),
    ],
)
def test_blatant_spam_is_not_accepted(classifier, text, author, url):
    """The plainest spam is held or rejected on the first day."""
    assert verdict(classifier, Comment(text=text, author=author, author_url=url)) is not Verdict.ACCEPT


def test_the_card_names_its_data_and_its_figures(classifier):
    """Sources with counts and licences, held-out figures with intervals, probes."""
    card = classifier.card
    assert any(source.name == "seed" and source.spam > 1000 and source.ham > 1000 for source in card.data)
    assert all(source.licence for source in card.data)
    assert any(metric.source and metric.name == "roc_auc" and metric.low is not None for metric in card.report)
    assert len(card.probes) >= 20
