"""The lines of a site's scores: what others would change, putting them in force, and going back."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from msgspec.structs import replace
from starlette.responses import Response

from service.domain import Role
from service.queue import policies, traffic
from service.queue.languages import gettext as _
from service.queue.needs import there
from service.queue.policies import here
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.traffic import DAY, DAYS
from service.queue.tried import Tried, head_of, shown, tried
from service.queue.visit import Visit
from service.store import drafts, scores

routes = Routes()
MOST = 50
_SECONDS = 1.0


@routes.get("/model/{site:int}/changed", needs=there(Role.VIEWER))
async def changed(visit: Visit) -> Response:
    """Show the newest comments that the tried lines would decide otherwise."""
    view = tried(visit, here(visit), visit.query)
    found, since = await _changed(visit, view)
    return await visit.show("model_changed.html", view=view, shown=shown, found=found, since=since, most=MOST)


async def _changed(visit: Visit, view: Tried) -> tuple[list[scores.Moved], float]:
    """Walk back from now, a slice at a time, until there are enough or it took a second; give them, and how far that was."""
    found: list[scores.Moved] = []
    begun = asyncio.get_running_loop().time()
    since = visit.at
    for begin, end in reversed(await traffic.slices(visit.pages.moderation, visit.at - DAYS * DAY, visit.at)):
        left = MOST - len(found)
        if not left or asyncio.get_running_loop().time() - begun > _SECONDS:
            break
        found += await visit.look(
            lambda connection, b=begin, e=end, n=left: scores.moved(connection, view.aim, view.force, view.tried, b, e, n)  # type: ignore[misc]
        )
        since = begin
    return found, since


@routes.post("/model/{site:int}/lines", needs=there(Role.LEAD))
async def save(visit: Visit) -> Response:
    """Put lines in force, or only show what they would do."""
    site, what = here(visit), visit.form.raw("do")
    names = ("head",) if what == "default" else ("head", "hold", "reject")
    view = tried(visit, site, {name: visit.form.text(name, 20) for name in names})
    if what == "show":
        return visit.go(f"/model?{view.query()}#lines")
    before = await policies.present(visit, site)
    if visit.form.number("version") != before.version:
        raise Stop(409, "Someone changed the policy meanwhile. Look at it again; nothing was saved.")
    policy = replace(before.policy, **{view.head: None if what == "default" else view.tried})
    version = await policies.put(visit, site, before, policy, "policy.lines")
    said = _("The lines are in force: version %(number)s of the policy.") % {"number": version}
    visit.say(said, undo=f"/model/{site.id}/rollback?version={before.version}&head={view.head}")
    return visit.go(f"/model?{urlencode({'site': site.id, 'head': view.head})}#lines")


@routes.post("/model/{site:int}/rollback", needs=there(Role.LEAD))
async def roll_back(visit: Visit) -> Response:
    """Put the policy of a former version in force again, as a new version."""
    site = here(visit)
    given = visit.form.text("version", 9) or visit.query.get("version", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
    former = await visit.look(lambda connection: drafts.version_of(connection, site.id, number))
    if former is None:
        raise Stop(404, "There is no such version of the policy.")
    policy = policies.readable(former).policy
    version = await policies.put(visit, site, await policies.present(visit, site), policy, "policy.rollback")
    known = {"former": number, "number": version}
    visit.say(_("Version %(former)s of the policy is in force again, as version %(number)s.") % known)
    head = head_of(visit.form.text("head", 9) or visit.query.get("head", ""))
    return visit.go(f"/model?{urlencode({'site': site.id, 'head': head})}#lines")
