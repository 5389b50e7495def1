"""What a site's own layer can learn from: the site's labels, one for each comment and each content, as a snapshot settles them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select

from service.store.removal import DEMO_URL
from service.store.schema import comments, labels, sites

MOST = 2_000
"""So many of a site's labels are looked at, the newest."""
_l, _c = labels.c, comments.c


class Lessons(Struct, frozen=True):
    """How many labels count, ham and bad ones; ``more`` tells that there are others, which were not looked at."""

    ham: int = 0
    bad: int = 0
    more: bool = False

    @property
    def count(self) -> int:
        """How many there are in all."""
        return self.ham + self.bad


def lessons(connection: Connection, site_id: int, most: int = MOST) -> Lessons:
    """Count a site's labels as ``winnow-train snapshot`` would take them; tests of a key and the demo site teach nothing."""
    query = (
        select(_l.comment_id, _l.number, _l.trust, _l.label, _c.text, _c.author, _c.author_url)
        .join(comments, _c.id == _l.comment_id)
        .join(sites, sites.c.id == _c.site_id)
        .where(_l.site_id == site_id, _c.is_test.is_(False), sites.c.url != DEMO_URL)
        .order_by(_l.at.desc())
        .limit(most)
    )
    rows = connection.execute(query).all()
    said = _settled(rows)
    ham = said.count("ham")
    return Lessons(ham, len(said) - ham, more=len(rows) == most)


def _settled(rows: Iterable[Any]) -> list[str]:
    """Give the labels that win: of a comment, and of what says the same in the same name, the last of the most trusted hand."""
    of_comment: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (row.trust, row.comment_id, row.number), reverse=True):
        of_comment.setdefault(row.comment_id, row)
    of_content: dict[tuple[str, str, str], str] = {}
    for row in of_comment.values():
        of_content.setdefault((" ".join(row.text.casefold().split()), row.author, row.author_url), row.label)
    return list(of_content.values())
