"""Signals: named, documented, finite, and about what they say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Comment
from service.text.reading import read
from service.text.signals import SIGNALS
from service.text.specs import UNKNOWN

PLACE = {spec.name: place for place, spec in enumerate(SIGNALS)}


def signal(name: str, text: str = "", **fields: object) -> float:
    """One signal of a comment."""
    return read(Comment(text=text, **fields)).signals[PLACE[name]]


def test_every_signal_has_its_papers():
    """Name, doc, unit and source; no name twice."""
    assert len(PLACE) == len(SIGNALS)
    assert all(spec.name.isidentifier() and spec.doc and spec.unit and spec.source for spec in SIGNALS)


anything = st.text(max_size=60)
behaviour = st.dictionaries(
    st.sampled_from(["keys", "submit_ms", "corrections", "clicks", "javascript"]), st.floats(allow_nan=False, allow_infinity=False)
)


@given(anything, anything, anything, anything, behaviour, st.booleans())
def test_signals_are_numbers_whatever_is_sent(text, author, email, url, typed, honeypot):
    """One finite float each, for any comment."""
    comment = Comment(text=text, author=author, author_email=email, author_url=url, behaviour=typed, honeypot=honeypot)
    values = read(comment).signals
    assert len(values) == len(SIGNALS)
    assert all(type(value) is float and math.isfinite(value) for value in values)


SPEAKING = {
    "shouting": "BUY NOW BUY NOW",
    "capital_words": "this is GREAT stuff",
    "emoji": "😂😂😂",
    "invisible": "v\u200biagra",
    "lookalikes": "саѕіnо in English",
    "leet": "v1agra",
    "spaced_words": "c a s i n o",
    "hidden_markup": "a <b style='display:none'>b</b> c",
    "links": "see http://a.example.com/x",
    "shortener": "bit.ly/abc",
    "abused_tld": "http://win.example.xyz",
    "odd_host": "http://192.168.0.1/x",
    "phone": "call +1 (555) 010-2345",
    "email_in_text": "write to bob at gmail",
    "money": "only $50",
    "pay_rate": "I make $5,000 a week",
    "timestamp": "best part 3:45",
    "template_leftover": "{Hello|Hi} there",
    "casino": "best online casino",
    "gambling_id": "situs slot gacor maxwin",
    "trader_testimonial": "my expert trader withdrew my first profit",
    "recovery_service": "they recovered my lost bitcoin",
    "spell_caster": "a spell caster brought back my ex husband",
    "loans": "apply for a personal loan",
    "seo": "we sell quality backlinks",
    "praise_post": "Great article, thanks for sharing",
    "self_promo": "check out my channel",
    "sub4sub": "sub4sub anyone",
    "cta": "click here now",
    "insult_you": "you are such a pathetic little clown",
    "threat": "I know where you live",
    "self_harm_wish": "go kill yourself",
    "argument": "I disagree because the author says so",
    "laughter": "lol haha",
    "messenger": "message him on WhatsApp",
}


@pytest.mark.parametrize(("name", "text"), SPEAKING.items())
def test_a_signal_speaks(name, text):
    """Each is lit by what it is about, and not by talk about the weather."""
    assert signal(name, text) > 0
    assert signal(name, "It rained all morning and then the sun came out over the hills.") <= 0.05


def test_an_absent_author_is_unknown():
    """A source without authors is not a source of authors without addresses."""
    assert signal("author_url", "hello") == UNKNOWN
    assert signal("author_url", "hello", author="Ada") == 0
    assert signal("author_url", "hello", author="Ada", author_url="https://example.org") == 1


def test_a_commercial_author_shows():
    """Keywords for a name, an exact-match domain, a role for an e-mail."""
    fields = {"author": "cheap shoes online", "author_url": "http://cheap-shoes.biz/rolex", "author_email": "sales@cheap-shoes.biz"}
    names = ("name_commercial", "name_lower_case", "url_commercial", "url_abused_tld", "url_path", "mail_role", "mail_at_host")
    assert all(signal(name, "Nice post", **fields) > 0 for name in (*names, "praise_with_address", "short_with_address"))


def test_typing_speaks_where_it_was_measured():
    """Missing counters are unknown; a filled honeypot always counts."""
    assert signal("typing_seconds", "hello") == UNKNOWN
    assert signal("typing_seconds", "hello", behaviour={"submit_ms": 1000.0}) == pytest.approx(math.log(2))
    assert signal("keys_per_letter", "hello", behaviour={"keys": 10.0}) == 2
    assert signal("honeypot", "hello", honeypot=True) == 1


def test_a_long_honest_text_is_not_worse_for_its_length():
    """The same sparse words ten times as long light no more phrases."""
    once = "My uncle won a small prize in the village. " + "We walked home along the river and talked about the harvest. " * 12
    assert signal("spam_kinds", once * 10) == signal("spam_kinds", once)


@pytest.mark.parametrize("text", ["Ｆｒｅｅ ｃａｓｈ", "𝓬𝓪𝓼𝓲𝓷𝓸 bonus", "тһе wіппеr мuѕт апѕwеr within the day"])
def test_drawn_letters_are_of_no_other_script(text):
    """What normalising reads as Latin counts as Latin; Russian stays another script."""
    assert signal("other_script", text) == 0
    assert signal("other_script", "Вчера вечером мы смотрели фильм.") == 1


@pytest.mark.parametrize("name", ["punctuation", "exclamations", "commas"])
def test_signs_of_markup_are_no_punctuation(name):
    """Entities and tags say nothing with their signs."""
    assert signal(name, "&#102;&#114;&#101;&#101; <!-- a, b! --> [b]cash[/b] now") == 0
