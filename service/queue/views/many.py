"""Acts on all that waits of an author, with links to a domain, or within a range of scores: shown first, then decided as one."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct
from sqlalchemy import Connection
from starlette.responses import Response

from service.domain import Role
from service.queue import portions
from service.queue.detail import about
from service.queue.needs import somewhere
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.view import View, read_view
from service.queue.views.acting import MOST_AT_ONCE, PREVIEW_FROM
from service.queue.visit import Visit
from service.store import many, queries, queue
from service.store.queue import Item, Mark

routes = Routes()
_SHOWN = 20
_COUNTED = 10_000


class Found(Struct, frozen=True):
    """What one act may mean: the comments as they are now, the first of them in full, how many there are in all."""

    what: str
    name: str
    marks: list[Mark]
    items: list[Item]
    total: int


@routes.get("/queue/many", needs=somewhere(Role.MODERATOR))
async def show(visit: Visit) -> Response:
    """Show what would be acted on: ``by`` is ``author`` or ``domain`` (of ``comment``), or ``score`` (``low`` to ``high``)."""
    view = read_view(visit, dict(parse_qsl(visit.query.get("back", "")[:1000])))
    low, high = _percent(visit, "low", 90), _percent(visit, "high", 100)
    found = await visit.look(lambda connection: _found(visit, connection, view, low / 100, high / 100))
    behind = visit.pages.placing.busy
    visit.pages.placing.hurry()
    return await visit.show(
        "queue_many.html",
        found=found,
        bins=await visit.pages.counts.spread(view.wanted.site_ids) if found.what == "score" else [],
        items=found.items,
        marks=found.marks,
        undo=await portions.window(visit, [mark.id for mark in found.marks]),
        view=view,
        low=low,
        high=high,
        verdict="",
        site="",
        sure_from=PREVIEW_FROM,
        placing=behind,
        **about(visit),
    )


def _percent(visit: Visit, name: str, usual: int) -> int:
    value = visit.query.get(name, "")
    return min(int(value), 100) if value.isascii() and value.isdigit() and len(value) < 4 else usual


def _found(visit: Visit, connection: Connection, view: View, low: float, high: float) -> Found:
    what = visit.query.get("by", "")
    query, name = _query(visit, connection, view, (low, high))
    marks = many.marks(connection, query, MOST_AT_ONCE)
    items = queue.items(connection, visit.site_ids, [mark.id for mark in marks[:_SHOWN]])
    return Found(what, name, marks, items, many.count(connection, query, _COUNTED))


def _query(visit: Visit, connection: Connection, view: View, scores: tuple[float, float]) -> tuple[Any, str]:
    """Give what to select, and whose or which it is. Raises Stop."""
    what, comment_id = visit.query.get("by", ""), visit.query.get("comment", "")
    if what == "score":
        return many.between(view.wanted, *scores), ""
    site_id = queries.site_of(connection, comment_id)
    if site_id not in visit.site_ids or site_id is None:
        raise Stop(404, "There is nothing at this address.")
    if what == "domain":
        domain = visit.query.get("domain", "")[:253].replace("\0", "")
        return many.naming(site_id, domain), domain
    author = many.author_of(connection, comment_id)
    item = queue.item(connection, [site_id], comment_id)
    if what != "author" or author is None or item is None:
        raise Stop(404, "There is nothing at this address.")
    return many.of_author(site_id, author), item.author
