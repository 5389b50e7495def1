"""Signals of what stands around the text: who wrote it and how it was typed.

What a source cannot know, such as the author's address where no author is sent at all, is UNKNOWN: it speaks neither for nor
against.
"""

from __future__ import annotations

import math
import re
from array import array

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
    trade_words,
)
from service.text.specs import FLAG, KNOWN_FLAG, UNKNOWN, SignalSpec

AUTHOR_SPECS = (
    SignalSpec("author_name", "The author gave a name.", KNOWN_FLAG, "Which fields came."),
    SignalSpec("author_url", "The author gave an address.", KNOWN_FLAG, "The address is what SEO spam is for."),
    SignalSpec("author_email", "The author gave an e-mail.", KNOWN_FLAG, "Which fields came."),
    SignalSpec("name_commercial", "Words of trade in the name, up to 3.", "count, -1 unknown", "Names that are keywords."),
    SignalSpec("name_digits", "Digits in the name.", KNOWN_FLAG, "Machine-made names."),
    SignalSpec("name_is_address", "The name is a host name or address.", KNOWN_FLAG, "The name becomes the link's text."),
    SignalSpec("name_lower_case", "Two or more words, none with a capital.", KNOWN_FLAG, "Keywords are typed so, names seldom."),
    SignalSpec("name_long", "Name of 25 characters or more.", KNOWN_FLAG, "Keywords."),
    SignalSpec(
        "url_commercial", "Words of trade in the address's host, up to 3.", "count, -1 unknown", "Exact-match domains of SEO."
    ),
    SignalSpec("url_path", "The address leads to a page below the front page.", KNOWN_FLAG, "People give their front page."),
    SignalSpec(
        "url_abused_tld", "The address has a top-level domain that spam favours.", KNOWN_FLAG, "Spamhaus publishes the ranking."
    ),
    SignalSpec("url_hyphens", "Hyphens in the address's host, up to 4.", "count, -1 unknown", "Exact-match domains of SEO."),
    SignalSpec("url_free_host", "The address is at a free host or shortener.", KNOWN_FLAG, "Throw-away sites, and people's blogs."),
    SignalSpec("url_social", "The address is a profile on a well-known site.", KNOWN_FLAG, "People's profiles."),
    SignalSpec(
        "name_in_host",
        "The address's host contains a word of the name.",
        KNOWN_FLAG,
        "John Doe at johndoe.net, or SEO when the name is trade.",
    ),
    SignalSpec("mail_at_host", "The e-mail is at the address's domain.", KNOWN_FLAG, "Companies."),
    SignalSpec("mail_free", "The e-mail is at a free provider.", KNOWN_FLAG, "Most people's are."),
    SignalSpec("mail_role", "The e-mail is a role, such as sales@.", KNOWN_FLAG, "Companies."),
    SignalSpec("mail_throwaway", "The e-mail is at a throw-away provider.", KNOWN_FLAG, "Nobody to answer."),
    SignalSpec("mail_digits", "Three or more digits in the e-mail's name.", KNOWN_FLAG, "Machine-made addresses."),
    SignalSpec("name_in_mail", "The e-mail contains a word of the name.", KNOWN_FLAG, "People's addresses do."),
)
TYPING_SPECS = (
    SignalSpec("honeypot", "A field that people cannot see was filled in.", FLAG, "Akismet's and others' trap."),
    SignalSpec("no_script", "The page's script did not run.", KNOWN_FLAG, "Akismet's plugin sends the time from a script."),
    SignalSpec(
        "typing_seconds", "From page to submission.", "natural logarithm of 1 + seconds, -1 unknown", "Nobody writes in one second."
    ),
    SignalSpec("keys_per_letter", "Keys pressed a character, up to 3.", "count, -1 unknown", "Pasted or injected texts need none."),
    SignalSpec("corrections", "A key was corrected.", KNOWN_FLAG, "People mistype."),
    SignalSpec("pointer", "Mouse or touch was used.", KNOWN_FLAG, "People point."),
)


def of_author(author: Author) -> tuple[float, ...]:
    """Values of AUTHOR_SPECS."""
    if author is NOBODY:
        return _UNKNOWN_AUTHOR
    return (
        1.0 if author.name else 0.0,
        1.0 if author.host else 0.0,
        1.0 if author.mail_domain else 0.0,
        *_of_name(author),
        *_of_address(author),
        *_of_mail(author),
    )


_UNKNOWN_AUTHOR = (UNKNOWN,) * len(AUTHOR_SPECS)
_ADDRESS_IN_NAME = re.compile(r"://|www\.|\w\.(?:com|net|org|info|biz|ru|xyz|co|io|site|online|shop)\b")
_DIGIT = re.compile(r"\d")
_THREE_DIGITS = re.compile(r"\d{3}")


def _of_name(author: Author) -> tuple[float, ...]:
    words = author.name_words
    if not words:
        return (UNKNOWN,) * 5
    return (
        float(min(len(COMMERCIAL.intersection(words)), 3)),
        1.0 if _DIGIT.search(author.name) else 0.0,
        1.0 if _ADDRESS_IN_NAME.search(author.name) else 0.0,
        1.0 if len(words) > 1 and author.lower_case else 0.0,
        1.0 if len(author.name) >= 25 else 0.0,
    )


def _of_address(author: Author) -> tuple[float, ...]:
    if not author.host:
        return _UNKNOWN_ADDRESS
    *alone, _ = address_values(author.host, author.host_words, author.path)
    joined = "".join(author.host_words)
    return (*alone, 1.0 if any(len(word) > 3 and word in joined for word in author.name_words) else 0.0)


def address_values(host: str, words: tuple[str, ...], path: str) -> tuple[float, ...]:
    """Values of the signals of an address; the last, which asks for the name, is 0."""
    if not host:
        return _UNKNOWN_ADDRESS
    return (
        float(min(trade_words(".".join((*words, ""))), 3)),
        1.0 if len(path) > 1 else 0.0,
        1.0 if host.rpartition(".")[2] in ABUSED_TLDS else 0.0,
        float(min(host.count("-"), 4)),
        1.0 if host in SHORTENERS or not FREE_HOSTS.isdisjoint(host.split(".")) else 0.0,
        1.0 if host.partition(".")[0] in SOCIAL else 0.0,
        0.0,
    )


_UNKNOWN_ADDRESS = (UNKNOWN,) * 7


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


def of_typing(comment: Comment, length: int) -> bytes:
    """Values of TYPING_SPECS as float64, from what the Akismet plugin's script measures (``ak_b*``) by the form door's names."""
    seen = comment.behaviour
    if not seen:
        return _HONEST_FIELD if not comment.honeypot else _FILLED_FIELD
    milliseconds, keys = seen.get("submit_ms"), seen.get("keys")
    pointing = [seen[name] for name in ("clicks", "moves", "touch_moves", "touches", "scrolls") if name in seen]
    values = (
        1.0 if comment.honeypot else 0.0,
        UNKNOWN if "javascript" not in seen else 1.0 - min(max(seen["javascript"], 0.0), 1.0),
        UNKNOWN if milliseconds is None else math.log1p(max(milliseconds, 0.0) / 1000),
        UNKNOWN if keys is None else min(max(keys, 0.0) / (length or 1), 3.0),
        UNKNOWN if "corrections" not in seen else float(seen["corrections"] > 0),
        float(sum(pointing) > 0) if pointing else UNKNOWN,
    )
    return array("d", values).tobytes()


_HONEST_FIELD = array("d", (0.0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)).tobytes()
_FILLED_FIELD = array("d", (1.0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)).tobytes()
