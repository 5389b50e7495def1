"""What is done to a site from its pages goes into the audit log, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection

from service.domain import Site
from service.queue.visit import Visit
from service.store import audit
from service.store.audit import Deed

T = TypeVar("T")


async def do(
    visit: Visit,
    site: Site,
    what: str,
    change: Callable[[Connection], T],
    *,
    target: str = "",
    before: object = None,
    after: object = None,
) -> T:
    """Change something of a site, log the deed, and let the running service take it over."""
    who = visit.person
    deed = Deed(at=visit.at, who=who.name, person_id=who.id, what=what, site_id=site.id, target=target, before=before, after=after)

    def change_and_log(connection: Connection) -> T:
        done = change(connection)
        audit.append(connection, deed)
        return done

    done = await visit.write(change_and_log)
    await visit.pages.moderation.reload()
    return done


def host(url: str) -> str:
    """Give the host of an address: the rest of it may open a door, so the log and those who only look do not learn it."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
