"""What every reader gives: pages of records with a mark to go on from; and the words of platforms put into ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from msgspec import Struct

from service.domain import Comment, Label, Verdict
from service.store.imports import Record

PAGE = 100
"""Records of a page, which is also a transaction: a running service waits behind one for some milliseconds."""

MACHINE_TRUST = 0.5
"""Weight of a status of which nobody knows whether a human or a machine set it."""

HUMAN_TRUST = 0.9
"""Weight of what a human said on the site."""

_EARLIEST = 631_152_000.0
"""1990: no comment is older."""


class CannotImport(Exception):
    """What cannot be read; the message is a full sentence without anything that was read."""


class Page(Struct, frozen=True):
    """Some records, and the mark from which the reader would go on after them."""

    records: list[Record]
    mark: str


class Reader(Protocol):
    """A place that comments are read from."""

    origin: str
    """Kind and place; another one when the place holds something else by now."""

    def pages(self, mark: str) -> Iterator[Page]:
        """Give the records after a mark; from the start for an empty one. Raises CannotImport."""

    def done(self) -> float:
        """Tell which part was read, in [0, 1]."""


def paged(records: Iterator[Record], mark: str) -> Iterator[Page]:
    """Cut records into pages whose mark counts them; those that a mark has counted are passed over."""
    skip, number, waiting = int(mark or 0), 0, list[Record]()
    for record in records:
        number += 1
        if number <= skip:
            continue
        waiting.append(record)
        if len(waiting) == PAGE:
            yield Page(waiting, str(number))
            waiting = []
    if waiting:
        yield Page(waiting, str(number))


def moment(text: str, otherwise: float) -> float:
    """Read a time: ISO 8601, MySQL's form (both UTC where they name no zone), or epoch seconds; ``otherwise`` for anything else."""
    try:
        found = datetime.fromisoformat(text.strip())
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        try:
            at = float(text)
        except ValueError:
            return otherwise
    return at if _EARLIEST < at <= otherwise else otherwise


_STATUSES: dict[str, tuple[Verdict, Label | None]] = {
    **dict.fromkeys(("1", "approved", "approve", "accept", "accepted", "published"), (Verdict.ACCEPT, Label.HAM)),
    **dict.fromkeys(("spam",), (Verdict.REJECT, Label.SPAM)),
    **dict.fromkeys(("0", "hold", "held", "pending", "unapproved"), (Verdict.HOLD, None)),
    **dict.fromkeys(("trash", "post-trashed", "deleted", "reject", "rejected"), (Verdict.REJECT, None)),
}
"""What a site did with a comment, and what that says it is; why something was thrown away, nobody knows."""

_LABELS = {
    **dict.fromkeys(("spam", "true", "1", "yes"), Label.SPAM),
    **dict.fromkeys(("ham", "false", "0", "no", "not spam"), Label.HAM),
    **dict.fromkeys(("abuse", "toxic"), Label.ABUSE),
}


def judged(status: str, platform: str) -> dict[str, Any]:
    """Give what a platform's status says: fields of a record. An unknown status is an accepted comment that nobody labelled."""
    verdict, label = _STATUSES.get(status.strip().lower(), (Verdict.ACCEPT, None))
    if label is None:
        return {"verdict": verdict, "hand": f"import:{platform}"}
    return {"verdict": verdict, "label": label, "hand": f"import:{platform} status", "trust": MACHINE_TRUST}


def human(said: str, hand: str) -> dict[str, Any]:
    """Give what a human said: fields of a record that replace a status's; none for a word that is no label."""
    label = _LABELS.get(said.strip().lower())
    if label is None:
        return {}
    verdict = Verdict.ACCEPT if label is Label.HAM else Verdict.REJECT
    return {"verdict": verdict, "label": label, "hand": f"import:{hand}", "trust": HUMAN_TRUST}


_LONGEST = {
    "text": 64_000,
    "author_url": 2_000,
    "permalink": 2_000,
    "referrer": 2_000,
    "user_agent": 1_000,
    "user_ip": 64,
    "type": 64,
    "date": 40,
    "lang": 64,
    "role": 100,
    "external_id": 200,
    "article_id": 200,
    "parent_id": 200,
}
"""Characters of the longest values, as the service's doors cut them; 300 for the rest."""


def comment(platform: str, **fields: str) -> Comment:
    """Give a comment of fields that may be longer than we store."""
    cut = {name: value[: _LONGEST.get(name, 300)] for name, value in fields.items() if value}
    return Comment(**{"text": "", "door": f"import {platform}", **cut})  # type: ignore[arg-type]  # all these fields are texts
