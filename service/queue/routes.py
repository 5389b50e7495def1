"""Which function answers which address, and who may ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from starlette.responses import Response

from service.queue.needs import Needs

if TYPE_CHECKING:
    from service.queue.visit import Visit

Handler = Callable[["Visit"], Awaitable[Response]]
Method = Literal["GET", "POST"]


class Menu(Struct, frozen=True):
    """A page's place in the navigation: icon, English label (``N_``), position."""

    icon: str
    label: str
    order: int


class Route(Struct, frozen=True):
    """An address, its method, who may ask, and the function that answers."""

    method: Method
    path: str
    needs: Needs
    handler: Handler
    menu: Menu | None = None


class Routes:
    """The routes of one module, filled by decorators."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        """Give the routes in the order in which they were declared."""
        return iter(self._routes)

    def get(self, path: str, *, needs: Needs, menu: Menu | None = None) -> Callable[[Handler], Handler]:
        """Declare a page."""
        return self._add("GET", path, needs, menu)

    def post(self, path: str, *, needs: Needs) -> Callable[[Handler], Handler]:
        """Declare where a form goes."""
        return self._add("POST", path, needs, None)

    def _add(self, method: Method, path: str, needs: Needs, menu: Menu | None) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            self._routes.append(Route(method, path, needs, handler, menu))
            return handler

        return declare
