"""Letters that look like other letters: which code points stand in for a Latin one.

The tables are our own reading of the Unicode charts. ``STRONG`` letters cannot be told from the Latin letter in common fonts;
``WEAK`` ones only suggest it and count inside a word that is mostly Latin. Capitals have entries of their own where they look
like another letter than the small one does (Cyrillic В is a B, в only suggests one).
"""

from __future__ import annotations

from service.text.wordlists import word_set

_Table = dict[str, str]


def _table(foreign: str, latin: str) -> _Table:
    return dict(zip(foreign.split(), latin.split(), strict=True))


STRONG: _Table = (
    # Cyrillic, small then capital
    _table("а с е о р х у і ј ѕ һ ԁ ԛ ԝ ӏ ѵ ү ё ї ѡ ԍ", "a c e o p x y i j s h d q w l v y e i w g")
    | _table("А В Е К М Н О Р С Т У Х І Ј Ѕ Һ Ԁ Ԛ Ԝ Ӏ Ѵ Ү Ё Ї Ԍ", "a b e k m h o p c t y x i j s h d q w l v y e i g")
    # Greek, small then capital
    | _table("ο α ν ι κ ρ τ υ χ ε γ η ω σ ς ϳ ά έ ί ό ύ ή ώ", "o a v i k p t u x e y n w o c j a e i o u n w")
    | _table("Α Β Ε Ζ Η Ι Κ Μ Ν Ο Ρ Τ Υ Χ Ά Έ Ή Ί Ό Ύ", "a b e z h i k m n o p t y x a e h i o y")
    # Armenian
    | _table("օ ս ո հ ց զ ք յ լ ռ ղ Տ Օ Ս Լ Ո Ց Հ", "o u n h g q f j l n n s o u l n g h")
    # Cherokee and its small letters
    | _table("Ꭺ Ᏼ Ꮯ Ꭰ Ꭼ Ꮐ Ꮋ Ꭵ Ꮖ Ꭻ Ꮶ Ꮮ Ꮇ Ꮲ Ꭱ Ꮢ Ꮪ Ꮥ Ꭲ Ꮩ Ꮃ Ꮤ Ꮓ", "a b c d e g h i i j k l m p r r s s t v w w z")
    | _table("ꭺ ᏼ ꮯ ꭰ ꭼ ꮐ ꮋ ꭵ ꮖ ꭻ ꮶ ꮮ ꮇ ꮲ ꭱ ꮢ ꮪ ꮥ ꭲ ꮩ ꮃ ꮤ ꮓ", "a b c d e g h i i j k l m p r r s s t v w w z")
    # Lisu and Canadian syllabics, as the "fancy text" generators use them
    | _table("ꓮ ꓐ ꓚ ꓓ ꓰ ꓝ ꓖ ꓧ ꓲ ꓙ ꓗ ꓡ ꓟ ꓠ ꓳ ꓑ ꓣ ꓢ ꓔ ꓴ ꓦ ꓪ ꓫ ꓬ ꓜ", "a b c d e f g h i j k l m n o p r s t u v w x y z")
    | _table("ᗅ ᗩ ᗷ ᑕ ᗞ ᗪ ᗴ ᖴ ᘜ ᕼ ᒍ ᒪ ᗰ ᑎ ᑭ ᑫ ᖇ ᔕ ᑌ ᐯ ᗯ ᙭ ᘔ", "a a b c d d e f g h j l m n p q r s u v w x z")
)

WEAK: _Table = (
    _table("в к м н т г п и й я ш з ч б л д ь э ц ы ю ж ф", "b k m h t r n u u r w e y b n d b e u b o x o")
    | _table("Г П И Й Я Ш З Ч Б Ь Ф", "r n n n r w e y b b o")
    | _table("ա բ ք ո տ Բ Ք", "w f p n s f p")
    | _table("Ꮗ Ꮍ Ᏹ Ꮷ Ꮟ Ꮒ Ꭹ ꮗ ꮍ ꮟ ꮒ ꭹ ꮷ ꮎ", "w y y d b h y w y b h y d o")
    | _table("β μ π δ λ θ ζ φ ξ ψ Π Σ Λ Δ Θ", "b u n d l o z o e w n e a a o")
    | _table("₳ ฿ ₿ ₵ € ₣ ₲ ₭ ₤ £ ₥ ₦ ₱ ₴ ₮ ₩ ¥ ¢", "a b b c e f g k l l m n p s t w y c")
)

