"""Storing comments that were judged elsewhere: once each, at the time they were written, with the label that came along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from service.domain import Comment, Decision, Label, Reading, Site, Source, Verdict
from service.store import storable
from service.store.batch import Batch, Decide, Stored, Submission, match_key
from service.store.identities import Ledger, author_key
from service.store.ids import Digests, new_id
from service.store.schema import comments, labels
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


_Labelled = tuple[str, Record, Label | None]
"""A comment's id, the record whose label it gets, and the label that this one replaces."""


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
    fresh = _not_live(connection, site.id, wanted)
    submissions = [_submission(site, each) for each in fresh]
    by_id = {submission.id: record for submission, record in zip(submissions, fresh, strict=True)}
    statements = Statements(connection)
    decide: Decide[_NoLimit] = lambda submission, _: _decision(by_id[submission.id])  # noqa: E731 # typed, where it is used
    batch = Batch(statements, digests, decide, Ledger(deferred=False))
    outcomes = [(each, record) for each, record in zip(batch.write(submissions), fresh, strict=True) if isinstance(each, Stored)]
    stored = {each.id: record for each, record in outcomes if not each.repeated}
    known = {each.id: record for each, record in outcomes if each.repeated and record.label and each.id not in stored}
    labelled: list[_Labelled] = [(comment_id, record, None) for comment_id, record in stored.items() if record.label is not None]
    labelled += _better_labels(connection, known)
    _label(statements, digests, site.id, labelled)
    return Counts(len(records), len(stored), len(wanted) - len(stored), len(labelled), len(records) - len(wanted))


def _submission(site: Site, record: Record) -> Submission[_NoLimit]:
    return Submission(site, Reading(record.comment, "", "", b""), None, _NoLimit(), record.at, new_id(record.at))


def _decision(record: Record) -> Decision:
    source = Source.MODERATOR if record.label is not None else Source.RULE
    return Decision(record.verdict, "imported", (record.hand or "imported",), source, record.at)


def _not_live(connection: Connection, site_id: int, records: Sequence[Record]) -> list[Record]:
    """Leave out what came through one of our doors when it was written, where it had no id of the site's yet."""
    if not records:
        return []
    meant = [storable.comment(record.comment) for record in records]
    times, c = [record.at for record in records], comments.c
    near = (c.site_id == site_id) & c.received_at.between(min(times) - _NEAR, max(times) + _NEAR) & (c.external_id == "")
    query = select(c.text, c.author_email, c.received_at).where(near, c.match_key.in_({match_key(each) for each in meant}))
    live: dict[tuple[str, str], list[float]] = {}
    for text, email, at in connection.execute(query):
        live.setdefault((text, email), []).append(at)
    pairs = zip(records, meant, strict=True)
    return [record for record, said in pairs if not _at(live.get((said.text, said.author_email), ()), record.at)]


def _at(times: Sequence[float], at: float) -> bool:
    return any(abs(each - at) <= _NEAR for each in times)


def _better_labels(connection: Connection, known: Mapping[str, Record]) -> list[_Labelled]:
    """Choose the labels that know more of a comment than its only one, which another import brought; that one is removed.

    The export file tells who said what, REST tells the status alone: whichever is read first, the better word stays.
    """
    better = []
    for comment_id, record in known.items():
        query = select(labels.c.label, labels.c.hand, labels.c.trust).where(labels.c.comment_id == comment_id)
        given = connection.execute(query).all()
        if not given or (len(given) == 1 and given[0].hand.startswith("import:") and given[0].trust < record.trust):
            connection.execute(labels.delete().where(labels.c.comment_id == comment_id))
            better.append((comment_id, record, Label(given[0].label) if given else None))
    return better


def _label(statements: Statements, digests: Digests, site_id: int, labelled: Sequence[_Labelled]) -> None:
    """Insert labels, and count them for their authors."""
    rows: list[tuple[object, ...]] = []
    counts: dict[int, list[int]] = {}
    for comment_id, record, former in labelled:
        label = str(record.label)
        rows.append((comment_id, 0, site_id, label, "", storable.text(record.hand), storable.number(record.trust), record.at))
        if (key := author_key(digests, site_id, storable.comment(record.comment))) is not None:
            ham_spam = counts.setdefault(key, [0, 0, int(record.at * _MICRO)])
            ham_spam[record.label is not Label.HAM] += 1
            if former is not None:
                ham_spam[former is not Label.HAM] -= 1
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
