"""How long a site keeps what readers wrote: after so many days a comment's text and author are emptied."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, select

from service.store import erasure
from service.store.schema import comments
from service.store.setup_tables import retentions

LEAST_DAYS = 7
MOST_DAYS = 36_500
_DAY = 86_400.0
_r = retentions.c


class Due(Struct, frozen=True):
    """Comments of a site whose time is up, oldest first; after them everything up to ``mark`` has been looked through."""

    site_id: int
    ids: tuple[str, ...]
    mark: float


def days_of(connection: Connection, site_id: int) -> int:
    """Give after how many days a site's comments are emptied; 0 for never."""
    return connection.execute(select(_r.days).where(_r.site_id == site_id)).scalar() or 0


def set_days(connection: Connection, site_id: int, days: int) -> None:
    """Set after how many days a site's comments are emptied; 0 for never."""
    if not connection.execute(retentions.update().where(_r.site_id == site_id).values(days=days)).rowcount:
        connection.execute(retentions.insert().values(site_id=site_id, days=days))


def due(connection: Connection, now: float, limit: int) -> list[Due]:
    """Give, site by site, up to ``limit`` comments whose time is up; sites that have none are left out."""
    found = []
    for site_id, days, mark in connection.execute(select(_r.site_id, _r.days, _r.mark).where(_r.days > 0)).all():
        times = (comments.c.received_at > mark, comments.c.received_at < now - days * _DAY)
        query = select(comments.c.id, comments.c.received_at).where(comments.c.site_id == site_id, *times)
        rows = connection.execute(query.order_by(comments.c.received_at).limit(limit)).all()
        if rows:
            found.append(_whole(connection, site_id, rows[-1].received_at, [row.id for row in rows], limit))
    return found


def _whole(connection: Connection, site_id: int, mark: float, ids: list[str], limit: int) -> Due:
    """Take all comments of the last moment along, so that the mark may stand there."""
    if len(ids) == limit:
        same = select(comments.c.id).where(comments.c.site_id == site_id, comments.c.received_at == mark)
        ids += [each for each in connection.execute(same).scalars() if each not in ids]
    return Due(site_id, tuple(ids), mark)


def empty(connection: Connection, due: Due, now: float) -> int:
    """Empty comments whose time is up; gives how many were not empty before. How authors fared stays known, without their names."""
    count = erasure.erase(connection, due.site_id, due.ids, now, authors_too=False)
    connection.execute(retentions.update().where(_r.site_id == due.site_id, _r.mark < due.mark).values(mark=due.mark))
    return count
