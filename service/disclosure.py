"""The use-case of the privacy page: what this installation really does with what readers of a site write."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection

from service.domain import Site
from service.moderation import Moderation
from service.store import notices, retention, sites
from service.store.notices import Notice


class Facts(Struct, frozen=True):
    """What is said of a site: its notice, the hosts told of decisions, the model that scores; ``site`` None is any site.

    ``days`` is after how many a comment is emptied: 0 for never, None where it is not known which site is meant.
    """

    site: Site | None
    notice: Notice
    recipients: tuple[str, ...]
    model: str
    days: int | None


async def disclose(moderation: Moderation, choose: Callable[[list[Site]], Site | None]) -> Facts:
    """Give the facts of the site that ``choose`` picks. Raises Unavailable."""
    model = moderation.model.version if moderation.model is not None else ""
    return await moderation.look(lambda connection: _facts(connection, choose(sites.list_sites(connection)), model))


def _facts(connection: Connection, site: Site | None, model: str) -> Facts:
    if site is None:
        return Facts(None, Notice(), (), model, None)
    hosts = {urlsplit(url).hostname or "" for url in notices.told(connection, site.id)} - {"", urlsplit(site.url).hostname}
    days = retention.days_of(connection, site.id)
    return Facts(site, notices.notice_of(connection, site.id), tuple(sorted(hosts)), model, days)
