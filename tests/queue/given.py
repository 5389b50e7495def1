"""People who are signed in, without the time that their passwords would take; and what they are given."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import httpx
from sqlalchemy import Connection, Engine, event

from service.domain import Role, Site
from service.people.accounts import Offer, new_link
from service.store import people, sessions, sites
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.sessions import Session, Stage
from tests.serving import SECRET, Service

DIGESTS = Digests(SECRET.encode())
PASSWORD = "seven wooden giraffes"
_numbers = itertools.count(1)
T = TypeVar("T")


@cache
def _engine(url: str) -> Engine:
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":  # the service itself may be writing
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 30000"))
    return engine


def stored(service: Service, change: Callable[[Connection], T]) -> T:
    """Do something in the service's database, beside the service."""
    with _engine(service.database_url).begin() as connection:
        return change(connection)


def forget(service: Service) -> None:
    """Close what `stored` keeps open."""
    _engine(service.database_url).dispose()


def add_site(service: Service, name: str) -> Site:
    return stored(service, lambda connection: sites.add_site(connection, name, f"https://{name}.example/", time.time()))


def link(service: Service, kind: str = "setup", **offer: Any) -> str:
    """A link that lets someone in."""
    offered = Offer(**({"role": Role.ADMIN} | offer))
    token = stored(service, lambda connection: new_link(connection, DIGESTS, kind, time.time(), offered))
    return f"http://127.0.0.1:{service.port}/welcome/{token}"


@dataclass
class Client:
    """A browser without script, in which someone may be signed in."""

    http: httpx.Client
    person_id: int = 0
    token: str = ""

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def post(self, path: str, *, follow: bool = True, **fields: Any) -> httpx.Response:
        """Send a form with the token that a page of ours gave."""
        fields.setdefault("csrf", self.csrf())
        return self.http.post(path, data=fields, follow_redirects=follow)

    def csrf(self) -> str:
        page = self.http.get("/nothing").text
        return re.search(r'name="csrf" (?:value|content)="(\w+)"', page)[1]

    def cookies(self, service: Service) -> list[dict[str, Any]]:
        """What a real browser needs to be signed in."""
        return [{"name": "session", "value": self.token, "url": f"http://127.0.0.1:{service.port}"}]


def stranger(service: Service) -> Client:
    """Someone who is not signed in."""
    headers, none_kept = {"accept": "text/html", "accept-language": "en"}, httpx.Limits(max_keepalive_connections=0)
    return Client(httpx.Client(base_url=f"http://127.0.0.1:{service.port}", headers=headers, timeout=60, limits=none_kept))


def session_of(
    service: Service, role: Role | None = None, *, name: str = "", stage: Stage = "open", at: dict[int, Role] | None = None
) -> tuple[int, str]:
    """Add a person with a role on every site, or roles on sites by id, and a session of theirs; give the id and its token."""
    number = next(_numbers)
    token = f"{number:064x}"

    def change(connection: Connection) -> int:
        now = time.time()
        person_id = people.add_person(connection, f"p{number}@example.org", name or f"Person {number}", now)
        people.set_role(connection, person_id, None, role)
        for site_id, held in (at or {}).items():
            people.set_role(connection, person_id, site_id, held)
        session = Session(DIGESTS.token("session", token), person_id, stage, now, now, "127.0.0.1", "a test")
        sessions.open_session(connection, session)
        return person_id

    return stored(service, change), token


def site_id(service: Service, name: str) -> int:
    return next(site.id for site in stored(service, sites.list_sites) if site.name == name)


def someone(service: Service, role: Role | None = None, *, name: str = "", **at: Role) -> Client:
    """A person with a role on every site, or with roles on sites by name, who is signed in."""
    client = stranger(service)
    held = {site_id(service, site): each for site, each in at.items()}
    client.person_id, client.token = session_of(service, role, name=name, at=held)
    client.http.cookies.set("session", client.token)
    return client
