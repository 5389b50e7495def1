"""Where queued comments belong: looked up behind the queue, in small steps, so that arriving comments pay nothing for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, Text, bindparam, literal_column, select, tuple_

from service.domain import Comment
from service.store import storable
from service.store.direct import Direct, among, listed
from service.store.inserting import insert_into
from service.store.places_tables import WAITS, queue_articles, queue_domains, queue_places
from service.store.schema import comments, queue_items

_NAME = 500
_MOST_DOMAINS = 20
_q, _p, _c = queue_items.c, queue_places.c, comments.c
_WAITING = _q.state == literal_column("'waiting'")
_UNKNOWN: ColumnElement[bool] = literal_column("queue_places.article IS NULL")


class Unplaced(Struct, frozen=True):
    """A queued comment that nobody looked up yet; ``comment`` has only what places and domains are read from."""

    id: str
    site_id: int
    author: int | None
    linked: bool
    comment: Comment


class Place(Struct, frozen=True):
    """Where a queued comment belongs: ``article`` is the article's id or address, empty where the client told none."""

    id: str
    site_id: int
    article: str
    author: int | None
    domains: tuple[str, ...]


def unplaced(connection: Connection, after: str, most: int) -> list[Unplaced]:
    """Give comments that wait without a place: those whose ids follow ``after``, then those that wait again."""
    known = select(1).where(_p.comment_id == _q.comment_id, _p.article.is_not(None)).exists()
    rows = _look(connection, most, ~known, _q.comment_id > after)
    if len(rows) < most:
        rows += _look(connection, most, _q.comment_id.in_(select(_p.comment_id).where(WAITS, _UNKNOWN).limit(most)))
    return rows


def _look(connection: Connection, most: int, *wanted: ColumnElement[bool]) -> list[Unplaced]:
    columns = (_c.id, _c.site_id, _c.author_key, _q.linked, _c.text, _c.author_url, _c.permalink, _c.article_id)
    query = select(*columns).select_from(queue_items.join(comments, _c.id == _q.comment_id)).where(_WAITING, *wanted)
    return [
        Unplaced(row[0], row[1], row[2], bool(row[3]), Comment(text=row[4], author_url=row[5], permalink=row[6], article_id=row[7]))
        for row in connection.execute(query.order_by(_q.comment_id).limit(most))
    ]


def place(connection: Connection, found: Sequence[Place]) -> None:
    """Keep where comments belong; those that were decided meanwhile are kept as decided."""
    if not found:
        return
    numbers = _articles(connection, list(dict.fromkeys((each.site_id, each.article[:_NAME]) for each in found if each.article)))
    ids = [each.id for each in found]
    waits = set(connection.execute(select(_q.comment_id).where(_q.comment_id.in_(ids), _WAITING)).scalars())
    rows = [
        {
            "comment_id": each.id,
            "site_id": each.site_id,
            "waiting": each.id in waits,
            "article": -numbers.get((each.site_id, each.article[:_NAME]), 0),
            "author": each.author,
        }
        for each in found
    ]
    insert = insert_into(connection, queue_places)
    known = {"article": insert.excluded.article, "author": insert.excluded.author}
    connection.execute(insert.on_conflict_do_update(index_elements=["comment_id"], set_=known), rows)
    article = select(_p.article).where(_p.comment_id == _q.comment_id).scalar_subquery()
    connection.execute(queue_items.update().where(_q.comment_id.in_(ids)).values(article=article))
    named = [
        {"site_id": each.site_id, "domain": domain[:_NAME], "comment_id": each.id}
        for each in found
        for domain in each.domains[:_MOST_DOMAINS]
    ]
    if named:
        connection.execute(insert_into(connection, queue_domains).on_conflict_do_nothing(), named)


def _articles(connection: Connection, named: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Give the numbers of articles by site and name; those that have none get one, in the order in which they came."""
    if not named:
        return {}
    a = queue_articles.c
    wanted = tuple_(a.site_id, a.name).in_([(site_id, storable.text(name)) for site_id, name in named])
    look = select(a.site_id, a.name, a.id).where(wanted)
    known = {(row[0], row[1]): row[2] for row in connection.execute(look)}
    missing = [{"site_id": each[0], "name": each[1]} for each in named if each not in known]
    if missing:
        connection.execute(insert_into(connection, queue_articles).on_conflict_do_nothing(), missing)
        known = {(row[0], row[1]): row[2] for row in connection.execute(look)}
    return known


def reopen(connection: Connection, site_id: int, comment_id: str) -> None:
    """Note that a comment waits, perhaps again, and is to be looked up unless it was: others of its time are passed already."""
    insert = insert_into(connection, queue_places).values(comment_id=comment_id, site_id=site_id, waiting=True)
    connection.execute(insert.on_conflict_do_update(index_elements=["comment_id"], set_={"waiting": True}))


def close(connection: Connection, ids: Select[Any] | Sequence[str], *, again: bool = False) -> None:
    """Note that comments wait no more, or ``again``."""
    connection.execute(queue_places.update().where(_p.comment_id.in_(ids)).values(waiting=again))


def forget(connection: Connection, ids: Select[Any] | Sequence[str]) -> None:
    """Forget whose comments those were, and which domains they named; they wait no more."""
    connection.execute(queue_places.update().where(_p.comment_id.in_(ids)).values(author=None, waiting=False))
    connection.execute(queue_domains.delete().where(queue_domains.c.comment_id.in_(ids)))


_NAMES = Direct(select(queue_articles.c.id, queue_articles.c.name).where(among(queue_articles.c.id, bindparam("ids", type_=Text))))


def articles(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Give the names of articles by their numbers."""
    return dict(_NAMES.rows(connection, {"ids": listed(connection, sorted(set(numbers)))}))
