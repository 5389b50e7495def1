"""Many waiting comments that one act may mean: all of an author, all that name a domain, all within a range of scores."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, Select, Text, bindparam, func, literal_column, select

from service.store import storable
from service.store.direct import Direct
from service.store.facets import Filter
from service.store.filtering import conditions
from service.store.places_tables import WAITS, queue_domains, queue_places
from service.store.queue import Mark
from service.store.schema import comments, queue_items

_q, _p, _d = queue_items.c, queue_places.c, queue_domains.c
_WAITS = _q.state == literal_column("'waiting'")
_AUTHOR: ColumnElement[bool] = literal_column("queue_places.author IS NOT NULL")


def author_of(connection: Connection, comment_id: str) -> int | None:
    """Give the key of a comment's author, None where nothing is known of one."""
    return connection.execute(select(comments.c.author_key).where(comments.c.id == storable.text(comment_id))).scalar()


def of_author(site_id: int, author: int) -> Select[Any]:
    """Select what waits of an author on a site, as far as places are known."""
    return _of_author(site_id, author)


def _of_author(site_id: Any, author: Any) -> Select[Any]:  # noqa: ANN401 # values, or parameters for them
    placed = queue_places.join(queue_items, _q.comment_id == _p.comment_id)
    mine = (_p.site_id == site_id) & WAITS & _AUTHOR & (_p.author == author)
    return select(_q.comment_id, _q.version).select_from(placed).where(mine, _WAITS).order_by(_p.comment_id)


def naming(site_id: int, domain: str) -> Select[Any]:
    """Select what waits on a site and links to a domain, as far as places are known."""
    return _naming(site_id, storable.text(domain))


def _naming(site_id: Any, domain: Any) -> Select[Any]:  # noqa: ANN401 # as above
    named = queue_domains.join(queue_items, _q.comment_id == _d.comment_id)
    mine = (_d.site_id == site_id) & (_d.domain == domain)
    return select(_q.comment_id, _q.version).select_from(named).where(mine, _WAITS).order_by(_d.comment_id)


def between(wanted: Filter, low: float, high: float) -> Select[Any]:
    """Select what a filter shows with scores from ``low`` to ``high``, both in [0, 1], the riskiest first."""
    mine = _q.site_id.in_(wanted.site_ids) & _WAITS & (_q.risk >= low) & (_q.risk <= high)
    return select(_q.comment_id, _q.version).where(mine, *conditions(_q, wanted)).order_by(_q.risk.desc(), _q.comment_id.desc())


def marks(connection: Connection, query: Select[Any], most: int) -> list[Mark]:
    """Give up to ``most`` of what was selected."""
    return [Mark(row[0], row[1]) for row in connection.execute(query.limit(most))]


def count(connection: Connection, query: Select[Any], most: int) -> int:
    """Count what was selected, up to ``most``."""
    return int(connection.execute(_counting(query), {"most": most}).scalar_one())


def _counting(query: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(query.order_by(None).limit(bindparam("most", type_=Integer)).subquery())


_SITE = bindparam("site", type_=Integer)
_COUNT_AUTHOR = Direct(_counting(_of_author(_SITE, bindparam("author", type_=BigInteger))))
_COUNT_NAMING = Direct(_counting(_naming(_SITE, bindparam("domain", type_=Text))))


def count_author(connection: Connection, site_id: int, author: int, most: int) -> int:
    """Count what waits of an author on a site, up to ``most``."""
    return int(_COUNT_AUTHOR.rows(connection, {"site": site_id, "author": author, "most": most})[0][0])


def count_naming(connection: Connection, site_id: int, domain: str, most: int) -> int:
    """Count what waits on a site and links to a domain, up to ``most``."""
    return int(_COUNT_NAMING.rows(connection, {"site": site_id, "domain": storable.text(domain), "most": most})[0][0])


_ID, _MOST = bindparam("id", type_=Text), bindparam("most", type_=Integer)
_DOMAINS = Direct(select(_d.domain).where(_d.comment_id == _ID).order_by(_d.domain).limit(_MOST))


def domains_in(connection: Connection, comment_id: str, most: int = 3) -> list[str]:
    """Give domains that a queued comment names, as far as they were looked up."""
    return [row[0] for row in _DOMAINS.rows(connection, {"id": storable.text(comment_id), "most": most})]
