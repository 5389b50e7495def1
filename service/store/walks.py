"""The statements that find a page of the queue, each made once for an order and a filter's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Double, Select, Text, bindparam, case, func, literal_column, or_, select, tuple_

from service.store import storable
from service.store.direct import ForEach, among, value
from service.store.facets import DOUBTFUL, REPORTED, Cluster, Filter, Values
from service.store.filtering import WHYS, asking, conditions, shape
from service.store.hidden import Hidden
from service.store.places_tables import WAITS, queue_places
from service.store.schema import queue_items

Sort = Literal["uncertain", "oldest", "newest", "riskiest", "reported", "article", "cluster"]
SORTS: tuple[Sort, ...] = ("uncertain", "oldest", "newest", "riskiest", "reported", "article", "cluster")

_q, _p = queue_items.c, queue_places.c
_OTHER, _TWIN, _HELD, _TAGGED = (queue_items.alias(name) for name in ("other", "twin", "claimed", "tagged"))
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_WAITS = _q.state == _WAITING
_PLACED: ColumnElement[bool] = literal_column("queue_places.article IS NOT NULL")
DOWN = frozenset({"newest", "riskiest", "reported"})
AT_ONCE = 17
_NUMBER, _MARK = bindparam("number", type_=Double), bindparam("mark", type_=Text)
_SITE = value("site", _q.site_id)
_LISTS = ("why", "rule", "lang")


class Asked(Struct, frozen=True):
    """A statement, the rows of values that it is asked for each of (such as a site), and those that are the same for all."""

    query: ForEach
    each: Sequence[Sequence[Any]]
    values: dict[str, Any]
    most: int


class _Walk(Struct, frozen=True):
    """An order as an index has it: what comes before the id, whose id, and what the index is of."""

    number: ColumnElement[Any] | None = None
    mark: ColumnElement[Any] = _q.comment_id
    only: tuple[ColumnElement[bool], ...] = ()


def _alone() -> ColumnElement[bool]:
    same = (_TWIN.c.site_id == _SITE) & (_TWIN.c.state == _WAITING) & (_TWIN.c.cluster == _q.cluster)
    return or_(_q.cluster.is_(None), ~select(1).where(same, _TWIN.c.comment_id != _q.comment_id).exists())


_WALKS: dict[str, tuple[_Walk, ...]] = {
    "uncertain": (_Walk(_q.doubt),),
    "oldest": (_Walk(),),
    "newest": (_Walk(),),
    "riskiest": (_Walk(_q.risk),),
    "riskiest of the uncertain": (_Walk(_q.risk, only=(_q.risk < literal_column(str(0.5 + DOUBTFUL + 0.01)),)),),
    "article": (_Walk(_p.article, _p.comment_id, (WAITS, _PLACED)),),
    "reported": (
        _Walk(_q.reports, only=(REPORTED,)),
        _Walk(only=(_q.reports == literal_column("0"),)),
    ),
    "cluster": (_Walk(only=(_alone(),)),),
}
"""Each order as one walk after another. That by cluster has only what is like nothing else."""


def place(cursor: str) -> tuple[float, str]:
    """Read a cursor; anything that is none is before everything."""
    number, _, mark = cursor.partition("~")
    try:
        return float(number), storable.text(mark)[:32]
    except ValueError:
        return 0.0, ""


def along(wanted: Filter, sort: Sort, limit: int, after: str) -> list[Asked]:
    """Give the statements that walk along the indexes of an order, to be asked in turn until there are enough."""
    name = "riskiest of the uncertain" if sort == "riskiest" and wanted.uncertain else sort
    number, mark = place(after)
    values, each = asking(wanted) | {"number": number, "mark": mark}, [(site_id,) for site_id in wanted.site_ids]
    asked = []
    for turn, walk in enumerate(_WALKS[name]):
        passed = after and walk.number is None and sort in DOWN and number  # the cursor stands in the walk before this one
        query = _along(shape(wanted), name, turn, bool(after and not passed), limit)
        asked.append(Asked(query, each, values, limit))
    return asked


def looked_for(wanted: Filter, sort: Sort, limit: int, after: str, few: Mapping[int, Values]) -> list[Asked]:
    """Give the statements that find by a filter what it leaves, and put that in order. ``few`` has the values of what waits.

    One is for the sites that it has, the other for those of which nothing was known: what both give is still to be merged.
    """
    number, mark = place(after)
    values = asking(wanted) | {"number": number, "mark": mark}
    known = [(site_id, *_lists(few[site_id], wanted)) for site_id in wanted.site_ids if site_id in few]
    others = [(site_id,) for site_id in wanted.site_ids if site_id not in few]
    made = ((known, True), (others, False))
    return [Asked(_looked_for(shape(wanted), sort, named, bool(after), limit), each, values, limit) for each, named in made if each]


def _lists(known: Values, wanted: Filter) -> tuple[list[str], ...]:
    """Give every value of a site that the filter lets through, to go from one to the next along the index of facets."""
    held = wanted.why not in WHYS
    return (
        ["held" if held else wanted.why] if wanted.why else known.whys,
        [storable.text(wanted.why)] if held else known.rules,
        [storable.text(wanted.lang)] if wanted.lang is not None else known.langs,
    )


def oldest_of(wanted: Filter, clusters: Sequence[Cluster]) -> Asked:
    """Give the statement for the oldest that a filter shows of each of up to ``AT_ONCE`` clusters: site, cluster, id."""
    each: list[tuple[int | None, int | None]] = [(cluster.site_id, cluster.cluster) for cluster in clusters]
    each += [(None, None)] * (AT_ONCE - len(each))  # always as many: a statement of another length would be another one
    return Asked(_oldest_of(shape(wanted)), each, asking(wanted), AT_ONCE)


@lru_cache(maxsize=64)
def _oldest_of(wanted: Filter) -> ForEach:
    mine = (_q.site_id == _SITE) & _WAITS & (_q.cluster == value("cluster", _q.cluster))
    first = select(_q.site_id, _q.cluster, _q.comment_id).where(mine, *conditions(Hidden(_q), wanted))
    return ForEach(first.order_by(_q.comment_id).limit(literal_column("1")), {"site": "int", "cluster": "bigint"})


@lru_cache(maxsize=1024)
def _along(wanted: Filter, name: str, turn: int, cursor: bool, limit: int) -> ForEach:
    down, run = name.partition(" ")[0] in DOWN, _walked(wanted, _WALKS[name][turn])
    key = ("1",) if run.number is None else ("2", "1")
    order = f"ORDER BY {', '.join(f'{each} DESC' if down else each for each in key)} LIMIT {int(limit)}"
    merged = _after(run, down=down) if cursor else run.query, order
    return _merged(_cut(run, cursor=cursor, down=down, limit=limit), {}, down=down, limit=limit, merged=merged)


@lru_cache(maxsize=1024)
def _looked_for(wanted: Filter, sort: Sort, named: bool, cursor: bool, limit: int) -> ForEach:
    down = sort in DOWN
    kinds = dict.fromkeys(_LISTS, "text") if named else {}
    return _merged(_cut(_sorted(wanted, sort, named=named), cursor=cursor, down=down, limit=limit), kinds, down=down, limit=limit)


def _merged(
    part: Select[Any], kinds: dict[str, str], *, down: bool, limit: int, merged: tuple[Select[Any], str] | None = None
) -> ForEach:
    order = "found.number DESC, found.comment_id DESC" if down else "found.number, found.comment_id"
    shown = "found.comment_id, found.number"
    return ForEach(part, {"site": "int", **kinds}, shown=shown, then=f"ORDER BY {order} LIMIT {int(limit)}", merged=merged)


class _Run(Struct, frozen=True):
    """One site's part of a page, not yet put in order."""

    query: Select[Any]
    number: ColumnElement[Any] | None
    mark: ColumnElement[Any]


