"""A page of what waits, in each of the orders, found along an index or, where a filter leaves little, by the filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, or_, select, tuple_, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.store import storable
from service.store.facets import DOUBTFUL, Cluster, Filter, Group
from service.store.places_tables import REPORTED, WAITS, queue_places
from service.store.queue import Item, read_item, rows, with_alike
from service.store.schema import queue_items

Sort = Literal["uncertain", "oldest", "newest", "riskiest", "reported", "article", "cluster"]
SORTS: tuple[Sort, ...] = ("uncertain", "oldest", "newest", "riskiest", "reported", "article", "cluster")

_q, _p = queue_items.c, queue_places.c
_WAITS = _q.state == literal_column("'waiting'")
_PLACED: ColumnElement[bool] = literal_column("queue_places.article IS NOT NULL")
_DOWN = frozenset({"newest", "riskiest", "reported"})


class Key(Struct, frozen=True):
    """Where an item stands in an order: a number, then its id (or the cluster that it stands for)."""

    id: str
    number: float
    mark: str

    @property
    def cursor(self) -> str:
        """Give it as the address of what follows."""
        return f"{self.number!r}~{self.mark}"


class _Walk(Struct, frozen=True):
    """An order as an index has it: what comes before the id, whose id, and what the index is of."""

    number: ColumnElement[Any] | None = None
    mark: ColumnElement[Any] = _q.comment_id
    only: tuple[ColumnElement[bool], ...] = ()


def _reported(comment_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 # a column, or an expression of one
    place = queue_places.alias("told")
    return select(1).where(place.c.comment_id == comment_id, place.c.reports > 0).exists()


_WALKS: dict[str, tuple[_Walk, ...]] = {
    "uncertain": (_Walk(_q.doubt),),
    "oldest": (_Walk(),),
    "newest": (_Walk(),),
    "riskiest": (_Walk(_q.risk),),
    "riskiest of the uncertain": (_Walk(_q.risk, only=(_q.risk < 0.5 + DOUBTFUL + 0.01,)),),
    "article": (_Walk(_p.article, _p.comment_id, (WAITS, _PLACED)),),
    "reported": (
        _Walk(_p.reports, _p.comment_id, (WAITS, REPORTED)),
        _Walk(only=(~_reported(_q.comment_id),)),
    ),
}
"""Each order as one walk after another."""


def page(
    connection: Connection,
    wanted: Filter,
    sort: Sort,
    limit: int,
    after: str = "",
    *,
    few: Sequence[Group] | None = None,
    clusters: Sequence[Cluster] = (),
) -> list[Item]:
    """Give up to ``limit`` items after the key ``after``, near-duplicates as the oldest of them.

    ``few``, where a filter leaves little, are the groups that wait: what it leaves is then found by their values and put in order,
    not looked for along the order; an empty list stands for a queue so short that it is looked through.
    ``clusters`` are the largest that wait, for the order by them. By article only what has its place is given, unless ``few``.
    """
    if not wanted.site_ids:
        return []
    if few is not None:
        keys = _found(connection, [_sorted(site_id, wanted, sort, few) for site_id in wanted.site_ids], sort, limit, after)
    elif sort == "cluster":
        keys = _by_cluster(connection, wanted, clusters, limit, after)
    else:
        keys = []
        for walk in _WALKS["riskiest of the uncertain" if sort == "riskiest" and wanted.uncertain else sort]:
            runs = [_walked(site_id, wanted, walk) for site_id in wanted.site_ids]
            keys += _found(connection, runs, sort, limit - len(keys), after) if len(keys) < limit else []
    return _items(connection, keys)


class _Run(Struct, frozen=True):
    """One site's part of a page, not yet put in order."""

    query: Select[Any]
    number: ColumnElement[Any] | None
    mark: ColumnElement[Any]


def _walked(site_id: int, wanted: Filter, walk: _Walk) -> _Run:
    """Walk along an index of one site."""
    query = select(_q.comment_id, _shown(walk.number))
    if walk.mark is _p.comment_id:
        query = query.select_from(queue_places.join(queue_items, _q.comment_id == _p.comment_id)).where(_p.site_id == site_id)
    query = query.where(_q.site_id == site_id, _WAITS, *walk.only, *conditions(_Hidden(_q), wanted), _first(site_id, wanted))
    return _Run(query, walk.number, walk.mark)


