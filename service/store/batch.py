"""One transaction's worth of comments: look up, decide each in order, insert.

Every table gets few statements of many rows: a statement that is stepped gives up the interpreter lock and must win it back from
the busy event loop, so row by row would wait for that loop at every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar
from zlib import crc32

import msgspec
from msgspec import Struct

from service.domain import SEVERITY, Comment, Decision, History, Reading, Scores, Site, Source, Verdict
from service.store import events, storable
from service.store.identities import Identity, Ledger, arrive, author_key, microseconds
from service.store.ids import Digests, draw_of
from service.store.likeness import likeness
from service.store.statements import Statements

IDEMPOTENCY_SECONDS = 24 * 3600


class Terms(Protocol):
    """What the store needs of a policy.

    So many comments in so many seconds from one author or address (0 is no limit), and the share of what nobody would look at
    that is shown to a moderator all the same.
    """

    @property
    def flood_limit(self) -> int: ...  # noqa: D102 # the class says it
    @property
    def flood_seconds(self) -> int: ...  # noqa: D102 # the class says it
    @property
    def audit(self) -> float: ...  # noqa: D102 # the class says it
    def audits(self, verdict: Verdict, draw: float) -> bool: ...  # noqa: D102 # the class says it


P = TypeVar("P", bound=Terms)


class Submission(Struct, Generic[P], frozen=True):
    """A comment on its way to its verdict. ``at`` is its arrival (epoch seconds), ``id`` comes from ``ids.new_id``.

    ``idempotency_key`` with ``body_digest`` makes a retry of the same request within 24 h answer as the first did.
    """

    site: Site
    reading: Reading
    scores: Scores | None
    policy: P
    at: float
    id: str
    idempotency_key: str = ""
    body_digest: str = ""


class Stored(Struct, frozen=True):
    """A comment that is on disk with its decision; ``repeated`` when it was there before."""

    id: str
    decision: Decision
    repeated: bool = False


class KeyReused(ValueError):  # named like the other answers
    """An idempotency key that came before with another body."""


Outcome = Stored | Exception
Subscriptions = Mapping[int, tuple[events.Subscription, ...]]
"""Which endpoints want which events, by site id."""

NOBODY: Subscriptions = MappingProxyType({})
Decide = Callable[[Submission[P], History], Decision]


class _Arrival(Struct, Generic[P]):
    """A submission with what the store makes of it: the comment made storable, its author's key, and its moment in microseconds.

    ``known_as`` is the (site id, id of the client's, revision) of a comment that has an id of the client's.
    """

    submission: Submission[P]
    site_id: int
    comment: Comment
    author: int | None
    now_us: int
    known_as: tuple[int, str, str] | None
    retry_key: tuple[int, str] | None


class Batch(Generic[P]):
    """The submissions of one transaction; ``write`` gives an outcome for each, in order, ``settle`` follows the commit."""

    def __init__(
        self,
        statements: Statements,
        digests: Digests,
        decide: Decide[P],
        ledger: Ledger,
        subscriptions: Subscriptions = NOBODY,
    ) -> None:
        self._sql = statements
        self._digests = digests
        self._decide = decide
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._identities: dict[int, Identity] = {}
        self._addresses: dict[tuple[int, str], int] = {}
        self._written = False
        self._seen: dict[tuple[int, str, str], Stored] = {}
        self._replays: dict[tuple[int, str], tuple[str, Stored]] = {}
        self._comments: list[tuple[object, ...]] = []
        self._decisions: list[tuple[object, ...]] = []
        self._items: list[tuple[object, ...]] = []
        self._retry_keys: list[tuple[object, ...]] = []
        self._events: list[tuple[object, ...]] = []
        self._tallies: dict[tuple[int, str], list[int]] = {}
        self._hits: dict[tuple[int, str, str], int] = {}

    def write(self, submissions: Sequence[Submission[P]]) -> list[Outcome]:
        """Look up, decide and insert; the caller commits. A database error is raised, a submission's own error is its outcome."""
        arrivals = [self._arrival(each) for each in submissions]
        authors = [(each.author, each.site_id) for each in arrivals if each.author is not None]
        self._identities = self._ledger.open(self._sql, authors)
        self._look_up(arrivals)
        outcomes = [self._one(each) for each in arrivals]
        self._insert()
        return outcomes

    def settle(self) -> None:
        """Let the ledger keep what was counted, now that it is committed."""
        self._ledger.settle(self._identities, self._addresses, written=self._written)

    def _arrival(self, submission: Submission[P]) -> _Arrival[P]:
        comment, site_id = storable.comment(submission.reading.comment), submission.site.id
        known_as = (site_id, comment.external_id, comment.revision) if comment.external_id else None
        retry_key = (site_id, storable.text(submission.idempotency_key)) if submission.idempotency_key else None
        author, now_us = author_key(self._digests, site_id, comment), microseconds(submission.at)
        return _Arrival(submission, site_id, comment, author, now_us, known_as, retry_key)

    def _look_up(self, arrivals: Sequence[_Arrival[P]]) -> None:
        if named := [each.known_as for each in arrivals if each.known_as is not None]:
            self._seen = {(row[0], row[1], row[2]): _repeated(row[3:]) for row in self._sql.seen(named)}
        if retried := [each.retry_key for each in arrivals if each.retry_key is not None]:
            since = arrivals[0].submission.at - IDEMPOTENCY_SECONDS
            self._replays = {(row[0], row[1]): (row[2], _repeated(row[3:])) for row in self._sql.replays(retried, since)}

    def _one(self, arrival: _Arrival[P]) -> Outcome:
        try:
            if (known := self._known(arrival)) is not None:
                return known
            author = self._identities[arrival.author] if arrival.author is not None else None
            decision = self._decide(arrival.submission, self._history(arrival, author))
        except Exception as error:  # one bad submission must not take the batch with it
            return error
        return self._add(arrival, author, decision)

    def _known(self, arrival: _Arrival[P]) -> Stored | None:
        if arrival.retry_key is not None and (replay := self._replays.get(arrival.retry_key)) is not None:
            if replay[0] != arrival.submission.body_digest:
                raise KeyReused("The Idempotency-Key was used before with another body.")
            return replay[1]
        return self._seen.get(arrival.known_as) if arrival.known_as is not None else None

    def _history(self, arrival: _Arrival[P], author: Identity | None) -> History:
        limit = arrival.submission.policy.flood_limit
        flooding = limit != 0 and not arrival.comment.is_test and self._floods(arrival, author, limit)
        return History(flooding=flooding) if author is None else author.history(flooding=flooding)

    def _floods(self, arrival: _Arrival[P], author: Identity | None, limit: int) -> bool:
        now_us, seconds, floods = arrival.now_us, arrival.submission.policy.flood_seconds, False
        if author is not None:
            if (tat_us := arrive(author.tat_us, now_us, limit, seconds)) is None:
                floods = True
            else:
                author.tat_us = tat_us
        if arrival.comment.user_ip:
            place = arrival.site_id, arrival.comment.user_ip
            before = self._addresses.get(place) or self._ledger.address(place)
            if (tat_us := arrive(before, now_us, limit, seconds)) is None:
                return True
            self._addresses[place] = tat_us
        return floods

    def _add(self, arrival: _Arrival[P], author: Identity | None, decision: Decision) -> Stored:
        submission, comment = arrival.submission, arrival.comment
        comment_id, site_id, verdict = submission.id, arrival.site_id, decision.verdict
        self._comments.append(_comment_row(arrival, verdict, counted=comment.is_test or not self._ledger.deferred))
        self._decisions.append(decision_row(comment_id, 0, site_id, decision))
        if not comment.is_test:
            self._count(arrival, author, decision)
        if arrival.known_as is not None:
            self._seen[arrival.known_as] = Stored(comment_id, decision, repeated=True)
        if arrival.retry_key is not None:
            self._replays[arrival.retry_key] = submission.body_digest, Stored(comment_id, decision, repeated=True)
            self._retry_keys.append((*arrival.retry_key, submission.body_digest, comment_id, submission.at))
        return Stored(comment_id, decision)

    def _count(self, arrival: _Arrival[P], author: Identity | None, decision: Decision) -> None:
        submission, site_id, verdict = arrival.submission, arrival.site_id, decision.verdict
        if (why := _why(submission, verdict)) is not None:
            before = author.history(flooding=False) if author is not None else History()
            self._items.append(_item_row(arrival, decision, why, newcomer=not (before.accepted or before.ham)))
        if author is not None:
            author.count(verdict, arrival.now_us)
        if (subscribed := self._subscriptions.get(site_id)) is not None:
            self._events += events.of_arrival(subscribed, submission.site, submission.id, arrival.comment, decision)
        day = site_id, day_of(submission.at)
        if (tally := self._tallies.get(day)) is None:
            tally = self._tallies[day] = [0, 0, 0]
        tally[SEVERITY[verdict]] += 1
        for rule in decision.touched:
            key = *day, storable.text(rule)
            self._hits[key] = self._hits.get(key, 0) + 1

    def _insert(self) -> None:
        insert = self._sql.insert
        insert("comments", self._comments)
        insert("decisions", self._decisions)
        insert("queue_items", self._items)
        insert("idempotency", self._retry_keys)
        insert("outbox", self._events)
        self._written = self._ledger.write(self._sql, self._identities)
        insert("tallies", [(*key, *counts, 0, 0) for key, counts in sorted(self._tallies.items())])
        insert("rule_hits", [(*key, hits) for key, hits in sorted(self._hits.items())])


def _comment_row(arrival: _Arrival[P], verdict: Verdict, *, counted: bool) -> tuple[object, ...]:
    submission, comment = arrival.submission, arrival.comment
    return (
        submission.id,
        arrival.site_id,
        submission.at,
        verdict._value_,  # `value` is a property written in Python
        arrival.known_as[2] if arrival.known_as is not None else "",
        comment.external_id,
        match_key(comment),
        arrival.author,
        comment.is_test,
        counted,
        comment.text,
        comment.author,
        comment.author_email,
        comment.author_url,
        comment.user_ip,
        comment.permalink,
        comment.article_id,
        storable.pack(comment),
    )


def _why(submission: Submission[P], verdict: Verdict) -> tuple[str, float] | None:
    """Give why a comment is shown to a moderator, and the chance with which it was drawn; None for most."""
    if verdict is Verdict.HOLD:
        return "held", 1.0
    if submission.policy.audits(verdict, draw_of(submission.id)):
        return "audit", submission.policy.audit
    return None


def _item_row(arrival: _Arrival[P], decision: Decision, why: tuple[str, float], *, newcomer: bool) -> tuple[object, ...]:
    submission, scores = arrival.submission, decision.scores
    risk = max(scores.spam, scores.abuse) if scores is not None else 1.0
    lang = arrival.comment.lang.replace("_", "-").split("-")[0].split(",")[0].strip().lower()[:8]
    facets = (risk, abs(risk - 0.5), decision.rule, lang, newcomer, submission.reading.links > 0)
    known = (submission.id, arrival.site_id, *why, "waiting", 1, submission.at, None)
    acted = (False, None, 0.0, "", None, None)
    return (*known, *facets, likeness(submission.reading.normalised), *acted, storable.text(decision.tag), 0, None)


def match_key(comment: Comment) -> int:
    """Give a checksum of what a feedback without an id tells of its comment: article, address, e-mail, text.

    The author's name and URL are left out: sites clean those before they report. Equal checksums are compared in full.
    """
    article = comment.article_id or comment.permalink
    return crc32(f"{article}\x1f{comment.user_ip}\x1f{comment.author_email}\x1f{comment.text}".encode())


_encode = msgspec.json.Encoder().encode
_reasons = msgspec.json.Decoder(tuple[str, ...]).decode


@lru_cache(maxsize=1024)
def _packed(reasons: tuple[str, ...]) -> str:
    return _encode([storable.text(reason) for reason in reasons]).decode()


def decision_row(comment_id: str, number: int, site_id: int, decision: Decision, by: str = "") -> tuple[object, ...]:
    """Give a decision in the order of its table."""
    scores = decision.scores
    return (
        comment_id,
        number,
        site_id,
        decision.verdict._value_,  # as above
        decision.rule,
        _packed(decision.reasons),
        decision.source._value_,
        scores.spam if scores else None,
        scores.abuse if scores else None,
        scores.model if scores else None,
        decision.at,
        by,
    )


def decision_of(row: Sequence[Any]) -> Decision:
    """Read the decision of a row ``verdict, rule, reasons, source, spam, abuse, model, at``."""
    verdict, rule, reasons, source, spam, abuse, model, at = row
    scores = None if model is None else Scores(spam, abuse, model)
    return Decision(Verdict(verdict), rule, _reasons(reasons), Source(source), at, scores)


def _repeated(row: Sequence[Any]) -> Stored:
    return Stored(row[0], decision_of(row[1:]), repeated=True)


def day_of(at: float) -> str:
    """Name the day (UTC) of a moment (epoch seconds), YYYY-MM-DD."""
    return _day(int(at // 86_400))


@lru_cache(maxsize=8)
def _day(number: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number).isoformat()
