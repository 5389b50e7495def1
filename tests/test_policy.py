"""What the rules of every site make of a comment, whatever its scores."""

from __future__ import annotations

import pytest

from service.domain import Comment, History, Scores, Verdict
from service.policy import Policy, decide
from service.text.reading import read

CALM, SURE = Scores(0.0, 0.0, "m"), Scores(1.0, 0.0, "m")
POLICY = Policy(first_time="never").with_defaults({})
TRUSTED = History(ham=9)

UNSEEN = (
    "<script>document.write('<a href=\"https://shop.example\">new watches</a>')</script><noscript>shop.example</noscript>",
    "<!-- cheap watches -->",
    "<b></b><br>",
    "\u200b\u2060\u3164",
    "\u2800 \u2800\U0001d159\U0001bca0",
    " \n ",
)


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.parametrize("history", [History(), TRUSTED])
def test_a_text_that_nobody_sees_is_held(text, history):
    """What is left when markup and invisible characters are off is nothing: no score and no trust let it through."""
    decision = decide(read(Comment(text=text)), CALM, history, POLICY, 0.0)
    assert (decision.verdict, decision.rule) == (Verdict.HOLD, "unseen_text")


def test_a_comment_without_text_is_judged_by_its_score():
    """Forms may have no text field: then the author's fields are all there is."""
    assert decide(read(Comment(text="", author="Ana")), CALM, History(), POLICY, 0.0).rule == "below_lines"


def test_what_little_can_be_seen_is_judged_by_its_score():
    """A single sign or a picture's address is something to see."""
    for text in ("❤", ".", "\u2813\u2800\u280a", '<img src="https://pictures.example/cat.png">'):
        assert decide(read(Comment(text=text)), CALM, History(), POLICY, 0.0).rule == "below_lines"


def test_a_score_still_rejects_what_nobody_sees():
    """The rule is for caution: what is certain stands before it."""
    sure = Policy(spam=None).with_defaults({}).drawing("spam", 0.5, 0.9)
    assert decide(read(Comment(text="<br>")), SURE, History(), sure, 0.0).verdict is Verdict.REJECT
