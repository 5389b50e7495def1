"""A comment in hand with whatever explains it: clues, author, article, what can be done."""

from __future__ import annotations

from typing import Any

from service.domain import Role, Site
from service.moderation import StoredComment
from service.policy import Reason
from service.queue.passages import passages
from service.queue.rule_names import RULE_NAMES
from service.queue.stop import Stop
from service.queue.view import View
from service.queue.visit import Visit
from service.store import queries, queue


def about(visit: Visit) -> dict[str, Any]:
    """Give what templates of the queue name things by."""
    return {"names": {site.id: site.name for site in visit.sites}, "rules": RULE_NAMES}


async def detail(visit: Visit, comment_id: str, view: View) -> dict[str, Any]:
    """Look a comment up with its item and whatever explains it. Raises Stop."""
    ids = visit.site_ids
    site_id, item = await visit.look(
        lambda connection: (queries.site_of(connection, comment_id), queue.item(connection, ids, comment_id))
    )
    site = next((site for site in visit.sites if site.id == site_id), None)
    stored = await visit.pages.moderation.get(site, comment_id) if site is not None else None
    if site is None or stored is None:
        raise Stop(404, "There is nothing at this address.")
    explained = await visit.pages.moderation.explain(stored)
    return {
        **about(visit),
        "site": site,
        "item": item,
        "stored": stored,
        "passages": passages(stored.comment.text, explained.clues),
        "explained": explained,
        "clues": _heaviest(explained.clues),
        "article": _article(site, stored),
        "reasons": reasons_of(visit, site),
        "may_act": visit.may(Role.MODERATOR, site) and item is not None,
        "back": view.query(after=view.chosen["after"]),
    }


def _heaviest(clues: Any) -> list[Any]:  # noqa: ANN401 # clues
    return [clue for clue in clues if abs(clue.weight) >= 0.05][:12]


def _article(site: Site, stored: StoredComment) -> str:
    """Give the article's address if it lies on the registered site: whatever else a client sent is shown and not linked."""
    address = stored.comment.permalink
    return address if site.url and address.startswith((site.url.rstrip("/") + "/", site.url.rstrip("/") + "?")) else ""


def reasons_of(visit: Visit, site: Site) -> tuple[Reason, ...]:
    """Give the reasons that a site rejects for."""
    return visit.pages.moderation.policy(site).reasons
