"""Every screen, from the routes themselves: what is added as a route is looked at, attacked and drawn without another word.

Addresses come from `entries.py`. What a GET answers that is no page stands in `NO_PAGES`; a test holds both against the routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from service.queue.routes import Route
from service.queue.views import ROUTES
from tests.queue.entries import ENTRIES

NO_PAGES = {
    "/": "sends on to the queue",
    "/static/{digest}/{name}": "files",
    "/sign-in/oidc": "sends on to the provider",
    "/sign-in/oidc/back": "where the provider sends back to",
    "/sign-in/code": "only for who gave a password and not yet a code",
    "/queue/live": "parts of the queue, for script",
    "/rules/{site:int}/export": "a file",
    "/stats/export": "a file",
    "/model/reports/{version}": "a page that training made",
    "/model/{site:int}/reports/{version}": "a page that training made",
}
TOLD_APART = {"/comments/{comment}": "comment"}
WITH_MORE = {
    "/queue": ("sort=oldest&second=1", "why=reported", "sort=article"),
    "/search": ("q=verdict:hold",),
    "/stats": ("days=7",),
}
"""Other states of a page that are worth a look."""


class Screen(NamedTuple):
    """A page: its route, the address with everything filled in, and whether one looks at it before signing in."""

    route: str
    address: str
    outside: bool

    @property
    def name(self) -> str:
        """A short name, for files."""
        *words, last = [word for word in self.route.split("/") if word]
        words = [word for word in words if "{" not in word]
        if "{" not in last:
            return "-".join([*words, last])
        last = last.strip("{}").removesuffix(":int")
        return last if words[-1] == f"{last}s" else "-".join(words)


def pages() -> list[Route]:
    """Give the routes that show a page."""
    return [route for route in ROUTES if route.method == "GET" and route.path not in NO_PAGES]


def screens(world: Mapping[str, str], *, more: bool = False) -> list[Screen]:
    """Give every screen of the world, with ``more`` also in other states."""
    found = []
    for route in pages():
        address = ENTRIES[f"GET {route.path}"][0].format(**world)
        outside = route.needs.level != "full"
        found.append(Screen(route.path, address, outside))
        if more:
            joint = "&" if "?" in address else "?"
            found += [Screen(route.path, f"{address}{joint}{query}", outside) for query in WITH_MORE.get(route.path, ())]
    return found
