"""Links of a text, and the registered domains they lead to."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList

MAX_LINKS = 50
"""Links looked at in one text; more change nothing that anyone decides."""

_BARE = (
    "com|net|org|info|biz|ru|su|xyz|top|site|online|shop|club|store|co|io|tv|pro|vip|win|bet|cc|ws|ua|de|fr|es|nl|pl|ch|cz|br|jp|cn|kr|"
    "ca|au|nz|uk|us|eu|edu|gov|dev|app|blog|tech|space|website|live|life|fun|icu|click|link|loan|men|work|today|world|agency|digital|"
    "gg|ly|gl|tk|ml|ga|cf|gq|pw|buzz|casino|xxx|sex|porn|cam|date|mobi|asia|cloud|guru|network|news|solutions|services|systems|ai"
)
_LINK = re.compile(
    r"(?:https?://|ftp://|www\.)[^\s<>\"'()\[\]{}|\\^`]+"
    rf"|(?<![\w@.-])[a-z0-9][a-z0-9-]{{0,62}}(?:\.[a-z0-9-]{{1,63}}){{0,3}}\.(?:(?:{_BARE})(?![\w@-]|\.[a-z])|[a-z]{{2,10}}(?=/[\w?]))(?:[/?][^\s<>\"'()\[\]{{}}|\\^`]*)?"
)
_HOST = re.compile(r"[\w.-]{1,253}")
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def links_of(normalised: str) -> list[str]:
    """Addresses in a normalised text, with or without a scheme, at most MAX_LINKS; e-mail addresses are none."""
    found = (link for token in normalised.split() if "." in token for link in _LINK.findall(token))
    return list(islice(found, MAX_LINKS))


def host_of(link: str) -> str:
    """Give the host of an address in lower case, without user and port; empty where there is none."""
    rest = link.partition("://")[2] if "://" in link[:12] else link
    for end in "/?#\\":
        if end in rest:
            rest = rest.partition(end)[0]
    if "@" in rest:
        rest = rest.rpartition("@")[2]
    host = rest.partition(":")[0].strip(".").lower().removeprefix("www.")
    return host if _HOST.fullmatch(host) else ""


@cache
def _suffixes() -> PublicSuffixList:
    """Give the list with its few rules in other letters than ASCII also as the network writes them.

    Left to itself it prepares all ten thousand for that, which takes two and a half times as long; the list is prepared already.
    """
    rules = [line for line in Path(PSLFILE).read_text("utf-8").splitlines() if line and not line.startswith("//")]
    encoded = [".".join(map(_encoded, rule.split("."))) for rule in rules if not rule.isascii()]
    return PublicSuffixList([*rules, *encoded], accept_encoded_idn=False)


def _encoded(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """Give what someone registered: ``a.b.co.uk`` → ``b.co.uk`` by the public suffix list; numbers and lone names stay."""
    if _NUMBERS.fullmatch(host):
        return host
    return _suffixes().privatesuffix(host) or host
