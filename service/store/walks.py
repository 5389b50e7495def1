"""The statements that find a page of the queue, each made once for its filter and order: making one takes longer than asking it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from service.store import storable
from service.store.facets import DOUBTFUL, REPORTED, Cluster, Filter, Group
from service.store.filtering import asking, conditions
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
_ARTICLE = select(_p.article).where(_p.comment_id == _q.comment_id).scalar_subquery()
"""With a join PostgreSQL would read all places for some hundred items."""
_DOWN = frozenset({"newest", "riskiest", "reported"})
_NO_RULES = frozenset({"", "audit", "reported"})
AT_ONCE = 17
_NUMBER, _MARK, _LIMIT = bindparam("number", type_=Double), bindparam("mark", type_=Text), bindparam("most", type_=Integer)


class Asked(Struct, frozen=True):
    """A statement with its parameters."""

    query: Select[Any]
    values: dict[str, Any]


class _Walk(Struct, frozen=True):
    """An order as an index has it: what comes before the id, whose id, and what the index is of."""

    number: ColumnElement[Any] | None = None
    mark: ColumnElement[Any] = _q.comment_id
    only: tuple[ColumnElement[bool], ...] = ()


def _alone(site_id: int) -> ColumnElement[bool]:
    same = (_TWIN.c.site_id == site_id) & (_TWIN.c.state == _WAITING) & (_TWIN.c.cluster == _q.cluster)
    return or_(_q.cluster.is_(None), ~select(1).where(same, _TWIN.c.comment_id != _q.comment_id).exists())


_WALKS: dict[str, tuple[_Walk, ...]] = {
    "uncertain": (_Walk(_q.doubt),),
    "oldest": (_Walk(),),
    "newest": (_Walk(),),
    "riskiest": (_Walk(_q.risk),),
    "riskiest of the uncertain": (_Walk(_q.risk, only=(_q.risk < 0.5 + DOUBTFUL + 0.01,)),),
    "article": (_Walk(_p.article, _p.comment_id, (WAITS, _PLACED)),),
    "reported": (
        _Walk(_q.reports, only=(REPORTED,)),
        _Walk(only=(_q.reports == 0,)),
    ),
    "cluster": (_Walk(),),
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
    values = asking(wanted) | {"number": number, "mark": mark, "most": limit}
    asked = []
    for turn, walk in enumerate(_WALKS[name]):
        passed = after and walk.number is None and sort in _DOWN and number  # the cursor stands in the walk before this one
        asked.append(Asked(_along(_anyone(wanted), name, turn, bool(after and not passed)), values))
    return asked


def looked_for(wanted: Filter, sort: Sort, limit: int, after: str, few: Sequence[Group]) -> Asked:
    """Give the statement that finds by a filter what it leaves, and puts that in order. ``few`` are the groups that wait."""
    number, mark = place(after)
    values = asking(wanted) | {"number": number, "mark": mark, "most": limit}
    of_site: dict[int, list[Group]] = {}
    for group in few:
        of_site.setdefault(group.site_id, []).append(group)
    for site_id in of_site.keys() & set(wanted.site_ids):
        values |= _values(site_id, of_site[site_id], wanted)
    known = frozenset(of_site) & frozenset(wanted.site_ids)
    return Asked(_looked_for(_anyone(wanted), sort, known, bool(after)), values)


def _values(site_id: int, groups: Sequence[Group], wanted: Filter) -> dict[str, list[str]]:
    """Give every value of a site's groups that the filter lets through, to go from one to the next along the index of facets."""
    held = wanted.why not in _NO_RULES
    return {
        f"why_{site_id}": ["held" if held else wanted.why] if wanted.why else sorted({group.found[0] for group in groups}),
        f"rule_{site_id}": [storable.text(wanted.why)] if held else sorted({group.found[1] for group in groups}),
        f"lang_{site_id}": [storable.text(wanted.lang)] if wanted.lang is not None else sorted({group.lang for group in groups}),
    }


def oldest_of(wanted: Filter, clusters: Sequence[Cluster]) -> Asked:
    """Give the statement for the oldest that a filter shows of each of up to ``AT_ONCE`` clusters: site, cluster, id."""
    values = asking(wanted)
    for turn in range(AT_ONCE):
        each = clusters[turn] if turn < len(clusters) else None
        values |= {f"site_{turn}": each.site_id if each else None, f"cluster_{turn}": each.cluster if each else None}
    return Asked(_oldest_of(_anyone(wanted)), values)


@lru_cache(maxsize=64)
def _oldest_of(wanted: Filter) -> Select[Any]:
    parts = []
    for turn in range(AT_ONCE):
        site, cluster = bindparam(f"site_{turn}", type_=Integer), bindparam(f"cluster_{turn}", type_=BigInteger)
        mine = (_q.site_id == site) & _WAITS & (_q.cluster == cluster)
        first = select(_q.site_id, _q.cluster, _q.comment_id).where(mine, *conditions(Hidden(_q), wanted))
        parts.append(select(first.order_by(_q.comment_id).limit(1).subquery()))
    return select(union_all(*parts).subquery())


def _anyone(wanted: Filter) -> Filter:
    """Give a filter without who asks, and when: those are parameters."""
    return replace(wanted, at=0.0, mine=None if wanted.mine is None else 0, free=None if wanted.free is None else 0)


@lru_cache(maxsize=512)
def _along(wanted: Filter, name: str, turn: int, cursor: bool) -> Select[Any]:
    walk, down = _WALKS[name][turn], name.partition(" ")[0] in _DOWN
    return _merged([_cut(_walked(site_id, wanted, walk, name), cursor=cursor, down=down) for site_id in wanted.site_ids], down=down)


