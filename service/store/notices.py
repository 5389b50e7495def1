"""What a site tells its readers about itself on the privacy page."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, select

from service.store import storable
from service.store.schema import endpoints
from service.store.source_tables import notices


class Notice(Struct, frozen=True):
    """Who answers for a site's data, and the e-mail address or page to write to; either may be empty."""

    controller: str = ""
    contact: str = ""


def notice_of(connection: Connection, site_id: int) -> Notice:
    """Give a site's notice; an empty one when it set none."""
    row = connection.execute(select(notices.c.controller, notices.c.contact).where(notices.c.site_id == site_id)).one_or_none()
    return Notice() if row is None else Notice(*row)


def set_notice(connection: Connection, site_id: int, notice: Notice) -> None:
    """Replace a site's notice."""
    connection.execute(notices.delete().where(notices.c.site_id == site_id))
    values = {"controller": storable.text(notice.controller), "contact": storable.text(notice.contact)}
    connection.execute(notices.insert().values(site_id=site_id, **values))


def told(connection: Connection, site_id: int) -> list[str]:
    """Give the addresses that are told of a site's decisions."""
    mine = (endpoints.c.site_id == site_id) & (endpoints.c.disabled_at.is_(None))
    return list(connection.execute(select(endpoints.c.url).where(mine)).scalars())
