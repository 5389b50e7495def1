"""What rules do beside deciding: a tag on what waits, and how often they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
_TAGGED = sa.text("state = 'waiting' AND tag <> ''")


def upgrade() -> None:
    """Create the column, its index and the table."""
    op.add_column("queue_items", sa.Column("tag", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_queue_items_tag",
        "queue_items",
        ["site_id", "tag", "comment_id"],
        sqlite_where=_TAGGED,
        postgresql_where=_TAGGED,
    )
    op.create_table(
        "rule_hits",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("hits", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("site_id", "day", "rule", name=op.f("pk_rule_hits")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("rule_hits")
    op.drop_index("ix_queue_items_tag", "queue_items")
    op.drop_column("queue_items", "tag")
