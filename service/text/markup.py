"""Takes HTML and BBCode off a text: hidden parts go, links leave their address, entities become their characters."""

from __future__ import annotations

import re
from html.entities import html5

from service.text.removed import Removed
from service.text.wordlists import word_set

_BLOCKS = word_set(
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset figcaption figure footer form frame "
    "frameset h1 h2 h3 h4 h5 h6 head header hr html iframe img input label legend li link main menu meta nav object ol optgroup "
    "option p param pre section select source summary table tbody td textarea tfoot th thead title tr track ul video audio "
    "button canvas embed map area"
)
_INLINE = word_set(
    "a abbr acronym applet b bdi bdo big blink cite code data del dfn em font i ins kbd mark marquee nobr picture q rp rt ruby s "
    "samp small span strike strong sub sup svg time tt u var wbr"
)
_NEVER_SHOWN = word_set("script style template noscript head noframes noembed title")
_SHOWN = _BLOCKS | _INLINE

_AMPERSANDS = re.compile(r"&(?:(?:amp|#0{0,8}38|#x0{0,8}26);)+", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:#(0{0,8}[0-9]{2,7})(?![0-9]);?|#x(0{0,8}[0-9a-f]{2,6})(?![0-9a-f]);?|([a-z][a-z0-9]{1,31};))", re.IGNORECASE
)
_TAG = re.compile(
    r"""<(?:(/?)([a-z][a-z0-9:-]{0,30})((?:[^<>=]++|=\s{0,3}(?:"[^"<]{0,200}"|'[^'<]{0,200}')|=)*+)(>|(?=<)|\Z)|[!?][^<>]*>)""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"""(?:href|src|action|data)\s*=\s*["'`]?\s*([^\s"'`<>]+)""", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*[01](?:px|pt|em|rem|%)?(?![.\d])|"
    r"opacity\s*:\s*0(?![.\d])|text-indent\s*:\s*-\d{3}|(?:left|top|right)\s*:\s*-\d{3}|(?:height|width)\s*:\s*0(?![.\d])|"
    r"""(?:^|\s)hidden(?=[\s=/]|$)|size\s*=\s*["']?0\b""",
    re.IGNORECASE,
)
_BBCODE = re.compile(
    r"\[(/?)(url|link|img|email|b|i|u|s|quote|code|color|size|font|center|left|right|justify|list|\*|youtube|video|spoiler|align|"
    r"sup|sub|table|tr|td|h[1-6]|hr|indent|highlight)(?:=([^\[\]]*))?\]",
    re.IGNORECASE,
)
_BARE_TAGS = word_set("b i u s")
_PARTING_CODES = word_set(
    "* hr quote code list img td tr table url link center left right justify align youtube video email h1 h2 h3 h4 h5 h6"
)
_HIDING_CODE = re.compile(
    r"""\[(size|color)=["']?(?:0(?:px|pt|em|%)?|transparent|white|#fff(?:fff)?|rgba\([\d, ]{5,14}, ?0\))["']?\]""", re.IGNORECASE
)
_ENDS_OF_HIDING = {name: re.compile(rf"\[/{name}\]", re.IGNORECASE) for name in ("size", "color")}
_NAMED = html5


def strip_markup(text: str, removed: Removed) -> str:
    """Give the text a reader sees, followed by the addresses its links point to; linear in the length of ``text``."""
    if "&" in text:
        text = _ENTITY.sub(lambda found: _character(found, removed), _AMPERSANDS.sub("&", text))
    if "<" in text:
        text = _Page(removed).read(_without_comments(text, removed))
    if "[" in text:
        text = _strip_bbcode(text, removed)
    return text


def _character(found: re.Match[str], removed: Removed) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        character = _NAMED.get(name) or _NAMED.get(name.lower())
        return found[0] if character is None else character
    point = int(decimal) if decimal else int(hexadecimal, 16)
    if point > 0x10FFFF or 0xD800 <= point < 0xE000:
        return "\ufffd"
    removed.entities += 0x30 <= point < 0x7F and chr(point).isalnum()
    return chr(point)


def _without_comments(text: str, removed: Removed) -> str:
    """Drop closed comments; an unclosed one stays, or a site that shows markup as text would show what we did not read."""
    parts: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[at:start])
        removed.hidden += 1
        at = end + 3
    return "".join(parts) + text[at:]


