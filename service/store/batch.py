"""One transaction's worth of comments: look up, decide each in order, insert.

Every table gets few statements of many rows: a statement that is stepped gives up the interpreter lock and must win it back from
the busy event loop, so row by row would wait for that loop at every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from service.domain import Comment, Decision, History, Reading, Scores, Site, Source, Verdict
from service.store import storable
from service.store.ids import Digests
from service.store.statements import Statements

IDEMPOTENCY_SECONDS = 24 * 3600


class FloodLimit(Protocol):
    """What the store needs of a policy: so many comments in so many seconds from one author or address; 0 is no limit."""

    @property
    def flood_limit(self) -> int: ...  # noqa: D102
    @property
    def flood_seconds(self) -> int: ...  # noqa: D102


P = TypeVar("P", bound=FloodLimit)


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


class KeyReused(ValueError):
    """An idempotency key that came before with another body."""


Outcome = Stored | Exception
Decide = Callable[[Submission[P], History], Decision]


class Identity:
    """Counts of one author or address: as found, and what this batch adds."""

    __slots__ = ("accepted", "added", "first_at", "found", "ham", "held", "key", "last_at", "rejected", "site_id", "spam", "tat")

    def __init__(self, key: int, site_id: int) -> None:
        self.key, self.site_id = key, site_id
        self.accepted = self.held = self.rejected = self.ham = self.spam = 0
        self.first_at = self.last_at = self.tat = 0.0
        self.found = (0, 0, 0)
        self.added = False

    def load(self, row: Sequence[float]) -> None:
        """Take over a stored row, as ``Statements.identities`` orders it."""
        _, accepted, held, rejected, ham, spam, self.first_at, self.last_at, self.tat = row
        self.accepted, self.held, self.rejected, self.ham, self.spam = map(int, (accepted, held, rejected, ham, spam))
        self.found = self.accepted, self.held, self.rejected

    def history(self, *, flooding: bool) -> History:
        """What is known so far."""
        return History(self.accepted, self.held, self.rejected, self.ham, self.spam, self.first_at, flooding)

    def arrive(self, at: float, limit: int, seconds: int) -> bool:
        """Count one arrival against the flood limit and tell whether it is exceeded.

        The generic cell rate algorithm (ITU-T I.371): ``limit`` at once, then one every ``seconds / limit``.
        """
        if not limit:
            return False
        interval = seconds / limit
        arrival = max(self.tat, at)
        if arrival - at > seconds - interval + 1e-6:
            return True
        self.tat = arrival + interval
        return False

    def count(self, verdict: Verdict, at: float) -> None:
        """Count one decision."""
        if verdict is Verdict.ACCEPT:
            self.accepted += 1
        elif verdict is Verdict.HOLD:
            self.held += 1
        else:
            self.rejected += 1
        self.first_at = self.first_at or at
        self.last_at = max(self.last_at, at)
        self.added = True

    def row(self) -> tuple[int | float, ...]:
        """What to add to the stored row, in the table's order."""
        accepted, held, rejected = self.found
        return (
            self.key,
            self.site_id,
            self.accepted - accepted,
            self.held - held,
            self.rejected - rejected,
            0,
            0,
            self.first_at,
            self.last_at,
            self.tat,
        )


class Keys(Struct, frozen=True):
    """Digests under which a comment is found again; None where nothing is known of the author or the address."""

    article: int
    author: int | None
    address: int | None


def keys_of(digests: Digests, site_id: int, comment: Comment, revision: str) -> Keys:
    """The digests of a comment. An author is an e-mail address, or a name at an address where there is no e-mail.

    A comment without an article stands under its own revision, so that matching feedback never walks a whole site.
    """
    short = digests.short
    article = comment.article_id or comment.permalink
    address = comment.user_ip.strip()
    if email := comment.author_email.strip().casefold():
        author = f"{site_id}\x1fe\x1f{email}"
    elif comment.author.strip() or address:
        author = f"{site_id}\x1fn\x1f{comment.author.strip().casefold()}\x1f{address}"
    else:
        author = ""
    return Keys(
        short(f"{site_id}\x1fa\x1f{article or revision}"),
        short(author) if author else None,
        short(f"{site_id}\x1fi\x1f{address}") if address else None,
    )


