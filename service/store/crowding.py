"""Whether too much waits in a site's queue, said once when it begins; asked beside the requests, never by them."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct
from sqlalchemy import Connection, func, literal_column, select, text

from service.store.events import Event, tell
from service.store.queue import oldest
from service.store.schema import changes, endpoints, queue_items, sites

KIND = "queue.threshold"
_RELIEF = 2
"""The site is told again only after the queue has fallen below the threshold divided by this: no news of every single comment."""

_q = queue_items.c
_WAITS = _q.state == literal_column("'waiting'")
"""Written out, so that the databases know which of their indexes it is."""


class Crowd(Struct, frozen=True):
    """A site whose queue has crossed a mark: ``waiting`` comments are counted no further than the threshold."""

    site_id: int
    waiting: int
    crowded: bool


def crossed(connection: Connection, threshold: int) -> list[Crowd]:
    """Give the sites that want to be told and whose queue grew to the threshold, or fell below half of it, since the last time."""
    wanted = endpoints.c.disabled_at.is_(None) & (endpoints.c.kind == "webhook")
    asked = connection.execute(select(endpoints.c.site_id, endpoints.c.events).where(wanted)).all()
    found = []
    for site_id in sorted({site_id for site_id, events in asked if KIND in events.split()}):
        some = select(_q.comment_id).where(_q.site_id == site_id, _WAITS).limit(threshold).subquery()
        waiting = connection.execute(select(func.count()).select_from(some)).scalar_one()
        known = bool(connection.execute(select(changes.c.number).where(changes.c.name == _name(site_id))).scalar())
        crowded = waiting >= threshold if not known else waiting * _RELIEF >= threshold
        if crowded is not known:
            found.append(Crowd(site_id, waiting, crowded))
    return found


def note(connection: Connection, crowd: Crowd, threshold: int, now: float) -> None:
    """Write down that a queue crossed a mark, and tell the site if it grew; of several processes that see it, one does."""
    changed = connection.execute(_NOTE, {"name": _name(crowd.site_id), "number": int(crowd.crowded)}).rowcount
    if not changed or not crowd.crowded:
        return
    first = oldest(connection, [crowd.site_id])
    site = connection.execute(select(sites.c.name).where(sites.c.id == crowd.site_id)).scalar_one()
    since = None if first is None else datetime.fromtimestamp(first, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    tell(connection, crowd.site_id, Event(KIND, now, now, {"site": site, "threshold": threshold, "oldest": since}))


class Wait(Struct, frozen=True):
    """What waits on a site: how many, counted no further than asked, and since when."""

    site_id: int
    site: str
    waiting: int
    since: float


def waits(connection: Connection, most: int) -> list[Wait]:
    """Give the sites on which something waits, by name."""
    found = []
    for site_id, name in connection.execute(select(sites.c.id, sites.c.name).order_by(sites.c.name)).all():
        if (since := oldest(connection, [site_id])) is not None:
            some = select(_q.comment_id).where(_q.site_id == site_id, _WAITS).limit(most).subquery()
            waiting = connection.execute(select(func.count()).select_from(some)).scalar_one()
            found.append(Wait(site_id, name, waiting, since))
    return found


def turn_of(connection: Connection, person_id: int, now: float, every: float) -> bool:
    """Take a person's turn to be reminded, unless it was taken in the last ``every`` seconds, here or by another process."""
    minute, name = int(now // 60), f"reminded:{person_id}"
    values = {"name": name, "number": minute, "before": minute - every / 60}
    return bool(connection.execute(_TURN, values).rowcount)


def give_back(connection: Connection, person_id: int) -> None:
    """Let a turn be taken again: the person was not reached."""
    connection.execute(changes.delete().where(changes.c.name == f"reminded:{person_id}"))


_TURN = text(
    "INSERT INTO changes (name, number) VALUES (:name, :number)"
    " ON CONFLICT (name) DO UPDATE SET number = :number WHERE changes.number <= :before"
)


def _name(site_id: int) -> str:
    return f"crowded:{site_id}"


_NOTE = text(
    "INSERT INTO changes (name, number) VALUES (:name, :number)"
    " ON CONFLICT (name) DO UPDATE SET number = :number WHERE changes.number <> :number"
)
