"""Statistics: how much came, what became of it, which mistakes were found, who worked how, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from starlette.responses import Response

from service.domain import Role
from service.queue import census, charts, tables
from service.queue.census import Census
from service.queue.charts import Bars
from service.queue.drift import READINGS
from service.queue.figures import number
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import somewhere
from service.queue.routes import Menu, Routes
from service.queue.spread import coarse
from service.queue.stop import Stop
from service.queue.traffic import DAY
from service.queue.visit import Visit
from service.store import statistics, workload
from service.store.statistics import Day
from service.store.workload import Waiting, Work

routes = Routes()
SPANS = (7, 30, 90)
PARTS = 20
_WAITING_SECONDS = 30


class View(Struct, frozen=True):
    """Which sites over how many days."""

    site: str
    site_ids: tuple[int, ...]
    span: int
    since: float

    def query(self, **changed: object) -> str:
        """Give the query of the same view with something changed."""
        known = {"site": self.site, "days": self.span} | changed
        return urlencode({name: value for name, value in known.items() if value not in ("", None)})


def _view(visit: Visit) -> View:
    chosen = visit.query.get("site", "")
    ids = tuple(site_id for site_id in visit.site_ids if chosen in ("", str(site_id)))
    span = next((span for span in SPANS if str(span) == visit.query.get("days", "")), 30)
    return View(chosen if chosen.isdigit() else "", ids, span, visit.at - span * DAY)


@routes.get("/stats", needs=somewhere(Role.VIEWER), menu=Menu("stats", N_("Statistics"), 60))
async def show(visit: Visit) -> Response:
    """Show what happened on the visitor's sites."""
    view = _view(visit)
    days = await _days(visit, view)
    known = await _census(visit, view, days)
    waiting = await _waiting(visit, view)
    return await visit.show(
        "stats.html",
        view=view,
        spans=SPANS,
        days=days,
        sums=_sums(days),
        volume=_volume(days, view, visit.at),
        known=known,
        readings=READINGS,
        weeks=_weeks(known) if known is not None else None,
        parts=_parts(known) if known is not None else [],
        waiting=waiting,
        latency=quantiles(*visit.pages.latencies()),
        hands=_seen(visit, view, known),
        names={site.id: site.name for site in visit.sites},
    )


async def _days(visit: Visit, view: View) -> list[Day]:
    return await visit.look(lambda connection: statistics.days(connection, view.site_ids, view.since, visit.at))


async def _census(visit: Visit, view: View, days: list[Day]) -> Census | None:
    """Give the census of these sites; None while it is taken for the first time."""
    sums, moderation, at = _sums(days), visit.pages.moderation, visit.at
    arrived = {"accept": sums["accepted"], "hold": sums["held"], "reject": sums["rejected"]}
    key = ("census", view.site_ids, view.span)
    return await visit.pages.seldom.get(key, lambda: census.take(moderation, view.site_ids, view.span, at, arrived))


async def _waiting(visit: Visit, view: View) -> Waiting | None:
    async def look() -> Waiting:
        return await visit.look(lambda connection: workload.waiting(connection, view.site_ids))

    return await visit.pages.seldom.get(("waiting", view.site_ids, int(visit.at // _WAITING_SECONDS)), look)


def _sums(days: Sequence[Day]) -> dict[str, int]:
    names = ("accepted", "held", "rejected", "missed_spam", "false_rejects", "total")
    return {name: sum(getattr(day, name) for day in days) for name in names}


def _volume(days: Sequence[Day], view: View, at: float) -> Bars:
    """Draw every day of the span, those without comments too."""
    by_day = {day.day: day for day in days}
    begin = datetime.fromtimestamp(view.since, UTC).toordinal() + 1
    names = [
        datetime.fromordinal(number).strftime("%Y-%m-%d")
        for number in range(begin, datetime.fromtimestamp(at, UTC).toordinal() + 1)
    ]
    layers = [
        (kind, label, [float(getattr(by_day[name], field)) if name in by_day else 0.0 for name in names])
        for kind, label, field in (
            ("accept", _("Accepted"), "accepted"),
            ("hold", _("Held"), "held"),
            ("reject", _("Rejected"), "rejected"),
        )
    ]
    return charts.stacked(_("Comments a day"), [name[5:] for name in names], layers)


def _weeks(known: Census) -> Bars:
    """Draw both weeks' scores side by side, in percent."""
    shares = [[100 * part / max(1, sum(week)) for part in coarse([*week, 0], PARTS)] for week in known.weeks]
    places = [number(place / PARTS) for place in range(PARTS)]
    return charts.paired(
        _("Scores of two weeks"),
        places,
        [("former", _("The week before"), shares[0]), ("plain", _("The last seven days"), shares[1])],
    )


def _parts(known: Census) -> list[tuple[str, int, int]]:
    before, after = (coarse([*week, 0], PARTS) for week in known.weeks)
    return [(number(place / PARTS), *both) for place, both in enumerate(zip(before, after, strict=True))]


def _seen(visit: Visit, view: View, known: Census | None) -> list[Work]:
    """Leads see how others decide; everyone else sees themselves."""
    if known is None:
        return []
    if all(visit.person.may(Role.LEAD, site_id) for site_id in view.site_ids):
        return list(known.hands)
    return [work for work in known.hands if work.hand == visit.person.name]


def quantiles(bounds: Sequence[float], counts: Sequence[int]) -> dict[str, float | None]:
    """Give the median, the 95th and the 99th of 100 (seconds) from counts below each bound; None beyond the last one."""
    whole = sum(counts)
    found: dict[str, float | None] = {"count": float(whole)}
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        passed, found[name], low = 0.0, None, 0.0
        for bound, count in zip(bounds, counts, strict=False):
            if whole and passed + count >= share * whole:
                found[name] = low + (bound - low) * (share * whole - passed) / max(count, 1)
                break
            passed, low = passed + count, bound
    return found


@routes.get("/stats/export", needs=somewhere(Role.VIEWER))
async def export(visit: Visit) -> Response:
    """Give one of the tables as CSV."""
    view, table = _view(visit), visit.query.get("table", "days")
    days = await _days(visit, view)
    if table == "days":
        names = Day.__struct_fields__
        return tables.as_csv("days", names, ([getattr(day, name) for name in names] for day in days))
    known = await _census(visit, view, days)
    if known is None:
        raise Stop(503, "The figures are being counted. Try again in a moment.", retry_after=5)
    rows: dict[str, tuple[Sequence[str], list[list[Any]]]] = {
        "hosts": (("host", "comments", "rejected"), [[each.name, each.count, each.rejected] for each in known.hosts]),
        "words": (("word", "comments", "rejected"), [[each.name, each.count, each.rejected] for each in known.words]),
        "people": (
            ("hand", "decisions", "ham", "spam", "abuse", "seconds"),
            [
                [each.hand, each.total, each.ham, each.spam, each.abuse, each.pace.seconds if each.pace else None]
                for each in _seen(visit, view, known)
            ],
        ),
    }
    if table not in rows:
        raise Stop(404, "There is no such table.")
    return tables.as_csv(table, *rows[table])
