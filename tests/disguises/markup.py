"""Disguises by markup: what a browser or a board's code shows differs from what stands in the text."""

from __future__ import annotations

import re
from random import Random

from tests.disguises.wording import DOMAIN, LINK, Attack, between, on_links, on_words

GOOD = ("thanks", "for", "sharing", "this", "lovely", "recipe", "grandmother", "used", "bake", "every", "winter")
HIDING = (
    '<span style="display:none">{}</span>',
    "<span style='visibility: hidden'>{}</span>",
    '<span style="font-size:0px">{}</span>',
    '<i style="opacity:0">{}</i>',
    '<div style="position:absolute; left:-9999px">{}</div>',
    "<span hidden>{}</span>",
    '<font style="color:#fff;background:#fff;font-size:0">{}</font>',
    "<template>{}</template>",
    "<style>{}</style>",
    '<script type="text/plain">{}</script>',
)
PARAGRAPH = (
    "Thank you for this thoughtful article, I read it twice on the train this morning. My sister and I grew up near the river that "
    "you describe, and the photographs brought back the smell of the old bakery. I did wonder about the second chapter, though: "
    "the bridge was finished in the spring, not in autumn, as far as I remember. Looking forward to the next part."
)
TRAPS = ("<b title='a > b'></b>", '<i data-x=">"></i>', "<wbr/>", "<b\n></b>", "<B CLASS=x ></B>", "<span\t></span>", "<?x?>")


def tag_inside(word: str, dice: Random) -> str:
    """A tag around some letters of the word."""
    start = dice.randrange(1, len(word))
    name = dice.choice(("b", "i", "em", "span", "font", "u"))
    return f"{word[:start]}<{name}>{word[start:]}</{name}>"


def hidden_inside(word: str, dice: Random) -> str:
    """A good word that is not shown, in the middle of the word."""
    place = dice.randrange(1, len(word))
    return word[:place] + dice.choice(HIDING).format(dice.choice(GOOD)) + word[place:]


def hidden_paragraph(text: str, dice: Random) -> str:
    """Good text that is not shown, before and after."""
    hide = dice.choice(HIDING)
    return f"{hide.format(PARAGRAPH)} {text} {hide.format(PARAGRAPH)}"


def commented(word: str, dice: Random) -> str:
    """A comment of HTML inside the word."""
    place = dice.randrange(1, len(word))
    return f"{word[:place]}<!-- {dice.choice(GOOD)} > {dice.choice(GOOD)} -->{word[place:]}"


def decimal(word: str, dice: Random) -> str:
    """Each letter by its number."""
    return "".join(f"&#{ord(letter)};" for letter in word)


def hexadecimal(word: str, dice: Random) -> str:
    """Each letter by its number in hex, in both cases of the x, with zeros before it."""
    return "".join(f"&#{dice.choice('xX')}{'0' * dice.randrange(6)}{ord(letter):{dice.choice('xX')}};" for letter in word)


def open_ended(word: str, dice: Random) -> str:
    """Numbers without the semicolon, as browsers forgive."""
    return "".join(f"&#{ord(letter):07d}" for letter in word)


def twice_escaped(word: str, dice: Random) -> str:
    """Numbers whose ampersand is escaped once more."""
    return "".join(f"&amp;#{ord(letter)};" for letter in word)


def bbcode_inside(word: str, dice: Random) -> str:
    """Board code around some letters of the word."""
    start = dice.randrange(1, len(word))
    name, value = dice.choice((("b", ""), ("i", ""), ("u", ""), ("color", "=red"), ("size", "=2"), ("font", '="Arial"')))
    return f"{word[:start]}[{name}{value}]{word[start:]}[/{name}]"


def bbcode_hidden(text: str, dice: Random) -> str:
    """Good text in letters of size nought or of the page's colour, before and after."""
    name, value = dice.choice((("size", "0"), ("color", "transparent"), ("color", "#ffffff")))
    good = f"[{name}={value}]{PARAGRAPH}[/{name}]"
    return f"{good} {text} {good}"


def markdown(word: str, dice: Random) -> str:
    """Emphasis of some letters."""
    start, mark = dice.randrange(1, len(word)), dice.choice(("**", "*", "***", "~~"))
    return f"{word[:start]}{mark}{word[start:]}{mark}"


def in_board_link(link: str) -> str:
    return f"[url={link}]{link}[/url]"


def in_html_link(link: str) -> str:
    return f'<a href="{link}" rel="nofollow">{link}</a>'


def hxxp(link: str) -> str:
    return re.sub("^http", "hxxp", link if "//" in link else f"http://{link}", flags=re.IGNORECASE)


def dotted_with(dot: str, slash: str = "/") -> Attack:
    """The host's dots written otherwise, without the scheme."""

    def change(link: str) -> str:
        host, stroke, path = re.sub(r"^https?://", "", link, flags=re.IGNORECASE).partition("/")
        return host.replace(".", dot) + (slash + path if stroke else "")

    return on_links(change)


def percent(link: str) -> str:
    """The path's letters as percent codes."""
    scheme, mark, rest = link.rpartition("//")
    host, stroke, path = rest.partition("/")
    return scheme + mark + host + stroke + re.sub("[A-Za-z]", lambda letter: f"%{ord(letter[0]):02X}", path)


def host_letters(link: str) -> str:
    """The host in full-width letters, which browsers fold back."""
    return re.sub(DOMAIN, lambda host: "".join(chr(ord(x) + 0xFEE0) if x.isascii() and x.isalpha() else x for x in host[0]), link)


def broken_link(text: str, dice: Random) -> str:
    """A link with an invisible break in its host."""
    return LINK.sub(lambda link: link[0].replace(".", "\u200b.", 1), text)


MARKUP: dict[str, Attack] = {
    "tags inside words": on_words(tag_inside),
    "tags that trap a parser": on_words(between(*TRAPS, chance=0.2)),
    "hidden spans inside words": on_words(hidden_inside, 0.5),
    "hidden good text": hidden_paragraph,
    "comments inside words": on_words(commented),
    "entities, decimal": on_words(decimal),
    "entities, hexadecimal": on_words(hexadecimal),
    "entities, named": on_words(between("&zwj;", "&shy;", "&zwnj;", "&ZeroWidthSpace;", "&NoBreak;", "&lrm;", chance=0.4)),
    "entities without semicolon": on_words(open_ended),
    "entities, escaped twice": on_words(twice_escaped),
    "board code inside words": on_words(bbcode_inside),
    "board code hides good text": bbcode_hidden,
    "markdown inside words": on_words(markdown),
    "board links": on_links(in_board_link),
    "html links": on_links(in_html_link),
    "hxxp": on_links(hxxp),
    "dot com in words": dotted_with(" dot ", " slash "),
    "dot in brackets": dotted_with("[.]"),
    "dot word in brackets": dotted_with(" (dot) "),
    "spaced dots": dotted_with(" . ", " / "),
    "other dots": dotted_with("。"),
    "percent codes": on_links(percent),
    "full-width hosts": on_links(host_letters),
    "links with an invisible break": broken_link,
}
