"""People who are signed in, without the time that their passwords would take; and what they are given."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import Connection

from service.domain import Role, Site
from service.people.accounts import Offer, new_link
from service.store import people, sessions, sites
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.sessions import Session
from tests.serving import SECRET, Service

DIGESTS = Digests(SECRET.encode())
PASSWORD = "seven wooden giraffes"
_numbers = itertools.count(1)


def stored(service: Service, change: Any) -> Any:
    """Do something in the service's database, beside the service."""
    engine = open_engine(service.database_url)
    try:
        with engine.begin() as connection:
            return change(connection)
    finally:
        engine.dispose()


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
        page = self.http.get("/account", follow_redirects=True).text
        return re.search(r'name="csrf" (?:value|content)="(\w+)"', page)[1]

    def cookies(self, service: Service) -> list[dict[str, Any]]:
        """What a real browser needs to be signed in."""
        return [{"name": "session", "value": self.token, "url": f"http://127.0.0.1:{service.port}"}]


def stranger(service: Service) -> Client:
    """Someone who is not signed in."""
    headers = {"accept": "text/html", "accept-language": "en"}
    return Client(httpx.Client(base_url=f"http://127.0.0.1:{service.port}", headers=headers, timeout=10))


def someone(service: Service, role: Role | None = None, *, name: str = "", **at: Role) -> Client:
    """A person with a role on every site, or with roles on sites by name, who is signed in."""
    number = next(_numbers)
    token = f"{number:064x}"

    def change(connection: Connection) -> int:
        now = time.time()
        person_id = people.add_person(connection, f"p{number}@example.org", name or f"Person {number}", now)
        people.set_role(connection, person_id, None, role)
        for site_name, held in at.items():
            people.set_role(connection, person_id, sites.find_site(connection, site_name).id, held)
        session = Session(DIGESTS.token("session", token), person_id, "open", now, now, "127.0.0.1", "a test")
        sessions.open_session(connection, session)
        return person_id

    client = stranger(service)
    client.http.cookies.set("session", token)
    client.person_id, client.token = stored(service, change), token
    return client