def _cut(run: _Run, *, cursor: bool, down: bool, limit: int) -> Select[Any]:
    key = (run.mark,) if run.number is None else (run.number, run.mark)
    query = _after(run, down=down) if cursor else run.query
    order = (column.desc() if down else column for column in key)
    return query.order_by(*order).limit(literal_column(str(int(limit))))  # not as a parameter: plans are made for few


def _after(run: _Run, *, down: bool) -> Select[Any]:
    key, here = ((run.mark,), (_MARK,)) if run.number is None else ((run.number, run.mark), (_NUMBER, _MARK))
    return run.query.where(tuple_(*key) < tuple_(*here) if down else tuple_(*key) > tuple_(*here))


def _walked(wanted: Filter, walk: _Walk) -> _Run:
    """Walk along an index of one site."""
    query, shown = select(walk.mark.label("comment_id"), _shown(walk.number)), (*conditions(Hidden(_q), wanted), _first(wanted))
    if walk.mark is _p.comment_id:  # PostgreSQL would rather read all places, and all that the filter leaves, than join as it goes
        item: Select[Any] = select(literal_column("true")).where(
            _q.comment_id == _p.comment_id, _q.site_id == _SITE, _WAITS, *shown
        )
        return _Run(query.where(_p.site_id == _SITE, *walk.only, item.scalar_subquery()), walk.number, walk.mark)
    return _Run(query.where(_q.site_id == _SITE, _WAITS, *walk.only, *shown), walk.number, walk.mark)


