"""The pages, a module each. ``ROUTES`` is all of them."""

from __future__ import annotations

from service.queue.routes import Route
from service.queue.views import account, acting, audit, home, model, people, queue, sign_in, welcome

ROUTES: tuple[Route, ...] = (
    *home.routes,
    *sign_in.routes,
    *welcome.routes,
    *account.routes,
    *people.routes,
    *queue.routes,
    *acting.routes,
    *model.routes,
    *audit.routes,
)
