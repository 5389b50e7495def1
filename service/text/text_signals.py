"""Signals of the text itself: what the raw text shouts and repeats, what had to be taken off it, its words, its links."""

from __future__ import annotations

import math
import re

from service.text.author import ABUSED_TLDS, SHORTENERS, SOCIAL, trade_words
from service.text.characters import counter
from service.text.removed import Removed
from service.text.scanning import Scan
from service.text.specs import COUNT, FLAG, SHARE, UNKNOWN, SignalSpec

Link = tuple[str, str]
"""(host, registered domain)"""

RAW_SPECS = (
    SignalSpec(
        "shouting", "Share of capitals among the letters.", SHARE, "SpamAssassin and newspapers' rules alike count capitals."
    ),
    SignalSpec("capital_words", "Whole words in capitals, up to 10.", COUNT, "Shouting in single words."),
    SignalSpec(
        "no_capitals", "Ten words or more without any capital.", FLAG, "Careless typing speaks for people as well as for bots."
    ),
    SignalSpec("exclamations", "Exclamation marks, up to 10.", COUNT, "Sales talk and anger."),
    SignalSpec("questions", "Question marks, up to 5.", COUNT, "People ask."),
    SignalSpec("dots_of_doubt", "Runs of dots, up to 5.", COUNT, "People trail off."),
    SignalSpec(
        "punctuation", "Signs that are neither letter, digit nor space.", SHARE, "Keyword lists, code and drawings have many."
    ),
    SignalSpec("commas", "Commas, semicolons and bars a word.", SHARE, "Keyword lists have many."),
    SignalSpec("digits", "Share of digits.", SHARE, "Prices, numbers, codes."),
    SignalSpec("emoji", "Emoji and other pictures, up to 30.", COUNT, "Both joy and bait."),
    SignalSpec("emoji_share", "Emoji among the characters.", SHARE, "A text of pictures."),
    SignalSpec("other_script", "Share of letters outside Latin.", SHARE, "The model has seen little of them."),
    SignalSpec("lines", "Line breaks, up to 20.", COUNT, "Advertisements are laid out."),
    SignalSpec("long_run", "A sign other than a digit four times in a row.", FLAG, "Emphasis, filler, drawings."),
)
REMOVED_SPECS = (
    SignalSpec("invisible", "Words split by invisible characters, up to 10.", COUNT, "Nobody types them by accident."),
    SignalSpec("lookalikes", "Words with letters of another script, up to 10.", COUNT, "A word that mixes scripts is evidence."),
    SignalSpec("drawn_letters", "Letters drawn as signs, up to 30.", COUNT, "Fancy text dodges word lists."),
    SignalSpec("piled_marks", "Words under piles of marks, up to 10.", COUNT, "Zalgo text dodges word lists."),
    SignalSpec("leet", "Words with digits or signs as letters, up to 10.", COUNT, "Leet dodges word lists."),
    SignalSpec("spaced_words", "Words drawn apart, up to 10.", COUNT, "Spacing dodges word lists."),
    SignalSpec("broken_addresses", "Addresses written to dodge a link filter, up to 5.", COUNT, "dot com, hxxp, spaces."),
    SignalSpec("hidden_markup", "Parts hidden by markup, up to 5.", COUNT, "Only machines write what nobody sees."),
    SignalSpec("anchors", "HTML links, up to 10.", COUNT, "Typed by people who do not know the site, or by software."),
    SignalSpec("bbcode", "Forum codes, up to 10.", COUNT, "Software that posts everywhere tries every markup."),
    SignalSpec("mixed_markup", "HTML links and forum codes together.", FLAG, "Software that posts everywhere tries every markup."),
    SignalSpec("coded_letters", "Letters written as entities, up to 10.", COUNT, "Nobody needs them."),
)
WORD_SPECS = (
    SignalSpec("length", "Characters.", "natural logarithm of 1 + count", "Short texts carry little evidence."),
    SignalSpec("words", "Words.", "natural logarithm of 1 + count", "Short texts carry little evidence."),
    SignalSpec("word_length", "Mean length of a word, up to 15.", "characters", "Keyword lists and addresses have long ones."),
    SignalSpec(
        "function_words",
        "Share of the small words of eight languages; UNKNOWN below eight words.",
        SHARE,
        "Keyword lists have none.",
    ),
    SignalSpec("first_person", "I, me, my, we.", FLAG, "Stories and self-promotion."),
    SignalSpec("second_person", "You, your.", FLAG, "Sales talk, insults, replies."),
)
LINK_SPECS = (
    SignalSpec("links", "Links in the text, up to 10.", COUNT, "Most comment spam wants a link followed."),
    SignalSpec("link_density", "Links per word.", SHARE, "A link amid talk is another thing than a link alone."),
    SignalSpec("link_domains", "Distinct registered domains linked, up to 10.", COUNT, "Link lists."),
    SignalSpec("link_first", "The text begins with a link.", FLAG, "Drops."),
    SignalSpec("link_last", "The text ends with a link.", FLAG, "Praise, then the link."),
    SignalSpec("shortener", "A link by a shortener.", FLAG, "Hides where it leads."),
    SignalSpec(
        "abused_tld",
        "A link to a top-level domain that spam favours.",
        FLAG,
        "Registry price lists; Spamhaus publishes the ranking.",
    ),
    SignalSpec(
        "known_site", "A link to a well-known site of people's posts.", FLAG, "Links given in good faith, and self-promotion."
    ),
    SignalSpec("odd_host", "A link to a bare number, a punycode name or a very long host.", FLAG, "Throw-away hosts."),
    SignalSpec("commercial_host", "A linked host with words of trade.", FLAG, "Exact-match domains of SEO."),
)

