"""What happened meanwhile: rows that others decided or look at, and how many comments are new. Nothing that shows is moved."""

from __future__ import annotations

from starlette.responses import Response

from service.domain import Role
from service.queue.detail import about
from service.queue.heading import head
from service.queue.needs import somewhere
from service.queue.routes import Routes
from service.queue.view import read_view
from service.queue.visit import Visit
from service.store import around, waiting

routes = Routes()
_MOST_ROWS = 120
_ID = 32


@routes.get("/queue/live", needs=somewhere(Role.VIEWER))
async def live(visit: Visit) -> Response:
    """Tell of the rows ``ids`` (parted by dots, each with its version after a dash) and of what came after the id ``since``."""
    view = read_view(visit, visit.query)
    named = dict(each.partition("-")[::2] for each in visit.query.get("ids", "").split(".")[:_MOST_ROWS] if each)
    since, site_ids = visit.query.get("since", "")[:_ID], visit.site_ids
    rows, new = await visit.look(
        lambda connection: (
            around.seen(connection, site_ids, [each[:_ID] for each in named]),
            waiting.newer(connection, view.wanted, since) if since else 0,
        )
    )
    gone = [row for row in rows if row.acted_by != visit.person.id and _changed(row, named.get(row.id, ""))]
    return await visit.show(
        "queue_live.html",
        gone=gone,
        rows=[row for row in rows if row.state == "waiting"],
        new=new,
        view=view,
        head=await head(visit, view),
        **about(visit),
    )


def _changed(row: around.Seen, version: str) -> bool:
    """Tell whether an item is no more what a row shows: decided, or passed on for a second opinion."""
    return row.state != "waiting" or (row.act == "hold" and str(row.version) != version)
