"""The pages, a module each. ``ROUTES`` is all of them."""

from __future__ import annotations

from service.queue.routes import Route
from service.queue.views import account, acting, audit, beside, home, live, many, model, people, queue, rules, sign_in, stats, welcome

ROUTES: tuple[Route, ...] = (
    *home.routes,
    *sign_in.routes,
    *welcome.routes,
    *account.routes,
    *people.routes,
    *queue.routes,
    *acting.routes,
    *live.routes,
    *beside.routes,
    *many.routes,
    *model.routes,
    *rules.routes,
    *audit.routes,
    *stats.routes,
)
