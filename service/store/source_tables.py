"""The tables of what comes in from other platforms, and whom a site's readers can write to about what it keeps of them."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text

from service.store.schema import metadata


def _site() -> Column[int]:
    return Column("site_id", Integer, ForeignKey("sites.id"), nullable=False)


sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True, doc="random; the last part of the address that the platform calls"),
    _site(),
    Column("adapter", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("secrets", Text, nullable=False, doc="JSON list, newest first, sealed with the server's secret"),
    Column("options", Text, nullable=False, server_default="{}", doc="JSON of service.store.sources.Options"),
    Column("created_at", Double, nullable=False),
    Index(None, "site_id"),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("delivery", Text, primary_key=True, doc="digest of the delivery's id, or of its body where no id is signed"),
    Column("comment_id", Text, nullable=False, server_default="", doc="what it was answered with"),
    Column("until", Double, nullable=False, doc="when it is forgotten"),
    Index(None, "until"),
    sqlite_with_rowid=False,
)

imports = Table(
    "imports",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("origin", Text, primary_key=True, doc="kind and place: wxr /srv/export.xml"),
    Column("mark", Text, nullable=False, doc="how far it came, in the reader's own words"),
    Column("counts", Text, nullable=False, doc="JSON of service.store.imports.Counts"),
    Column("at", Double, nullable=False),
    sqlite_with_rowid=False,
)

notices = Table(
    "notices",
    metadata,
    Column("site_id", Integer, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("controller", Text, nullable=False, server_default="", doc="who answers for the data: a person's or a company's name"),
    Column("contact", Text, nullable=False, server_default="", doc="an e-mail address or a page to write to"),
)
