"""What the queue is filtered by, and how much every filter leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Integer, Select, case, cast, func, literal_column, select

from service.store.hidden import Hidden
from service.store.schema import queue_items, sites

DOUBTFUL = 0.15
"""How far from one half a risk may be to count as uncertain: 0.35 to 0.65."""

BINS = 20
"""Parts that scores are counted in."""

_q = queue_items.c
_WAITS = _q.state == literal_column("'waiting'")  # not as a parameter: the indexes are of what waits, and must be seen to fit
_FACETS = (_q.site_id, _q.second, _q.why, _q.rule, _q.lang, _q.newcomer, _q.linked)  # in the order of their index
_BY = tuple(getattr(Hidden(_q), column.name) for column in _FACETS)
_EVERYWHERE = _q.site_id.in_(select(sites.c.id))
"""To count the few that another index has, which SQLite then sees to fit. It would read all that waits, as that is in order."""
REPORTED: ColumnElement[bool] = _q.reports > literal_column("0")  # as above
_NOTHING: ColumnElement[str] = literal_column("''")
_UNCERTAIN = func.sum(case((_q.doubt <= DOUBTFUL, 1), else_=0))


class Filter(Struct, frozen=True):
    """What of the queue to show. ``why`` is ``audit``, ``reported`` or the rule that held; empty values do not matter.

    ``tag`` is one that a rule gave. ``second`` is the queue of those for which someone wants a second opinion; ``mine`` names who
    claimed, ``free`` whom nobody else's claim shall disturb, both as of ``at`` (epoch seconds).
    """

    site_ids: tuple[int, ...]
    why: str = ""
    lang: str | None = None
    newcomer: bool = False
    linked: bool = False
    second: bool = False
    uncertain: bool = False
    reported: bool = False
    tag: str = ""
    mine: int | None = None
    free: int | None = None
    at: float = 0.0


class Group(Struct, frozen=True):
    """How many items wait that are alike in all this; ``why`` is the rule of what was held, ``found`` how the index has both."""

    site_id: int
    why: str
    found: tuple[str, str]
    lang: str
    newcomer: bool
    linked: bool
    second: bool
    uncertain: bool
    count: int


class Values(Struct, frozen=True):
    """What the items of a site have in their columns ``why``, ``rule`` and ``lang``, each value once."""

    whys: list[str]
    rules: list[str]
    langs: list[str]


def values_of(groups: Sequence[Group]) -> dict[int, Values]:
    """Give the values of groups by site."""
    of_site: dict[int, list[Group]] = {}
    for group in groups:
        of_site.setdefault(group.site_id, []).append(group)
    return {
        site_id: Values(
            sorted({group.found[0] for group in mine}),
            sorted({group.found[1] for group in mine}),
            sorted({group.lang for group in mine}),
        )
        for site_id, mine in of_site.items()
    }


class Claim(Struct, frozen=True):
    """A group of items that one person claimed, the first of the claims until a time (epoch seconds)."""

    group: Group
    person_id: int
    until: float
    reported: bool
    tag: str


class Rail(Struct):
    """How many items a filter leaves (``left``), and how many it would with one of its parts changed."""

    left: int = 0
    first: int = 0
    second: int = 0
    new: int = 0
    links: int = 0
    doubt: int = 0
    site: Counter[int] = msgspec.field(default_factory=Counter)
    why: Counter[str] = msgspec.field(default_factory=Counter)
    lang: Counter[str] = msgspec.field(default_factory=Counter)

    def add(self, group: Group, wanted: Filter, count: int) -> None:
        """Count items of a group: where nothing but one part of the filter keeps them out, they count as what that part may be."""
        site, why = group.site_id not in wanted.site_ids, wanted.why not in {"", group.why}
        lang, second = wanted.lang not in {None, group.lang}, group.second != wanted.second
        lacking = wanted.newcomer > group.newcomer or wanted.linked > group.linked or wanted.uncertain > group.uncertain
        misses = site + why + lang + second + lacking
        if not misses:
            self._fits(group, count)
        elif misses > 1 or lacking:
            return
        if misses == site:
            self.site[group.site_id] += count
        if misses == why:
            self.why[group.why] += count
        if misses == lang:
            self.lang[group.lang] += count
        if misses == second:
            self.first, self.second = self.first + count * (not group.second), self.second + count * group.second

    def _fits(self, group: Group, count: int) -> None:
        self.left += count
        self.new += count * group.newcomer
        self.links += count * group.linked
        self.doubt += count * group.uncertain


class Waiting(Struct, frozen=True):
    """All that waits, in groups; those of them that were reported, and those that are claimed."""

    groups: tuple[Group, ...] = ()
    reported: tuple[Group, ...] = ()
    claims: tuple[Claim, ...] = ()
    tagged: dict[tuple[str, bool], tuple[Group, ...]] = {}
    """By tag, and whether only what was reported counts."""
    known_rails: dict[Filter, Rail] = {}
    known_values: dict[int, Values] = {}

    def rail(self, wanted: Filter) -> Rail:
        """Count what a filter leaves, and what it would with one of its parts changed."""
        if wanted.mine is not None:
            return self._of_claims(wanted, Rail(), lambda claim: claim.person_id == wanted.mine, 1)
        anyone = replace(wanted, free=None, at=0.0)
        if (rail := self.known_rails.get(anyone)) is None:
            rail = self.known_rails[anyone] = Rail()
            for group in self._of(wanted):
                rail.add(group, wanted, group.count)
        if wanted.free is None:
            return rail
        counters = {"site": rail.site.copy(), "why": rail.why.copy(), "lang": rail.lang.copy()}
        return self._of_claims(wanted, replace(rail, **counters), lambda claim: claim.person_id != wanted.free, -1)

    def _of(self, wanted: Filter) -> tuple[Group, ...]:
        if wanted.tag:
            return self.tagged.get((wanted.tag, wanted.reported), ())
        return self.reported if wanted.reported else self.groups

    def tags(self, wanted: Filter) -> Counter[str]:
        """Count what the filter would leave with each tag."""
        known = {tag for tag, _ in self.tagged}
        return Counter({tag: self.left(replace(wanted, tag=tag)) for tag in known})

    def _of_claims(self, wanted: Filter, rail: Rail, whose: Callable[[Claim], bool], times: int) -> Rail:
        for claim in self.claims:
            fits = claim.reported >= wanted.reported and wanted.tag in {"", claim.tag}
            if claim.until > wanted.at and fits and whose(claim):
                rail.add(claim.group, wanted, times)
        return rail

    def left(self, wanted: Filter) -> int:
        """Count what a filter leaves."""
        return max(self.rail(wanted).left, 0)

    def on(self, site_id: int) -> int:
        """Count all that waits on a site."""
        return sum(group.count for group in self.groups if group.site_id == site_id)

    def values(self, more_than: int) -> dict[int, Values]:
        """Give by site the values of a queue with more than so many items, else none: of a short one they may just be changing."""
        if not self.known_values and sum(group.count for group in self.groups) > more_than:
            self.known_values.update(values_of(self.groups))
        return self.known_values


def waiting(connection: Connection, at: float) -> Waiting:
    """Count everything that waits, in one pass over an index that holds just what is counted; claims as of ``at``."""
    everything, reported, tagged, both = counting()
    return Waiting(
        groups=tuple(_groups(connection, everything)),
        reported=tuple(_groups(connection, reported)),
        claims=tuple(_claims(connection, at)),
        tagged=_by_tag(connection, tagged, only=False) | _by_tag(connection, both, only=True),
    )


def counting() -> tuple[Select[Any], ...]:
    """Give what counts groups: of all, of what was reported, of what is tagged, of what is both."""
    counts, waits = (func.count(), _UNCERTAIN), select(*_FACETS).where(_WAITS)
    few = waits.where(_EVERYWHERE).group_by(*_BY)
    tagged = few.where(_q.tag != _NOTHING, _q.tag > _NOTHING).group_by(_q.tag).add_columns(_q.tag, *counts)
    everything, reported = waits.group_by(*_FACETS), few.where(REPORTED)
    return everything.add_columns(*counts), reported.add_columns(*counts), tagged, tagged.where(REPORTED)


def _by_tag(connection: Connection, query: Select[Any], *, only: bool) -> dict[tuple[str, bool], tuple[Group, ...]]:
    found: dict[tuple[str, bool], tuple[Group, ...]] = {}
    for row in connection.execute(query):
        found[row.tag, only] = (*found.get((row.tag, only), ()), *_counted(row))
    return found


def _groups(connection: Connection, query: Select[Any]) -> list[Group]:
    return [group for row in connection.execute(query) for group in _counted(row)]


def _counted(row: Any) -> list[Group]:  # noqa: ANN401 # a row of facets first, its counts last
    total, uncertain = row[-2], int(row[-1])
    return [_group(row, part, count) for part, count in ((True, uncertain), (False, total - uncertain)) if count]


def _group(row: Any, uncertain: bool, count: int) -> Group:  # noqa: ANN401 # a row of facets first
    flags = (bool(row.newcomer), bool(row.linked), bool(row.second), bool(uncertain))
    return Group(row.site_id, row.rule if row.why == "held" else row.why, (row.why, row.rule), row.lang, *flags, count)


def _claims(connection: Connection, at: float) -> list[Claim]:
    live = (_q.claimed_by.is_not(None), _q.claimed_until > at, _WAITS)
    query = select(*_FACETS, _q.doubt, _q.claimed_by, _q.claimed_until, _q.reports, _q.tag).where(*live)
    return [
        Claim(_group(row, row.doubt <= DOUBTFUL, 1), row.claimed_by, row.claimed_until, row.reports > 0, row.tag)
        for row in connection.execute(query)
    ]


def spread(connection: Connection) -> dict[int, list[int]]:
    """Count what waits by site and score, in ``BINS`` equal parts of [0, 1]."""
    scaled = _q.risk * BINS
    part = cast(scaled, Integer) if connection.dialect.name == "sqlite" else cast(func.floor(scaled), Integer)
    found: dict[int, list[int]] = {}
    for site_id, place, count in connection.execute(
        select(_q.site_id, part, func.count()).where(_WAITS).group_by(_q.site_id, part)
    ):
        found.setdefault(site_id, [0] * BINS)[min(max(place, 0), BINS - 1)] += count
    return found


class Cluster(Struct, frozen=True):
    """Near-duplicates that wait on a site, two at least."""

    site_id: int
    cluster: int
    count: int


def clusters(connection: Connection, most: int = 5000) -> list[Cluster]:
    """Give the clusters that wait, the largest first."""
    count = func.count()
    grouped = select(_q.site_id, _q.cluster, count).where(_WAITS, _q.cluster.is_not(None)).group_by(_q.site_id, _q.cluster)
    rows = connection.execute(grouped.having(count > 1).order_by(count.desc(), _q.cluster).limit(most))
    return sorted((Cluster(*row) for row in rows), key=lambda each: (-each.count, str(each.cluster)))
