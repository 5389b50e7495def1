"""The pages, a module each. ``ROUTES`` is all of them."""

from __future__ import annotations

from service.queue.routes import Route
from service.queue.views import (
    account,
    acting,
    audit,
    author,
    beside,
    comment,
    deliveries,
    home,
    live,
    many,
    model,
    people,
    queue,
    redeciding,
    rules,
    search,
    sign_in,
    site_endpoints,
    site_keys,
    sites,
    stats,
    welcome,
)

ROUTES: tuple[Route, ...] = (
    *home.routes,
    *sign_in.routes,
    *welcome.routes,
    *account.routes,
    *people.routes,
    *queue.routes,
    *redeciding.routes,
    *comment.routes,
    *author.routes,
    *search.routes,
    *acting.routes,
    *live.routes,
    *beside.routes,
    *many.routes,
    *model.routes,
    *rules.routes,
    *sites.routes,
    *site_keys.routes,
    *site_endpoints.routes,
    *deliveries.routes,
    *audit.routes,
    *stats.routes,
)
