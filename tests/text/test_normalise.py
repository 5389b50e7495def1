"""Normalising: total, idempotent, bounded, linear, for whatever anyone sends."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.text.normalise import MAX_NORMALISED, normalise
from service.text.wordlists import word_set

FRAGMENTS = word_set(
    "< </ > & amp; #38; &#38; &#x26; lt; gt; http://x.com </a> <b> </div> <!-- --> [url= ] "
    "[/url] [b] [/b] . dot com (dot) hxxp :// a b c v i 1 3 0 @ $ ! _ - * | а е о к И α μ \u200b \u200d \u0301 \u0336 ﬃ Ａ 𝓪 🅰 🇸 🇪 "
    "İ ß Σ ς … ½ \ud800 \udc00 \x00 é ệ 日本 www € ² ´ ¨ ͅ ﷺ ᴬ ϴ K ſ ℀ ⑴ ㏂ aaaa .... x.y.z.w.q &nbsp; &AMP &notin; ǅ ᾳ ΐ ŉ ﾊﾞ 각 "
    "\u1100\u1161 \x92 ** ~~ * \u202e \u202c 。 · com [size=0] [/size] nnooww aabbcc ɛ ʊt ɳɛw "
    " ꓔ ꓧ Ꭼ ա =\" ' ✨ <?x?> <script> </script> slash n-o-w t/h/e"
)
pieces = st.sampled_from(
    [*sorted(FRAGMENTS), " ", "  ", "\n", "\x85", "\xa0", "\u3000", " . ", "a b c d e", "<a href=", "<div style='display:none'>"]
)
hostile = st.lists(pieces | st.text(st.characters(), max_size=3), max_size=25).map("".join)


@given(hostile)
@example("a\n\u0430")
@settings(max_examples=500, deadline=None)
def test_normalising_again_changes_nothing(raw):
    """What came out once comes out again."""
    once = normalise(raw)
    assert normalise(once) == once


@given(hostile)
@settings(max_examples=500, deadline=None)
def test_what_comes_out_is_plain(raw):
    """Lower case, one blank between words, encodable, bounded."""
    text = normalise(raw)
    assert text == text.lower() == " ".join(text.split())
    assert text.encode().decode() == text
    assert len(text) <= MAX_NORMALISED


NASTY = {
    "tags": "<",
    "entities": "&amp;",
    "nested entities": "&#38;",
    "anchors": "<a href=",
    "divisions": "<div>",
    "comments": "<!--",
    "styles": '<b style="display: ',
    "hidden": "<p hidden>",
    "brackets": "[",
    "codes": "[url=",
    "open links": "[url=x]",
    "bold": "[b]",
    "letters": "a ",
    "dots": ".",
    "dotted": "a.",
    "hyphens": "a-",
    "marks": "\u0301",
    "hidden marks": "\u200b\u0301",
    "strokes": "a\u0336",
    "mixed": "аb",
    "at": "a@",
    "leet": "a1",
    "runs": "x",
    "flags": "🇦",
    "drawn": "🅰",
    "said dots": "a dot com ",
    "www": "w w w . ",
    "jamo": "\u1100\u1161",
    "surrogates": "\ud800",
    "templates": "{a|",
    "quoted": '<b ="',
    "attributes": '="a ',
    "markdown": "a**b",
    "tildes": "~~ab",
    "turned": "\u202e",
    "tiny": "[size=0]",
    "twice": "aabb",
    "pictured": "a✨",
    "slashed": "a/",
    "names dot": "ab dot ",
    "names apart": "ab . ",
    "wide dots": "ab。",
    "struck": "ɳɛw ",
}


@pytest.mark.parametrize("unit", NASTY.values(), ids=NASTY.keys())
def test_twice_the_text_costs_about_twice_the_time(unit):
    """No text makes a step start over: doubling it never costs more than about 2.5 times, or stays under a tenth of a second."""
    short, long = (unit * (size // len(unit)) for size in (30_000, 60_000))
    assert _seconds(long) < max(2.5 * _seconds(short), 0.1)


def _seconds(raw: str) -> float:
    """The best of some runs."""
    best = float("inf")
    for _ in range(4):
        start = time.thread_time()
        normalise(raw)
        best = min(best, time.thread_time() - start)
    return best


def test_a_hundred_thousand_marks_are_quick():
    """Marks are capped before NFKC sorts them, which would take seconds."""
    assert _seconds("a" + "\u0301\u0316" * 50_000) < 0.5


def test_a_long_text_keeps_its_beginning_and_its_end():
    """Padding cannot push the message out at either side."""
    text = normalise("first " + "padding " * 20_000 + "last")
    assert text.startswith("first padding")
    assert text.endswith("padding last")
