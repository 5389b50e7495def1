"""Taking a site away with everything that hangs on it. What stands in the audit log stays: it is a chain."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, select

from service.store import desk_tables, people_tables, places_tables, search, setup_tables, source_tables  # noqa: F401 # all tables
from service.store import sites as site_rows
from service.store.schema import comments, endpoints, metadata, sites

DEMO_NAME, DEMO_URL = "demo", "https://demo.winnow.invalid"
"""The site that one may try the queue on; its labels train no model."""

_KEPT = frozenset({"audit"})


def remove_site(connection: Connection, site_id: int) -> int:
    """Remove a site; gives how many comments it had. Not for large ones: everything goes in one transaction."""
    mine = select(comments.c.id).where(comments.c.site_id == site_id)
    ids = list(connection.execute(mine).scalars())
    search.empty(connection, ids)
    found = [(table, _of(table, site_id)) for table in reversed(metadata.sorted_tables) if table.name not in _KEPT]
    indirect = [(table, which) for table, which in found if which is not None and "site_id" not in table.c]
    direct = [(table, which) for table, which in found if which is not None and "site_id" in table.c]
    for table, which in indirect + direct:  # what is found by a comment or an endpoint goes before these do
        connection.execute(table.delete().where(which))
    connection.execute(sites.delete().where(sites.c.id == site_id))
    site_rows.note_change(connection)
    return len(ids)


def _of(table: Table, site_id: int) -> ColumnElement[bool] | None:
    """Match a table's rows that belong to a site; None where a table belongs to none."""
    if "site_id" in table.c:
        return table.c.site_id == site_id
    for column, owner in (("comment_id", comments), ("endpoint_id", endpoints)):
        if column in table.c:
            return table.c[column].in_(select(owner.c.id).where(owner.c.site_id == site_id))
    return None
