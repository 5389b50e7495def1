"""An item's article stands with it, and in the indexes that filters find and sort by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_FACETS = ["second", "why", "rule", "lang", "newcomer", "linked"]
_INDEXES = {
    "facets": ("state = 'waiting'", ["site_id", *_FACETS, "comment_id", "doubt", "risk", "cluster"], ["reports", "state"]),
    "reported": (
        "state = 'waiting' AND reports > 0",
        ["site_id", "reports", "comment_id", *_FACETS, "doubt", "risk", "cluster"],
        ["state"],
    ),
}


def _drop() -> None:
    for name in _INDEXES:
        op.drop_index(f"ix_queue_items_{name}", "queue_items")


def _create(*added: str) -> None:
    for name, (only, first, last) in _INDEXES.items():
        condition = sa.text(only)
        columns = [*first, *added, *last]
        op.create_index(f"ix_queue_items_{name}", "queue_items", columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Copy what is known, and make the indexes anew."""
    _drop()
    op.add_column("queue_items", sa.Column("article", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE queue_items SET article = (SELECT p.article FROM queue_places p WHERE p.comment_id = queue_items.comment_id)"
        " WHERE comment_id IN (SELECT comment_id FROM queue_places WHERE article IS NOT NULL)"
    )
    _create("article")


def downgrade() -> None:
    """Take it away again; the places still know it."""
    _drop()
    op.drop_column("queue_items", "article")
    _create()
