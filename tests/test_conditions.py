"""A site's own rules: what meets them, where they stand, and what is refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.conditions import OWN, SHARED, Condition, Facts, InvalidPolicy, OwnRule, Ready
from service.domain import Comment, History, Lines, Reading, Scores, Verdict
from service.policy import RULES, Lists, Policy, decide
from service.text.reading import read

SCORES = Scores(0.2, 0.1, "m")
NEW = History()


def facts(text: str = "A good read.", *, scores: Scores | None = SCORES, history: History = NEW, **said) -> Facts:
    return Facts(read(Comment(text=text, **said)), scores, history)


def rule(verdict: str = "reject", name: str = "one", **asked) -> OwnRule:
    return OwnRule(name=name, verdict=verdict, when=Condition(**asked))


def policy(*rules: OwnRule, **more) -> Policy:
    return Policy(rules=rules, **more).with_defaults({})


def verdict(of: Facts, by: Policy) -> tuple[Verdict, str]:
    decision = decide(of.reading, of.scores, of.history, by, 0.0)
    return decision.verdict, decision.rule


MET = [
    ({"words": ("casino",)}, facts("Visit our CASINO")),
    ({"words": ("casino",)}, facts("Visit our c\u200basino")),
    ({"patterns": (r"\bwin \d+ euros?\b",)}, facts("You win 500 Euros")),
    ({"words": ("shop",), "within": "author"}, facts(author="Shoe Shop")),
    ({"words": ("pills",), "within": "url"}, facts(author_url="https://pills.example/")),
    ({"words": ("pills",), "within": "anywhere"}, facts(author_email="pills@example.org")),
    ({"authors": ("ana",)}, facts(author=" Ana ")),
    ({"emails": ("a@x.example",)}, facts(author_email="A@X.example")),
    ({"domains": ("bad.example",)}, facts("see https://www.bad.example/x")),
    ({"ips": ("203.0.113.0/24",)}, facts(user_ip="203.0.113.9")),
    ({"ips": ("2001:db8::/32",)}, facts(user_ip="2001:db8::1")),
    ({"languages": ("de",)}, facts(lang="de-AT")),
    ({"links_from": 2}, facts("https://a.example https://b.example")),
    ({"spam_from": 0.2, "spam_below": 0.3}, facts()),
    ({"abuse_below": 0.2}, facts()),
    ({"first_time": True}, facts()),
    ({"first_time": False}, facts(history=History(accepted=1))),
    ({"words": ("read",), "links_below": 1, "first_time": True}, facts()),
]
NOT_MET = [
    ({"words": ("casino",)}, facts("cassino")),
    ({"words": ("shop",), "within": "author"}, facts("shop")),
    ({"domains": ("bad.example",)}, facts("see https://notbad.example/x")),
    ({"ips": ("203.0.113.0/24",)}, facts(user_ip="no address")),
    ({"languages": ("de",)}, facts(lang="den")),
    ({"links_from": 2}, facts("https://a.example")),
    ({"spam_below": 0.2}, facts()),
    ({"spam_below": 0.9}, facts(scores=None)),
    ({"first_time": True}, facts(history=History(ham=1))),
    ({"words": ("read",), "links_from": 1}, facts()),
]


@pytest.mark.parametrize(("asked", "of"), MET)
def test_a_comment_meets_a_condition(asked, of):
    """Everything asked for holds."""
    assert Ready("rules[0]", rule(**asked)).met(of)


@pytest.mark.parametrize(("asked", "of"), NOT_MET)
def test_a_comment_does_not_meet_a_condition(asked, of):
    """One thing asked for does not hold."""
    assert not Ready("rules[0]", rule(**asked)).met(of)


def test_the_first_own_rule_wins_and_the_decision_bears_its_name():
    """Order is what the site made it; a rule that is off is passed over."""
    mild, hard = rule("hold", "mild", words=("read",)), rule("reject", "hard", words=("good",))
    assert verdict(facts(), policy(mild, hard)) == (Verdict.HOLD, f"{OWN}mild")
    assert verdict(facts(), policy(hard, mild)) == (Verdict.REJECT, f"{OWN}hard")
    assert verdict(facts(), policy(msgspec.structs.replace(hard, on=False), mild)) == (Verdict.HOLD, f"{OWN}mild")
    assert verdict(facts("Something else."), policy(hard, mild)) == (Verdict.ACCEPT, "below_lines")


def test_own_rules_stand_after_the_lists_and_before_the_scores():
    """What is certain is not overruled; a score is."""
    reject = rule("reject", words=("read",))
    assert verdict(facts(author="Ana"), policy(reject, allow=Lists(authors=("Ana",)))) == (Verdict.ACCEPT, "allow_list")
    assert verdict(facts(scores=None), policy(reject)) == (Verdict.REJECT, f"{OWN}one")
    lines = Lines(0.1, 0.15)
    assert verdict(facts(), policy(rule("accept", words=("read",)), spam=lines)) == (Verdict.ACCEPT, f"{OWN}one")


def test_rules_of_all_sites_stand_before_the_site_s_own():
    """Their decisions bear another prefix, so that a name may be used twice; filling in lines keeps them."""
    shared, own = rule("hold", words=("read",)), rule("reject", words=("read",))
    by = Policy(rules=(own,)).sharing((shared,)).with_defaults({})
    assert verdict(facts(), by) == (Verdict.HOLD, f"{SHARED}one")
    assert verdict(facts(), by.with_defaults({})) == (Verdict.HOLD, f"{SHARED}one")


def test_a_site_without_own_rules_pays_nothing():
    """Its order is the very tuple that all such sites share."""
    assert policy().order is RULES
    assert policy(msgspec.structs.replace(rule(words=("x",)), on=False)).order is RULES


REFUSED = [
    ({}, "rules[0].when"),
    ({"patterns": ("(",)}, "rules[0].when.patterns[0]"),
    ({"patterns": ("ok", r"(a)\1")}, "rules[0].when.patterns[1]"),
    ({"patterns": ("(?=x)",)}, "rules[0].when.patterns[0]"),
    ({"words": (" ",)}, "rules[0].when.words[0]"),
    ({"ips": ("1.2.3.4", "1.2.3")}, "rules[0].when.ips[1]"),
    ({"emails": ("",)}, "rules[0].when.emails[0]"),
    ({"spam_from": 1.5}, "rules[0].when.spam_from"),
    ({"spam_from": 0.5, "spam_below": 0.5}, "rules[0].when.spam_below"),
    ({"links_from": -1}, "rules[0].when.links_from"),
]


@pytest.mark.parametrize(("asked", "field"), REFUSED)
def test_a_rule_that_cannot_be_used_names_its_field(asked, field):
    """Patterns that need time beyond linear are no patterns."""
    with pytest.raises(InvalidPolicy) as refused:
        policy(rule(**asked))
    assert refused.value.field == field


def test_a_rule_may_add_to_a_score_and_let_the_others_decide():
    """The line is reached by the sum; the decision keeps the model's own score, and its reasons say what was added."""
    more = OwnRule(name="more", verdict="none", spam_add=0.4, when=Condition(words=("read",)))
    by = policy(more, spam=Lines(0.5, 0.9))
    decision = decide(facts().reading, SCORES, NEW, by, 0.0)
    assert (decision.verdict, decision.rule, decision.scores) == (Verdict.HOLD, "score_holds", SCORES)
    assert (decision.touched, "'more' added +0.40 to the spam score" in decision.reasons[1]) == ((f"{OWN}more",), True)


