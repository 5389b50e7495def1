"""Things of the site `blog`, one of each kind, for whoever visits all routes."""

from __future__ import annotations

import time

from sqlalchemy import Connection

from service.domain import Role
from service.people.accounts import Offer, new_link
from service.store import authors, endpoints, many, notes, sites, sources
from service.store.queue import Hand
from service.store.sources import Source
from tests.queue.given import DIGESTS, Client, session_of, site_id, someone, stored
from tests.queue.waiting import hold
from tests.serving import Service

MARK = "zz-only-on-blog"


def make_world(service: Service, mark: str = MARK) -> dict[str, str]:
    """Things of the site `blog`, each with the mark in its name."""
    blog = site_id(service, "blog")
    member, token = session_of(service, name=f"{mark} member", at={blog: Role.VIEWER})
    session_of(service, Role.ADMIN, name="the last admin")

    def change(connection: Connection) -> tuple[str, str]:
        offer = Offer(by="x", email=f"{mark}@example.org", role=Role.VIEWER, site_id=blog)
        link = new_link(connection, DIGESTS, "join", time.time(), offer)
        return link, DIGESTS.token("link", link)

    link, invitation = stored(service, change)
    comment = hold(service, f"{mark} says the comment.", author=mark)[0]
    hand = Hand(member, f"{mark} member", time.time())
    note = stored(service, lambda connection: notes.add(connection, blog, "comment", comment, f"{mark} noted", hand))
    key, endpoint, source = stored(service, lambda connection: set_up(connection, blog, mark))
    return {
        "blog": str(blog),
        "key": str(key),
        "endpoint": str(endpoint),
        "source": source,
        "other": str(site_id(service, "other")),
        "member": str(member),
        "session": DIGESTS.token("session", token),
        "link": link,
        "invitation": invitation,
        "comment": comment,
        "note": str(note),
        "doomed": hold(service, f"{mark} is to go.", author=f"{mark} too", author_email="")[0],
        "author": author_of(service, comment),
    }


def admin(service: Service, name: str = "Ana Admin") -> Client:
    """Who may see everything, and has begun to change the rules: only then there is a draft to look at."""
    ana = someone(service, Role.ADMIN, name=name)
    ana.post("/rules/1/import", yaml="max_links: 3")
    return ana


def set_up(connection: Connection, blog: int, mark: str) -> tuple[int, int, str]:
    """A key, an endpoint and a source."""
    now = time.time()
    _token, key = sites.add_key(connection, DIGESTS, blog, now, label=mark)
    _secret, endpoint = endpoints.add_endpoint(connection, DIGESTS, blog, f"https://{mark}.example/", now, events=["comment.held"])
    wanted = Source(id="", site_id=blog, adapter="generic", label=mark, secrets=("a secret of its own",), created_at=now)
    return key.id, endpoint, sources.add_source(connection, DIGESTS, wanted).id


def author_of(service: Service, comment: str) -> str:
    """The key of a comment's author, once the counts of authors are written."""
    key = stored(service, lambda connection: many.author_of(connection, comment))
    service.until(lambda: stored(service, lambda connection: authors.author(connection, key)) is not None)
    return str(key)
