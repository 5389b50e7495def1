"""What nobody has labelled of a site: its newest comments, for its own layer to learn from what they look like.

They stand in a snapshot apart from the labelled ones, so that nothing that measures ever sees them. They are reduced like those.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from sqlalchemy import Connection, Row, Select, select

from service.domain import Verdict
from service.store.removal import DEMO_URL
from service.store.schema import comments, labels, sites
from training.labels import COLUMNS, complete, reduced, stored_comment

SEEN = 3_000
"""Comments of a site that are looked at, the newest; of those that say the same a snapshot keeps one."""


def from_store(connection: Connection) -> Iterator[pd.DataFrame]:
    """Give one frame for each site with ``labels.COLUMNS``, oldest first; labels are NaN."""
    for site in connection.execute(select(sites.c.id, sites.c.name).where(sites.c.url != DEMO_URL).order_by(sites.c.id)).all():
        found = [row for verdict in Verdict for row in connection.execute(_newest(site.id, verdict.value))]
        newest = sorted(found, key=lambda row: row.id)[-SEEN:]
        yield complete(pd.DataFrame([_row(row, site.name) for row in newest], columns=list(COLUMNS)))


def _newest(site_id: int, verdict: str) -> Select[tuple[object, ...]]:
    """Ask for a site's newest comments of a verdict that have a text and no label, by the index."""
    here = (comments.c.site_id == site_id, comments.c.verdict == verdict, comments.c.is_test.is_(False), comments.c.text != "")
    labelled = select(labels.c.number).where(labels.c.comment_id == comments.c.id).exists()
    return select(comments).where(*here, ~labelled).order_by(comments.c.id.desc()).limit(SEEN)


def _row(row: Row[tuple[object, ...]], site: str) -> dict[str, object]:
    nothing = dict.fromkeys(("hand", "why", "verdict", "history"), "") | dict.fromkeys(("spam", "abuse"), float("nan"))
    known = {"source": f"site {site}", "site": site, "id": row.id, "at": row.received_at, "trust": 1.0, "chance": 1.0}
    return reduced(stored_comment(row)) | nothing | known
