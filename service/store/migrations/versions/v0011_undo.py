"""How long a decision can be taken back, for each site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the column."""
    op.add_column("sites", sa.Column("undo_seconds", sa.Integer()))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("sites", "undo_seconds")
