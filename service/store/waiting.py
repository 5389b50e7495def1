"""A page of what waits, in each of the orders, found along an index or, where a filter leaves little, by the filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

from msgspec import Struct
from sqlalchemy import Connection, Text, bindparam, func, literal_column, select

from service.store import storable, walks
from service.store.direct import Direct, among, listed
from service.store.facets import Cluster, Filter, Values
from service.store.filtering import conditions
from service.store.queue import Item, read_item, rows, with_alike
from service.store.schema import queue_items
from service.store.walks import Asked, Sort

_q = queue_items.c
_WAITS = _q.state == literal_column("'waiting'")
_IDS = among(_q.comment_id, bindparam("ids", type_=Text))
_ITEMS = Direct(rows().where(_IDS))


class Key(Struct, frozen=True):
    """Where an item stands in an order: a number, then its id (or the cluster that it stands for)."""

    id: str
    number: float
    mark: str

    @property
    def cursor(self) -> str:
        """Give it as the address of what follows."""
        return f"{self.number!r}~{self.mark}"


def page(
    connection: Connection,
    wanted: Filter,
    sort: Sort,
    limit: int,
    after: str = "",
    *,
    few: Mapping[int, Values] | None = None,
    clusters: Sequence[Cluster] = (),
) -> list[Item]:
    """Give up to ``limit`` items after the key ``after``, near-duplicates as the oldest of them.

    ``few``, where a filter leaves little, are the values of what waits, by site: what it leaves is then found by them and put in
    order, not looked for along the order; without any, as of a short queue, all is looked through.
    ``clusters`` are the largest that wait, for the order by them. By article only what has its place is given, unless ``few``.
    """
    if not wanted.site_ids:
        return []
    if few is not None:
        keys = _looked_for(connection, wanted, sort, limit, after, few)
    elif sort == "cluster":
        keys = _by_cluster(connection, wanted, clusters, limit, after)
    else:
        keys = _found(connection, walks.along(wanted, sort, limit, after))
    return _items(connection, keys)


def _found(connection: Connection, asked: Iterable[Asked]) -> list[Key]:
    keys: list[Key] = []
    for each in asked:
        if (left := each.most - len(keys)) > 0:
            keys += _keys(connection, each)[:left]
    return keys


def _looked_for(connection: Connection, wanted: Filter, sort: Sort, limit: int, after: str, few: Mapping[int, Values]) -> list[Key]:
    found = [_keys(connection, asked) for asked in walks.looked_for(wanted, sort, limit, after, few)]
    if len(found) == 1:
        return found[0]
    return sorted(chain(*found), key=lambda key: (key.number, key.id), reverse=sort in walks.DOWN)[:limit]


def _keys(connection: Connection, asked: Asked) -> list[Key]:
    values = [[listed(connection, each) if isinstance(each, list) else each for each in row] for row in asked.each]
    return [Key(row[0], float(row[1]), row[0]) for row in asked.query.rows(connection, values, asked.values)]


def _by_cluster(connection: Connection, wanted: Filter, clusters: Sequence[Cluster], limit: int, after: str) -> list[Key]:
    """Give the largest clusters first, then, oldest first, what is like nothing else."""
    number, mark = walks.place(after) if after else (float("-inf"), "")
    keys: list[Key] = []
    mine = (each for each in clusters if each.site_id in wanted.site_ids)
    follow = (each for each in mine if (-float(each.count), str(each.cluster)) > (number, mark))
    while len(keys) < limit and (some := list(islice(follow, walks.AT_ONCE))):
        asked = walks.oldest_of(wanted, some)
        first = {(row[0], row[1]): row[2] for row in asked.query.rows(connection, asked.each, asked.values)}
        firsts = ((each, first.get((each.site_id, each.cluster))) for each in some)
        keys += [Key(comment_id, -float(each.count), str(each.cluster)) for each, comment_id in firsts if comment_id]
    if len(keys) >= limit:
        return keys[:limit]
    return keys + _found(connection, walks.along(wanted, "cluster", limit - len(keys), after if number >= 0 else ""))


def _items(connection: Connection, keys: Sequence[Key]) -> list[Item]:
    known = {key.id: key for key in keys}
    if not known:
        return []
    found = {row[0]: row for row in _ITEMS.rows(connection, {"ids": listed(connection, list(known))})}
    return with_alike(connection, [read_item(found[key.id], key.cursor) for key in keys if key.id in found])


def newer(connection: Connection, wanted: Filter, since: str, most: int = 100) -> int:
    """Count what a filter shows of comments that came after the id ``since``, up to ``most``."""
    mine = _q.site_id.in_(wanted.site_ids) & _WAITS & (_q.comment_id > storable.text(since))
    found = select(_q.comment_id).where(mine, *conditions(_q, wanted)).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())
