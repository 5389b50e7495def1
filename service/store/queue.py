"""The moderators' queue: what waits, in which order, who looks at it; and each act on it as one conditional update.

An item is acted on only while it waits and nobody acted since it was shown (its ``version``): of two moderators the second changes
nothing and learns what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal_column, or_, select, tuple_, union_all

from service.domain import Label
from service.store import audit, feedback, storable
from service.store.audit import Deed
from service.store.feedback import Word
from service.store.people_tables import people
from service.store.schema import comments, identities, queue_items

Sort = Literal["uncertain", "oldest", "newest", "riskiest"]
SORTS: tuple[Sort, ...] = ("uncertain", "oldest", "newest", "riskiest")
LEASE_SECONDS = 180.0
_EXCERPT = 400

_q = queue_items.c
_WAITS = _q.state == literal_column("'waiting'")  # not as a parameter: the indexes are of what waits, and must be seen to fit
_ORDER = {"uncertain": (_q.doubt, _q.comment_id), "riskiest": (_q.risk, _q.comment_id)}
_DOWN = frozenset({"newest", "riskiest"})


class Filter(Struct, frozen=True):
    """What of the queue to show. ``why`` is ``audit``, ``reported`` or the rule that held; empty values do not matter.

    ``second`` is the queue of those for which someone wants a second opinion.
    """

    site_ids: tuple[int, ...]
    why: str = ""
    lang: str | None = None
    newcomer: bool = False
    linked: bool = False
    second: bool = False


class Group(Struct, frozen=True):
    """How many items wait that are alike in all this."""

    site_id: int
    why: str
    lang: str
    newcomer: bool
    linked: bool
    second: bool
    count: int

    def fits(self, wanted: Filter) -> bool:
        """Tell whether a filter shows them."""
        return (
            self.site_id in wanted.site_ids
            and wanted.why in ("", self.why)
            and wanted.lang in (None, self.lang)
            and self.newcomer >= wanted.newcomer
            and self.linked >= wanted.linked
            and self.second == wanted.second
        )


class Item(Struct, frozen=True):
    """A row of the queue. ``text`` is an excerpt; ``key`` is where it stands in the order, the cursor of what follows.

    ``alike`` counts the waiting near-duplicates, itself included; the author's counts are of the whole site.
    """

    id: str
    site_id: int
    version: int
    why: str
    chance: float
    rule: str
    risk: float
    lang: str
    newcomer: bool
    linked: bool
    cluster: int | None
    second: bool
    claimed_by: int | None
    claimed_until: float
    claimer: str | None
    opened_at: float
    verdict: str
    text: str
    author: str
    article: str
    accepted: int
    rejected: int
    key: str
    alike: int = 1


class Mark(Struct, frozen=True):
    """An item as someone saw it."""

    id: str
    version: int


class Hand(Struct, frozen=True):
    """Who acts, and when: the two together name what they did at once, for its undoing."""

    person_id: int
    name: str
    at: float


class Act(Struct, frozen=True):
    """What to do with items: ``hold`` asks for a second opinion, anything else is what the comment is said to be."""

    verdict: Literal["accept", "reject", "hold"]
    label: Label | None = None
    kind: str = ""
    trust: float = 1.0


class Taken(Struct, frozen=True):
    """Why an item could not be acted on: what was done with it since, by whom and when (empty where nobody is known)."""

    id: str
    act: str
    by: str
    at: float


def groups(connection: Connection) -> list[Group]:
    """Count everything that waits, in one pass over an index that holds just what is counted."""
    columns = (_q.site_id, _q.why, _q.rule, _q.lang, _q.newcomer, _q.linked, _q.second)
    rows = connection.execute(select(*columns, func.count()).where(_WAITS).group_by(*columns))
    return [_group(row) for row in rows]


def _group(row: Row[Any]) -> Group:
    flags = (bool(row.newcomer), bool(row.linked), bool(row.second))
    return Group(row.site_id, row.rule if row.why == "held" else row.why, row.lang, *flags, row[-1])


def page(connection: Connection, wanted: Filter, sort: Sort, limit: int, after: str = "", *, few: bool = False) -> list[Item]:
    """Give up to ``limit`` items after the key ``after``, near-duplicates as the oldest of them.

    ``few`` tells that a filter leaves little: it is then found by the filter and put in order, not looked for along the order.
    """
    runs = [_run(site_id, wanted, sort, limit, after, few=few) for site_id in wanted.site_ids]
    if not runs:
        return []
    found = union_all(*(select(each.subquery()) for each in runs)).subquery()
    down = sort in _DOWN
    order = [column.desc() if down else column for column in (found.c.place, found.c.comment_id)]
    chosen = select(found.c.comment_id, found.c.place).order_by(*order).limit(limit).subquery()
    rows = connection.execute(_rows().join(chosen, chosen.c.comment_id == _q.comment_id).add_columns(chosen.c.place)).all()
    items = sorted((_item(row, row.place) for row in rows), key=lambda item: _place(item.key), reverse=down)
    return _with_alike(connection, items)


def _run(site_id: int, wanted: Filter, sort: Sort, limit: int, after: str, *, few: bool) -> Select[Any]:
    """One site's part of a page: a walk along one index."""
    key: tuple[ColumnElement[Any], ...] = _ORDER.get(sort, (_q.comment_id,))
    if few:  # no index is in the order of an expression
        key = (*(number + 0.0 for number in key[:-1]), _q.comment_id.concat(""))
    down = sort in _DOWN
    place = key[0] if len(key) == 2 else literal_column("0.0")
    query = select(_q.comment_id, place.label("place")).where(_q.site_id == site_id, _WAITS, *_conditions(_q, wanted))
    if after:
        number, mark = _place(after)
        cursor = tuple_(number, mark) if len(key) == 2 else tuple_(mark)
        query = query.where(tuple_(*key) < cursor if down else tuple_(*key) > cursor)
    other = queue_items.alias("other")
    alike = (other.c.site_id == site_id) & (other.c.state == literal_column("'waiting'")) & (other.c.cluster == _q.cluster)
    earlier = select(1).where(alike, other.c.comment_id < _q.comment_id, *_conditions(other.c, wanted)).exists()
    query = query.where(or_(_q.cluster.is_(None), ~earlier))
    return query.order_by(*(column.desc() if down else column for column in key)).limit(limit)


