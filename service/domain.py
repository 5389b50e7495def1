"""The words of the house as frozen types, in the order data flows.

Every type here is immutable and free of I/O; the rooms hand these to each other and nothing else.
"""

from __future__ import annotations

import hashlib
import struct
from enum import StrEnum
from typing import Literal

from msgspec import Struct

Head = Literal["spam", "abuse"]
HEADS: tuple[Head, ...] = ("spam", "abuse")


class Verdict(StrEnum):
    """What the site should do with a comment now; milder first."""

    ACCEPT = "accept"
    HOLD = "hold"
    REJECT = "reject"

    __hash__ = str.__hash__  # an enumeration's own is written in Python; dictionaries by verdict are looked up for every comment

    @property
    def severity(self) -> int:
        """0 for accept, 1 for hold, 2 for reject."""
        return SEVERITY[self]


SEVERITY = {Verdict.ACCEPT: 0, Verdict.HOLD: 1, Verdict.REJECT: 2}


class Source(StrEnum):
    """Who took a decision."""

    RULE = "rule"
    MODEL = "model"
    MODERATOR = "moderator"


class Role(StrEnum):
    """What a person may do on a site; each includes those before it.

    A viewer reads; a moderator decides; a lead also sets rules and sees how others decide; an admin also sets up sites, keys,
    models and people.
    """

    VIEWER = "viewer"
    MODERATOR = "moderator"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for a viewer … 3 for an admin."""
        return _RANK[self]


_RANK = {role: rank for rank, role in enumerate(Role)}


class Label(StrEnum):
    """What a human says a comment is."""

    HAM = "ham"
    SPAM = "spam"
    ABUSE = "abuse"


class Comment(Struct, frozen=True, omit_defaults=True):
    """What the site sent, before any cleaning. Absent fields are empty, never None.

    ``behaviour`` holds counters of the commenter's typing as the client measured them (milliseconds or counts);
    ``honeypot`` tells that a field which people cannot see was filled in.
    """

    text: str
    author: str = ""
    author_email: str = ""
    author_url: str = ""
    user_ip: str = ""
    user_agent: str = ""
    referrer: str = ""
    permalink: str = ""
    type: str = "comment"
    date: str = ""
    lang: str = ""
    role: str = ""
    external_id: str = ""
    article_id: str = ""
    parent_id: str = ""
    context: tuple[str, ...] = ()
    callback: str = ""
    door: str = "v1"
    is_test: bool = False
    honeypot: bool = False
    behaviour: dict[str, float] = {}

    @property
    def revision(self) -> str:
        """Digest (32 hex digits) of what the comment's author may edit."""
        fields = "\x1f".join((self.text, self.author, self.author_email, self.author_url))
        return hashlib.blake2b(fields.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Scores(Struct, frozen=True):
    """Calibrated probabilities in [0, 1], one a head, and the version of the model that gave them."""

    spam: float
    abuse: float
    model: str

    def of(self, head: Head) -> float:
        """The score of one head."""
        return self.spam if head == "spam" else self.abuse


class Clue(Struct, frozen=True):
    """A named contribution to one head's score, in log-odds; positive speaks for spam or abuse.

    ``kind`` is ``word``, ``characters``, ``author``, ``signal`` or ``rule``.
    """

    kind: str
    name: str
    weight: float
    head: Head


class Lines(Struct, frozen=True):
    """accept [0, hold_at) · hold [hold_at, reject_at) · reject [reject_at, 1]: the stricter side owns the line.

    ``reject_at`` above 1 means that no score alone rejects.
    """

    hold_at: float
    reject_at: float


class History(Struct, frozen=True):
    """What is known of a comment's author on this site before the comment.

    ``accepted``, ``held`` and ``rejected`` count decisions, ``ham`` and ``spam`` human labels; ``known_since`` is the first
    sighting (epoch seconds, 0 for a new author); ``flooding`` tells that author or address exceeded the site's flood limit.
    """

    accepted: int = 0
    held: int = 0
    rejected: int = 0
    ham: int = 0
    spam: int = 0
    known_since: float = 0.0
    flooding: bool = False


class Decision(Struct, frozen=True):
    """A verdict with the rule that gave it, its reasons, its source and its time (epoch seconds).

    ``scores`` are the model's, whatever rules added for themselves; ``tag`` and ``touched`` are the tag that a site's own rules
    gave, and the names of those that added something without deciding.
    """

    verdict: Verdict
    rule: str
    reasons: tuple[str, ...]
    source: Source
    at: float
    scores: Scores | None = None
    tag: str = ""
    touched: tuple[str, ...] = ()


class Site(Struct, frozen=True):
    """A publication whose comments we judge. ``hold_as`` is how the Akismet door tells a hold: auto, pending, spam or ham.

    ``undo_seconds`` is how long a moderator's decision can be taken back before the site is told; None as the installation has it.
    """

    id: int
    name: str
    url: str
    hold_as: str = "auto"
    policy_version: int = 0
    undo_seconds: int | None = None


class Reading(Struct, frozen=True):
    """A comment as the text room read it: cleaned text, what its author fields say, and the facts that rules and model use.

    ``fields`` is the author's name and address as the model reads them; ``vector`` holds the signals, which follow
    ``service.text.signals.SIGNALS``, as float64; ``domains`` are the registered domains that text, author URL and e-mail name,
    ``links`` how many the text has.
    """

    comment: Comment
    normalised: str
    fields: str
    vector: bytes
    links: int = 0
    domains: tuple[str, ...] = ()

    @property
    def signals(self) -> tuple[float, ...]:
        """The signals' values, one float each."""
        return struct.unpack(f"{len(self.vector) // 8}d", self.vector)
