"""What is known of authors: how often each was accepted, held, rejected; and how fast authors and addresses write.

An author's row lies at a random place of its table, so writing it dirties a page of its own: most of what a comment would cost on
SQLite. The ledger therefore keeps the counts of a moment in memory and writes them together. Nothing can be lost by that: the
comments themselves tell what was counted, and after a crash those since the last writing are counted again. How fast an address
writes is kept in memory alone, by each process for itself: it matters for a minute, and no verdict asks for more of an address.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Sequence

from service.domain import Comment, History, Verdict
from service.store.ids import Digests
from service.store.statements import Statements

_KEPT = 4096
"""So many authors at most wait in memory; writing them takes some 15 ms."""
_ADDRESSES = 50_000
_SECONDS = 1.0
"""So long at most they wait."""
_MICRO = 1_000_000


def author_key(digests: Digests, site_id: int, comment: Comment) -> int | None:
    """Give the key of a comment's author: by e-mail, or by name and address where there is none; None if all are empty."""
    if email := comment.author_email.strip().casefold():
        return digests.short(f"{site_id}\x1fe\x1f{email}")
    name, address = comment.author.strip().casefold(), comment.user_ip.strip()
    return digests.short(f"{site_id}\x1fn\x1f{name}\x1f{address}") if name or address else None


def microseconds(at: float) -> int:
    """Give a moment (epoch seconds) as these tables hold it."""
    return int(at * _MICRO)


def arrive(tat_us: int, now_us: int, limit: int, seconds: int) -> int | None:
    """Count an arrival at ``now_us`` against ``limit`` in ``seconds``; give the next theoretical arrival time, None if too fast.

    The generic cell rate algorithm (ITU-T I.371): ``limit`` at once, then one every ``seconds / limit``. Times in microseconds.
    """
    interval = seconds * _MICRO // limit
    if tat_us <= now_us:
        return now_us + interval
    return tat_us + interval if tat_us - now_us <= interval * (limit - 1) else None


class Identity:
    """One author: ``found`` in the table (accepted, held, rejected, ham, spam), and what is not written there yet."""

    __slots__ = ("accepted", "changed", "first_us", "found", "held", "key", "last_us", "rejected", "site_id", "tat_us")

    def __init__(self, key: int, site_id: int) -> None:
        self.key, self.site_id = key, site_id
        self.found: Sequence[int] = (0, 0, 0, 0, 0)
        self.accepted = self.held = self.rejected = 0
        self.first_us = self.last_us = self.tat_us = 0
        self.changed = False

    def load(self, row: Sequence[int]) -> None:
        """Take over a stored row, as ``Statements.identities`` orders it."""
        self.found = row[1:6]
        self.first_us, self.last_us, self.tat_us = row[6], max(row[7], self.last_us), max(row[8], self.tat_us)

    def history(self, *, flooding: bool) -> History:
        """Tell what is known so far."""
        accepted, held, rejected, ham, spam = self.found
        return History(
            accepted + self.accepted, held + self.held, rejected + self.rejected, ham, spam, self.first_us / _MICRO, flooding
        )

    def count(self, verdict: Verdict, now_us: int) -> None:
        """Count one decision at a moment in microseconds."""
        if verdict is Verdict.ACCEPT:
            self.accepted += 1
        elif verdict is Verdict.HOLD:
            self.held += 1
        else:
            self.rejected += 1
        self.first_us = self.first_us or now_us
        self.last_us = max(self.last_us, now_us)
        self.changed = True

    def row(self) -> tuple[int, ...]:
        """Give what to add to the stored row, in the table's order."""
        counts = (self.accepted, self.held, self.rejected, 0, 0)
        return (self.key, self.site_id, *counts, self.first_us, self.last_us, self.tat_us)


class Ledger:
    """The authors whose counts wait to be written, and how fast addresses write.

    ``deferred`` False writes with every batch. Only one process may defer, the one that holds the lock and begins with ``recover``.
    ``closing`` writes with the next batch, whatever the time.
    """

    def __init__(self, *, deferred: bool) -> None:
        self.deferred = deferred
        self.closing = False
        self._since = 0.0
        self._waiting: dict[int, Identity] = {}
        self._addresses: dict[tuple[int, str], int] = {}

    @property
    def waits(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self._waiting)

    def open(self, statements: Statements, wanted: Iterable[tuple[int, int]]) -> dict[int, Identity]:
        """Give the authors of (key, site id) pairs, as table and ledger know them together. They are the caller's to change."""
        waiting = self._waiting
        found = {key: copy.copy(waiting[key]) if key in waiting else Identity(key, site_id) for key, site_id in wanted}
        if found:
            for row in statements.identities(list(found)):
                found[row[0]].load(row)
        return found

    def address(self, place: tuple[int, str]) -> int:
        """Give the theoretical arrival time of a (site id, address); 0 for one not seen lately."""
        return self._addresses.get(place, 0)

    def write(self, statements: Statements, identities: dict[int, Identity]) -> bool:
        """Write what waits and what has changed, if it is time; tell whether it was. ``settle`` follows the commit."""
        changed = [each for each in identities.values() if each.changed]
        due = len(self._waiting) + len(changed) > _KEPT or time.monotonic() - self._since >= _SECONDS
        if self.deferred and not due and not self.closing:
            return False
        rows = self._waiting | {each.key: each for each in changed}
        # Rows that other processes also change are locked for the shortest time, and in one order, against deadlocks.
        statements.insert("identities", sorted(each.row() for each in rows.values()))
        if self.deferred:
            statements.mark_counted()
        return True

    def settle(self, identities: dict[int, Identity], addresses: dict[tuple[int, str], int], *, written: bool) -> None:
        """Keep what the committed batch counted, or forget it because it was written."""
        if len(self._addresses) > _ADDRESSES:
            self._addresses.clear()
        self._addresses.update(addresses)
        if written:
            self._waiting.clear()
            self._since = time.monotonic()
        else:
            self._waiting.update({key: each for key, each in identities.items() if each.changed})

    def recover(self, statements: Statements) -> None:
        """Count again what a crashed process had counted but not written: the comments since its last writing."""
        lost: dict[int, Identity] = {}
        for site_id, author, at, verdict in statements.uncounted():
            if author is not None:
                lost.setdefault(author, Identity(author, site_id)).count(Verdict(verdict), microseconds(at))
        statements.insert("identities", sorted(each.row() for each in lost.values()))
        statements.mark_counted()