def test_what_is_added_stays_within_the_scores():
    """However much rules take or give, a score lies in [0, 1], and later rules see it."""
    less, seen = rule("none", "less", words=("read",)), rule("reject", "seen", spam_below=0.001)
    by = policy(msgspec.structs.replace(less, spam_add=-1.0), seen)
    assert verdict(facts(), by) == (Verdict.REJECT, f"{OWN}seen")
    assert verdict(facts(scores=None), by) == (Verdict.HOLD, "no_score")


def test_the_last_tag_counts_and_may_stand_beside_a_verdict():
    """One word a comment, whether its rule decided or not."""
    first, last = (rule(how, how, words=("read",)) for how in ("none", "hold"))
    by = policy(*(msgspec.structs.replace(each, tag=each.name) for each in (first, last)))
    decision = decide(facts().reading, SCORES, NEW, by, 0.0)
    assert (decision.tag, decision.rule, decision.touched) == ("hold", f"{OWN}hold", (f"{OWN}none",))


@pytest.mark.parametrize(
    ("how", "more", "field"),
    [
        ("none", {}, "verdict"),
        ("none", {"spam_add": 1.5}, "spam_add"),
        ("hold", {"abuse_add": 0.1}, "abuse_add"),
        ("hold", {"tag": "a\nb"}, "tag"),
    ],
)
def test_what_would_do_nothing_is_refused(how, more, field):
    """Nobody believes in a rule that has no effect."""
    with pytest.raises(InvalidPolicy) as refused:
        policy(msgspec.structs.replace(rule(how, words=("x",)), **more))
    assert refused.value.field == f"rules[0].{field}"


def test_names_are_each_one_rule_s_own():
    """Decisions tell by its name which rule it was."""
    for rules, field in (((rule(words=("x",), name=" "),), "rules[0].name"), ((rule(words=("x",)),) * 2, "rules[1].name")):
        with pytest.raises(InvalidPolicy) as refused:
            policy(*rules)
        assert refused.value.field == field


def test_a_policy_with_rules_survives_its_writing():
    """What is stored is what was set."""
    made = Policy(rules=(rule("hold", "a", words=("x",), spam_from=0.5), rule("accept", "b", first_time=False)))
    assert msgspec.json.decode(msgspec.json.encode(made), type=Policy) == made


texts = st.text(max_size=60)


@given(texts, texts, texts, st.lists(texts.filter(str.strip), min_size=1, max_size=4))
def test_any_words_match_any_text_or_do_not(text, author, address, words):
    """Whatever a comment and the words hold, matching ends with a yes or a no."""
    made = Ready("rules[0]", rule(words=tuple(words), within="anywhere", ips=("10.0.0.0/8",)))
    reading = Reading(Comment(text=text, author=author, user_ip=address), text, "", ())
    assert made.met(Facts(reading, None, History())) in {True, False}
