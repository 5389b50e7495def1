"""Searching comments: what was found, decided as one, exported, kept under a name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from service.domain import Role
from service.queue import exports
from service.queue.detail import about, reasons_of
from service.queue.exports import FORMS, TYPES, Form
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import somewhere
from service.queue.routes import Menu, Routes
from service.queue.snippets import snippet
from service.queue.visit import Visit
from service.search import finding
from service.search.query import LONGEST, BadSearch, Query, parse
from service.store import audit, authors, saved
from service.store.audit import Deed
from service.store.authors import Line
from service.store.saved import Saved

routes = Routes()
ROWS = 50
_EXPORTED = 200
_SAFE = frozenset({"site", "verdict", "by", "score", "lang", "before", "after", "rule", "model", "domain"})


class _Found(Struct, frozen=True):
    """A page of what was found, and the visitor's own searches."""

    page: finding.Page
    lines: list[Line]
    kept: list[Saved]


@routes.get("/search", needs=somewhere(Role.VIEWER), menu=Menu("search", N_("Search"), 20))
async def show(visit: Visit) -> Response:
    """Show what a search finds, newest first; without words, everything."""
    asked, after = visit.query.get("q", "")[:LONGEST].replace("\0", ""), visit.query.get("after", "")
    try:
        query = parse(asked, visit.sites, visit.at)
    except BadSearch as error:
        return await _show(visit, asked, None, await visit.look(lambda connection: _nothing(connection, visit)), error)
    found = await visit.look(lambda connection: _look(connection, visit, query, after))
    return await _show(visit, asked, query, found)


def _nothing(connection: Connection, visit: Visit) -> _Found:
    return _Found(finding.Page([]), [], saved.saved(connection, visit.person.id))


def _look(connection: Connection, visit: Visit, query: Query, after: str) -> _Found:
    page = finding.find(connection, query, after, ROWS)
    return _Found(page, authors.lines(connection, page.ids), saved.saved(connection, visit.person.id))


async def _show(visit: Visit, asked: str, query: Query | None, found: _Found, error: BadSearch | None = None) -> Response:
    page, sites = found.page, {site.id: site for site in visit.sites}
    only = sites[query.site_ids[0]] if query is not None and len(query.site_ids) == 1 else None
    after = visit.query.get("after", "")
    leads = any(visit.may(Role.LEAD, site) for site in visit.sites)
    acting = {site.id for site in visit.sites if visit.may(Role.MODERATOR, site)}
    return await visit.show(
        "search.html",
        200 if error is None else 422,
        **about(visit),
        asked=asked,
        found=found,
        snippets={line.id: snippet(line.text, query) for line in found.lines} if query is not None else {},
        more=f"/search?{urlencode({'q': asked, 'after': page.after})}" if page.after else "",
        looked_to=_moment(page.after) if not page.whole else None,
        error=_wrong(error) if error is not None else "",
        reasons=reasons_of(visit, only) if only is not None else (),
        site=only.id if only is not None else "",
        back=f"/search?{urlencode({name: value for name, value in (('q', asked), ('after', after)) if value})}",
        may_act=any(line.site_id in acting for line in found.lines),
        acting=acting,
        may_export=leads,
        may_rule=leads and any(path == "/rules" for path, _menu in visit.pages.menu(visit)),
        operators=OPERATORS,
    )


def _moment(comment_id: str) -> float | None:
    """Give the time that an id, or what ids begin with, tells."""
    try:
        return int(comment_id[:12], 16) / 1000
    except ValueError:
        return None


def _wrong(error: BadSearch) -> str:
    """Say what is wrong with a search, naming the operator."""
    known = {"operator": error.operator, "value": error.value}
    if error.why == "unknown":
        return _("There is no operator “%(operator)s:”. Put the words into quotes to search for them.") % known
    if error.why == "quote":
        return _("A quote is opened and not closed.")
    if error.why == "empty":
        return _("“%(operator)s:” needs something after the colon.") % known
    hint = _(OPERATORS[error.operator][1]) if error.operator in OPERATORS else ""
    return " ".join((_("“%(operator)s:” cannot be “%(value)s”.") % known, hint)).strip()


