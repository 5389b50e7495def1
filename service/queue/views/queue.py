"""The queue: a list and the comment in hand."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from starlette.responses import Response

from service.domain import Role
from service.queue import counts
from service.queue.detail import about, detail
from service.queue.heading import head
from service.queue.languages import N_
from service.queue.needs import site_of_comment, somewhere, there
from service.queue.routes import Menu, Routes
from service.queue.view import View, read_view
from service.queue.visit import Visit
from service.store import queue

routes = Routes()
ROWS = 50
FEW = 2000


@routes.get("/queue", needs=somewhere(Role.VIEWER), menu=Menu("queue", N_("Queue"), 10))
async def show(visit: Visit) -> Response:
    """Show what waits, and the first of it or what the address names in full."""
    view = read_view(visit, visit.query)
    few = counts.left(await visit.pages.counts.groups(), view.wanted) < FEW
    after = view.chosen["after"]
    items = await visit.look(lambda connection: queue.page(connection, view.wanted, view.sort, ROWS + 1, after, few=few))
    items, more = items[:ROWS], items[ROWS - 1].key if len(items) > ROWS else ""
    if visit.part and visit.query.get("rows"):
        return await visit.show("queue_more.html", items=items, more=more, view=view, current="", **about(visit))
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
        **({"item": None, **about(visit)} | beside),
    )


async def _rail(visit: Visit, view: View) -> dict[str, Any]:
    """Give every filter with what it would leave."""
    groups, wanted = await visit.pages.counts.groups(), view.wanted
    everywhere = replace(wanted, site_ids=tuple(visit.site_ids))
    return {
        "site": counts.facets(groups, "site_id", everywhere),
        "why": counts.facets(groups, "why", replace(wanted, why="")),
        "lang": counts.facets(groups, "lang", replace(wanted, lang=None)),
        "new": counts.left(groups, replace(wanted, newcomer=True)),
        "links": counts.left(groups, replace(wanted, linked=True)),
        "second": counts.left(groups, replace(wanted, second=True)),
        "first": counts.left(groups, replace(wanted, second=False)),
    }


@routes.get("/comments/{comment}", needs=there(Role.VIEWER, site_of_comment))
async def comment(visit: Visit) -> Response:
    """Show one comment in full: beside the list when script asks for that, else on a page of its own."""
    view = read_view(visit, visit.query)
    beside = visit.part and visit.query.get("beside")
    return await visit.show(
        "beside.html" if beside else "comment.html", view=view, **await detail(visit, visit.path["comment"], view)
    )