def _sorted(site_id: int, wanted: Filter, sort: Sort, few: Sequence[Group]) -> _Run:
    """Find by the filter, whose ids are known first; no index is in the order of an expression, nor found by one."""
    number, here = _number(site_id, wanted, sort), _q.site_id + 0 == site_id
    known = _q.comment_id.in_(_named(site_id, wanted, few))
    query = select(_q.comment_id, _shown(number)).where(
        known, here, _WAITS, *conditions(_Hidden(_q), wanted), _first(site_id, wanted)
    )
    if sort in {"article", "reported"}:
        query = query.select_from(queue_items.outerjoin(queue_places, _q.comment_id == _p.comment_id))
    return _Run(query, number, _q.comment_id.concat(""))


def _named(site_id: int, wanted: Filter, few: Sequence[Group]) -> Select[Any]:
    """Select the ids that a filter leaves, or somewhat more, from the index that has the fewest."""
    if wanted.mine is not None:
        held = queue_items.alias("held")
        live = (held.c.claimed_by.is_not(None), held.c.claimed_by == wanted.mine, held.c.claimed_until > wanted.at)
        return select(held.c.comment_id).where(*live)
    if wanted.reported:
        return select(_p.comment_id).where(_p.site_id == site_id, WAITS, REPORTED)
    f = queue_items.alias("facets").c
    query = select(f.comment_id).where(f.site_id == site_id, f.state == literal_column("'waiting'"), *_facets(_Hidden(f), wanted))
    groups = [group for group in few if group.site_id == site_id]
    if not groups:
        return query
    values = (
        f.why.in_(sorted({group.found[0] for group in groups})),
        f.rule.in_(sorted({group.found[1] for group in groups})),
        f.lang.in_(sorted({group.lang for group in groups})),
    )
    flags = (f.newcomer.in_(_either(wanted.newcomer)), f.linked.in_(_either(wanted.linked)), f.second == wanted.second)
    return query.where(*values, *flags)


def _either(wanted: bool) -> list[bool]:
    return [True] if wanted else [False, True]