@routes.post("/search/export", needs=somewhere(Role.LEAD))
async def export(visit: Visit) -> Response:
    """Give everything that a search finds on the sites that the visitor leads, as CSV or JSON lines; that is a deed itself."""
    asked, form = visit.form.text("q", LONGEST), visit.form.choice("form", FORMS, "csv")
    try:
        query = parse(asked, visit.sites, visit.at)
    except BadSearch as error:
        return await _show(visit, asked, None, await visit.look(lambda connection: _nothing(connection, visit)), error)
    who, only = visit.person, query.site_ids[0] if len(query.site_ids) == 1 else None
    told = {"search": _without_persons(asked), "form": form}
    deed = Deed(at=visit.at, who=who.name, person_id=who.id, what="export.search", site_id=only, after=told)
    await visit.write(lambda connection: audit.append(connection, deed))
    headers = {"content-disposition": f'attachment; filename="comments.{form}"', "cache-control": "no-store"}
    return StreamingResponse(_file(visit, query, form), headers=headers, media_type=TYPES[form])


def _without_persons(asked: str) -> str:
    """Give a search as the audit log may keep it: names, addresses and words could be a person's, and the log outlives them."""
    kept = []
    for part in asked.split():
        name, colon, value = part.lstrip("-").partition(":")
        kept.append(part if colon and name.lower() in _SAFE else f"{name}:…" if colon and value else "…")
    return " ".join(kept)


async def _file(visit: Visit, query: Query, form: Form) -> AsyncIterator[bytes]:
    names = {site.id: site.name for site in visit.sites}
    yield exports.head(form)
    after = ""
    while True:
        rows, after = await visit.look(lambda connection, after=after: _rows(connection, query, after, names))  # type: ignore[misc]
        yield exports.lines(form, rows)
        if not after:
            return


def _rows(connection: Connection, query: Query, after: str, names: dict[int, str]) -> tuple[list[dict[str, Any]], str]:
    page = finding.find(connection, query, after, _EXPORTED, 0.5)
    return exports.rows(connection, page.ids, names), page.after


@routes.post("/search/saved", needs=somewhere(Role.VIEWER))
async def keep(visit: Visit) -> Response:
    """Keep a search under a name, or keep it no more."""
    remove, asked, name = visit.form.number("remove"), visit.form.text("q", LONGEST), visit.form.text("name", 60)
    person = visit.person.id
    if remove is not None:
        await visit.write(lambda connection: saved.forget(connection, person, remove))
        visit.say(_("The search is no longer kept."))
    elif name and asked:
        await visit.write(lambda connection: saved.save(connection, person, name, asked, visit.at))
        visit.say(_("The search is kept as “%(name)s”.") % {"name": name})
    else:
        visit.say(_("A search and a name for it are needed."), kind="note")
    return visit.go(f"/search?{urlencode({'q': asked})}" if asked else "/search")


OPERATORS: dict[str, tuple[str, str]] = {
    "author": ('author:"ana bell"', N_("Words of the author’s name, or a whole e-mail address.")),
    "ip": ("ip:203.0.113.0/24", N_("An address, or a network: IPv4 from /8 on, IPv6 from /32 to /64.")),
    "domain": ("domain:shop.example", N_("A domain that text, author’s address or e-mail name, with its subdomains.")),
    "site": ("site:blog", N_("The name of one of your sites.")),
    "verdict": ("verdict:hold", N_("One of accept, hold and reject: the verdict in force.")),
    "by": ("by:ana", N_("The name of whoever decided or labelled it.")),
    "score": ("score:>0.8", N_("A number such as >0.8, <0.3 or 0.4..0.6: the higher of the two scores.")),
    "lang": ("lang:de", N_("The language that the site told.")),
    "before": ("before:2026-10-01", N_("A day, a time, or how long ago: 12h, 7d, 2w.")),
    "after": ("after:7d", N_("A day, a time, or how long ago: 12h, 7d, 2w.")),
    "rule": ("rule:score_holds", N_("The rule that decided first, by the name it has in the comment’s history.")),
    "model": ("model:1f0c55aa90be", N_("The version of the model that scored it.")),
}
"""Operator → an example, and what it takes."""