def _conditions(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # of the table or of an alias
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
    return found


_COLUMNS = tuple(
    _q[name]
    for name in (
        *("comment_id", "site_id", "version", "why", "chance", "rule", "risk", "lang", "newcomer", "linked", "cluster", "second"),
        *("claimed_by", "claimed_until"),
    )
)


def _rows() -> Select[Any]:
    c, author = comments.c, identities.c
    return (
        select(
            *_COLUMNS,
            people.c.name.label("claimer"),
            _q.opened_at,
            c.verdict,
            func.substr(c.text, 1, _EXCERPT).label("text"),
            func.substr(c.author, 1, 80).label("author"),
            c.permalink.label("article"),
            func.coalesce(author.accepted, 0).label("accepted"),
            func.coalesce(author.rejected, 0).label("rejected"),
        )
        .join(comments, c.id == _q.comment_id)
        .outerjoin(identities, author.key == c.author_key)
        .outerjoin(people, people.c.id == _q.claimed_by)
    )


def _item(row: Row[Any], place: float) -> Item:
    known: dict[str, Any] = dict(zip(Item.__struct_fields__, row, strict=False))
    return Item(**(known | {"key": f"{float(place)!r}~{row.comment_id}", "alike": 1}))


def _place(key: str) -> tuple[float, str]:
    """Read a key; anything that is none is before everything."""
    number, _, mark = key.partition("~")
    try:
        return float(number), storable.text(mark)[:32]
    except ValueError:
        return 0.0, ""


def _with_alike(connection: Connection, items: list[Item]) -> list[Item]:
    counts: dict[tuple[int, int | None], int] = {}
    for site_id in {item.site_id for item in items}:  # a walk along the index for each: with all pairs in one OR it is read whole
        wanted = {item.cluster for item in items if item.site_id == site_id and item.cluster is not None}
        query = select(_q.cluster, func.count()).where(_WAITS, _q.site_id == site_id, _q.cluster.in_(wanted)).group_by(_q.cluster)
        counts |= {(site_id, row[0]): row[1] for row in connection.execute(query)}
    return [replace(item, alike=counts.get((item.site_id, item.cluster), 1)) for item in items]


def item(connection: Connection, site_ids: Sequence[int], comment_id: str) -> Item | None:
    """Give an item of those sites, waiting or not, or None."""
    mine = (_q.comment_id == storable.text(comment_id)) & _q.site_id.in_(site_ids)
    row = connection.execute(_rows().where(mine)).one_or_none()
    return _with_alike(connection, [_item(row, 0.0)])[0] if row is not None else None


def cluster_of(connection: Connection, site_ids: Sequence[int], marks: Sequence[Mark], most: int) -> list[Mark]:
    """Give the marks with those of all waiting near-duplicates on the same sites, up to ``most``."""
    ids = [mark.id for mark in marks]
    named = select(_q.site_id, _q.cluster).where(_q.comment_id.in_(ids), _q.site_id.in_(site_ids), _q.cluster.is_not(None))
    known = {mark.id: mark for mark in marks}
    for site_id, cluster in connection.execute(named.distinct()).all():
        alike = _WAITS & (_q.site_id == site_id) & (_q.cluster == cluster)
        query = select(_q.comment_id, _q.version).where(alike).order_by(_q.comment_id).limit(most)
        for comment_id, version in connection.execute(query):
            known.setdefault(comment_id, Mark(comment_id, version))
    return list(known.values())[:most]


def oldest(connection: Connection, site_ids: Sequence[int]) -> float | None:
    """Give when the oldest waiting item of those sites was opened."""
    firsts = [
        connection.execute(select(_q.opened_at).where(_q.site_id == site_id, _WAITS).order_by(_q.comment_id).limit(1)).scalar()
        for site_id in site_ids
    ]
    return min((first for first in firsts if first is not None), default=None)


def pace(connection: Connection, person_id: int, since: float) -> int:
    """Count what a person acted on since a time."""
    mine = (_q.acted_by == person_id) & (_q.acted_at > since)
    return int(connection.execute(select(func.count()).where(mine)).scalar_one())


# Acting.


def act(
    connection: Connection, site_ids: Sequence[int], marks: Sequence[Mark], what: Act, hand: Hand, undo: float
) -> tuple[int, list[Taken]]:
    """Act on items; gives how many were, and those that were not. What sites are told leaves after ``undo`` seconds."""
    done, taken, deeds = 0, [], []
    for mark in marks:
        site_id = _take(connection, site_ids, mark, what, hand)
        if site_id is None:
            taken.append(_taken(connection, site_ids, mark))
            continue
        done += 1
        if what.label is not None:
            word = Word(what.label, hand.name, what.trust, hand.at, kind=what.kind)
            feedback.record_label(connection, site_id, mark.id, word, undo)
        deeds.append(_deed(hand, f"comment.{what.verdict}", site_id, mark.id, after=what.kind or None))
    audit.append(connection, *deeds)
    return done, taken


def _take(connection: Connection, site_ids: Sequence[int], mark: Mark, what: Act, hand: Hand) -> int | None:
    """Update the item if it is still as it was seen; gives its site."""
    seen = (_q.comment_id == storable.text(mark.id)) & _q.site_id.in_(site_ids) & _WAITS & (_q.version == mark.version)
    values: dict[str, Any] = {
        "version": _q.version + 1,
        "act": what.verdict,
        "acted_by": hand.person_id,
        "acted_at": hand.at,
        "claimed_by": None,
    }
    if what.verdict == "hold":
        values |= {"second": True}
    else:
        values |= {"state": "decided", "closed_at": hand.at}
    changed = connection.execute(queue_items.update().where(seen).values(values).returning(_q.site_id))
    return changed.scalar_one_or_none()


def _taken(connection: Connection, site_ids: Sequence[int], mark: Mark) -> Taken:
    mine = (_q.comment_id == storable.text(mark.id)) & _q.site_id.in_(site_ids)
    query = select(_q.act, people.c.name, _q.acted_at, _q.closed_at).outerjoin(people, people.c.id == _q.acted_by).where(mine)
    row = connection.execute(query).one_or_none()
    if row is None:
        return Taken(mark.id, "", "", 0.0)
    return Taken(mark.id, row[0], row[1] or "", row[2] or row[3] or 0.0)


def undo(connection: Connection, hand: Hand, at: float) -> int:
    """Take back whatever the hand did at the time ``at``, as long as nobody acted since; gives on how many items."""
    mine = (_q.acted_by == hand.person_id) & (_q.acted_at == at)
    fresh = {"state": "waiting", "closed_at": None, "version": _q.version + 1, "act": "", "acted_by": None, "acted_at": None}
    query = select(_q.comment_id, _q.site_id, _q.act, _q.version, _q.second).where(mine)
    done, deeds = 0, []
    for comment_id, site_id, what, version, second in connection.execute(query.with_for_update()).all():
        if what != "hold" and feedback.withdraw_label(connection, site_id, comment_id, hand.name, hand.at) is None:
            continue
        values = fresh | {"second": bool(second) and what != "hold"}
        still = (_q.comment_id == comment_id) & (_q.version == version)
        done += connection.execute(queue_items.update().where(still).values(values)).rowcount
        deeds.append(_deed(hand, "comment.undo", site_id, comment_id, before=what))
    audit.append(connection, *deeds)
    return done


def _deed(hand: Hand, what: str, site_id: int, target: str, **more: Any) -> Deed:  # noqa: ANN401 # anything JSON holds
    return Deed(at=hand.at, who=hand.name, person_id=hand.person_id, what=what, site_id=site_id, target=target, **more)


def claim(connection: Connection, site_ids: Sequence[int], comment_id: str, hand: Hand, *, release: bool = False) -> bool:
    """Lease an item for a while, or give it back; False if someone else holds it or it waits no more."""
    free = _q.claimed_by.is_(None) | (_q.claimed_by == hand.person_id) | (_q.claimed_until < hand.at)
    mine = (_q.comment_id == storable.text(comment_id)) & _q.site_id.in_(site_ids) & _WAITS & free
    values = {"claimed_by": None if release else hand.person_id, "claimed_until": 0.0 if release else hand.at + LEASE_SECONDS}
    return connection.execute(queue_items.update().where(mine).values(values)).rowcount == 1
