"""What is known of authors and addresses: how often each was accepted, held, rejected, and how fast it writes.

An author's row lies at a random place of its table, so writing it dirties a page of its own, twice a comment: most of what a
comment would cost on SQLite. The ledger therefore keeps the counts of a moment in memory and writes them together. Nothing can be
lost by that: the comments themselves tell what was counted, and after a crash those since the last writing are counted again.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Sequence

from msgspec import Struct

from service.domain import Comment, History, Verdict
from service.store.ids import Digests
from service.store.statements import Statements

_KEPT = 8192
"""So many identities at most wait in memory; writing them takes some 30 ms."""
_SECONDS = 1.0
"""So long at most they wait."""
_MICRO = 1_000_000


class Keys(Struct, frozen=True):
    """Digests under which a comment, its author and its address are found again; None where author or address are unknown."""

    match: int
    author: int | None
    address: int | None


def keys_of(digests: Digests, site_id: int, comment: Comment) -> Keys:
    """Give the digests of a comment. An author is an e-mail address, or a name at an address where there is no e-mail.

    ``match`` leaves out the author's name and URL: sites clean those before they report a comment as spam or ham.
    """
    short = digests.short
    address = comment.user_ip.strip()
    email = comment.author_email.strip().casefold()
    name = comment.author.strip().casefold()
    author = f"{site_id}\x1fe\x1f{email}" if email else f"{site_id}\x1fn\x1f{name}\x1f{address}"
    article = comment.article_id or comment.permalink
    return Keys(
        short(f"{site_id}\x1fm\x1f{article}\x1f{address}\x1f{email}\x1f{comment.text.strip()}"),
        short(author) if email or name or address else None,
        short(f"{site_id}\x1fi\x1f{address}") if address else None,
    )


class Identity:
    """One author or address: ``found`` in the table (accepted, held, rejected, ham, spam), and what is not written there yet."""

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

    def arrive(self, at: float, limit: int, seconds: int) -> bool:
        """Count one arrival against the flood limit and tell whether it is exceeded.

        The generic cell rate algorithm (ITU-T I.371): ``limit`` at once, then one every ``seconds / limit``.
        """
        if not limit:
            return False
        now, interval = int(at * _MICRO), seconds * _MICRO // limit
        arrival = max(self.tat_us, now)
        if arrival - now > interval * (limit - 1):
            return True
        self.tat_us = arrival + interval
        return False

    def count(self, verdict: Verdict, at: float) -> None:
        """Count one decision."""
        if verdict is Verdict.ACCEPT:
            self.accepted += 1
        elif verdict is Verdict.HOLD:
            self.held += 1
        else:
            self.rejected += 1
        now = int(at * _MICRO)
        self.first_us = self.first_us or now
        self.last_us = max(self.last_us, now)
        self.changed = True

    def row(self) -> tuple[int, ...]:
        """Give what to add to the stored row, in the table's order."""
        counts = (self.accepted, self.held, self.rejected, 0, 0)
        return (self.key, self.site_id, *counts, self.first_us, self.last_us, self.tat_us)


class Ledger:
    """The identities whose counts wait to be written. ``deferred`` False writes them with every batch.

    Only one process may defer, the one that holds the lock and begins with ``recover``. ``closing`` writes with the next batch.
    """

    def __init__(self, *, deferred: bool) -> None:
        self.deferred = deferred
        self._waiting: dict[int, Identity] = {}
        self.closing = False
        self._since = 0.0

    @property
    def waits(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self._waiting)

    def open(self, statements: Statements, wanted: Iterable[tuple[int, int]]) -> dict[int, Identity]:
        """Give the identities of (key, site id) pairs, as table and ledger know them together. They are the caller's to change."""
        waiting = self._waiting
        found = {key: copy.copy(waiting[key]) if key in waiting else Identity(key, site_id) for key, site_id in wanted}
        if found:
            for row in statements.identities(list(found)):
                found[row[0]].load(row)
        return found

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

    def settle(self, identities: dict[int, Identity], *, written: bool) -> None:
        """Keep what the committed batch counted, or forget it because it was written."""
        if written:
            self._waiting.clear()
            self._since = time.monotonic()
        else:
            self._waiting.update((key, each) for key, each in identities.items() if each.changed)

    def recover(self, statements: Statements) -> None:
        """Count again what a crashed process had counted but not written: the comments since its last writing."""
        lost: dict[int, Identity] = {}
        for site_id, author, address, at, verdict in statements.uncounted():
            for key in {author, address} - {None}:
                lost.setdefault(key, Identity(key, site_id)).count(Verdict(verdict), at)
        statements.insert("identities", sorted(each.row() for each in lost.values()))
        statements.mark_counted()
