"""Forgetting a person: what they wrote and sent is emptied, what was counted and decided stays without them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, case, func, or_, select

from service.store import audit, notes, places, search
from service.store.audit import Deed
from service.store.feedback import NOBODY
from service.store.schema import comments, identities, labels, queue_items

_c = comments.c
_WRITTEN = ("text", "author", "author_email", "author_url", "user_ip")


def comments_of(connection: Connection, site_id: int, *, email: str = "", ip: str = "") -> list[str]:
    """Give the ids of a site's comments from an e-mail address (in any case) or a network address. Reads the whole site."""
    named = func.lower(_c.author_email) == func.lower(email) if email else _c.user_ip == ip
    return list(connection.execute(select(_c.id).where(_c.site_id == site_id, named)).scalars())


def erase(connection: Connection, site_id: int, ids: Sequence[str], at: float, *, authors_too: bool = True) -> int:
    """Empty comments of a site: text, author, addresses, everything sent with them. Gives how many were not empty before.

    Their labels go, so that training cannot use them, so do the notes on them and on their authors, and every word
    of them in the search index; one that waits for a moderator waits no more. Decisions stay. Unless ``authors_too``,
    so does what is known of how their authors fared.
    """
    mine = (_c.site_id == site_id) & _c.id.in_(ids)
    named = select(_c.author_key).where(mine, _c.author_key.is_not(None)).distinct()
    authors = list(connection.execute(named).scalars()) if authors_too else []
    connection.execute(identities.delete().where(identities.c.key.in_(authors)))
    notes.erase(connection, site_id, ids, authors)
    search.empty(connection, list(connection.execute(select(_c.id).where(mine)).scalars()))
    places.forget(connection, select(_c.id).where(mine))
    connection.execute(labels.delete().where(labels.c.comment_id.in_(select(_c.id).where(mine))))
    waiting = queue_items.c.comment_id.in_(select(_c.id).where(mine)) & (queue_items.c.state == "waiting")
    closed = NOBODY | {"state": "decided", "version": queue_items.c.version + 1, "closed_at": at}
    connection.execute(queue_items.update().where(waiting).values(closed))
    empty = dict.fromkeys(_WRITTEN, "")
    more = {"more": "{}", "author_key": None, "match_key": 0, "revision": case((_c.external_id == "", ""), else_=_c.id)}
    return connection.execute(
        comments.update().where(mine, or_(_c.more != "{}", *(_c[name] != "" for name in _WRITTEN))).values(empty | more)
    ).rowcount


def log(connection: Connection, site_id: int, who: str, count: int, at: float) -> None:
    """Write an erasure into the audit log, without saying whose."""
    audit.append(connection, Deed(at=at, who=who, what="erased a person", site_id=site_id, after={"comments": count}))
