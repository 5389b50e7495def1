"""Sites: what they are called, what they want, how long they keep what readers wrote, and how to connect them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection
from starlette.responses import Response

from service import demo
from service.demo import NoDemo
from service.domain import Role, Site
from service.people.refusal import NotSo
from service.queue.deeds import do, host
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import everywhere, somewhere, there
from service.queue.policies import here
from service.queue.routes import Menu, Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.store import audit, deliveries, drafts, endpoints, notices, retention, sites, sources
from service.store.audit import Deed
from service.store.events import CALLBACK, EVENTS
from service.store.notices import Notice
from service.store.removal import DEMO_URL
from service.store.sites import MOST_UNDO_SECONDS, SCOPES, NameTaken
from service.store.sources import SourceUnreadable

routes = Routes()
HOLD_AS = ("auto", "pending", "spam", "ham")
_DAY = 86_400.0


class Shown(Struct, frozen=True):
    """A secret that is shown this once, and what it is."""

    title: str
    secret: str
    about: str = ""


# All of them.


@routes.get("/sites", needs=somewhere(Role.VIEWER), menu=Menu("sites", N_("Sites"), 40))
async def list_all(visit: Visit) -> Response:
    """Show the sites."""
    return await _list(visit)


async def _list(visit: Visit, error: NotSo | None = None) -> Response:
    ids, at, waiting = visit.site_ids, visit.at, await visit.pages.counts.waiting()

    def look(connection: Connection) -> dict[int, dict[str, Any]]:
        return {each: _summary(connection, each, at) | {"waiting": waiting.on(each)} for each in ids}

    found = await visit.look(look)
    filled = any(site.url == DEMO_URL for site in visit.every_site)
    values = {name: visit.form.text(name) for name in ("name", "url")}
    return await visit.show("sites.html", 200 if error is None else 422, found=found, error=error, values=values, demo=filled)


def _summary(connection: Connection, site_id: int, at: float) -> dict[str, Any]:
    working = sites.list_keys(connection, site_id, working_at=at)
    used = [key.used_at for key in working if key.used_at is not None]
    failing = [each for each in endpoints.list_endpoints(connection, site_id) if each.disabled_at or each.failing_since]
    return {"keys": len(working), "used_at": max(used, default=None), "failing": len(failing)}


@routes.post("/sites", needs=everywhere(Role.ADMIN))
async def add(visit: Visit) -> Response:
    """Add a site with its first key, and show that once."""
    try:
        name, url = _named(visit.form.text("name", 300)), _address(visit.form.text("url", 1000))
        digests, at, who = visit.pages.digests, visit.at, visit.person

        def change(connection: Connection) -> tuple[Site, str]:
            site = sites.add_site(connection, name, url, at)
            token, key = sites.add_key(connection, digests, site.id, at, label="first key")
            after = {"name": name, "url": url, "key": key.id}
            deed = Deed(at=at, who=who.name, person_id=who.id, what="site.add", site_id=site.id, target=name, after=after)
            audit.append(connection, deed)
            return site, token

        site, token = await visit.write(change)
    except (NotSo, NameTaken) as error:
        visit.sites = visit.every_site
        return await _list(visit, error if isinstance(error, NotSo) else NotSo("There is a site of this name already.", "name"))
    await visit.pages.moderation.reload()
    visit.site, visit.every_site = site, (*visit.every_site, site)
    return await page(visit, site, shown=Shown(_("The key of %(name)s") % {"name": name}, token, "key"))


@routes.post("/sites/demo", needs=everywhere(Role.ADMIN))
async def try_out(visit: Visit) -> Response:
    """Fill the demo site, or take it away."""
    wanted = visit.form.choice("do", ("add", "remove"), "add")
    deed = Deed(at=visit.at, who=visit.person.name, person_id=visit.person.id, what=f"demo.{wanted}")
    try:
        if wanted == "remove":
            await demo.remove(visit.pages.moderation, deed)
            visit.say(_("The demo site is gone."))
        else:
            site, _count = await demo.add(visit.pages.moderation, deed)
            visit.pages.counts.forget()
            visit.say(_("Here are comments to try the queue on. The demo site goes again on the page of sites."))
            return visit.go(f"/queue?site={site.id}")
    except NoDemo:
        raise Stop(409, "There is a site named demo already, or none to take away, or the seed corpus is not here.") from None
    visit.pages.counts.forget()
    return visit.go("/sites")


def _named(name: str) -> str:
    if not name or len(name) > 200 or not name.isprintable():
        raise NotSo("A site's name needs between 1 and 200 printable characters.", "name")
    return name


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable() and " " not in url
    except ValueError:
        good = False
    if not good:
        raise NotSo("A site's address must start with http:// or https:// and name a host.", "url")
    return url


# One.


@routes.get("/sites/{site:int}", needs=there(Role.VIEWER))
async def show(visit: Visit) -> Response:
    """Show a site: what it is set to, its keys, whom it tells, who tells it, and how to connect it."""
    return await page(visit, here(visit))


async def page(
    visit: Visit, site: Site, *, shown: Shown | None = None, part: str = "", error: NotSo | None = None, tested: str = ""
) -> Response:
    """Show a site, with a secret that was just made, what a test found, or what is wrong in the form ``part``."""
    known = await visit.look(lambda connection: _known(visit, connection, site.id))
    return await visit.show(
        "site.html",
        200 if error is None else 422,
        **known,
        policy=visit.pages.moderation.policy(known["site"]),
        shown=shown,
        part=part,
        error=error,
        tested=tested,
        form=visit.form,
        admin=visit.may(Role.ADMIN, site),
        hold_as=HOLD_AS,
        scopes=(*SCOPES, "admin"),
        usual_scopes=SCOPES,
        events=EVENTS,
        callback=CALLBACK,
        platforms=visit.pages.platforms,
        base=visit.pages.trust.base(visit.request),
        outbound=visit.pages.settings.outbound_allow,
        host=host,
        least_days=retention.LEAST_DAYS,
        usual_undo=visit.pages.settings.undo_seconds,
    )


def _known(visit: Visit, connection: Connection, site_id: int) -> dict[str, Any]:
    told = endpoints.list_endpoints(connection, site_id)
    since = visit.at - _DAY
    return {
        "site": next(site for site in sites.list_sites(connection) if site.id == site_id),
        "keys": sites.list_keys(connection, site_id),
        "notice": notices.notice_of(connection, site_id),
        "days": retention.days_of(connection, site_id),
        "endpoints": [(each, deliveries.health(connection, each.id, since)) for each in told],
        "sources": _sources(visit, connection, site_id),
        "policy_version": drafts.in_force(connection, site_id),
    }


def _sources(visit: Visit, connection: Connection, site_id: int) -> list[Any] | None:
    """Give a site's sources; None where their secrets were sealed with another server secret."""
    try:
        return list(sources.list_sources(connection, visit.pages.digests, site_id))
    except SourceUnreadable:
        return None


