"""The tables of where queued comments belong: their article, their author, the domains they name.

They are filled in behind the queue, never by what stores an arriving comment.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from service.store.schema import metadata


def _waiting(name: str, only: str, *columns: str) -> Index:
    """Index what waits and has the value; anything else costs nothing."""
    condition = text(f"waiting AND {only}")
    return Index(f"ix_queue_places_{name}", "site_id", *columns, sqlite_where=condition, postgresql_where=condition)


queue_articles = Table(
    "queue_articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, nullable=False),
    Column("name", Text, nullable=False, doc="the article's id, or its address where it has none"),
    UniqueConstraint("site_id", "name"),
)

queue_places = Table(
    "queue_places",
    metadata,
    Column("comment_id", Text, primary_key=True),
    Column("site_id", Integer, nullable=False),
    Column("waiting", Boolean, nullable=False, doc="as of the queue item, but for what others closed: a join tells"),
    Column("article", Integer, doc="minus the number of queue_articles, so that new ones come first; 0: none; NULL: not looked up"),
    Column("author", BigInteger, doc="comments.author_key"),
    _waiting("article", "article IS NOT NULL", "article", "comment_id"),
    _waiting("author", "author IS NOT NULL", "author", "comment_id"),
    _waiting("unknown", "article IS NULL", "comment_id"),
    sqlite_with_rowid=False,
)

queue_domains = Table(
    "queue_domains",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("domain", Text, primary_key=True),
    Column("comment_id", Text, primary_key=True),
    Index(None, "comment_id"),
    sqlite_with_rowid=False,
)

WAITS: ColumnElement[bool] = literal_column("queue_places.waiting")
"""A condition as it stands in the indexes: with a parameter SQLite would not see that an index fits."""
