"""Changes of policies that are tried out, how long comments are kept, and when a key was used last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables and the column."""
    op.create_table(
        "policy_drafts",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_policy_drafts_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "person_id", name=op.f("pk_policy_drafts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retentions",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Double(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_retentions_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_retentions")),
    )
    op.add_column("keys", sa.Column("used_at", sa.Double(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("keys", "used_at")
    op.drop_table("retentions")
    op.drop_table("policy_drafts")
