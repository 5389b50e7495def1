"""A policy as YAML, and what differs between two."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.conditions import Condition, InvalidPolicy, OwnRule
from service.domain import Lines
from service.policy import Lists, Policy, Reason
from service.queue import rulebook
from service.queue.form import Form
from service.queue.wishes import rule_of_search

WORDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(str.strip), max_size=4
)
RULE = OwnRule(name="no", verdict="hold", when=Condition(words=("on", "yes", "1:30", "2020-01-01", "null", "~"), languages=("no",)))


@given(WORDS, st.sampled_from(["text", "author", "anywhere"]), st.floats(0, 0.5), st.booleans())
def test_what_is_written_is_read(words, within, low, on):
    """Whatever words a rule has, YAML gives it back."""
    when = Condition(words=tuple(words), within=within, spam_from=low, spam_below=0.9)
    policy = Policy(rules=(OwnRule(name="a", verdict="reject", when=when, on=on), RULE), spam=Lines(0.1, 0.2))
    assert rulebook.parsed(rulebook.written(policy), Policy()) == policy


def test_words_are_words_and_parts_left_out_stay():
    """YAML's habit of taking `no` for false and `on` for true is not followed here."""
    text = "rules:\n- name: no\n  verdict: hold\n  on: false\n  when:\n    languages: [no]\n"
    policy = rulebook.parsed(text, Policy(max_links=9))
    assert policy.rules == (OwnRule(name="no", verdict="hold", on=False, when=Condition(languages=("no",))),)
    assert policy.max_links == 9


REFUSED = [
    ("rules: [", "line 1"),
    ("- a", "file"),
    ("", "file"),
    ("!!python/object/apply:os.system [ls]", "line 1"),
    ("a: &a [1]\nb: *a", "line 2"),
    ("max_links: 1\nmax_links: 2", "line 2"),
    ("max_links: many", "max_links"),
    ("rules:\n- name: a\n  verdict: delete\n  when: {}", "rules[0].verdict"),
    ("rules:\n- name: a\n  verdict: hold\n  when: {patterns: ['(']}", "rules[0].when.patterns[0]"),
    ("rules:\n- name: a\n  verdict: hold\n  when: {word: [x]}", "rules[0].when"),
    ("unknown: 1", "file"),
    ("[" * 5000, "file"),
]


@pytest.mark.parametrize(("text", "field"), REFUSED)
def test_a_file_that_cannot_be_used_names_the_place(text, field):
    """Nothing is built but plain data, and what is wrong is named by its field or line."""
    with pytest.raises(InvalidPolicy) as refused:
        rulebook.parsed(text, Policy())
    assert refused.value.field == field


@given(st.text())
def test_any_text_is_read_or_refused(text):
    """No other error comes out."""
    with suppress(InvalidPolicy):
        assert isinstance(rulebook.parsed(text, Policy()), Policy)


def test_a_rule_is_read_from_its_form():
    """Entries by line, shares in percent; empty fields ask for nothing."""
    form = Form(
        b"name=Casino&verdict=reject&on=1&words=casino%0D%0A%0D%0Aslot&spam_from=25+%25&links_from=2&first_time=new&languages=de,+en"
    )
    when = Condition(words=("casino", "slot"), spam_from=0.25, links_from=2, first_time=True, languages=("de", "en"))
    assert rulebook.rule_of(form) == OwnRule(name="Casino", verdict="reject", when=when)


def test_differences_name_what_went_and_what_came():
    """Entries of lists, values, rules by their names, and their order."""
    one, two = (OwnRule(name=name, verdict="hold", when=Condition(words=(name,))) for name in "ab")
    before = Policy(block=Lists(words=("x", "y")), max_links=5, rules=(one, two))
    after = Policy(block=Lists(words=("y", "z")), max_links=3, rules=(two, one), reasons=(Reason("Insult"),))
    told = {each.part: (each.gone, each.come) for each in rulebook.differences(before, after)}
    assert told["block.words"] == (("x",), ("z",))
    assert told["max_links"] == (("5",), ("3",))
    assert told["rules"] == (("a", "b"), ("b", "a"))
    assert "reasons" in told
    assert rulebook.differences(before, before) == []


def test_the_log_does_not_name_people():
    """E-mail addresses, names and networks on lists are counted, not told."""
    after = Policy(
        block=Lists(emails=("a@x.example",), words=("casino",)),
        rules=(OwnRule(name="r", verdict="hold", when=Condition(ips=("10.1.2.3",))),),
    )
    logged = str(rulebook.logged(rulebook.differences(Policy(), after)))
    assert "casino" in logged
    assert "a@x.example" not in logged
    assert "10.1.2.3" not in logged


def test_a_search_becomes_a_rule_as_far_as_rules_go():
    """Words together, authors, domains, networks, languages and scores; what rules cannot ask for is named."""
    rule, left = rule_of_search('"free spins" author:a@b.example domain:x.example lang:de score:>0.8 -figs by:ana')
    assert rule.when == Condition(
        words=("free spins",), emails=("a@b.example",), domains=("x.example",), languages=("de",), spam_from=0.8
    )
    assert left == ["-figs", "by:ana"]
    both = rule_of_search("figs harbour")[0]
    assert both.when.patterns == ("(?s)figs.*harbour|harbour.*figs",)
    Policy(rules=(both,)).with_defaults({})


@given(st.text(max_size=80))
def test_any_search_becomes_a_rule_or_is_left(search):
    """Nothing that someone searched for is an error."""
    rule, left = rule_of_search(search)
    assert rulebook.fields_of(rule)["verdict"] == "hold"
    assert all(isinstance(each, str) for each in left)
