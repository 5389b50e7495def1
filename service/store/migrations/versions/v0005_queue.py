"""What the moderators' queue is filtered and ordered by, who looks at an item, and who acted on it last."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WAITING = sa.text("state = 'waiting'")


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("risk", sa.Double(), server_default="1", nullable=False),
        sa.Column("doubt", sa.Double(), server_default="0", nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("lang", sa.Text(), server_default="", nullable=False),
        sa.Column("newcomer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("linked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=True),
        sa.Column("second", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_until", sa.Double(), server_default="0", nullable=False),
        sa.Column("act", sa.Text(), server_default="", nullable=False),
        sa.Column("acted_by", sa.Integer(), nullable=True),
        sa.Column("acted_at", sa.Double(), nullable=True),
    )


_INDEXES = {
    "doubt": ["site_id", "doubt", "comment_id"],
    "risk": ["site_id", "risk", "comment_id"],
    "facets": ["site_id", "why", "rule", "lang", "newcomer", "linked", "second", "state"],
    "cluster": ["site_id", "cluster", "comment_id", "state"],
}


def upgrade() -> None:
    """Add the columns and their indexes; items that wait already get risk and rule of their first decision."""
    for column in _columns():
        op.add_column("queue_items", column)
    op.execute(
        "UPDATE queue_items SET rule = d.rule, risk = coalesce(CASE WHEN d.spam > d.abuse THEN d.spam ELSE d.abuse END, 1)"
        " FROM decisions d WHERE d.comment_id = queue_items.comment_id AND d.number = 0"
    )
    op.execute("UPDATE queue_items SET doubt = abs(risk - 0.5)")
    for name, columns in _INDEXES.items():
        op.create_index(f"ix_queue_items_{name}", "queue_items", columns, sqlite_where=_WAITING, postgresql_where=_WAITING)
    acted = sa.text("acted_by IS NOT NULL")
    op.create_index("ix_queue_items_acted", "queue_items", ["acted_by", "acted_at"], sqlite_where=acted, postgresql_where=acted)


def downgrade() -> None:
    """Take them away again."""
    for name in (*_INDEXES, "acted"):
        op.drop_index(f"ix_queue_items_{name}", "queue_items")
    for column in _columns():
        op.drop_column("queue_items", column.name)
