"""The queue: a list and the comment in hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.responses import Response

from service.domain import Role
from service.queue import counts, heading
from service.queue.detail import Beside, about, explained, look
from service.queue.heading import day
from service.queue.languages import N_
from service.queue.needs import somewhere
from service.queue.routes import Menu, Routes
from service.queue.rows import listed
from service.queue.view import View, read_view
from service.queue.visit import Visit
from service.store import places
from service.store.queue import Item
from service.store.waiting import page

routes = Routes()
ROWS = 50
FEW = 3500
"""Where a filter leaves fewer, what it leaves is put in order."""

SHORT = 5000


@routes.get("/queue", needs=somewhere(Role.VIEWER), menu=Menu("queue", N_("Queue"), 10))
async def show(visit: Visit) -> Response:
    """Show what waits, and the first of it or what the address names in full."""
    view = read_view(visit, visit.query)
    rows = await _rows(visit, view)
    if visit.part and visit.query.get("rows"):
        found = await visit.look(rows)
        return await visit.show("queue_more.html", view=view, rows=_listed(visit, view, found, ""), **found, **about(visit))
    left = (await visit.pages.counts.waiting()).left(view.wanted)
    found, progress, beside = await visit.look(lambda connection: _whole(connection, visit, view, rows))
    detailed = await explained(visit, beside, view) if beside is not None else {"item": None, **about(visit)}
    current = beside.stored.id if beside is not None else ""
    return await visit.show(
        "queue.html",
        view=view,
        rows=_listed(visit, view, found, current),
        rail=await _rail(visit, view),
        head={"left": left if found["items"] or view.chosen["after"] else 0, **progress},  # counted a moment ago, perhaps
        day=await day(visit) if not found["items"] else None,
        **found,
        **detailed,
    )


def _listed(visit: Visit, view: View, found: dict[str, Any], current: str) -> Callable[[], Any]:
    return partial(listed, found["items"], view, current, visit, about(visit)["names"], found["articles"])


def _whole(
    connection: Connection, visit: Visit, view: View, rows: Callable[[Connection], dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any], Beside | None]:
    """Look up in one go the rows, how it goes, and the comment in hand: the one that the address names, or the first."""
    found, named = rows(connection), visit.query.get("at", "")
    items: list[Item] = found["items"]
    # its first signs do among fifty, and fifty addresses are shorter
    current = next((item for item in items if named and item.id.startswith(named)), items[0] if items else None)
    beside = look(connection, visit, current.id, current) if current is not None else None
    return found, heading.progress(connection, visit, view), beside


async def _rows(visit: Visit, view: View) -> Callable[[Connection], dict[str, Any]]:
    """Give what looks up the rows of the page, the cursor of what follows, empty at the end, and the names of their articles."""
    waiting = await visit.pages.counts.waiting()
    few = waiting.values(SHORT) if waiting.left(view.wanted) < FEW else None
    clusters = await visit.pages.counts.clusters() if view.sort == "cluster" and few is None else []
    visit.pages.placing.hurry()
    if view.sort == "article":
        await visit.pages.placing.patience()

    def look_up(connection: Connection) -> dict[str, Any]:
        items = page(connection, view.wanted, view.sort, ROWS + 1, view.chosen["after"], few=few, clusters=clusters)
        more, items = items[ROWS - 1].key if len(items) > ROWS else "", items[:ROWS]
        numbers = [-item.group for item in items if item.group] if view.sort == "article" else []
        return {"items": items, "more": more, "articles": places.articles(connection, numbers) if numbers else {}}

    return look_up


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
