"""Storing comments that were judged elsewhere: once each, at the time they were written, with the label that came along."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from service.domain import Comment, Decision, Label, Reading, Site, Source, Verdict
from service.store import storable
from service.store.batch import Batch, Decide, Stored, Submission, match_key
from service.store.identities import Ledger, author_key
from service.store.ids import Digests, new_id
from service.store.schema import comments
from service.store.source_tables import imports
from service.store.statements import Statements

_NEAR = 600.0
"""Seconds between a comment's time on its site and the time at which we saw it ourselves, if it is the same."""

_MICRO = 1_000_000


class Record(Struct, frozen=True, kw_only=True):
    """A comment as its site has it, written ``at`` (epoch seconds), with what became of it there.

    ``label`` is what ``hand`` said it is, with how much ``trust`` (in [0, 1]) that counts in training; None when nobody did.
    """

    comment: Comment
    at: float
    verdict: Verdict
    label: Label | None = None
    hand: str = ""
    trust: float = 0.0


class Counts(Struct, frozen=True):
    """How many records were read, stored, known before, labelled, and left out because there was nothing to store."""

    read: int = 0
    stored: int = 0
    known: int = 0
    labelled: int = 0
    empty: int = 0

    def plus(self, other: Counts) -> Counts:
        """Add up."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Counts(*(mine + theirs for mine, theirs in pairs))


class _NoLimit(Struct, frozen=True):
    """What came over years is no flood."""

    flood_limit: int = 0
    flood_seconds: int = 1
    audit: float = 0.0

    def audits(self, verdict: Verdict, draw: float) -> bool:  # noqa: ARG002 # as the others
        """Draw nothing: it was decided elsewhere, long ago."""
        return False


def load(connection: Connection, digests: Digests, site: Site, records: Sequence[Record]) -> Counts:
    """Store the records that are not there yet, in the connection's transaction; tell how many were."""
    wanted = [record for record in records if record.comment.text]
    fresh = [record for record in wanted if not _seen_live(connection, site.id, record)]
    submissions = [_submission(site, each) for each in fresh]
    by_id = {submission.id: record for submission, record in zip(submissions, fresh, strict=True)}
    statements = Statements(connection)
    decide: Decide[_NoLimit] = lambda submission, _: _decision(by_id[submission.id])  # noqa: E731 # typed, where it is used
    batch = Batch(statements, digests, decide, Ledger(deferred=False))
    outcomes = [outcome for outcome in batch.write(submissions) if isinstance(outcome, Stored) and not outcome.repeated]
    labelled = [(outcome.id, record) for outcome in outcomes if (record := by_id[outcome.id]).label is not None]
    _label(statements, digests, site.id, labelled)
    return Counts(len(records), len(outcomes), len(wanted) - len(outcomes), len(labelled), len(records) - len(wanted))


def _submission(site: Site, record: Record) -> Submission[_NoLimit]:
    return Submission(site, Reading(record.comment, "", "", ()), None, _NoLimit(), record.at, new_id(record.at))


def _decision(record: Record) -> Decision:
    source = Source.MODERATOR if record.label is not None else Source.RULE
    return Decision(record.verdict, "imported", (record.hand or "imported",), source, record.at)


def _seen_live(connection: Connection, site_id: int, record: Record) -> bool:
    """Tell whether the comment came through one of our doors when it was written, where it had no id of the site's yet."""
    meant, c = storable.comment(record.comment), comments.c
    near = (c.site_id == site_id) & c.received_at.between(record.at - _NEAR, record.at + _NEAR)
    same = (c.match_key == match_key(meant)) & (c.text == meant.text) & (c.external_id == "")
    return connection.execute(select(c.id).where(near, same).limit(1)).first() is not None


def _label(statements: Statements, digests: Digests, site_id: int, labelled: Sequence[tuple[str, Record]]) -> None:
    """Insert labels, and count them for their authors."""
    rows: list[tuple[object, ...]] = []
    counts: dict[int, list[int]] = {}
    for comment_id, record in labelled:
        label = str(record.label)
        rows.append((comment_id, 0, site_id, label, "", storable.text(record.hand), storable.number(record.trust), record.at))
        if (key := author_key(digests, site_id, storable.comment(record.comment))) is not None:
            ham_spam = counts.setdefault(key, [0, 0, int(record.at * _MICRO)])
            ham_spam[0 if record.label is Label.HAM else 1] += 1
    statements.insert("labels", rows)
    authors = [(key, site_id, 0, 0, 0, ham, spam, seen, seen, 0) for key, (ham, spam, seen) in sorted(counts.items())]
    statements.insert("identities", authors)


def progress(connection: Connection, site_id: int, origin: str) -> tuple[str, Counts] | None:
    """Give how far an import came: the reader's mark and what was counted; None for one that never began."""
    query = select(imports.c.mark, imports.c.counts).where(imports.c.site_id == site_id, imports.c.origin == origin)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.mark, msgspec.json.decode(row.counts, type=Counts))


def set_progress(connection: Connection, site_id: int, origin: str, mark: str, counts: Counts, at: float) -> None:
    """Note how far an import came, in the transaction that stored it."""
    forget(connection, site_id, origin)
    values = {"site_id": site_id, "origin": origin, "mark": mark, "counts": msgspec.json.encode(counts).decode(), "at": at}
    connection.execute(imports.insert().values(values))


def forget(connection: Connection, site_id: int, origin: str) -> None:
    """Let an import begin anew; what it stored stays and is not stored twice."""
    connection.execute(imports.delete().where(imports.c.site_id == site_id, imports.c.origin == origin))
