"""The way in, and the static files."""

from __future__ import annotations

from starlette.responses import Response

from service.queue import frame
from service.queue.needs import PUBLIC, SIGNED_IN
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.visit import Visit

routes = Routes()


@routes.get("/", needs=SIGNED_IN)
async def home(visit: Visit) -> Response:
    """Go to the first page of the menu: work comes first."""
    menu = visit.pages.menu(visit)
    return visit.go(menu[0][0] if menu else "/account")


@routes.get("/static/{digest}/{name}", needs=PUBLIC)
async def static(visit: Visit) -> Response:
    """Give a static file."""
    gzipped = "gzip" in visit.request.headers.get("accept-encoding", "")
    response = frame.static(visit.path["name"], visit.path["digest"], gzipped=gzipped)
    if response is None:
        raise Stop(404, "There is nothing at this address.")
    visit.cookies.clear()  # a shared cache may keep this answer
    return response