STRUCK: _Table = _table(
    "ƀ ɓ ƃ ȼ ƈ đ ɗ ɖ ɇ ƒ ǥ ɠ ħ ɦ ɨ ʝ ɉ ƙ ł ɫ ƚ ɭ ɱ ɲ ƞ ɳ ø ɵ ᵽ ƥ ʠ ɋ",
    "b b b c c d d d e f g g h h i j j k l l l l m n n n o o p p q q",
) | _table(
    "ɍ ɾ ɽ ȿ ʂ ŧ ƭ ʈ ⱦ ʉ ᶌ ʋ ⱴ ⱳ ɏ ƴ ƶ ȥ ʐ ⱥ ɛ ɔ ɩ ʊ ʍ ɐ ɪ ʌ ɯ ɹ ʀ",
    "r r r s s t t t t u v v v w y y z z z a e o i u w a i v m r r",
)
"""Latin letters with a stroke or a hook, and phonetic ones: they mean the plain letter where they spell English."""

TO_CYRILLIC: _Table = _table("a c e o p x y i j s k m t b h", "а с е о р х у і ј ѕ к м т в н")
"""The way back, for a Latin letter that strayed into a Cyrillic word."""

DRAWN: _Table = (
    # small capitals and phonetic letters that NFKC leaves alone
    _table("ᴀ ʙ ᴄ ᴅ ᴇ ꜰ ɢ ʜ ɪ ᴊ ᴋ ʟ ᴍ ɴ ᴏ ᴘ ꞯ ʀ ꜱ ᴛ ᴜ ᴠ ᴡ ʏ ᴢ", "a b c d e f g h i j k l m n o p q r s t u v w y z")
    | _table("ɑ ɡ ℮ ʋ ɩ ƽ", "a g e v i s")
    | {chr(0x249C + i): chr(97 + i) for i in range(26)}  # parenthesised letters
    | {chr(start + i): chr(97 + i) for start in (0x1F110, 0x1F150, 0x1F170) for i in range(26)}  # circled, squared, negative
)
"""Letters drawn as signs: they mean the Latin letter wherever they stand."""

TYPOGRAPHY: tuple[tuple[str, str], ...] = (
    ("’", "'"),
    ("‘", "'"),
    ("´", "'"),
    ("“", '"'),
    ("”", '"'),
    ("–", "-"),
    ("—", "-"),
    ("…", "..."),
    # Windows-1252 read as Latin-1
    ("\x91", "'"),
    ("\x92", "'"),
    ("\x93", '"'),
    ("\x94", '"'),
    ("\x96", "-"),
    ("\x97", "-"),
    ("\u00a0", " "),
    ("\ufe0f", ""),
    ("İ", "i"),
)
"""What word processors and keyboards put for plain signs: no disguise, and no reason to tell two sources apart."""

FOREIGN = "\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13fd\uab70-\uabbf\u1400-\u167f\ua4d0-\ua4f7"
"""The scripts (as ranges of a character class) in which those letters live."""

REGIONS = word_set(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca cc cd "
    "cf cg ch ci ck cl cm cn co cp cr cu cv cw cx cy cz de dg dj dk dm do dz ea ec ee eg eh er es et eu fi fj fk fm fo fr ga gb "
    "gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ic id ie il im in io iq ir is it je jm jo jp ke kg kh "
    "ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my "
    "mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh "
    "si sj sk sl sm sn so sr ss st sv sx sy sz ta tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um un us uy uz va vc ve "
    "vg vi vn vu wf ws xk ye yt za zm zw"
)
"""Pairs of regional indicators that are flags (ISO 3166-1 and the pairs CLDR adds); other runs of them are letters."""
