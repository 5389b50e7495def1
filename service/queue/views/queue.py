"""The queue: a list and the comment in hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec.structs import replace
from starlette.responses import Response

from service.domain import Role
from service.queue import counts
from service.queue.detail import about, detail
from service.queue.heading import day, head
from service.queue.languages import N_
from service.queue.needs import somewhere
from service.queue.routes import Menu, Routes
from service.queue.view import View, read_view
from service.queue.visit import Visit
from service.store import places
from service.store.queue import Item
from service.store.waiting import page

routes = Routes()
ROWS = 50
FEW = 1000
SHORT = 5000


@routes.get("/queue", needs=somewhere(Role.VIEWER), menu=Menu("queue", N_("Queue"), 10))
async def show(visit: Visit) -> Response:
    """Show what waits, and the first of it or what the address names in full."""
    view = read_view(visit, visit.query)
    items, more = await _rows(visit, view)
    if visit.part and visit.query.get("rows"):
        known: dict[str, Any] = {"items": items, "more": more, "view": view, "articles": await _articles(visit, view, items)}
        return await visit.show("queue_more.html", current="", **known, **about(visit))
    named = visit.query.get("at", "")
    current = next((item for item in items if item.id == named), items[0] if items else None)
    beside = await detail(visit, current.id, view) if current is not None else {}
    return await visit.show(
        "queue.html",
        items=items,
        more=more,
        view=view,
        current=current.id if current is not None else "",
        rail=await _rail(visit, view),
        head=await head(visit, view),
        articles=await _articles(visit, view, items),
        day=await day(visit) if not items else None,
        **({"item": None, **about(visit)} | beside),
    )


async def _rows(visit: Visit, view: View) -> tuple[list[Item], str]:
    """Give the rows of the page and the cursor of what follows, empty at the end."""
    waiting = await visit.pages.counts.waiting()
    few = waiting.long(SHORT) if waiting.left(view.wanted) < FEW else None
    clusters = await visit.pages.counts.clusters() if view.sort == "cluster" and few is None else []
    visit.pages.placing.hurry()
    if view.sort == "article":
        await visit.pages.placing.patience()
    after = view.chosen["after"]
    items = await visit.look(lambda store: page(store, view.wanted, view.sort, ROWS + 1, after, few=few, clusters=clusters))
    return items[:ROWS], items[ROWS - 1].key if len(items) > ROWS else ""


async def _articles(visit: Visit, view: View, items: list[Item]) -> dict[int, str]:
    """Give the names of the articles of a page that is in their order."""
    numbers = [-item.group for item in items if item.group]
    return await visit.look(lambda store: places.articles(store, numbers)) if numbers and view.sort == "article" else {}


async def _rail(visit: Visit, view: View) -> dict[str, Any]:
    """Give every filter with what it would leave."""
    waiting, wanted, person = await visit.pages.counts.waiting(), view.wanted, visit.person.id
    rail = waiting.rail(wanted)
    return {
        "reports": waiting.left(replace(wanted, reported=True)),
        "mine": waiting.left(replace(wanted, mine=person, free=None)),
        "free": waiting.left(replace(wanted, mine=None, free=person)),
        **{name: max(getattr(rail, name), 0) for name in ("first", "second", "new", "links", "doubt")},
        "site": counts.most(Counter({site_id: rail.site[site_id] for site_id in visit.site_ids})),
        "why": counts.most(rail.why),
        "lang": counts.most(rail.lang),
        "tag": counts.most(waiting.tags(wanted)),
    }
