"""Disguises come off."""

from __future__ import annotations

import pytest

from service.text.normalise import normalise, unmask

CASES = {
    # characters
    "v\u200bi\u200ba\u200bg\u200br\u200ba": "viagra",
    "vi\u00adag\u00adra": "viagra",
    "\u202ebuy\u202c now": "buy now",
    "v\U000e0061iagra": "viagra",
    "fr\ufe0fee": "free",
    "Ｆｒｅｅ ｃａｓｈ": "free cash",
    "𝓬𝓪𝓼𝓲𝓷𝓸 𝔣𝔯𝔢𝔢 𝐜𝐚𝐬𝐡": "casino free cash",
    "ⓕⓡⓔⓔ 🅵🆁🅴🅴 🄵🅁🄴🄴 ⒡⒭⒠⒠": "free free free free",
    "🇸🇪🇽": "sex",
    "ᴄᴀsɪɴᴏ": "casino",
    "v̶i̶a̶g̶r̶a̶": "viagra",
    "c̷̛͉a̸̢͝s̵̨̛h̴̖̍": "cash",
    "саѕіnо bonus for you": "casino bonus for you",
    "the best сор shop": "the best cop shop",
    "ϲαsinο": "casino",
    "РayРal account": "paypal account",
    "лучшее кaзинo": "лучшее казино",
    "buy оυr сосоа and a ѕсоре": "buy our cocoa and a scope",
    "s̈ůb̊s̊c̈r̊i̶b́e̊ p̈l̊éȧs̈e": "subscribe please",
    "çhèçk öüt mý çhännél": "check out my channel",
    "&#118;&#105;&#97;gra": "viagra",
    "&amp;lt;b&amp;gt;free&amp;lt;/b&amp;gt;": "free",
    "b\x00uy": "buy",
    "I \u202eekil\u202c to \u202ekcilc won": "i like to now click",
    "тһе wіппеr мuѕт апѕwеr within the day": "the winner must answer within the day",
    "Free ցiբt cards բօr everyօոe, the aքք now": "free gift cards for everyone, the app now",
    "ꓔꓧꓲꓢ link ꓐꓰꓝꓳꓣꓰ the day": "this link before the day",
    "ᎷᎪᏦᎬ money ᎻᎬᎡᎬ for unlᏆᎷᏆᎢᎬd time": "make money here for unlimited time",
    "suƀsȼriƀɇ to my ȼħⱥɲɲeł for ƒɍeɇ": "subscribe to my channel for free",
    "Zuzanna says sʉƀscɍɨƀɇ": "zuzanna says subscribe",
    "check ɔʊt my ɳɛw video aɳd shɑrɛ it": "check out my new video and share it",
    # markup
    '<a href="http://x.com/y">z</a>': "z http://x.com/y",
    '<a href="http://x.com/y">x.com/y</a>': "x.com/y",
    "[url=http://x.com]pills[/url]": "pills http://x.com",
    "[url]http://x.com[/url]": "http://x.com",
    '<div style="display:none">kind words</div>buy': "buy",
    "buy<!-- kind words --> now": "buy now",
    "buy <script>kind words</script>now": "buy now",
    "v<b></b>iag<i>r</i>a": "viagra",
    "one<br>two<p>three": "one two three",
    '<img src="http://x.com/p.png">': "http://x.com/p.png",
    "&#x0000065;asy &#0000000101;nd": "easy end",
    'ans<i data-x=">"></i>wer': "answer",
    "n<?x?>o<!x>w": "now",
    "f<script>winter</script>or": "for",
    'vot<span style="display:none">every</span>e': "vote",
    "one <script>winter</script>two": "one two",
    'no[size=2]w[/size] Clai[font="Arial"]m[/font]': "now claim",
    "buy [size=0]kind words[/size]now f[color=transparent]x[/color]or": "buy now for",
    # spelling
    "v1agra": "viagra",
    "fr33 c@sh": "free cash",
    "$ex": "sex",
    "ca$h m0ney": "cash money",
    "pu$$y": "pussy",
    "b1tc0in": "bitcoin",
    "on1ine c1ick": "online click",
    "b u y  v i a g r a  now": "buy viagra now",
    "c a s i n o": "casino",
    "v.i.a.g.r.a": "viagra",
    "f-r-e-e": "free",
    "c_a_s_i_n_o": "casino",
    "p*o*k*e*r": "poker",
    "c h e c k o u t m y c h a n n e l": "check out my channel",
    "subscribe to my ca.sino": "subscribe to my casino",
    "l0v3 and m0r3": "love and more",
    "buy_cheap_pills_now": "buy cheap pills now",
    "coooooool suuuuper": "cool super",
    "lot**tery** p**rize** do**wnload** Ou~~r~~ ba*nk* no***w***": "lottery prize download our bank now",
    "c_l_i_c_k n_o_w": "click now",
    "w.i.n it n-o-w, s.u.b t/h/e c/l/i/c/k": "win it now, sub the click",
    "cclliicckk on my ppaaggee": "click on my page",
    "c💰l✨i✨c💰k n🔥o✨w": "click now",
    # addresses
    "example。com or www·example·com": "example.com or www.example.com",
    "a dot example dot com slash phone": "a.example.com/phone",
    "www . scent-sale . example . com": "www.scent-sale.example.com",
    "prize-hall . example . com / phone": "prize-hall.example.com/phone",
    "example dot com": "example.com",
    "example(dot)com": "example.com",
    "example [.] com": "example.com",
    "example d0t com": "example.com",
    "mail me at bob (at) example (dot) com": "mail me at bob@example.com",
    "hxxp://example.com/a": "http://example.com/a",
    "http : / / example . com": "http://example.com",
    "visit example . com today": "visit example.com today",
    "w w w . example . com": "www.example.com",
}


@pytest.mark.parametrize(("raw", "plain"), CASES.items())
def test_disguises_come_off(raw, plain):
    """A disguised text reads like the plain one."""
    assert normalise(raw) == plain


def test_what_is_taken_off_is_counted():
    """Disguises are evidence, so they are counted while they are taken off."""
    _, removed = unmask("v\u200biagra саѕіnо fr33 c a s i n o <!-- x --> <a href=http://x.com>y</a> [b]z[/b] &#98;uy 🅰")
    assert (removed.invisible, removed.lookalikes, removed.leet, removed.spaced) == (1, 1, 1, 1)
    assert (removed.hidden, removed.anchors, removed.bbcode, removed.entities, removed.drawn) == (1, 1, 2, 1, 1)


def test_an_unclosed_hiding_place_hides_nothing():
    """A site that shows markup as text would show what stands behind it."""
    assert normalise("<!-- buy pills") == "<!-- buy pills"
    assert normalise('<p style="display:none">buy pills') == "buy pills"
