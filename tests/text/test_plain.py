"""Compiled code reads as the Python beside it does, to the bit, and calls nothing plain that is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.domain import Comment
from service.text import normalise, shapes
from service.text.authors import authors
from service.text.plain import plain
from service.text.reading import read, reader
from service.text.signals import shapes_of
from training.dataset import comment
from training.sources import load_seed

pytest.importorskip("service.text._text", reason="there is no compiled part to compare")

GUARDS = [pattern for number, pattern in enumerate(normalise._ASCII_GUARDS) if number != normalise._SPACE]
SHAPES = [shape.pattern for shape in shapes.SHAPES]
some_talk = st.text("abw .,-'!?19", max_size=8) | st.sampled_from(["", "hello ", "it is a ", "buy this", "\n", "W"])
a_word = st.text("aeiorstnlwfhp", min_size=1, max_size=7)
a_sign = st.sampled_from(
    [*".,-'!?/:;()@$*_+&<>[]{}~^|#\"%=\\`", "...", " - ", "0", "13", "\t", "  ", "é", "’", "..", "://", " w ", " ."]
)
mixed = st.lists(a_word | a_sign | st.sampled_from([" "] * 8), max_size=60).map("".join)


def meeting(patterns: list[str]) -> st.SearchStrategy[str]:
    """Texts that meet one of the patterns, in ASCII and small letters, with some talk around."""
    ascii_only = st.characters(max_codepoint=127)
    matches = st.sampled_from(patterns).flatmap(lambda pattern: st.from_regex(pattern, alphabet=ascii_only))
    return st.tuples(some_talk, matches, some_talk).map("".join).map(str.lower).filter(str.isascii)


@given(meeting(GUARDS))
def test_what_a_guard_meets_is_not_called_plain(text):
    """A guard that fires is always asked."""
    assume(set(normalise._ASCII.Match(text) or ()) - {normalise._SPACE})
    assert plain().lower(text) is None


@given(meeting(SHAPES))
def test_what_meets_a_shape_is_not_called_shapeless(text):
    """A shape that is there is always looked for."""
    assume(shapes_of(text))
    assert not plain().is_shapeless(text)


def test_plain_talk_is_proven_plain():
    """The proof is there for what most people write, whatever their capitals, blanks and line breaks."""
    text = "Did you weigh the water, or use cups?\n\n I'd say it was a well-baked loaf...  Thanks (really)!"
    assert plain().lower(text) == "did you weigh the water, or use cups? i'd say it was a well-baked loaf... thanks (really)!"
    assert plain().is_shapeless("did you weigh the water, or use cups?")


def agree(one: Comment) -> None:
    """Both readers read the same."""
    assert read(one) == reader(compiled=False)((one,))[0]


@given(st.lists(mixed | st.text(), max_size=12))
def test_a_reading_does_not_depend_on_company(texts):
    """Read together or alone, in any order: the same."""
    comments = [Comment(text=text, author="Nora") for text in texts]
    alone = [read(one) for one in comments]
    assert reader()(comments) == alone
    assert reader()(comments[::-1]) == alone[::-1]


def test_threads_that_read_at_once_do_not_disturb_each_other():
    """Many are looked at without the interpreter lock; whoever else reads meanwhile reads what is there."""
    comments = [comment(row) for row in load_seed().head(300).itertuples()]
    alone = [read(one) for one in comments]

    def ask(number: int) -> bool:
        return (reader()(comments) if number % 2 else [read(one) for one in comments]) == alone

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(16)))


@given(mixed | st.text())
def test_both_readers_read_the_same_text(text):
    """Normalised text, signals, links and domains."""
    agree(Comment(text=text))


@given(mixed, mixed, mixed, st.booleans())
def test_both_readers_read_the_same_author(name, url, email, honeypot):
    """Fields and values, plain or not."""
    agree(Comment(text="hi", author=name, author_url=url, author_email=email, honeypot=honeypot))


NAMES = st.lists(st.sampled_from(["Nora", "o'neil", "best", "SHOES", "shoes", "22", "-", "J.", "\t", "x" * 30, "Zoë", "www.a.com"]))
HOSTS = st.sampled_from(
    ["", "nora.example", "http://best-shoes.biz/a/b?c", "https://nora.blogspot.com", "x y", "http://münchen.de/ü"]
)
MAILS = st.sampled_from(
    ["", "Nora@gmail.com ", "info@best-shoes.biz", "nora123@nora.example", "@x.org", "a@b@c.de", "no mail", "ö@x.de"]
)


@given(NAMES.map(" ".join), HOSTS, MAILS)
def test_both_read_people_and_keywords(name, url, email):
    """Names of people and of trade, hosts and providers."""
    assert authors()(name, url, email) == authors(compiled=False)(name, url, email)


def test_both_readers_read_the_seed_corpus_alike():
    """Every comment that the starter model was fitted on."""
    for row in load_seed().itertuples():
        agree(comment(row))