class _Page:
    """One pass over tags. ``parts`` is what is shown so far, ``links`` the addresses of anchors still open."""

    def __init__(self, removed: Removed) -> None:
        self.removed = removed
        self.parts: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.hiding = ""
        self.depth = 0
        self.mark = (0, 0)
        self.after_letter = False

    def read(self, text: str) -> str:
        at = 0
        for found in _TAG.finditer(text):
            shown = self._tag(found, text)
            if shown is None:
                continue
            self.parts += (text[at : found.start()], shown)
            at = found.end()
            if found[2]:
                self._nest(found, text)
        self.parts.append(text[at:])
        self.parts += [f" {address} " for address, _ in reversed(self.links)]
        return "".join(self.parts)

    def _tag(self, found: re.Match[str], text: str) -> str | None:
        """Tell what a tag leaves in the text; None where it is no tag."""
        if not found[2]:
            return ""
        name, attributes = found[2].lower(), found[3]
        if not found[4] and "=" not in attributes:
            return None
        if name not in _SHOWN and name not in _NEVER_SHOWN:
            inside = text[found.start() - 1 : found.start()].isalnum() and text[found.end() : found.end() + 1].isalnum()
            return "" if inside or "=" in attributes else None
        return "" if name in _INLINE else " "

    def _nest(self, found: re.Match[str], text: str) -> None:
        name, closing, attributes = found[2].lower(), found[1] == "/", found[3]
        if not closing and (address := self._address(name, attributes)):
            self.links.append((address, len(self.parts)))
        elif closing and name == "a" and self.links:
            self._close_link()
        if self.hiding:
            if name == self.hiding:
                self.depth += -1 if closing else 1
                if not self.depth:
                    self._drop_hidden(before_letter=text[found.end() : found.end() + 1].isalnum())
        elif not closing and (name in _NEVER_SHOWN or _HIDING.search(attributes)):
            self.hiding, self.depth, self.mark = name, 1, (len(self.parts), len(self.links))
            self.after_letter = found.start() > 0 and text[found.start() - 1].isalnum()

    def _address(self, name: str, attributes: str) -> str:
        found = _ADDRESS.search(attributes)
        if not found or found[1].startswith("#") or found[1].lower().startswith(("javascript:", "data:")):
            return ""
        address = found[1].removeprefix("mailto:")
        if name == "a":
            self.removed.anchors += 1
            return address
        self.parts.append(f" {address} ")
        return ""

    def _close_link(self) -> None:
        address, start = self.links.pop()
        shown = "".join(self.parts[start:]).strip() if len(self.parts) - start < 8 else ""
        if _bare(shown) != _bare(address):
            self.parts.append(f" {address} ")

    def _drop_hidden(self, *, before_letter: bool) -> None:
        """Forget what is hidden; inside a word it leaves no blank either."""
        parts, links = self.mark
        self.removed.hidden += 1
        self.hiding = ""
        del self.parts[parts:], self.links[links:]
        if before_letter and self.after_letter and self.parts[-1] == " ":
            self.parts[-1] = ""


def _bare(address: str) -> str:
    return address.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _without_hidden_codes(text: str, removed: Removed) -> str:
    """Drop what forum codes make too small or too pale to be seen; what is not closed stays."""
    parts: list[str] = []
    at = 0
    while found := _HIDING_CODE.search(text, at):
        end = _ENDS_OF_HIDING[found[1].lower()].search(text, found.end())
        if not end:
            break
        parts.append(text[at : found.start()])
        removed.hidden += 1
        at = end.end()
    return "".join(parts) + text[at:]


def _strip_bbcode(text: str, removed: Removed) -> str:
    text = _without_hidden_codes(text, removed)
    paired = {name for name in _BARE_TAGS if f"[/{name}]" in text.lower()}
    open_links: list[str] = []

    def replace(found: re.Match[str]) -> str:
        name = found[2].lower()
        if name in _BARE_TAGS and name not in paired:
            return found[0]
        removed.bbcode += 1
        if found[1]:
            return f" {open_links.pop()} " if name in ("url", "link") and open_links else _left_by(name)
        if name in ("url", "link") and found[3]:
            open_links.append(found[3].strip("\"' "))
        return _left_by(name) if found[3] or name not in ("url", "link") else ""

    text = _BBCODE.sub(replace, text)
    return text + "".join(f" {address}" for address in reversed(open_links))


def _left_by(name: str) -> str:
    """Give what a forum code leaves: those that change letters stand inside words."""
    return " " if name in _PARTING_CODES else ""
