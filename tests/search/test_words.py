"""Words, documents and queries, without a database."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Comment, Site
from service.search import documents
from service.search.query import BadSearch, parse
from service.search.words import MOST, words

SITES = [Site(1, "blog", "https://blog.example/"), Site(2, "Other News", "https://other.example/")]
NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't_stop, 3 TIMES!", ["don", "t", "stop", "3", "times"]),
        ("Völlig İstanbul STRASSE straße", ["vollig", "istanbul", "strasse", "strasse"]),
        ("東京に行く ok", ["東", "京", "に", "行", "く", "ok"]),
        ("한국어 좋아", ["한", "국", "어", "좋", "아"]),
        ("ｆｕｌｌ ﬁne", ["full", "fine"]),
        ("\ud800\x00 <b>", ["b"]),
    ],
)
def test_words_are_what_one_would_look_for(text, expected):
    """Small letters without accents; scripts without spaces letter by letter; signs are nothing."""
    assert words(text) == expected


@given(st.text())
def test_words_are_stable(text):
    """Cutting the words of a text again gives the same; none contains a mark or a sign that databases know."""
    found = words(text)
    assert words(" ".join(found)) == found
    assert not any(sign in word for word in found for sign in " '\"\\:¶¤§")


def test_a_long_text_is_cut():
    """So many words are indexed, and each is short."""
    assert len(words("a " * 10_000)) == MOST
    assert words("x" * 1000) == ["x" * 64]


def document(**fields) -> str:
    comment = Comment(**({"text": "Fresh figs", "author": "Ana Bell", "user_ip": "203.0.113.7"} | fields))
    return f" {documents.document(1, 5, comment, comment.text, ('shop.figs.example',), 'score_holds', 'a' * 64)} "


def found(asked: str, **fields) -> bool:
    return all(term.fits(document(**fields)) for term in parse(asked, SITES, NOW).terms)


@pytest.mark.parametrize(
    "asked",
    [
        *('figs "fresh figs" -apples', "ana", "author:ana", 'author:"ana bell"', "-author:carl", "FIGS"),
        *("ip:203.0.113.7", "ip:203.0.113.0/24", "ip:203.0.0.0/13", "ip:203.0.113.*", "ip:203.0.113.6/31", "-ip:203.0.114.0/24"),
        *("domain:figs.example", "domain:SHOP.figs.example", "-domain:example", "rule:score_holds", "-rule:flood"),
        *("model:" + "a" * 12, "model:" + "a" * 64),
    ],
)
def test_what_is_there_is_found(asked):
    """Each of these holds for the comment."""
    assert found(asked)


@pytest.mark.parametrize(
    "asked",
    [
        *('"figs fresh"', "-figs", "author:fresh", 'author:"bell ana"', "ip:203.0.114.0/24", "domain:gs.example", "rule:flood"),
        *('"figs ana"', "lang:de", "author:ana@example.org"),
    ],
)
def test_what_is_not_there_is_not(asked):
    """Nor does a phrase reach from one part into the next."""
    assert not found(asked)


def test_an_address_in_six_is_found_by_its_networks():
    """The same for IPv6, up to the /64 that one household has."""
    asked = ("2001:db8:7:8::1", "2001:db8::/32", "2001:db8:7::/47", '"2001:db8:7:8::/64"')
    assert [found(f"ip:{each}", user_ip="2001:db8:7:8::1") for each in asked] == [True] * 4
    assert not found("ip:2001:db8:7:9::/64", user_ip="2001:db8:7:8::1")


def test_bounds_and_places_are_read():
    """Scores as numbers or percents, times as days or ages, sites by name, verdicts as one says them."""
    asked = parse('score:>=20% score:<0.9 after:2026-09-01 before:7d site:"other news" -verdict:held by:Ana -by:ben', SITES, NOW)
    assert (asked.low, round(asked.high, 9), asked.before) == (0.2, 0.9, NOW - 7 * 86_400)
    assert (asked.site_ids, asked.verdicts, asked.by, asked.not_by) == ((2,), {"accept", "reject"}, ("Ana",), ("ben",))
    assert parse("score:0.4..60%", SITES, NOW).high == 0.6
    assert parse("see https://x.example/a", SITES, NOW).terms[1].phrases == ("https x example a",)


@pytest.mark.parametrize(
    ("asked", "why", "operator"),
    [
        *(("colour:red", "unknown", "colour"), ("author:", "empty", "author"), ('say "no', "quote", '"')),
        *(("score:high", "value", "score"), ("ip:300.1.1.1", "value", "ip"), ("ip:10.0.0.0/7", "value", "ip")),
        *(("site:nowhere", "value", "site"), ("before:soon", "value", "before"), ("verdict:maybe", "value", "verdict")),
        *(("-score:0.5", "value", "score"), ("author:!", "value", "author"), ("ip:2001:db8::/90", "value", "ip")),
    ],
)
def test_a_bad_operator_is_named(asked, why, operator):
    """Whoever mistypes learns which one it was."""
    with pytest.raises(BadSearch) as refused:
        parse(asked, SITES, NOW)
    assert (refused.value.why, refused.value.operator) == (why, operator)


@given(st.text(max_size=300))
def test_any_text_is_a_search_or_a_refusal(text):
    """Nothing else comes of what is typed."""
    with suppress(BadSearch):
        assert parse(text, SITES, NOW).site_ids == (1, 2)


@given(st.lists(st.sampled_from(['"', "-", "author:", "ip:", "score:>", "a", "1", " ", "/", ".."]), max_size=30).map("".join))
def test_any_mixture_of_operators_is_a_search_or_a_refusal(text):
    """The same for what looks like a search."""
    with suppress(BadSearch):
        assert parse(text, SITES, NOW).site_ids == (1, 2)