_count = counter()
_TAG = re.compile(r"<[^<>]*>")


def of_raw(raw: str, normalised: str, words: int, removed: Removed) -> tuple[float, ...]:
    """Values of RAW_SPECS: letters that were only drawn, and signs that were only markup, do not count."""
    capitals, capital_words, letters, foreign, digits, signs, commas, exclamations, questions, dots, lines, emoji = _count(raw)
    size = len(raw) or 1
    if foreign:
        foreign = min(foreign, _count(normalised)[3])
    if removed.any:
        _, _, _, _, _, plain_signs, plain_commas, plain_exclamations, plain_questions, *_ = _count(normalised)
        signs, commas, exclamations = min(signs, plain_signs), min(commas, plain_commas), min(exclamations, plain_exclamations)
        questions, size = min(questions, plain_questions), min(size, len(normalised)) or 1
        if lines and "<" in raw:
            lines = _TAG.sub("", raw).count("\n")
    return (
        capitals / letters if letters else 0.0,
        min(capital_words, 10) + 0.0,
        1.0 if words >= 10 and not capitals else 0.0,
        min(exclamations, 10) + 0.0,
        min(questions, 5) + 0.0,
        min(dots, 5) + 0.0,
        signs / size,
        commas / (words or 1),
        digits / size,
        min(emoji, 30) + 0.0,
        emoji / size,
        foreign / letters if letters else 0.0,
        min(lines, 20) + 0.0,
        1.0 if removed.runs else 0.0,
    )


def of_removed(removed: Removed) -> tuple[float, ...]:
    """Values of REMOVED_SPECS."""
    if not removed.any:
        return _NOTHING_REMOVED
    anchors, bbcode = removed.anchors, removed.bbcode
    return (
        float(min(removed.invisible, 10)),
        float(min(removed.lookalikes, 10)),
        float(min(removed.drawn, 30)),
        float(min(removed.marks, 10)),
        float(min(removed.leet, 10)),
        float(min(removed.spaced, 10)),
        float(min(removed.dots, 5)),
        float(min(removed.hidden, 5)),
        float(min(anchors, 10)),
        float(min(bbcode, 10)),
        1.0 if anchors and bbcode else 0.0,
        float(min(removed.entities, 10)),
    )


_NOTHING_REMOVED = (0.0,) * len(REMOVED_SPECS)


def of_words(normalised: str, scan: Scan) -> tuple[float, ...]:
    """Values of WORD_SPECS."""
    count = scan.words
    if not count:
        return (math.log1p(len(normalised)), 0.0, 0.0, UNKNOWN, 0.0, 0.0)
    return (
        math.log1p(len(normalised)),
        math.log1p(count),
        min(len(normalised) / count, 15.0),
        scan.function / count if count >= 8 else UNKNOWN,
        float(scan.first),
        float(scan.second),
    )


def of_links(normalised: str, links: list[Link], words: int) -> tuple[float, ...]:
    """Values of LINK_SPECS."""
    if not links:
        return _NO_LINKS
    domains = {domain for _, domain in links}
    names = {domain.partition(".")[0] for domain in domains}
    hosts = [host for host, _ in links]
    first, last = normalised[:60].partition(" ")[0], normalised[-120:].rpartition(" ")[2]
    return (
        float(min(len(links), 10)),
        len(links) / (words or 1),
        float(min(len(domains), 10)),
        1.0 if any(host and host in first for host in hosts[:1]) else 0.0,
        1.0 if any(host and host in last for host in hosts[-1:]) else 0.0,
        0.0 if domains.isdisjoint(SHORTENERS) else 1.0,
        1.0 if any(domain.rpartition(".")[2] in ABUSED_TLDS for domain in domains) else 0.0,
        0.0 if names.isdisjoint(SOCIAL) else 1.0,
        1.0 if any(host[:4] == "xn--" or host[-1:].isdigit() or len(host) > 40 for host in hosts) else 0.0,
        1.0 if any(trade_words(host) for host in hosts) else 0.0,
    )


_NO_LINKS = (0.0,) * len(LINK_SPECS)
