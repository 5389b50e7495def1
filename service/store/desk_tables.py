"""The tables of what moderators keep for themselves: notes, saved searches, and how far the full-text index has come."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Double, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from service.store.schema import metadata

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, ForeignKey("sites.id"), nullable=False),
    Column("about", Text, nullable=False, doc="what target names: a comment's id, or an author's key in decimal"),
    Column("target", Text, nullable=False),
    Column("person_id", Integer, doc="no foreign key: a note outlives who wrote it"),
    Column("who", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("text", Text, nullable=False),
    CheckConstraint("about IN ('comment', 'author')", name="about"),
    Index(None, "target", "about"),
)

searches = Table(
    "searches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("at", Double, nullable=False),
    UniqueConstraint("person_id", "name"),
)

search_marks = Table(
    "search_marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("mark", Text, nullable=False, doc="a comment's id, or a time"),
    sqlite_with_rowid=False,
)
