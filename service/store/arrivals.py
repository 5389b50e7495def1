"""What a platform told besides new comments: deliveries taken before, comments deleted there, reported, or replaced by an edit."""

from __future__ import annotations

from sqlalchemy import Connection, select

from service.store import places, storable
from service.store.feedback import NOBODY
from service.store.inserting import insert_into
from service.store.schema import comments, queue_items
from service.store.source_tables import arrivals


def delivered(connection: Connection, source_id: str, delivery: str, at: float) -> str | None:
    """Give the comment id that a delivery was answered with (perhaps empty), or None for a delivery not seen before."""
    query = select(arrivals.c.comment_id).where(arrivals.c.source_id == source_id, arrivals.c.delivery == delivery)
    return connection.execute(query.where(arrivals.c.until > at)).scalar()


def remember(connection: Connection, source_id: str, delivery: str, comment_id: str, at: float, until: float) -> None:
    """Remember a delivery, and forget those whose time is over."""
    connection.execute(arrivals.delete().where(arrivals.c.until <= at))
    values = {"source_id": source_id, "delivery": delivery, "comment_id": comment_id, "until": until}
    connection.execute(insert_into(connection, arrivals).values(values).on_conflict_do_nothing())


def newest_named(connection: Connection, site_id: int, external_id: str) -> str | None:
    """Give the id of the newest revision of the comment that the site calls so, or None."""
    mine = (comments.c.site_id == site_id) & (comments.c.external_id == storable.text(external_id))
    return connection.execute(select(comments.c.id).where(mine).order_by(comments.c.id.desc()).limit(1)).scalar()


def withdraw(connection: Connection, site_id: int, external_id: str, at: float, *, but: str = "") -> int:
    """Let no moderator wait for a comment that its site deleted, or for the revisions ``but`` the newest; counts the items."""
    mine = (comments.c.site_id == site_id) & (comments.c.external_id == storable.text(external_id)) & (comments.c.id != but)
    waiting = (queue_items.c.state == "waiting") & queue_items.c.comment_id.in_(select(comments.c.id).where(mine))
    values = NOBODY | {"state": "decided", "version": queue_items.c.version + 1, "closed_at": at}
    places.close(connection, select(comments.c.id).where(mine))
    return connection.execute(queue_items.update().where(waiting).values(values)).rowcount


def report(connection: Connection, site_id: int, comment_id: str, at: float) -> None:
    """Put a comment before the moderators because a reader reported it; one that waits already keeps its place."""
    values = {"comment_id": comment_id, "site_id": site_id, "why": "reported", "chance": 1.0, "opened_at": at}
    again = {"why": "reported", "chance": 1.0, "state": "waiting", "opened_at": at, "closed_at": None}
    connection.execute(
        insert_into(connection, queue_items)
        .values(values)
        .on_conflict_do_update(
            index_elements=["comment_id"],
            set_=again | {"version": queue_items.c.version + 1},
            where=queue_items.c.state == "decided",
        )
    )
    counted = queue_items.update().where(queue_items.c.comment_id == comment_id)
    connection.execute(counted.values(reports=queue_items.c.reports + 1))
    places.reopen(connection, site_id, comment_id)