_encode = msgspec.json.Encoder().encode
_reasons = msgspec.json.Decoder(tuple[str, ...]).decode


def decision_row(comment_id: str, number: int, site_id: int, decision: Decision, by: str = "") -> tuple[object, ...]:
    """A decision in the order of its table."""
    scores = decision.scores
    return (
        comment_id,
        number,
        site_id,
        decision.verdict.value,
        decision.rule,
        _encode([storable.text(reason) for reason in decision.reasons]).decode(),
        decision.source.value,
        scores.spam if scores else None,
        scores.abuse if scores else None,
        scores.model if scores else None,
        decision.at,
        by,
    )


def decision_of(row: Sequence[object]) -> Decision:
    """The decision of a row ``verdict, rule, reasons, source, spam, abuse, model, at``."""
    verdict, rule, reasons, source, spam, abuse, model, at = row
    scores = None if model is None else Scores(float(spam), float(abuse), str(model))  # type: ignore[arg-type]
    return Decision(Verdict(str(verdict)), str(rule), _reasons(str(reasons)), Source(str(source)), float(at), scores)  # type: ignore[arg-type]


class Batch(Generic[P]):
    """The submissions of one transaction; ``write`` gives an outcome for each, in order."""

    def __init__(self, statements: Statements, digests: Digests, decide: Decide[P]) -> None:
        self._sql = statements
        self._digests = digests
        self._decide = decide
        self._identities: dict[int, Identity] = {}
        self._seen: dict[tuple[int, str, str], Stored] = {}
        self._replays: dict[tuple[int, str], tuple[str, Stored]] = {}
        self._rows: dict[str, list[tuple[object, ...]]] = {"comments": [], "decisions": [], "queue_items": [], "idempotency": []}
        self._tallies: dict[tuple[int, str], list[int]] = {}

    def write(self, submissions: Sequence[Submission[P]]) -> list[Outcome]:
        """Look up, decide and insert; the caller commits. A database error is raised, a submission's own error is its outcome."""
        revisions = [submission.reading.comment.revision for submission in submissions]
        keys = [
            keys_of(self._digests, submission.site.id, submission.reading.comment, revision)
            for submission, revision in zip(submissions, revisions, strict=True)
        ]
        self._look_up(submissions, revisions, keys)
        outcomes = [self._one(*each) for each in zip(submissions, revisions, keys, strict=True)]
        self._insert()
        return outcomes

    def _look_up(self, submissions: Sequence[Submission[P]], revisions: Sequence[str], keys: Sequence[Keys]) -> None:
        self._load_identities(submissions, keys)
        named = [
            (submission.site.id, storable.text(submission.reading.comment.external_id), revision)
            for submission, revision in zip(submissions, revisions, strict=True)
            if submission.reading.comment.external_id
        ]
        if named:
            self._seen = {(row[0], row[1], row[2]): _repeated(row[3:]) for row in self._sql.seen(named)}
        retried = [(each.site.id, storable.text(each.idempotency_key)) for each in submissions if each.idempotency_key]
        if retried:
            since = submissions[0].at - IDEMPOTENCY_SECONDS
            self._replays = {(row[0], row[1]): (row[2], _repeated(row[3:])) for row in self._sql.replays(retried, since)}

    def _load_identities(self, submissions: Sequence[Submission[P]], keys: Sequence[Keys]) -> None:
        for submission, key in zip(submissions, keys, strict=True):
            for identity in (key.author, key.address):
                if identity is not None and identity not in self._identities:
                    self._identities[identity] = Identity(identity, submission.site.id)
        if self._identities:
            for row in self._sql.identities(list(self._identities)):
                self._identities[row[0]].load(row)

    def _one(self, submission: Submission[P], revision: str, keys: Keys) -> Outcome:
        try:
            if (known := self._known(submission, revision)) is not None:
                return known
            decision = self._decide(submission, self._history(submission, keys))
        except Exception as error:  # one bad submission must not take the batch with it
            return error
        return self._add(submission, revision, keys, decision)

    def _known(self, submission: Submission[P], revision: str) -> Stored | None:
        if submission.idempotency_key:
            replay = self._replays.get((submission.site.id, storable.text(submission.idempotency_key)))
            if replay and replay[0] != submission.body_digest:
                raise KeyReused("The Idempotency-Key was used before with another body.")
            if replay:
                return replay[1]
        external_id = submission.reading.comment.external_id
        return self._seen.get((submission.site.id, storable.text(external_id), revision)) if external_id else None

    def _history(self, submission: Submission[P], keys: Keys) -> History:
        author = self._identities[keys.author] if keys.author is not None else None
        address = self._identities[keys.address] if keys.address is not None else None
        flooding = False
        if not submission.reading.comment.is_test:
            limit, seconds = submission.policy.flood_limit, submission.policy.flood_seconds
            for identity in (author, address):
                if identity is not None and identity.arrive(submission.at, limit, seconds):
                    flooding = True
        return author.history(flooding=flooding) if author is not None else History(flooding=flooding)

    def _add(self, submission: Submission[P], revision: str, keys: Keys, decision: Decision) -> Stored:
        comment, site_id, at = submission.reading.comment, submission.site.id, submission.at
        rows = self._rows
        external_id = storable.text(comment.external_id)
        rows["comments"].append(_comment_row(submission, revision, external_id, keys, decision))
        rows["decisions"].append(decision_row(submission.id, 0, site_id, decision))
        if not comment.is_test:
            self._count(submission, keys, decision.verdict)
        stored = Stored(submission.id, decision)
        again = Stored(submission.id, decision, repeated=True)
        if external_id:
            self._seen[site_id, external_id, revision] = again
        if submission.idempotency_key:
            key = storable.text(submission.idempotency_key)
            self._replays[site_id, key] = submission.body_digest, again
            rows["idempotency"].append((site_id, key, submission.body_digest, submission.id, at))
        return stored

    def _count(self, submission: Submission[P], keys: Keys, verdict: Verdict) -> None:
        if verdict is Verdict.HOLD:
            self._rows["queue_items"].append((submission.id, submission.site.id, "held", 1.0, "waiting", 1, submission.at, None))
        for key in (keys.author, keys.address):
            if key is not None:
                self._identities[key].count(verdict, submission.at)
        tally = self._tallies.setdefault((submission.site.id, day_of(submission.at)), [0, 0, 0])
        tally[verdict.severity] += 1

    def _insert(self) -> None:
        for table, rows in self._rows.items():
            if rows:
                self._sql.insert(table, rows)
        # Rows that other processes also change are locked last, for the shortest time, and in one order, against deadlocks.
        if changed := sorted(each.row() for each in self._identities.values() if each.added):
            self._sql.insert("identities", changed)
        if self._tallies:
            self._sql.insert("tallies", [(*key, *counts, 0, 0) for key, counts in sorted(self._tallies.items())])


def _comment_row(submission: Submission[P], revision: str, external_id: str, keys: Keys, decision: Decision) -> tuple[object, ...]:
    comment, clean = submission.reading.comment, storable.text
    return (
        submission.id,
        submission.site.id,
        submission.at,
        decision.verdict.value,
        revision,
        external_id,
        keys.article,
        keys.author,
        keys.address,
        comment.is_test,
        clean(comment.text),
        clean(comment.author),
        clean(comment.author_email),
        clean(comment.author_url),
        clean(comment.user_ip),
        clean(comment.permalink),
        clean(comment.article_id),
        storable.pack(comment),
    )


def _repeated(row: Iterable[object]) -> Stored:
    comment_id, *decision = row
    return Stored(str(comment_id), decision_of(decision), repeated=True)


def day_of(at: float) -> str:
    """The day (UTC) of a moment, YYYY-MM-DD."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
