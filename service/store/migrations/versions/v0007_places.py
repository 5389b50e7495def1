"""Where queued comments belong: article, author, domains, reports; and what the queue counts and shows of claims and copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_FACETS = ["site_id", "why", "rule", "lang", "newcomer", "linked", "second"]
_PLACES = {
    "article": ("article IS NOT NULL", ["site_id", "article", "comment_id"]),
    "author": ("author IS NOT NULL", ["site_id", "author", "comment_id"]),
    "reports": ("reports > 0", ["site_id", "reports", "comment_id"]),
    "unknown": ("article IS NULL", ["site_id", "comment_id"]),
}


def _index(table: str, name: str, columns: list[str], only: str) -> None:
    condition = sa.text(only)
    op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Create the tables and indexes; what readers reported counts once."""
    op.create_table(
        "queue_articles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_articles")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_queue_articles_site_id_name")),
    )
    op.create_table(
        "queue_places",
        sa.Column("comment_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("reports", sa.Integer(), server_default="0", nullable=False),
        sa.Column("article", sa.Integer(), nullable=True),
        sa.Column("author", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_queue_places")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "queue_domains",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "domain", "comment_id", name=op.f("pk_queue_domains")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_queue_domains_comment_id"), "queue_domains", ["comment_id"])
    for name, (only, columns) in _PLACES.items():
        _index("queue_places", name, columns, f"waiting AND {only}")
    op.drop_index("ix_queue_items_facets", "queue_items")
    _index("queue_items", "facets", [*_FACETS, "comment_id", "doubt", "state"], "state = 'waiting'")
    _index("queue_items", "claimed", ["claimed_until"], "claimed_by IS NOT NULL")
    _index("queue_items", "copies", ["site_id", "cluster", "comment_id"], "state = 'decided' AND cluster IS NOT NULL")
    op.execute(
        "INSERT INTO queue_places (comment_id, site_id, waiting, reports)"
        " SELECT comment_id, site_id, state = 'waiting', 1 FROM queue_items WHERE why = 'reported'"
    )


def downgrade() -> None:
    """Take them away again."""
    for name in ("claimed", "copies", "facets"):
        op.drop_index(f"ix_queue_items_{name}", "queue_items")
    _index("queue_items", "facets", [*_FACETS, "state"], "state = 'waiting'")
    for table in ("queue_domains", "queue_places", "queue_articles"):
        op.drop_table(table)
