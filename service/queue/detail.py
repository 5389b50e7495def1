"""A comment in hand with whatever explains it: clues, author, article, what can be done."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from service.domain import Role, Site
from service.moderation import StoredComment
from service.policy import Reason
from service.queue.passages import passages
from service.queue.rule_names import RULE_NAMES
from service.queue.stop import Stop
from service.queue.view import View
from service.queue.visit import Visit
from service.store import many, notes, queries, queue
from service.store.notes import Note
from service.store.queue import Item

_MOST_COUNTED = 1000


def about(visit: Visit) -> dict[str, Any]:
    """Give what templates of the queue name things by."""
    return {"names": {site.id: site.name for site in visit.sites}, "rules": RULE_NAMES}


async def detail(visit: Visit, comment_id: str, view: View) -> dict[str, Any]:
    """Look a comment up with its item and whatever explains it. Raises Stop."""
    return await explained(visit, await visit.look(lambda connection: look(connection, visit, comment_id)), view)


async def explained(visit: Visit, found: Beside | None, view: View) -> dict[str, Any]:
    """Say why the comment that was found is what it is. Raises Stop where there was none."""
    if found is None:
        raise Stop(404, "There is nothing at this address.")
    stored = found.stored
    site = _site_of(visit, stored)
    explained = await visit.pages.moderation.explain(stored)
    return {
        **about(visit),
        "site": site,
        "item": found.item,
        "notes": found.notes,
        "author_key": stored.author_key,
        "of_author": found.of_author,
        "naming": found.naming,
        "stored": stored,
        "passages": passages(stored.comment.text, explained.clues),
        "explained": explained,
        "clues": _heaviest(explained.clues),
        "article": _article(site, stored),
        "reasons": reasons_of(visit, site),
        "may_act": visit.may(Role.MODERATOR, site) and found.item is not None,
        "may_note": visit.may(Role.MODERATOR, site),
        "back": view.query(after=view.chosen["after"]),
    }


class Beside(Struct, frozen=True):
    """A comment with its item, and how many wait of its author, and with links to each of its domains."""

    stored: StoredComment
    item: Item | None
    notes: list[Note]
    of_author: int
    naming: list[tuple[str, int]]


def look(connection: Connection, visit: Visit, comment_id: str, item: Item | None = None) -> Beside | None:
    """Give a comment of the visit's sites with what the store tells of it; its item is looked up unless it is known."""
    stored = queries.comment_of_any(connection, visit.site_ids, comment_id)
    if stored is None:
        return None
    site_id, author = stored.site_id, stored.author_key
    waiting = many.count_author(connection, site_id, author, _MOST_COUNTED) if author is not None else 0
    domains = many.domains_in(connection, comment_id)
    naming = [(each, many.count_naming(connection, site_id, each, _MOST_COUNTED)) for each in domains]
    item = item or queue.item(connection, [site_id], comment_id)
    return Beside(stored, item, notes.notes_beside(connection, site_id, comment_id, author), waiting, naming)


def notes_of(connection: Connection, site_id: int, comment_id: str) -> list[Note]:
    """Give the notes on a comment and on its author, oldest first."""
    return notes.notes_beside(connection, site_id, comment_id, many.author_of(connection, comment_id))


async def stored_of(visit: Visit, comment_id: str) -> tuple[Site, StoredComment]:
    """Give a comment of the visit's sites with its site. Raises Stop."""
    stored = await visit.look(lambda connection: queries.comment_of_any(connection, visit.site_ids, comment_id))
    if stored is None:
        raise Stop(404, "There is nothing at this address.")
    return _site_of(visit, stored), stored


def _site_of(visit: Visit, stored: StoredComment) -> Site:
    return next(site for site in visit.sites if site.id == stored.site_id)


def _heaviest(clues: Any) -> list[Any]:  # noqa: ANN401 # clues
    return [clue for clue in clues if abs(clue.weight) >= 0.05][:12]


def _article(site: Site, stored: StoredComment) -> str:
    """Give the article's address if it lies on the registered site: whatever else a client sent is shown and not linked."""
    address = stored.comment.permalink
    return address if site.url and address.startswith((site.url.rstrip("/") + "/", site.url.rstrip("/") + "?")) else ""


def reasons_of(visit: Visit, site: Site) -> tuple[Reason, ...]:
    """Give the reasons that a site rejects for."""
    return visit.pages.moderation.policy(site).reasons
