"""Every route, visited as everyone: nobody gets to see or to do what is not theirs.

What is expected follows from what the route declares, worked out here once more in a few lines. A visitor of the site `other` may
be let in by a route for people of any site; then nothing of the site `blog` may show, and nothing of it may change.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from sqlalchemy import Connection, select

from service.domain import Role
from service.queue.routes import Route
from service.queue.views import ROUTES
from service.store import audit, people
from service.store.desk_tables import notes as note_rows
from service.store.people_tables import invitations, memberships
from service.store.people_tables import people as person_rows
from service.store.schema import endpoints as endpoint_rows
from service.store.schema import keys as key_rows
from service.store.schema import policies, queue_items
from service.store.schema import sites as site_rows
from service.store.setup_tables import policy_drafts
from service.store.source_tables import sources as source_rows
from tests.queue.entries import ENTRIES
from tests.queue.given import DIGESTS, session_of, site_id, stored
from tests.queue.world import MARK, make_world
from tests.serving import Answer, Service

ABOVE = {role: [each for each in Role if each.rank >= role.rank] for role in Role}
BY_NAME = {f"{route.method} {route.path}": route for route in ROUTES}


class Visitor(NamedTuple):
    """Where someone has which role."""

    where: str
    role: Role | None

    def __str__(self) -> str:
        return f"{self.role or 'nobody'} {self.where}".strip()


VISITORS = [
    Visitor("", None),
    Visitor("half", None),
    Visitor("without a role", None),
    *(Visitor(where, role) for where in ("blog", "other", "everywhere") for role in Role),
]


@pytest.fixture(scope="module")
def world(service: Service) -> dict[str, str]:
    return make_world(service)


def visit(service: Service, world: dict[str, str], route: str, token: str, **headers: str) -> Answer:
    """Ask as a browser with that session would, with the right token in the form unless told otherwise."""
    address, form = ENTRIES[route]
    csrf = headers.pop("csrf", DIGESTS.token("form", token or "v"))
    filled = {name: value.format(**world) for name, value in form.items()} | {"csrf": csrf}
    cookie = f"session={token}" if token else "visit=v"
    sent: dict[str, Any] = {"Accept": "text/html", "Cookie": cookie, "Content_Type": "application/x-www-form-urlencoded"}
    method = BY_NAME[route].method
    body = urlencode(filled) if method == "POST" else None
    return service.ask(method, address.format(**world), body, **{**sent, **headers})


def token_of(service: Service, visitor: Visitor) -> str:
    if visitor.where == "":
        return ""
    if visitor.where in {"half", "without a role"}:
        return session_of(service, stage="second" if visitor.where == "half" else "open")[1]
    if visitor.where == "everywhere":
        return session_of(service, visitor.role)[1]
    return session_of(service, at={site_id(service, visitor.where): visitor.role})[1]


def expected(route: Route, visitor: Visitor) -> str:
    """`in`, `sign in`, `403`, `404`; `kept to other` for who is let in without anything on `blog`; `public`: no fault."""
    needs = route.needs
    if needs.level == "public" or (needs.level == "half" and visitor.where == "half"):
        return "public"
    if needs.level == "half" or visitor.where in {"", "half"}:
        return "sign in"
    return "in" if needs.role is None else by_role(route, visitor)


def by_role(route: Route, visitor: Visitor) -> str:
    needs = route.needs
    enough = visitor.role in ABOVE[needs.role]
    if needs.where == "everywhere":
        return "in" if enough and visitor.where == "everywhere" else "403"
    if needs.where == "there":
        return "404" if visitor.where in {"other", "without a role"} else "in" if enough else "403"
    return "403" if not enough else "kept to other" if visitor.where == "other" else "in"


def seen(answer: Answer) -> str:
    if answer.status in {401, 403, 404}:
        return str(answer.status)
    if answer.status == 303 and answer.headers["location"] in {"/sign-in", "/sign-in?ended"}:
        return "sign in"
    return "in" if answer.status in {200, 303, 409, 422, 429} else f"unexpected {answer.status}"


def state(service: Service) -> list[Any]:
    """Whatever of `blog` could have been changed, and by whom."""

    def look(connection: Connection) -> list[Any]:
        blog = select(memberships).where(memberships.c.site_id == 1)
        names = select(person_rows).where(person_rows.c.name.contains(MARK))
        deeds = [(entry.what, entry.target) for entry in audit.entries(connection, site_ids=[1])]
        items = select(queue_items).where(queue_items.c.site_id == 1)
        whole = [select(table).where(table.c.site_id == 1) for table in (note_rows, policies, policy_drafts, source_rows)]
        key, end = key_rows.c, endpoint_rows.c  # whose other columns tell of their use
        parts = [
            select(key.id, key.revoked_at).where(key.site_id == 1),
            select(end.id, end.events, end.with_text, end.salt, end.disabled_why).where(end.site_id == 1),
            select(site_rows).where(site_rows.c.id == 1),
        ]
        queries = (blog, names, select(invitations.c.digest), items, *whole, *parts)
        rows = [connection.execute(query.order_by(None)).all() for query in queries]
        return [*map(sorted_rows, rows), deeds]

    return stored(service, look)


def sorted_rows(rows: Any) -> list[str]:
    return sorted(map(str, rows))


def test_every_route_has_its_entry():
    """Who adds a route says what the matrix shall visit."""
    assert sorted(ENTRIES) == sorted(BY_NAME)


@pytest.mark.parametrize("route", ENTRIES)
def test_nobody_gets_what_is_not_theirs(service, world, route):
    """Each visitor is let in, sent to sign in or refused, as the route declares; what others own neither shows nor changes."""
    wrong = {}
    for visitor in VISITORS:
        token, wanted = token_of(service, visitor), expected(BY_NAME[route], visitor)
        before = state(service) if wanted not in {"in", "public"} else []
        answer = visit(service, world, route, token)
        got = seen(answer)
        leaked = MARK.encode() in answer.body and wanted not in {"in", "public"}
        changed = before != [] and state(service) != before
        allowed = {"kept to other": {"in", "403", "404"}, "public": {"in", "403", "404", "sign in"}}.get(wanted, {wanted})
        if got not in allowed or leaked or changed:
            wrong[str(visitor)] = (wanted, got, "leaked" if leaked else "", "changed" if changed else "")
    assert wrong == {}


@pytest.mark.parametrize("route", [name for name in ENTRIES if name.startswith("POST")])
def test_forms_from_elsewhere_do_nothing(service, world, route):
    """Without its token, or from another origin, a form is refused even for who may do everything."""
    stage = "second" if BY_NAME[route].needs.level == "half" else "open"

    def status(**headers: str) -> int:
        token = session_of(service, Role.ADMIN, stage=stage)[1]
        before = state(service)
        answer = visit(service, world, route, token, **headers)
        assert state(service) == before
        return answer.status

    assert status(csrf="") == 403
    assert status(csrf="f" * 64) == 403
    assert status(Sec_Fetch_Site="cross-site") == 403
    assert status(Sec_Fetch_Site="same-site") == 403
    assert status(Origin="https://evil.example") == 403
    assert status(Origin="null") == 403
    assert status(Content_Type="text/plain") == 415


def test_an_admin_everywhere_is_let_in_by_all(service, world):
    """The matrix would pass if everyone were refused everything; this one does not."""
    for name, route in BY_NAME.items():
        if route.needs.level == "full":
            token = session_of(service, Role.ADMIN)[1]
            assert seen(visit(service, world, name, token)) == "in", name
    assert stored(service, people.count_admins) > 1
