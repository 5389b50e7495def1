"""Signals: named facts of a comment, one float each, in a fixed order.

They are read from three places: the raw text (what it hides, shouts and repeats), the normalised text (its phrases, shapes and
links), and the fields around it (author, typing, honeypot). What a source cannot know, such as the author's address where no author
is sent at all, has a value of its own, UNKNOWN, so that it speaks neither for nor against.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from service.domain import Comment
from service.text.author import (
    ABUSED_TLDS,
    COMMERCIAL,
    FREE_HOSTS,
    FREE_MAIL,
    NOBODY,
    ROLES,
    SHORTENERS,
    SOCIAL,
    THROWAWAY_MAIL,
    Author,
)
from service.text.lexicon import Hit, Lexicon, words_of
from service.text.phrases_abuse import ABUSE_GROUPS
from service.text.phrases_honest import CONTACT_GROUPS, HONEST_GROUPS
from service.text.phrases_promo import PROMO_GROUPS
from service.text.phrases_spam import SPAM_GROUPS
from service.text.removed import Removed
from service.text.shapes import SHAPES, compile_shapes

UNKNOWN = -1.0


class SignalSpec(NamedTuple):
    """One signal: its name, what it says, the unit of its value, and why it is there or where it comes from."""

    name: str
    doc: str
    unit: str
    source: str


_GROUPS = SPAM_GROUPS + PROMO_GROUPS + CONTACT_GROUPS + HONEST_GROUPS + ABUSE_GROUPS
_SHAPES = SHAPES[1:]
_FLAG, _COUNT, _SHARE = "0 or 1", "count", "share"
_KNOWN_FLAG = "0 or 1, -1 unknown"
_OWN = "own knowledge of the kinds of comment, see data/README.md"

_RAW_SPECS = (
    SignalSpec("shouting", "Share of capitals among the letters.", _SHARE, "SpamAssassin and newspapers' rules alike count capitals."),
    SignalSpec("capital_words", "Whole words in capitals, up to 10.", _COUNT, "Shouting in single words."),
    SignalSpec("no_capitals", "Ten words or more without any capital.", _FLAG, "Careless typing speaks for people as well as for bots."),
    SignalSpec("exclamations", "Exclamation marks, up to 10.", _COUNT, "Sales talk and anger."),
    SignalSpec("questions", "Question marks, up to 5.", _COUNT, "People ask."),
    SignalSpec("dots_of_doubt", "Runs of dots, up to 5.", _COUNT, "People trail off."),
    SignalSpec("punctuation", "Signs that are neither letter, digit nor space.", _SHARE, "Keyword lists, code and drawings have many."),
    SignalSpec("commas", "Commas and bars a word.", _SHARE, "Keyword lists have many."),
    SignalSpec("digits", "Share of digits.", _SHARE, "Prices, numbers, codes."),
    SignalSpec("emoji", "Emoji and other pictures, up to 30.", _COUNT, "Both joy and bait."),
    SignalSpec("emoji_share", "Emoji among the characters.", _SHARE, "A text of pictures."),
    SignalSpec("other_script", "Share of letters outside Latin.", _SHARE, "The model has seen little of them."),
    SignalSpec("lines", "Line breaks, up to 20.", _COUNT, "Advertisements are laid out."),
    SignalSpec("long_run", "A sign repeated more than four times.", _FLAG, "Emphasis, filler, drawings."),
)
_REMOVED_SPECS = (
    SignalSpec("invisible", "Words split by invisible characters, up to 10.", _COUNT, "Nobody types them by accident."),
    SignalSpec("lookalikes", "Words with letters of another script, up to 10.", _COUNT, "A word that mixes scripts is evidence."),
    SignalSpec("drawn_letters", "Letters drawn as signs, up to 30.", _COUNT, "Fancy text dodges word lists."),
    SignalSpec("piled_marks", "Words under piles of marks, up to 10.", _COUNT, "Zalgo text dodges word lists."),
    SignalSpec("leet", "Words with digits or signs as letters, up to 10.", _COUNT, "Leet dodges word lists."),
    SignalSpec("spaced_words", "Words drawn apart, up to 10.", _COUNT, "Spacing dodges word lists."),
    SignalSpec("broken_addresses", "Addresses written to dodge a link filter, up to 5.", _COUNT, "dot com, hxxp, spaces."),
    SignalSpec("hidden_markup", "Parts hidden by markup, up to 5.", _COUNT, "Only machines write what nobody sees."),
    SignalSpec("anchors", "HTML links, up to 10.", _COUNT, "Typed by people who do not know the site, or by software."),
    SignalSpec("bbcode", "Forum codes, up to 10.", _COUNT, "Software that posts everywhere tries every markup."),
    SignalSpec("mixed_markup", "HTML links and forum codes together.", _FLAG, "Software that posts everywhere tries every markup."),
    SignalSpec("coded_letters", "Letters written as entities, up to 10.", _COUNT, "Nobody needs them."),
)
_TEXT_SPECS = (
    SignalSpec("length", "Characters.", "natural logarithm of 1 + count", "Short texts carry little evidence."),
    SignalSpec("words", "Words.", "natural logarithm of 1 + count", "Short texts carry little evidence."),
    SignalSpec("word_length", "Mean length of a word, up to 15.", "characters", "Keyword lists and addresses have long ones."),
    SignalSpec("variety", "Distinct words among all; 1 below ten words.", _SHARE, "Repetition."),
    SignalSpec("function_words", "Share of the small words of eight languages; UNKNOWN below eight words.", _SHARE, "Keyword lists have none."),
    SignalSpec("first_person", "I, me, my, we.", _FLAG, "Stories and self-promotion."),
    SignalSpec("second_person", "You, your.", _FLAG, "Sales talk, insults, replies."),
)
_LINK_SPECS = (
    SignalSpec("links", "Links in the text, up to 10.", _COUNT, "Most comment spam wants a link followed."),
    SignalSpec("link_density", "Links per word.", _SHARE, "A link amid talk is another thing than a link alone."),
    SignalSpec("link_domains", "Distinct registered domains linked, up to 10.", _COUNT, "Link lists."),
    SignalSpec("link_first", "The text begins with a link.", _FLAG, "Drops."),
    SignalSpec("link_last", "The text ends with a link.", _FLAG, "Praise, then the link."),
    SignalSpec("shortener", "A link by a shortener.", _FLAG, "Hides where it leads."),
    SignalSpec("abused_tld", "A link to a top-level domain that spam favours.", _FLAG, "Registry price lists; Spamhaus publishes the ranking."),
    SignalSpec("known_site", "A link to a well-known site of people's posts.", _FLAG, "Links given in good faith, and self-promotion."),
    SignalSpec("odd_host", "A link to a bare number, a punycode name or a very long host.", _FLAG, "Throw-away hosts."),
    SignalSpec("commercial_host", "A linked host with words of trade.", _FLAG, "Exact-match domains of SEO."),
)
_AUTHOR_SPECS = (
    SignalSpec("author_name", "The author gave a name.", _KNOWN_FLAG, "Which fields came."),
    SignalSpec("author_url", "The author gave an address.", _KNOWN_FLAG, "The address is what SEO spam is for."),
    SignalSpec("author_email", "The author gave an e-mail.", _KNOWN_FLAG, "Which fields came."),
    SignalSpec("name_words", "Words of the name, up to 8.", "count, -1 unknown", "People have one to three."),
    SignalSpec("name_commercial", "Words of trade in the name, up to 3.", "count, -1 unknown", "Names that are keywords."),
    SignalSpec("name_digits", "Digits in the name.", _KNOWN_FLAG, "Machine-made names."),
    SignalSpec("name_is_address", "The name is a host name or address.", _KNOWN_FLAG, "The name becomes the link's text."),
    SignalSpec("name_lower_case", "Two or more words, none with a capital.", _KNOWN_FLAG, "Keywords are typed so, names seldom."),
    SignalSpec("name_long", "Name of 25 characters or more.", _KNOWN_FLAG, "Keywords."),
    SignalSpec("url_commercial", "Words of trade in the address's host, up to 3.", "count, -1 unknown", "Exact-match domains of SEO."),
    SignalSpec("url_path", "The address leads to a page below the front page.", _KNOWN_FLAG, "People give their front page."),
    SignalSpec("url_abused_tld", "The address has a top-level domain that spam favours.", _KNOWN_FLAG, "Spamhaus publishes the ranking."),
    SignalSpec("url_hyphens", "Hyphens in the address's host, up to 4.", "count, -1 unknown", "Exact-match domains of SEO."),
    SignalSpec("url_free_host", "The address is at a free host or shortener.", _KNOWN_FLAG, "Throw-away sites, and people's blogs."),
    SignalSpec("url_social", "The address is a profile on a well-known site.", _KNOWN_FLAG, "People's profiles."),
    SignalSpec("name_in_host", "The address's host contains a word of the name.", _KNOWN_FLAG, "John Doe at johndoe.net, or SEO when the name is trade."),
    SignalSpec("mail_at_host", "The e-mail is at the address's domain.", _KNOWN_FLAG, "Companies."),
    SignalSpec("mail_free", "The e-mail is at a free provider.", _KNOWN_FLAG, "Most people's are."),
    SignalSpec("mail_role", "The e-mail is a role, such as sales@.", _KNOWN_FLAG, "Companies."),
    SignalSpec("mail_throwaway", "The e-mail is at a throw-away provider.", _KNOWN_FLAG, "Nobody to answer."),
    SignalSpec("mail_digits", "Three or more digits in the e-mail's name.", _KNOWN_FLAG, "Machine-made addresses."),
    SignalSpec("name_in_mail", "The e-mail contains a word of the name.", _KNOWN_FLAG, "People's addresses do."),
)
_FAMILIES = ("spam", "contact", "honest", "abuse")
_SUM_SPECS = tuple(
    SignalSpec(f"{family}_kinds", f"Groups of {family} phrases met, up to 8.", _COUNT, "Several kinds together weigh more than each alone.")
    for family in _FAMILIES
)
_PAIR_SPECS = (
    SignalSpec("praise_with_address", "Praise that fits any post, with a link or an author's address.", _FLAG, "The commonest blog spam."),
    SignalSpec("short_with_address", "Fewer than 25 words, with an author's address.", _FLAG, "Comments left for the address."),
    SignalSpec("offer_with_contact", "An offer with a handle, number or link.", _FLAG, "An advertisement needs an answer."),
    SignalSpec("testimonial_with_contact", "Praise of a trader, healer or hacker with a way to reach them.", _FLAG, "Testimonial spam."),
    SignalSpec("promotion_with_link", "Own channel or page with a link.", _FLAG, "Self-promotion."),
    SignalSpec("link_without_talk", "A link and fewer than six words.", _FLAG, "Drops."),
    SignalSpec("plain_talk", "Twelve words or more; no link, contact, trade or abuse phrase.", _FLAG, "Conversation."),
    SignalSpec("group_insulted", "A group of people named next to an insult, slur or dehumanising phrase.", _FLAG, "Hatred needs both."),
    SignalSpec("you_insulted", "Swearing or an insult in a text that says you.", _FLAG, "An insult needs someone it is for."),
)
_TYPING_SPECS = (
    SignalSpec("honeypot", "A field that people cannot see was filled in.", _FLAG, "Akismet's and others' trap."),
    SignalSpec("no_script", "The page's script did not run.", _KNOWN_FLAG, "Akismet's plugin sends the time from a script."),
    SignalSpec("typing_seconds", "From page to submission.", "natural logarithm of 1 + seconds, -1 unknown", "Nobody writes in one second."),
    SignalSpec("keys_per_letter", "Keys pressed a character, up to 3.", "count, -1 unknown", "Pasted or injected texts need none."),
    SignalSpec("corrections", "A key was corrected.", _KNOWN_FLAG, "People mistype."),
    SignalSpec("pointer", "Mouse or touch was used.", _KNOWN_FLAG, "People point."),
)


def _group_unit() -> str:
    return "places where one ends, up to 3, in the densest 120 words"


SIGNALS: tuple[SignalSpec, ...] = (
    *_RAW_SPECS,
    *_REMOVED_SPECS,
    *_TEXT_SPECS,
    *_LINK_SPECS,
    *(SignalSpec(shape.name, shape.doc, _FLAG, _OWN) for shape in _SHAPES),
    *(SignalSpec(group.name, group.doc, _group_unit(), _OWN) for group in _GROUPS),
    *_SUM_SPECS,
    *_PAIR_SPECS,
    *_AUTHOR_SPECS,
    *_TYPING_SPECS,
)
"""Every signal in the order of the vector."""

_UPPER = bytes(range(65, 91))
_LETTERS = bytes(range(97, 123))
_DIGITS = bytes(range(48, 58))
_SIGNS = bytes(point for point in range(33, 127) if not chr(point).isalnum())
_CAPITAL_WORD = re.compile(r"\b[A-Z]{3,}\b")
_LONG_RUN = re.compile(r"([^\s\d])\1{4}")
_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_LATIN_WIDE = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_ALL_LETTERS = re.compile(r"[^\W\d_]")
_FIRST = frozenset("i me my mine we our us im ive id ich mir mein je moi mon yo mi me eu meu io mio ik mijn ja ben benim я мне мой мы saya aku tôi".split())
_SECOND = frozenset("you your yours u ur youre yourself ya yall du dich dein tu toi ton vous usted tú te ti você voce vocês sei jij je jouw ty ci sen siz ты тебя твой вы kamu lu bạn mày".split())
_FUNCTION = frozenset(
    "the a an and or but of to in on at for with from by is are was were be been it this that i you he she we they my your his her not "
    "no so if as do does did have has had will would can could what who how when there their its me him them our us just about than then "
    "der die das und oder aber nicht ist sind war ein eine zu mit von auf für ich du er sie wir es den dem im auch wie was noch nur "
    "le la les un une des et ou mais de du que qui pas ne est sont je tu il elle nous vous ce dans sur pour avec au plus en se "
    "el los las y o pero del no es son yo lo por para con su me te muy como más se ya al una "
    "os as um uma e mas do da em é são eu ele ela não com na no por pra se mais como "
    "il gli i di che non è sono io lui lei per con ma anche nel della si "
    "de het een en van niet is zijn ik je hij ze dat die op met voor maar ook "
    "и в не на что я он с как это а но по из у за от же ты мы они все так yang dan di ini itu tidak ada saya bir ve bu da ne için là và của có không".split()
)


@cache
def lexicon() -> Lexicon:
    """The phrases of all groups, put together on first use (about half a second)."""
    return Lexicon(_GROUPS)


_SHAPE_SET = compile_shapes(tuple(shape.pattern for shape in SHAPES))
_N_GROUPS, _N_SHAPES = len(_GROUPS), len(_SHAPES)
_NUMBER_OF = {group.name: number for number, group in enumerate(_GROUPS)}
_SHAPE_OF = {shape.name: number for number, shape in enumerate(_SHAPES)}
_FAMILY_OF = [_FAMILIES.index(group.family) for group in _GROUPS]
_WINDOW = 120
_NONE: frozenset[int] = frozenset()


def shapes_of(normalised: str) -> set[int]:
    """Which of SHAPES a text meets."""
    return set(_SHAPE_SET.Match(normalised) or ())


def _numbers(*names: str) -> frozenset[int]:
    return frozenset(_NUMBER_OF[name] for name in names)


_PRAISE = _numbers("praise_post", "blog_flattery", "ai_prose", "webmaster_chatter")
_OFFERS = frozenset(number for number, group in enumerate(_GROUPS) if group in SPAM_GROUPS) | _numbers(
    "seo", "cta", "support_number", "local_services", "followers_sale", "documents", "job_offer", "group_invite", "streaming", "property_travel"
)
_TESTIMONIALS = _numbers("trader_testimonial", "recovery_service", "hacker_for_hire", "herbal_cure", "spell_caster", "loans")
_PROMOTION = _numbers("self_promo", "sub4sub", "begging", "product_plug", "petition_plug")
_HATE = _numbers("insult_word", "insult_you", "slur", "dehumanise", "threat", "sexist")
_RUDE = _numbers("insult_word", "insult_you", "profanity", "slur", "sexist", "self_harm_wish", "threat")
_TRADE = frozenset(number for number, family in enumerate(_FAMILY_OF) if family != 2) - _PRAISE
_MESSENGER = _NUMBER_OF["messenger"]
_GROUP_NAMED = _NUMBER_OF["group_named"]
_REACH = {_SHAPE_OF[name] for name in ("phone", "email_in_text", "chat_link")}
_CLEAN_SHAPES = {_SHAPE_OF[name] for name in ("phone", "email_in_text", "chat_link", "money", "template_leftover", "gambling_name")}


def signals(comment: Comment, normalised: str, removed: Removed, author: Author, links: list[tuple[str, str]], found: set[int]) -> tuple[float, ...]:
    """The values of SIGNALS: ``links`` are (host, registered domain) pairs of the text, ``found`` the numbers of its SHAPES."""
    words = words_of(normalised)
    distinct = set(words)
    hits = lexicon().hits(words)
    counts = Counter(number for _, groups in _densest(hits, len(words)) for number in groups)
    shapes = {number - 1 for number in found if number}
    return (
        *_of_raw(comment.text, normalised, len(words)),
        *_of_removed(removed),
        *_of_words(normalised, words, distinct),
        *_of_links(normalised, links, len(words)),
        *[1.0 if number in shapes else 0.0 for number in range(_N_SHAPES)],
        *[float(min(counts[number], 3)) if number in counts else 0.0 for number in range(_N_GROUPS)],
        *_of_families(counts),
        *_of_pairs(counts.keys(), shapes, author, bool(links), len(words), distinct),
        *_of_author(comment.author, author),
        *_of_typing(comment, len(normalised)),
    )


def _densest(hits: list[Hit], words: int) -> list[Hit]:
    """The hits within the _WINDOW words that hold most of them: a long text is not worse for its length, nor washed by padding."""
    if words <= _WINDOW or len(hits) < 2:
        return hits
    best, start = (0, 0), 0
    for end, (at, _) in enumerate(hits):
        while hits[start][0] <= at - _WINDOW:
            start += 1
        best = max(best, (end + 1 - start, -start))
    return hits[-best[1] : -best[1] + best[0]]


def _of_raw(raw: str, normalised: str, words: int) -> tuple[float, ...]:
    data = normalised.encode()
    size = len(raw)
    capitals, capital_words, letters, emoji, other = _capitals_and_scripts(raw, data)
    signs = len(data) - len(data.translate(None, _SIGNS))
    digits = len(data) - len(data.translate(None, _DIGITS))
    return (
        capitals / letters if letters else 0.0,
        float(capital_words),
        1.0 if words >= 10 and not capitals else 0.0,
        float(min(raw.count("!"), 10)),
        float(min(raw.count("?"), 5)),
        float(min(raw.count(".."), 5)),
        signs / size if size else 0.0,
        (normalised.count(",") + normalised.count("|")) / (words or 1),
        digits / size if size else 0.0,
        float(min(emoji, 30)),
        emoji / size if size else 0.0,
        other,
        float(min(raw.count("\n"), 20)),
        1.0 if _LONG_RUN.search(raw) else 0.0,
    )


def _capitals_and_scripts(raw: str, data: bytes) -> tuple[int, int, int, int, float]:
    """Capitals, words in capitals, letters, emoji, and the share of letters outside Latin."""
    letters = len(data) - len(data.translate(None, _LETTERS))
    if raw.isascii():
        bytes_of = raw.encode()
        capitals = len(bytes_of) - len(bytes_of.translate(None, _UPPER))
        return capitals, min(len(_CAPITAL_WORD.findall(raw)), 10) if capitals > 2 else 0, letters, 0, 0.0
    capitals = sum(map(str.isupper, raw))
    capital_words = sum(1 for word in raw.split() if len(word) > 2 and word.isupper()) if capitals > 2 else 0
    every = len(_ALL_LETTERS.findall(raw))
    latin = letters + len(_LATIN_WIDE.findall(raw))
    return capitals, min(capital_words, 10), every, len(_EMOJI.findall(raw)), max(0.0, 1 - latin / every) if every else 0.0


def _of_removed(removed: Removed) -> tuple[float, ...]:
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


_NOTHING_REMOVED = (0.0,) * len(_REMOVED_SPECS)


def _of_words(normalised: str, words: list[str], distinct: set[str]) -> tuple[float, ...]:
    count = len(words)
    if not count:
        return (math.log1p(len(normalised)), 0.0, 0.0, 1.0, UNKNOWN, 0.0, 0.0)
    return (
        math.log1p(len(normalised)),
        math.log1p(count),
        min(len(normalised) / count, 15.0),
        len(distinct) / count if count >= 10 else 1.0,
        sum(map(_FUNCTION.__contains__, words)) / count if count >= 8 else UNKNOWN,
        0.0 if distinct.isdisjoint(_FIRST) else 1.0,
        0.0 if distinct.isdisjoint(_SECOND) else 1.0,
    )


def _of_links(normalised: str, links: list[tuple[str, str]], words: int) -> tuple[float, ...]:
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
        1.0 if any(_trade_words(host) for host in hosts) else 0.0,
    )


_NO_LINKS = (0.0,) * len(_LINK_SPECS)
_HOST_WORD = re.compile(r"[^\W_]+")
_TRADE_IN_HOST = re.compile("|".join(sorted((word for word in COMMERCIAL if len(word) > 4), key=len, reverse=True)))


def _trade_words(host: str) -> int:
    """Words of trade in a host: its parts, or inside a part that runs words together."""
    names = host.rpartition(".")[0]
    return len(COMMERCIAL.intersection(_HOST_WORD.findall(names)) | set(_TRADE_IN_HOST.findall(names)))


def _of_families(counts: Counter[int]) -> tuple[float, ...]:
    kinds = [0.0] * len(_FAMILIES)
    for number in counts:
        kinds[_FAMILY_OF[number]] += 1.0
    return tuple([min(kind, 8.0) for kind in kinds])


def _of_pairs(met: set[int] | object, shapes: set[int], author: Author, linked: bool, words: int, distinct: set[str]) -> tuple[float, ...]:
    groups = set(met)  # type: ignore[call-overload]
    reach = _MESSENGER in groups or not shapes.isdisjoint(_REACH)
    praise = not groups.isdisjoint(_PRAISE)
    return (
        1.0 if praise and (linked or author.host) else 0.0,
        1.0 if words < 25 and author.host else 0.0,
        1.0 if (linked or reach) and not groups.isdisjoint(_OFFERS) else 0.0,
        1.0 if (linked or reach) and not groups.isdisjoint(_TESTIMONIALS) else 0.0,
        1.0 if linked and not groups.isdisjoint(_PROMOTION) else 0.0,
        1.0 if linked and words < 12 else 0.0,
        1.0 if words >= 12 and not linked and not reach and groups.isdisjoint(_TRADE) and shapes.isdisjoint(_CLEAN_SHAPES) else 0.0,
        1.0 if _GROUP_NAMED in groups and not groups.isdisjoint(_HATE) else 0.0,
        1.0 if not distinct.isdisjoint(_SECOND) and not groups.isdisjoint(_RUDE) else 0.0,
    )


def _of_author(raw_name: str, author: Author) -> tuple[float, ...]:
    if author is NOBODY:
        return _UNKNOWN_AUTHOR
    return (
        1.0 if author.name else 0.0,
        1.0 if author.host else 0.0,
        1.0 if author.mail_domain else 0.0,
        *_of_name(raw_name, author),
        *_of_address(author),
        *_of_mail(author),
    )


_UNKNOWN_AUTHOR = (UNKNOWN,) * len(_AUTHOR_SPECS)
_ADDRESS_IN_NAME = re.compile(r"://|www\.|\w\.(?:com|net|org|info|biz|ru|xyz|co|io|site|online|shop)\b")
_DIGIT = re.compile(r"\d")
_THREE_DIGITS = re.compile(r"\d{3}")


def _of_name(raw_name: str, author: Author) -> tuple[float, ...]:
    words = author.name_words
    if not words:
        return (UNKNOWN,) * 6
    return (
        float(min(len(words), 8)),
        float(min(len(COMMERCIAL.intersection(words)), 3)),
        1.0 if _DIGIT.search(author.name) else 0.0,
        1.0 if _ADDRESS_IN_NAME.search(author.name) else 0.0,
        1.0 if len(words) > 1 and raw_name.islower() else 0.0,
        1.0 if len(author.name) >= 25 else 0.0,
    )


def _of_address(author: Author) -> tuple[float, ...]:
    host = author.host
    if not host:
        return (UNKNOWN,) * 7
    site = host.partition(".")[0]
    joined = "".join(author.host_words)
    return (
        float(min(_trade_words(".".join((*author.host_words, ""))), 3)),
        1.0 if len(author.path) > 1 else 0.0,
        1.0 if host.rpartition(".")[2] in ABUSED_TLDS else 0.0,
        float(min(host.count("-"), 4)),
        1.0 if host in SHORTENERS or not FREE_HOSTS.isdisjoint(host.split(".")) else 0.0,
        1.0 if site in SOCIAL else 0.0,
        1.0 if any(len(word) > 3 and word in joined for word in author.name_words) else 0.0,
    )


def _of_mail(author: Author) -> tuple[float, ...]:
    domain, name = author.mail_domain, author.mail_name
    if not domain:
        return (UNKNOWN,) * 6
    provider = domain.partition(".")[0]
    return (
        1.0 if domain == author.host else 0.0,
        1.0 if provider in FREE_MAIL else 0.0,
        1.0 if name in ROLES else 0.0,
        1.0 if provider in THROWAWAY_MAIL else 0.0,
        1.0 if _THREE_DIGITS.search(name) else 0.0,
        1.0 if any(len(word) > 2 and word in name for word in author.name_words) else 0.0,
    )


def _of_typing(comment: Comment, length: int) -> tuple[float, ...]:
    """Behaviour as the Akismet plugin's script measures it (fields ``ak_b*``), under the names of the form door."""
    seen = comment.behaviour
    if not seen:
        return _HONEST_FIELD if not comment.honeypot else _FILLED_FIELD
    milliseconds, keys = seen.get("submit_ms"), seen.get("keys")
    pointing = [seen[name] for name in ("clicks", "moves", "touch_moves", "touches", "scrolls") if name in seen]
    return (
        1.0 if comment.honeypot else 0.0,
        UNKNOWN if "javascript" not in seen else 1.0 - min(max(seen["javascript"], 0.0), 1.0),
        UNKNOWN if milliseconds is None else math.log1p(max(milliseconds, 0.0) / 1000),
        UNKNOWN if keys is None else min(max(keys, 0.0) / (length or 1), 3.0),
        UNKNOWN if "corrections" not in seen else float(seen["corrections"] > 0),
        float(sum(pointing) > 0) if pointing else UNKNOWN,
    )


_HONEST_FIELD = (0.0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
_FILLED_FIELD = (1.0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
