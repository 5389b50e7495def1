"""Why a comment is where it is, in every language."""

from __future__ import annotations

import pytest

from service.conditions import Condition, OwnRule
from service.domain import Clue, Comment, History, Lines, Reading, Scores
from service.policy import RULES, Lists, Policy, decide
from service.queue import figures, languages, reasons
from service.queue.signal_names import SIGNAL_NAMES, clue_name
from service.text.signals import SIGNALS

NEW, TRUSTED = History(), History(accepted=9)
CALM, SURE, UNSURE = Scores(0.01, 0.01, "m"), Scores(0.99, 0.01, "m"), Scores(0.01, 0.7, "m")
ALWAYS = Condition(links_below=99)
OWN = OwnRule(name='Tom\'s "best"', verdict="none", when=ALWAYS, spam_add=0.1, abuse_add=-0.2, tag="x")
LINES = {"spam": Lines(0.5, 0.9), "abuse": Lines(0.5, 0.9)}
LISTS = [
    (Lists(authors=("Ana",)), {"author": "Ana"}),
    (Lists(emails=("a@b.example",)), {"author_email": "a@b.example"}),
    (Lists(domains=("shop.example",)), {}),
    (Lists(ips=("203.0.113.0/24",)), {"user_ip": "203.0.113.9"}),
    (Lists(words=("it's 100% \\ free",)), {}),
]


def told(scores=CALM, history=NEW, links=0, policy=None, seen="it's 100% \\ free", **said):
    """The reasons of a decision, and the rule that gave it."""
    reading = Reading(Comment(text="x", **said), seen, "", (), domains=("shop.example",), links=links)
    decision = decide(reading, scores, history, (policy or Policy()).with_defaults(LINES), 0.0)
    return decision.rule, decision.reasons


CASES = [
    told(author="viagra-test-123"),
    told(role="administrator"),
    *(told(policy=Policy(**{kind: lists}), **said) for kind in ("allow", "block", "hold") for lists, said in LISTS),
    told(None),
    told(SURE),
    told(SURE, TRUSTED),
    told(Scores(0.0, 1.0, "m")),
    told(UNSURE),
    told(Scores(0.7, 0.0, "m")),
    told(history=History(flooding=True)),
    told(honeypot=True),
    told(seen=""),
    told(links=9),
    told(policy=Policy(first_time="always")),
    told(policy=Policy(first_time="links"), links=1),
    told(policy=Policy(rules=(OWN,))),
    told(policy=Policy(rules=(OwnRule(name="plain", verdict="reject", when=ALWAYS),))),
    told(policy=Policy().sharing((OwnRule(name="of all", verdict="reject", when=ALWAYS),))),
    told(),
    ("failure", ("the rules could not be applied", "the comment could not be judged", "the verdict was not there in time")),
]


@pytest.fixture(params=languages.LANGUAGES)
def language(request):
    """Each language is spoken once."""
    languages.speak(request.param)
    yield request.param
    languages.speak("en")


def test_every_rule_is_tried_here():
    """A rule that is added to the policy must be added to these cases."""
    assert {rule.__name__ for rule in RULES} <= {rule for rule, _ in CASES}


@pytest.mark.parametrize("reason", sorted({reason for _, given in CASES for reason in given}))
def test_every_reason_is_said_in_every_language(language, reason):
    """What the policy writes is known again and said as a sentence, with nothing left of its quotes and nothing unfilled."""
    said = reasons.said(reason)
    assert said != reason
    assert said.endswith(".")
    assert "%(" not in said
    assert "score" not in said or language == "en"


def test_a_reason_has_its_figures_and_names_as_the_language_writes_them():
    """A score with a comma in German, a name without the quotes of a program."""
    languages.speak("de")
    try:
        assert "0,700" in reasons.said(told(UNSURE)[1][0])
        assert '„Tom\'s "best"“' in reasons.said(told(policy=Policy(rules=(OWN,)))[1][1])
    finally:
        languages.speak("en")


def test_a_reason_that_nobody_knows_stays():
    """What another version or an import wrote is shown as it is."""
    assert reasons.said("imported from elsewhere") == "imported from elsewhere"


def test_every_signal_has_a_name():
    """A signal that is added must be named for moderators, and no two alike."""
    assert [signal.name for signal in SIGNALS] == list(SIGNAL_NAMES)
    assert len(set(SIGNAL_NAMES.values())) == len(SIGNAL_NAMES)


def test_a_word_is_a_word_and_a_signal_has_its_name():
    """Only signals are renamed."""
    assert clue_name(Clue("word", "seo", 1.0, "spam")) == "seo"
    assert clue_name(Clue("signal", "seo", 1.0, "spam")) == SIGNAL_NAMES["seo"]


@pytest.mark.parametrize(
    ("spoken", "said"), [("en", ("12.5%", "30%", "+0.50", "1.010")), ("de", ("12,5\u00a0%", "30\u00a0%", "+0,50", "1,010"))]
)
def test_figures_are_written_one_way(spoken, said):
    """A language writes shares with a space before the sign, or without, and so everywhere."""
    languages.speak(spoken)
    try:
        assert (figures.share(0.125, 1), figures.share(0.3), figures.decimal(0.5, 2, signed=True), figures.decimal(1.01, 3)) == said
    finally:
        languages.speak("en")


def test_no_sentence_writes_a_share_otherwise():
    """In sentences as in figures."""
    assert [str(message.id) for message in languages.extracted() if " %%" in str(message.id)] == []
    assert [str(message.string) for message in languages.read("de") if " %%" in str(message.string)] == []