@lru_cache(maxsize=512)
def _looked_for(wanted: Filter, sort: Sort, known: frozenset[int], cursor: bool) -> Select[Any]:
    down = sort in _DOWN
    runs = (_sorted(site_id, wanted, sort, named=site_id in known) for site_id in wanted.site_ids)
    return _merged([_cut(run, cursor=cursor, down=down) for run in runs], down=down)


def _merged(parts: list[Select[Any]], *, down: bool) -> Select[Any]:
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    order = [column.desc() if down else column for column in (found.c.number, found.c.comment_id)]
    return select(found.c.comment_id, found.c.number).order_by(*order).limit(_LIMIT)


class _Run(Struct, frozen=True):
    """One site's part of a page, not yet put in order."""

    query: Select[Any]
    number: ColumnElement[Any] | None
    mark: ColumnElement[Any]


def _cut(run: _Run, *, cursor: bool, down: bool) -> Select[Any]:
    key = (run.mark,) if run.number is None else (run.number, run.mark)
    query = run.query
    if cursor:
        here = tuple_(_MARK) if run.number is None else tuple_(_NUMBER, _MARK)
        query = query.where(tuple_(*key) < here if down else tuple_(*key) > here)
    return query.order_by(*(column.desc() if down else column for column in key)).limit(_LIMIT)


def _walked(site_id: int, wanted: Filter, walk: _Walk, name: str) -> _Run:
    """Walk along an index of one site."""
    query = select(_q.comment_id, _shown(walk.number))
    if walk.mark is _p.comment_id:
        query = query.select_from(queue_places.join(queue_items, _q.comment_id == _p.comment_id)).where(_p.site_id == site_id)
    only = (_alone(site_id),) if name == "cluster" else walk.only
    query = query.where(_q.site_id == site_id, _WAITS, *only, *conditions(Hidden(_q), wanted), _first(site_id, wanted))
    return _Run(query, walk.number, walk.mark)


def _sorted(site_id: int, wanted: Filter, sort: Sort, *, named: bool) -> _Run:
    """Find by the filter, from an index that has all of it; of near-duplicates take the oldest; no index has the order."""
    number, here = _number(sort), _left(site_id, wanted, named=named)
    found = select(_q.comment_id, _shown(number), _q.cluster).where(*here).subquery()
    alike = select(func.min(_q.comment_id)).where(*here, Hidden(_q).cluster.is_not(None)).group_by(Hidden(_q).cluster)
    first = or_(found.c.cluster.is_(None), found.c.comment_id.in_(alike))
    run = select(found.c.comment_id, found.c.number).where(first)
    return _Run(run, None if number is None else found.c.number, found.c.comment_id.concat(""))


def _left(site_id: int, wanted: Filter, *, named: bool) -> tuple[ColumnElement[bool], ...]:
    """Match what a filter leaves on a site, so that the index that finds it with the fewest steps is chosen."""
    rest = (_WAITS, *conditions(Hidden(_q), wanted))
    if wanted.mine is not None:
        h = _HELD.c
        live = (h.claimed_by.is_not(None), h.claimed_by == bindparam("mine", type_=Integer))
        mine = select(h.comment_id).where(*live, h.claimed_until > bindparam("asked_at", type_=Double))
        return (_q.comment_id.in_(mine), _q.site_id + 0 == site_id, *rest)
    if wanted.tag:
        t = _TAGGED.c
        tagged = (t.site_id == site_id, t.state == _WAITING, t.tag != literal_column("''"), t.tag == storable.text(wanted.tag))
        return (_q.comment_id.in_(select(t.comment_id).where(*tagged)), _q.site_id + 0 == site_id, *rest)
    here = (_q.site_id == site_id, *rest)
    if wanted.reported:
        return (REPORTED, *here)
    return (_q.second == wanted.second, *(_named(site_id, wanted) if named else ()), *here)


def _named(site_id: int, wanted: Filter) -> list[ColumnElement[bool]]:
    """Match a site's values up to the last one that the filter names, in the order of the index of facets."""
    values: list[ColumnElement[bool]]
    values = [column.in_(bindparam(f"{column.name}_{site_id}", expanding=True)) for column in (_q.why, _q.rule, _q.lang)]
    values += [_q.newcomer.in_(_either(wanted.newcomer)), _q.linked.in_(_either(wanted.linked))]
    held = wanted.why not in _NO_RULES
    named = (wanted.why != "", held, wanted.lang is not None, wanted.newcomer, wanted.linked)
    last = max((place for place, is_named in enumerate(named, 1) if is_named), default=0)
    return values[:last]


def _either(wanted: bool) -> list[bool]:
    return [True] if wanted else [False, True]


def _shown(number: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return (literal_column("0.0") if number is None else number).label("number")


def _number(sort: Sort) -> ColumnElement[Any] | None:
    numbers: dict[str, ColumnElement[Any]] = {
        "uncertain": _q.doubt + 0.0,
        "riskiest": _q.risk + 0.0,
        "article": func.coalesce(_ARTICLE, 0) + 0.0,
        "reported": _q.reports + 0.0,
        "cluster": case((_q.cluster.is_(None), 0.0), else_=0.0 - func.count().over(partition_by=Hidden(_q).cluster)),
    }
    return numbers.get(sort)


def _first(site_id: int, wanted: Filter) -> ColumnElement[bool]:
    """Of near-duplicates that a filter shows take the oldest."""
    o = _OTHER.c
    same = (o.site_id == site_id, o.state == _WAITING, o.cluster == _q.cluster, o.comment_id < _q.comment_id)
    return or_(_q.cluster.is_(None), ~select(1).where(*same, *conditions(Hidden(o), wanted)).exists())