def _sorted(wanted: Filter, sort: Sort, *, named: bool) -> _Run:
    """Find by the filter, from an index that has all of it; of near-duplicates take the oldest; no index has the order."""
    number, here = _number(sort), _left(wanted, named=named)
    found = select(_q.comment_id, _shown(number), _q.cluster).where(*here).subquery()
    alike = select(func.min(_q.comment_id)).where(*here, Hidden(_q).cluster.is_not(None)).group_by(Hidden(_q).cluster)
    first = or_(found.c.cluster.is_(None), found.c.comment_id.in_(alike))
    run = select(found.c.comment_id, found.c.number).where(first)
    return _Run(run, None if number is None else found.c.number, found.c.comment_id.concat(""))


def _left(wanted: Filter, *, named: bool) -> tuple[ColumnElement[bool], ...]:
    """Match what a filter leaves on a site, so that the index that finds it with the fewest steps is chosen."""
    rest = (_WAITS, *conditions(Hidden(_q), wanted))
    if wanted.mine is not None:
        h = _HELD.c
        live = (h.claimed_by.is_not(None), h.claimed_by == bindparam("mine"), h.claimed_until > bindparam("asked_at", type_=Double))
        return (_q.comment_id.in_(select(h.comment_id).where(*live)), _q.site_id + 0 == _SITE, *rest)
    if wanted.tag:
        t = _TAGGED.c
        tagged = (t.site_id == _SITE, t.state == _WAITING, t.tag != literal_column("''"), t.tag == bindparam("tag", type_=Text))
        return (_q.comment_id.in_(select(t.comment_id).where(*tagged)), _q.site_id + 0 == _SITE, *rest)
    here = (_q.site_id == _SITE, *rest)
    if wanted.reported:
        return (REPORTED, *here)
    return (_q.second == wanted.second, *(_named(wanted) if named else ()), *here)


def _named(wanted: Filter) -> list[ColumnElement[bool]]:
    """Match a site's values up to the last one that the filter names, in the order of the index of facets."""
    values: list[ColumnElement[bool]] = [among(_q[name], value(name)) for name in _LISTS]
    values += [_q.newcomer.in_(_either(wanted.newcomer)), _q.linked.in_(_either(wanted.linked))]
    named = (wanted.why != "", wanted.why not in WHYS, wanted.lang is not None, wanted.newcomer, wanted.linked)
    last = max((place for place, is_named in enumerate(named, 1) if is_named), default=0)
    return values[:last]


def _either(wanted: bool) -> list[ColumnElement[bool]]:
    return [literal_column(each) for each in (("true",) if wanted else ("false", "true"))]


def _shown(number: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return (literal_column("0.0") if number is None else number).label("number")


def _number(sort: Sort) -> ColumnElement[Any] | None:
    numbers: dict[str, ColumnElement[Any]] = {
        "uncertain": _q.doubt + 0.0,
        "riskiest": _q.risk + 0.0,
        "article": func.coalesce(_q.article, 0) + 0.0,
        "reported": _q.reports + 0.0,
        "cluster": case((_q.cluster.is_(None), 0.0), else_=0.0 - func.count().over(partition_by=Hidden(_q).cluster)),
    }
    return numbers.get(sort)


def _first(wanted: Filter) -> ColumnElement[bool]:
    """Of near-duplicates that a filter shows take the oldest."""
    o = _OTHER.c
    same = (o.site_id == _SITE, o.state == _WAITING, o.cluster == _q.cluster, o.comment_id < _q.comment_id)
    return or_(_q.cluster.is_(None), ~select(1).where(*same, *conditions(Hidden(o), wanted)).exists())
