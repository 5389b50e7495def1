"""How often an item was reported stands with it; what filters find and sort by, and what was reported, in one index each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_FACETS = ["second", "why", "rule", "lang", "newcomer", "linked"]
_FORMER = ["why", "rule", "lang", "newcomer", "linked", "second"]
_WAITS, _REPORTED = "state = 'waiting'", "state = 'waiting' AND reports > 0"


def _index(table: str, name: str, columns: list[str], only: str) -> None:
    condition = sa.text(only)
    op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Move the counts, and make the indexes anew."""
    op.add_column("queue_items", sa.Column("reports", sa.Integer(), server_default="0", nullable=False))
    _move("queue_places", "queue_items")
    op.drop_index("ix_queue_places_reports", "queue_places")
    op.drop_column("queue_places", "reports")
    op.drop_index("ix_queue_items_facets", "queue_items")
    _index("queue_items", "facets", ["site_id", *_FACETS, "comment_id", "doubt", "risk", "cluster", "reports", "state"], _WAITS)
    columns = ["site_id", "reports", "comment_id", *_FACETS, "doubt", "risk", "cluster", "state"]
    _index("queue_items", "reported", columns, _REPORTED)


def downgrade() -> None:
    """Move them back."""
    for name in ("facets", "reported"):
        op.drop_index(f"ix_queue_items_{name}", "queue_items")
    _index("queue_items", "facets", ["site_id", *_FORMER, "comment_id", "doubt", "state"], _WAITS)
    op.add_column("queue_places", sa.Column("reports", sa.Integer(), server_default="0", nullable=False))
    _move("queue_items", "queue_places")
    _index("queue_places", "reports", ["site_id", "reports", "comment_id"], "waiting AND reports > 0")
    op.drop_column("queue_items", "reports")


def _move(source: str, target: str) -> None:
    op.execute(
        f"UPDATE {target} SET reports = (SELECT s.reports FROM {source} s WHERE s.comment_id = {target}.comment_id)"  # noqa: S608
        f" WHERE comment_id IN (SELECT comment_id FROM {source} WHERE reports > 0)"  # names of our own
    )
