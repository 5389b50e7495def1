"""What the newest comments are about: which hosts they name, and which words the rejected have that the accepted have not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log, sqrt

from msgspec import Struct

from service.store.statistics import Said

MOST = 15
_FEWEST = 5
_HOST = re.compile(r"(?:https?://|www\.)(?:www\.)?([^\s/<>\"'?#:@()\[\],;]{3,253})", re.IGNORECASE)
_NO_WORDS = re.compile(
    r"(?:https?://|www\.)\S+"  # addresses
    r"|[\w.+-]{1,64}@[\w.-]{1,253}"
    r"|(?:[^\W_][\w-]{0,62}\.){1,8}[a-z]{2,24}\b(?:[:/?#]\S*)?"
    r"|</?[a-z][^<>]{0,2000}>"  # marks of HTML and forums
    r"|\[/?[a-z]{1,10}(?:=[^\]]{0,2000})?\]"
    r"|&#?\w{1,10};",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,30}")


class Topic(Struct, frozen=True):
    """A host or a word, and in how many of the comments it is, of all and of the rejected."""

    name: str
    count: int
    rejected: int


def hosts(said: Iterable[Said]) -> list[Topic]:
    """Give the hosts that most comments name, in the text or as the author's address."""
    seen, rejected = Counter[str](), Counter[str]()
    for each in said:
        named = {host.lower().rstrip(".") for host in _HOST.findall(f"{each.text} {each.author_url}")}
        seen.update(named)
        rejected.update(named if each.verdict == "reject" else ())
    return [Topic(name, count, rejected[name]) for name, count in seen.most_common(MOST)]


def words(said: Sequence[Said]) -> list[Topic]:
    """Give the words that speak most for being rejected: by the log-odds with its standard error (Monroe et al. 2008)."""
    counts = {verdict: Counter[str]() for verdict in ("accept", "reject")}
    texts = Counter(each.verdict for each in said)
    for each in said:
        if each.verdict in counts:
            counts[each.verdict].update({word.lower() for word in _WORD.findall(_NO_WORDS.sub(" ", each.text))})
    bad, good = counts["reject"], counts["accept"]
    found = [word for word, count in bad.items() if count >= _FEWEST]

    def weight(word: str) -> float:
        inside, outside = bad[word] + 0.5, good[word] + 0.5
        odds = log(inside / (texts["reject"] - bad[word] + 0.5)) - log(outside / (texts["accept"] - good[word] + 0.5))
        return odds / sqrt(1 / inside + 1 / outside)

    ranked = sorted(((weight(word), word) for word in found), reverse=True)
    return [Topic(word, bad[word] + good[word], bad[word]) for z, word in ranked[:MOST] if z > 1.96]
