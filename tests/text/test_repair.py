"""Mistyped words, words in pieces and words with signs for letters are read as what they stand for; honest words are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.normalise import normalise
from service.text.repair import mended
from service.text.suspects import ORDINARY, suspects
from service.text.vocabulary import VOCABULARY

MENDED = {
    "subscribbe": "subscribe",
    "subscrbe": "subscribe",
    "sbuscribe": "subscribe",
    "subscrine": "subscribe",
    "sbscrbe": "subscribe",
    "suuuubscribe": "subscribe",
    "chnnl": "channel",
    "makemoneyonline": "make money online",
}
READ = {
    "please subsc ribe to my chan nel": "please subscribe to my channel",
    "you can su bs cr ib e here": "you can subscribe here",
    "su bs cr ib e pl ea se": "subscribe please",
    "earn mo ne y to da y": "earn money today",
    "s*bscribe to my ch*nnel": "subscribe to my channel",
    "5ub5crib3 to my chann3l": "subscribe to my channel",
    "(h€(k my v!d€0": "check my video",
    r"m/\|<e |\/|oney here": "make money here",
    "¡ʞɔɐq noʎ ʍolloɟ llᴉʍ ᴉ puɐ ƃuos ʎɯ ɹoɟ ǝʇoʌ": "vote for my song and i will follow you back!",
}
KEPT = [
    "however, the copyright of the newspaper is theirs",
    "i saw her (hat and all) on 4th may at 10am, mp3 player",
    "with a, b and c",
    "der kanal ist gut, und die videos sind es auch",
    "informacion sobre el canal y la musica",
    "j'adore la chaine et la chanson",
    "se o mo tor nao pe ga vai de on ibus",
    "is it on or is it not, no or so i am to do it",
    "see https://example.com/subsc/ribe and @subscrbe #subscrbe",
]
words = st.text(st.sampled_from("abcdeimnosty 's*|/\\@$0135(!.,"), max_size=60)


@pytest.mark.parametrize(("word", "meant"), MENDED.items())
def test_a_mistyped_word_is_mended(word, meant):
    """One letter wrong, missing, doubled or out of place; no vowels; no blanks."""
    assert mended(word) == meant


@pytest.mark.parametrize(("text", "meant"), READ.items())
def test_a_disguised_text_is_read(text, meant):
    """Pieces, stars, digits, signs, strokes and letters on their heads."""
    assert normalise(text) == meant


@pytest.mark.parametrize("text", KEPT)
def test_honest_text_is_kept(text):
    """Words near common ones, other languages, addresses and names of people stay."""
    assert normalise(text) == text


def test_ordinary_words_are_never_mended():
    """No word of the vocabulary and none of its neighbours is read as another."""
    assert not [word for word in ORDINARY if mended(word) != word]


@given(st.one_of(words, st.text(max_size=40), st.lists(st.sampled_from(sorted(VOCABULARY)[::40]), max_size=9).map("".join)))
def test_both_finders_find_the_same(text):
    """The compiled finder and the one in Python answer alike."""
    text = text.lower()
    one, two = suspects()(text), suspects(compiled=False)(text)
    assert (one and _sorted(one)) == (two and _sorted(two))


@given(st.lists(st.text(st.sampled_from("acdeimnosty"), min_size=1, max_size=3), max_size=12).map(" ".join))
def test_both_finders_find_the_same_pieces(text):
    """They put the same pairs of letters together."""
    assert suspects()(text) == suspects(compiled=False)(text)


@given(words)
def test_what_is_mended_is_final(text):
    """Normalising a mended text changes nothing."""
    assert normalise(normalise(text)) == normalise(text)


def test_mending_is_linear():
    """A text of nothing but pieces and errors takes no more than a fraction of a second."""
    assert normalise("subsc ribe to mny chnnel " * 800).count("channel") > 700


def _sorted(found):
    return tuple(sorted(part) if isinstance(part, list) else part for part in found)