def _shown(number: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return (literal_column("0.0") if number is None else number).label("number")


def _number(site_id: int, wanted: Filter, sort: Sort) -> ColumnElement[Any] | None:
    other = queue_items.alias("like")
    alike = _alike(other, site_id, wanted)
    numbers: dict[str, ColumnElement[Any]] = {
        "uncertain": _q.doubt + 0.0,
        "riskiest": _q.risk + 0.0,
        "article": func.coalesce(_p.article, 0) + 0.0,
        "reported": func.coalesce(_p.reports, 0) + 0.0,
        "cluster": 0.0 - select(func.count()).where(alike).scalar_subquery(),
    }
    return numbers.get(sort)


def _first(site_id: int, wanted: Filter) -> ColumnElement[bool]:
    """Of near-duplicates that a filter shows take the oldest."""
    other = queue_items.alias("other")
    earlier = select(1).where(_alike(other, site_id, wanted), other.c.comment_id < _q.comment_id).exists()
    return or_(_q.cluster.is_(None), ~earlier)


def _alike(other: Any, site_id: int, wanted: Filter) -> ColumnElement[bool]:  # noqa: ANN401 # an alias
    same = (other.c.site_id == site_id, other.c.state == literal_column("'waiting'"), other.c.cluster == _q.cluster)
    return and_(*same, *conditions(_Hidden(other.c), wanted))


class _Plain(FunctionElement[Any]):
    """A column of which SQLite's planner does not know that it is one.

    It has no figures of how much a condition leaves, and would look for the index of the filter instead of that of the order,
    or of the copies of one comment, of which there are few. PostgreSQL has the figures.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_Plain)
def _as_it_is(element: _Plain, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # as SQLAlchemy passes them
    return compiler.process(element.clauses, **more)


@compiles(_Plain, "sqlite")
def _with_plus(element: _Plain, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # as above
    return f"+{compiler.process(element.clauses, **more)}"


class _Hidden:
    """Columns that conditions are put on without their choosing an index."""

    def __init__(self, columns: Any) -> None:  # noqa: ANN401 # a table's or an alias's
        self._columns = columns

    def __getattr__(self, name: str) -> ColumnElement[Any]:
        return _Plain(self._columns[name])


def _found(connection: Connection, runs: Sequence[_Run], sort: Sort, limit: int, after: str) -> list[Key]:
    """Merge the sites' runs from a cursor on."""
    down = sort in _DOWN
    found = union_all(*(select(_cut(run, limit, after, down=down).subquery()) for run in runs)).subquery()
    order = [column.desc() if down else column for column in (found.c.number, found.c.comment_id)]
    rows = connection.execute(select(found.c.comment_id, found.c.number).order_by(*order).limit(limit))
    return [Key(row[0], float(row[1]), row[0]) for row in rows]


def _cut(run: _Run, limit: int, after: str, *, down: bool) -> Select[Any]:
    key = (run.mark,) if run.number is None else (run.number, run.mark)
    query, (number, mark) = run.query, _place(after)
    if after and not (run.number is None and down and number):  # else the cursor stands in the walk before this one
        cursor = tuple_(mark) if run.number is None else tuple_(number, mark)
        query = query.where(tuple_(*key) < cursor if down else tuple_(*key) > cursor)
    return query.order_by(*(column.desc() if down else column for column in key)).limit(limit)


def _place(key: str) -> tuple[float, str]:
    """Read a cursor; anything that is none is before everything."""
    number, _, mark = key.partition("~")
    try:
        return float(number), storable.text(mark)[:32]
    except ValueError:
        return 0.0, ""


def _by_cluster(connection: Connection, wanted: Filter, clusters: Sequence[Cluster], limit: int, after: str) -> list[Key]:
    """Give the largest clusters first, then, oldest first, what is like nothing else."""
    number, mark = _place(after) if after else (float("-inf"), "")
    keys: list[Key] = []
    for each in clusters:
        if len(keys) == limit:
            return keys
        key = -float(each.count), str(each.cluster)
        if each.site_id not in wanted.site_ids or key <= (number, mark):
            continue
        mine = (_q.site_id == each.site_id) & _WAITS & (_q.cluster == each.cluster)
        query = select(_q.comment_id).where(mine, *conditions(_Hidden(_q), wanted)).order_by(_q.comment_id).limit(1)
        if (first := connection.execute(query).scalar()) is not None:
            keys.append(Key(first, *key))
    runs = [_walked(site_id, wanted, _Walk(only=(_alone(site_id),))) for site_id in wanted.site_ids]
    return keys + _found(connection, runs, "oldest", limit - len(keys), after if number >= 0 else "")


def _alone(site_id: int) -> ColumnElement[bool]:
    twin = queue_items.alias("twin")
    same = (twin.c.site_id == site_id) & (twin.c.state == literal_column("'waiting'")) & (twin.c.cluster == _q.cluster)
    return or_(_q.cluster.is_(None), ~select(1).where(same, twin.c.comment_id != _q.comment_id).exists())


def _items(connection: Connection, keys: Sequence[Key]) -> list[Item]:
    known = {key.id: key for key in keys}
    if not known:
        return []
    found = {row.comment_id: row for row in connection.execute(rows().where(_q.comment_id.in_(list(known))))}
    return with_alike(connection, [read_item(found[key.id], key.cursor) for key in keys if key.id in found])


def conditions(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # of the table or of an alias
    """Give what a filter demands of an item, its site and that it waits aside."""
    return _facets(columns, wanted) + _behind(columns, wanted)


def _facets(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """What the index of the facets tells."""
    found = [columns.second == wanted.second]
    if wanted.why in {"audit", "reported"}:
        found.append(columns.why == wanted.why)
    elif wanted.why:
        found += [columns.why == "held", columns.rule == storable.text(wanted.why)]
    if wanted.lang is not None:
        found.append(columns.lang == storable.text(wanted.lang))
    if wanted.newcomer:
        found.append(columns.newcomer.is_(True))
    if wanted.linked:
        found.append(columns.linked.is_(True))
    if wanted.uncertain:
        found.append(columns.doubt <= DOUBTFUL)
    return found


def _behind(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """What hangs on claims and reports."""
    found: list[ColumnElement[bool]] = []
    if wanted.reported:
        found.append(_reported(columns.comment_id))
    if wanted.mine is not None:
        found += [columns.claimed_by == wanted.mine, columns.claimed_until > wanted.at]
    if wanted.free is not None:
        free = columns.claimed_by.is_(None) | (columns.claimed_by == wanted.free) | (columns.claimed_until <= wanted.at)
        found.append(free)
    return found


def newer(connection: Connection, wanted: Filter, since: str, most: int = 100) -> int:
    """Count what a filter shows of comments that came after the id ``since``, up to ``most``."""
    mine = _q.site_id.in_(wanted.site_ids) & _WAITS & (_q.comment_id > storable.text(since))
    found = select(_q.comment_id).where(mine, *conditions(_q, wanted)).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())
