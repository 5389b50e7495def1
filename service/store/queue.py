"""The moderators' queue: what waits, in which order, who looks at it; and each act on it as one conditional update.

An item is acted on only while it waits and nobody acted since it was shown (its ``version``): of two moderators the second changes
nothing and learns what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Double, Select, Text, bindparam, case, func, literal_column, select

from service.domain import Label
from service.store import audit, feedback, places, storable
from service.store.audit import Deed
from service.store.direct import Direct, ForEach, Row, among, listed, value
from service.store.feedback import Word
from service.store.people_tables import people
from service.store.schema import comments, identities, queue_items

LEASE_SECONDS = 180.0
_HELD = frozenset({"hold", "held"})
"""Left for a second opinion, for the first time or when someone else had left it before: that one's wish outlives an undoing."""
_EXCERPT = 400

_q = queue_items.c
_WAITS = _q.state == literal_column("'waiting'")  # not as a parameter: the indexes are of what waits, and must be seen to fit


class Item(Struct, frozen=True):
    """A row of the queue. ``text`` is an excerpt; ``key`` is where it stands in the order, the cursor of what follows.

    ``alike`` counts the waiting near-duplicates, itself included; the author's counts are of the whole site; ``reports`` are those
    of readers, ``group`` is the article's number in the queue, negative, 0 where there is none.
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
    tag: str
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
    reports: int
    group: int
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


_COLUMNS = tuple(
    _q[name]
    for name in (
        *(
            "comment_id",
            "site_id",
            "version",
            "why",
            "chance",
            "rule",
            "risk",
            "lang",
            "newcomer",
            "linked",
            "cluster",
            "second",
            "tag",
        ),
        *("claimed_by", "claimed_until"),
    )
)


def rows() -> Select[Any]:
    """Select items with what is shown of their comments."""
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
            _q.reports,
            func.coalesce(_q.article, 0).label("group"),
        )
        .join(comments, c.id == _q.comment_id)
        .outerjoin(identities, author.key == c.author_key)
        .outerjoin(people, people.c.id == _q.claimed_by)
    )


def read_item(row: Row, key: str = "") -> Item:
    """Read a row of ``rows``."""
    known: dict[str, Any] = dict(zip(Item.__struct_fields__, row, strict=False))
    return Item(**known, key=key)


def with_alike(connection: Connection, items: list[Item]) -> list[Item]:
    """Give items with how many near-duplicates of each wait."""
    named: dict[int, set[int]] = {}
    for item in items:
        if item.cluster is not None:
            named.setdefault(item.site_id, set()).add(item.cluster)
    if not named:
        return items
    each = [(site_id, listed(connection, sorted(clusters))) for site_id, clusters in named.items()]
    counts = {(row[0], row[1]): row[2] for row in _ALIKE.rows(connection, each, {})}
    return [replace(item, alike=counts.get((item.site_id, item.cluster), 1)) for item in items]


_CLUSTERS = (_q.site_id == value("site", _q.site_id)) & among(_q.cluster, value("clusters"))
_ALIKE = ForEach(
    select(_q.site_id, _q.cluster, func.count().label("count")).where(_WAITS, _CLUSTERS).group_by(_q.site_id, _q.cluster),
    {"site": "int", "clusters": "text"},
)
"""A walk along the index for each site: with all pairs in one OR it would be read whole."""

_IDS, _SITES = bindparam("ids", type_=Text), bindparam("sites", type_=Text)
_HERE = Direct(rows().where(among(_q.comment_id, _IDS), among(_q.site_id + 0, _SITES)))


def items(connection: Connection, site_ids: Sequence[int], ids: Sequence[str]) -> list[Item]:
    """Give items of those sites in the order of ``ids``, waiting or not."""
    asked = {"ids": listed(connection, [storable.text(each) for each in ids]), "sites": listed(connection, site_ids)}
    found = {row[0]: row for row in _HERE.rows(connection, asked)}
    return with_alike(connection, [read_item(found[each]) for each in ids if each in found])


def item(connection: Connection, site_ids: Sequence[int], comment_id: str) -> Item | None:
    """Give an item of those sites, waiting or not, or None."""
    return next(iter(items(connection, site_ids, [comment_id])), None)


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
    if not site_ids:
        return None
    rows = _OLDEST.rows(connection, [(site_id,) for site_id in site_ids], {})
    return None if rows[0][0] is None else float(rows[0][0])


_SITE = value("site", _q.site_id)
_OLDEST = ForEach(
    # told so, PostgreSQL does not walk along the ids of all that was ever decided
    select(_q.opened_at)
    .where(_q.site_id.between(_SITE, _SITE), _WAITS)
    .order_by(_q.site_id, _q.comment_id)
    .limit(literal_column("1")),
    {"site": "int"},
    shown="min(found.opened_at)",
)
_MINE = (_q.acted_by == bindparam("person"), _q.acted_at > bindparam("since", type_=Double))
_PACE = Direct(select(func.count(), func.min(_q.acted_at)).where(*_MINE))


def pace(connection: Connection, person_id: int, since: float) -> tuple[int, float | None]:
    """Count what a person acted on since a time, and give when that began."""
    [(count, first)] = _PACE.rows(connection, {"person": person_id, "since": since})
    return int(count), first


def done(connection: Connection, person_id: int, since: float) -> tuple[int, float]:
    """Count what a person acted on since a time, and give the seconds that the longest of it had waited."""
    mine = (_q.acted_by == person_id) & (_q.acted_at > since)
    row = connection.execute(select(func.count(), func.max(_q.acted_at - _q.opened_at)).where(mine)).one()
    return int(row[0]), float(row[1] or 0.0)


# Acting.


def act(
    connection: Connection, site_ids: Sequence[int], marks: Sequence[Mark], what: Act, hand: Hand, undo: float
) -> tuple[int, list[Taken]]:
    """Act on items; gives how many were, and those that were not. What sites are told leaves after ``undo`` seconds."""
    audit.take_turn(connection)
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
    if what.verdict != "hold":
        places.close(connection, [deed.target for deed in deeds])
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
        values |= {"second": True, "act": case((_q.second, literal_column("'held'")), else_=literal_column("'hold'"))}
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
    return Taken(mark.id, "hold" if row[0] in _HELD else row[0], row[1] or "", row[2] or row[3] or 0.0)


def acted(connection: Connection, site_ids: Sequence[int], person_id: int, at: float) -> list[str]:
    """Give the items of those sites on which a person acted last at that moment."""
    mine = (_q.acted_by == person_id) & (_q.acted_at == at) & _q.site_id.in_(site_ids)
    return list(connection.execute(select(_q.comment_id).where(mine).order_by(_q.comment_id)).scalars())


def undo(connection: Connection, hand: Hand, at: float, only: Sequence[str]) -> int:
    """Take back what the hand did at the time ``at`` on those items, as long as nobody acted since; gives on how many."""
    mine = (_q.acted_by == hand.person_id) & (_q.acted_at == at) & _q.comment_id.in_(only)
    fresh = {"state": "waiting", "closed_at": None, "version": _q.version + 1, "act": "", "acted_by": None, "acted_at": None}
    query = select(_q.comment_id, _q.site_id, _q.act, _q.version, _q.second).where(mine)
    audit.take_turn(connection)
    done, deeds = 0, []
    for comment_id, site_id, what, version, second in connection.execute(query.with_for_update()).all():
        if what not in _HELD and feedback.withdraw_label(connection, site_id, comment_id, hand.name, hand.at, at) is None:
            continue
        values = fresh | {"second": bool(second) and what != "hold"}
        still = (_q.comment_id == comment_id) & (_q.version == version)
        done += connection.execute(queue_items.update().where(still).values(values)).rowcount
        deeds.append(_deed(hand, "comment.undo", site_id, comment_id, before="hold" if what in _HELD else what))
    places.close(connection, [deed.target for deed in deeds], again=True)
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
