"""A site's keys: made, replaced while the old one still works, revoked, and tried."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.responses import Response

from service.domain import Role
from service.people.refusal import NotSo
from service.queue.deeds import do
from service.queue.languages import gettext as _
from service.queue.needs import there
from service.queue.policies import here
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.views.sites import Shown, page
from service.queue.visit import Visit
from service.store import sites
from service.store.sites import SCOPES, Key

routes = Routes()
KINDS = ("akismet", "bearer")
OVERLAPS = {"0": 0.0, "1": 3600.0, "24": 86_400.0, "168": 7 * 86_400.0, "720": 30 * 86_400.0}
"""How long an old key works beside the new one: hours of the form → seconds."""


@routes.post("/sites/{site:int}/keys", needs=there(Role.ADMIN))
async def make(visit: Visit) -> Response:
    """Make a key and show it once."""
    site, form = here(visit), visit.form
    kind = form.choice("kind", KINDS, "akismet")
    scopes = tuple(scope for scope in (*SCOPES, "admin") if scope in form.all("scope"))
    if not scopes:
        return await page(visit, site, part="keys", error=NotSo("Say what the key may do.", "scope"))
    if kind == "akismet" and "admin" in scopes:
        return await page(visit, site, part="keys", error=NotSo("A key of 12 digits is too short for an administrator.", "scope"))
    label, digests, at = form.text("label", 100), visit.pages.digests, visit.at

    def change(connection: Connection) -> str:
        return sites.add_key(connection, digests, site.id, at, kind=kind, label=label, scopes=scopes)[0]

    after = {"label": label, "kind": kind, "scopes": list(scopes)}
    token = await do(visit, site, "key.add", change, target=label, after=after)
    return await page(visit, site, shown=Shown(_("A key of %(name)s") % {"name": site.name}, token, "key"))


@routes.post("/sites/{site:int}/keys/replace", needs=there(Role.ADMIN))
async def replace(visit: Visit) -> Response:
    """Make a key like another one, which works on for a while."""
    site, at, digests = here(visit), visit.at, visit.pages.digests
    old = await _key(visit)
    overlap = OVERLAPS[visit.form.choice("overlap", OVERLAPS, "24")]

    def change(connection: Connection) -> str:
        if not sites.revoke_key(connection, old.id, at, until=at + overlap):
            raise NotSo("This key does not work any more.")
        return sites.add_key(connection, digests, site.id, at, kind=old.kind, label=old.label, scopes=old.scopes)[0]

    before, after = {"key": old.id, "hint": old.hint}, {"overlap_hours": overlap / 3600}
    token = await do(visit, site, "key.replace", change, target=old.label, before=before, after=after)
    return await page(visit, site, shown=Shown(_("The new key in place of …%(hint)s") % {"hint": old.hint}, token, "key"))


@routes.post("/sites/{site:int}/keys/revoke", needs=there(Role.ADMIN))
async def revoke(visit: Visit) -> Response:
    """Make a key useless."""
    site, at = here(visit), visit.at
    old = await _key(visit)
    before = {"key": old.id, "hint": old.hint, "scopes": list(old.scopes)}
    await do(
        visit, site, "key.revoke", lambda connection: sites.revoke_key(connection, old.id, at), target=old.label, before=before
    )
    visit.say(_("The key …%(hint)s opens nothing any more.") % {"hint": old.hint})
    return visit.go(f"/sites/{site.id}#keys")


async def _key(visit: Visit) -> Key:
    """Give the site's key that the form names, if it works. Raises Stop."""
    number, site, at = visit.form.number("key"), here(visit), visit.at
    known = await visit.look(lambda connection: sites.list_keys(connection, site.id, working_at=at))
    found = next((key for key in known if key.id == number), None)
    if found is None:
        raise Stop(422, "There is no such key that works.")
    return found


@routes.post("/sites/{site:int}/keys/test", needs=there(Role.ADMIN))
async def test(visit: Visit) -> Response:
    """Say whether a key opens this site, and for what."""
    site = here(visit)
    key = visit.form.text("key", 200)
    access = visit.pages.moderation.access(key) if key else None
    if access is None or access.site.id != site.id:
        return await page(visit, site, part="test", error=NotSo("This key opens nothing on this site.", "key"))
    known = await visit.look(lambda connection: sites.list_keys(connection, site.id))
    label = next((each.label for each in known if each.id == access.key_id), "")
    told = _("This key works for %(site)s: %(scopes)s.") % {"site": site.name, "scopes": ", ".join(sorted(access.scopes))}
    return await page(visit, site, part="test", tested=f"{told} {label}".strip())
