"""Sources of webhooks, deliveries already taken, and how far imports came; whom a site's readers can write to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables of what comes in from other platforms."""
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_sources_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
    )
    op.create_index(op.f("ix_sources_site_id"), "sources", ["site_id"], unique=False)
    op.create_table(
        "arrivals",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "delivery", name=op.f("pk_arrivals")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_arrivals_until"), "arrivals", ["until"], unique=False)
    op.create_table(
        "imports",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "origin", name=op.f("pk_imports")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notices",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("controller", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_notices_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_notices")),
    )


def downgrade() -> None:
    """Take them away again."""
    for table in ("notices", "imports", "arrivals", "sources"):
        op.drop_table(table)
