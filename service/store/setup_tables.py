"""The tables of what sites are set up with: drafts of policies, the rules of all sites, and how long comments are kept."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Integer, Table, Text

from service.store.schema import metadata

policy_drafts = Table(
    "policy_drafts",
    metadata,
    Column("site_id", Integer, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False, doc="of the policy that it would replace"),
    Column("body", Text, nullable=False, doc="JSON of service.policy.Policy"),
    Column("at", Double, nullable=False),
    sqlite_with_rowid=False,
)

shared_rules = Table(
    "shared_rules",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False, doc="JSON list of service.conditions.OwnRule; the newest version is in force"),
    Column("by", Text, nullable=False),
    Column("at", Double, nullable=False),
)

retentions = Table(
    "retentions",
    metadata,
    Column("site_id", Integer, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("days", Integer, nullable=False, doc="after which a comment's text and author are emptied; 0 keeps them"),
    Column("mark", Double, nullable=False, server_default="0", doc="up to when comments' times have been looked through"),
)
