"""The audit log: who did what, when, from what to what; filtered, exported, and its chain checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from msgspec import Struct
from starlette.responses import Response, StreamingResponse

from service.domain import Role
from service.queue.before_after import changes
from service.queue.deed_names import KINDS, deed_name
from service.queue.languages import N_
from service.queue.needs import everywhere, somewhere
from service.queue.routes import Menu, Routes
from service.queue.visit import Visit
from service.store import audit
from service.store.audit import Deed, Tip, Wanted

if TYPE_CHECKING:
    from sqlalchemy import Connection

routes = Routes()
ROWS = 100
DAY = 86_400.0
_EXPORTED = 2_000
_CHECKED = 5_000
_NAMES = ("site", "person", "what", "since", "until")


class View(Struct, frozen=True):
    """What of the log someone looks at: the filter, and the fields that said so."""

    wanted: Wanted
    chosen: dict[str, str]

    def query(self, **more: object) -> str:
        """Give the query of this view, and of more."""
        return urlencode({name: value for name, value in (self.chosen | more).items() if value not in ("", None)})


def _view(visit: Visit, given: Any) -> View:  # noqa: ANN401 # a query or a form
    """Read a filter. Leads see what happened on their sites; who administers everything also what belongs to none."""
    chosen = {name: str(given.get(name, ""))[:80].replace("\0", "") for name in _NAMES}
    allowed = None if visit.may(Role.ADMIN) else tuple(visit.site_ids)
    if chosen["site"]:
        allowed = tuple(site.id for site in visit.sites if str(site.id) == chosen["site"])
    number = chosen["person"]
    person = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    since, until = _day(chosen["since"]), _day(chosen["until"])
    return View(Wanted(allowed, person, chosen["what"], since, until + DAY if until is not None else None), chosen)


def _day(text: str) -> float | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None


@routes.get("/audit", needs=somewhere(Role.LEAD), menu=Menu("audit", N_("Audit log"), 80))
async def show(visit: Visit) -> Response:
    """Show a page of the log."""
    view = _view(visit, visit.query)
    given = visit.query.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
    only = None if visit.may(Role.ADMIN) else visit.site_ids

    def look(connection: Connection) -> tuple[audit.Page, tuple[dict[int, str], list[str]], Tip]:
        return audit.page(connection, view.wanted, ROWS, before), audit.names(connection, only), audit.last(connection)

    page, (people, kinds), tip = await visit.look(look)
    return await visit.show(
        "audit.html",
        page=page,
        view=view,
        people=people,
        kinds=kinds,
        tip=tip,
        names={site.id: site.name for site in visit.sites},
        deeds=KINDS,
        deed_name=deed_name,
        changes={entry.number: changes(entry) for entry in page.entries},
        may_verify=visit.may(Role.ADMIN),
    )


@routes.post("/audit/export", needs=somewhere(Role.LEAD))
async def export(visit: Visit) -> Response:
    """Give the entries of a filter as JSON lines, oldest first; that is a deed itself."""
    view = _view(visit, {name: visit.form.text(name, 80) for name in _NAMES})
    sites = view.wanted.site_ids
    only = sites[0] if sites is not None and len(sites) == 1 else None
    filled = {name: value for name, value in view.chosen.items() if value}
    deed = Deed(at=visit.at, who=visit.person.name, person_id=visit.person.id, what="audit.export", site_id=only, after=filled)
    await visit.write(lambda connection: audit.append(connection, deed))
    headers = {"content-disposition": 'attachment; filename="audit.jsonl"', "cache-control": "no-store"}
    return StreamingResponse(_lines(visit, view.wanted), headers=headers, media_type="application/jsonl")


async def _lines(visit: Visit, wanted: Wanted) -> AsyncIterator[bytes]:
    after: int | None = 0
    while after is not None:
        last = after
        entries, after = await visit.look(lambda connection, last=last: audit.run(connection, wanted, last, _EXPORTED))  # type: ignore[misc]
        yield b"".join(map(audit.as_line, entries))


@routes.post("/audit/verify", needs=everywhere(Role.ADMIN))
async def verify(visit: Visit) -> Response:
    """Work out every hash again, and say where the chain breaks if it does."""
    tip = Tip(0, audit.START)
    while True:
        following, broken = await visit.look(lambda connection, tip=tip: audit.check(connection, tip, _CHECKED))  # type: ignore[misc]
        if broken is not None or following == tip:
            break
        tip = following
    return await visit.show("audit_verified.html", tip=tip, broken=broken)