@routes.post("/sites/{site:int}/settings", needs=there(Role.ADMIN))
async def change(visit: Visit) -> Response:
    """Change a site's name, address, how a hold is told, how long decisions can be undone and comments are kept, and so on."""
    site, form = here(visit), visit.form
    try:
        name, url = _named(form.text("name", 300)), _address(form.text("url", 1000))
        days, undo = _days(visit), _undo(visit)
        hold_as = form.choice("hold_as", HOLD_AS, site.hold_as)
        notice = Notice(form.text("controller", 200), form.text("contact", 300))
        known = await visit.look(
            lambda connection: (notices.notice_of(connection, site.id), retention.days_of(connection, site.id))
        )

        def set_all(connection: Connection) -> None:
            sites.change_site(connection, site.id, name=name, url=url, hold_as=hold_as)
            notices.set_notice(connection, site.id, notice)
            retention.set_days(connection, site.id, days)
            sites.set_undo(connection, site.id, undo)

        now = Site(site.id, name, url, hold_as, undo_seconds=undo)
        before, after = _differing(_told(site, *known), _told(now, notice, days))
        if after:
            await do(visit, site, "site.change", set_all, target=name, before=before, after=after)
    except (NotSo, NameTaken) as error:
        told = error if isinstance(error, NotSo) else NotSo("There is a site of this name already.", "name")
        return await page(visit, site, part="settings", error=told)
    visit.say(_("Saved."))
    return visit.go(f"/sites/{site.id}")


def _days(visit: Visit) -> int:
    if not visit.form.text("days"):
        return 0
    days = visit.form.number("days")
    if days is None or (days and not retention.LEAST_DAYS <= days <= retention.MOST_DAYS):
        raise NotSo("Comments are kept for at least 7 days, or, with nothing here, for good.", "days")
    return days


def _undo(visit: Visit) -> int | None:
    """Give the site's own window; None for the installation's."""
    if not visit.form.text("undo"):
        return None
    seconds = visit.form.number("undo")
    if seconds is None or seconds > MOST_UNDO_SECONDS:
        raise NotSo("A decision can be undone for 0 to 3,600 seconds, or, with nothing here, as long as everywhere.", "undo")
    return seconds


def _told(site: Site, notice: Notice, days: int) -> dict[str, Any]:
    kept = {"controller": notice.controller, "contact": notice.contact, "days": days}
    return {"name": site.name, "url": site.url, "hold_as": site.hold_as, "undo_seconds": site.undo_seconds, **kept}


def _differing(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}
