"""People: who may do what where, and invitations."""

from __future__ import annotations

from starlette.responses import Response

from service.domain import Role
from service.people.refusal import NotSo
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import everywhere, somewhere
from service.queue.routes import Menu, Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.store import people, sessions
from service.store.people import Person

routes = Routes()
_ROLES = tuple(role.value for role in Role)


@routes.get("/people", needs=somewhere(Role.ADMIN), menu=Menu("people", N_("People"), 90))
async def list_all(visit: Visit) -> Response:
    """Show who may do what on the sites that the visitor administers."""
    return await _list(visit)


async def _list(visit: Visit, error: NotSo | None = None, link: str = "", link_for: str = "") -> Response:
    only = None if visit.may(Role.ADMIN) else visit.site_ids
    everyone, invited = await visit.look(
        lambda connection: (people.list_people(connection, only), sessions.list_invitations(connection, visit.at, only))
    )
    return await visit.show(
        "people.html",
        200 if error is None else 422,
        error=error,
        everyone=everyone,
        invited=invited,
        roles=_ROLES,
        link=link,
        link_for=link_for,
        names={site.id: site.name for site in visit.sites},
    )


@routes.post("/people/invite", needs=somewhere(Role.ADMIN))
async def invite(visit: Visit) -> Response:
    """Make an invitation and show its link once."""
    role = Role(visit.form.choice("role", _ROLES, "viewer"))
    try:
        token = await visit.pages.accounts.invite(visit.who, visit.form.text("email"), role, _site_of_form(visit), visit.at)
    except NotSo as error:
        return await _list(visit, error)
    return await _list(visit, link=_link(visit, token), link_for=visit.form.text("email"))


def _link(visit: Visit, token: str) -> str:
    return f"{visit.pages.trust.base(visit.request)}/welcome/{token}"


def _site_of_form(visit: Visit) -> int | None:
    """Give the site that a form names, among those that the visitor administers; None for every site. Raises Stop."""
    if visit.form.text("site") == "every":
        return None
    site_id = visit.form.number("site")
    if site_id not in visit.site_ids:
        raise Stop(404, "There is no such site.")
    return site_id


@routes.post("/people/withdraw", needs=somewhere(Role.ADMIN))
async def withdraw(visit: Visit) -> Response:
    """Make an invitation useless."""
    if await visit.pages.accounts.withdraw(visit.who, visit.form.text("invitation"), visit.at):
        visit.say(_("The invitation was withdrawn."))
    return visit.go("/people")


@routes.post("/people/{person:int}/role", needs=somewhere(Role.ADMIN))
async def set_role(visit: Visit) -> Response:
    """Give a person another role on a site, or on every site."""
    chosen = visit.form.choice("role", (*_ROLES, ""), "")
    person = await _person(visit)
    site_id = _site_of_form(visit)
    try:
        await visit.pages.accounts.set_role(visit.who, person.id, site_id, Role(chosen) if chosen else None, visit.at)
    except NotSo as error:
        return await _list(visit, error)
    visit.say(_("The role of %(name)s was changed.") % {"name": person.name})
    return visit.go("/people")


@routes.post("/people/{person:int}/reset", needs=everywhere(Role.ADMIN))
async def reset(visit: Visit) -> Response:
    """Make a link to a new password and show it once."""
    person = await _person(visit)
    token = await visit.pages.accounts.reset_link(visit.who, person.id, visit.at)
    visit.sites = visit.every_site
    return await _list(visit, link=_link(visit, token), link_for=person.name)


@routes.post("/people/{person:int}/totp", needs=everywhere(Role.ADMIN))
async def stop_totp(visit: Visit) -> Response:
    """Switch the second step off for someone who lost theirs."""
    person = await _person(visit)
    await visit.pages.accounts.stop_totp(visit.who, person.id, visit.at)
    visit.say(_("%(name)s signs in without a second step now.") % {"name": person.name})
    return visit.go("/people")


@routes.post("/people/{person:int}/access", needs=everywhere(Role.ADMIN))
async def set_access(visit: Visit) -> Response:
    """Shut a person out, or let them in again."""
    person, shut_out = await _person(visit), visit.form.checked("disable")
    try:
        await visit.pages.accounts.set_disabled(visit.who, person.id, visit.at, disabled=shut_out)
    except NotSo as error:
        visit.sites = visit.every_site
        return await _list(visit, error)
    said = _("%(name)s is shut out.") if shut_out else _("%(name)s may sign in again.")
    visit.say(said % {"name": person.name})
    return visit.go("/people")


async def _person(visit: Visit) -> Person:
    """Give the person that the path names, if the visitor may see them. Raises Stop."""
    only = None if visit.may(Role.ADMIN) else visit.site_ids
    seen = await visit.look(lambda connection: people.list_people(connection, only))
    found = next((each for each in seen if each.id == visit.path["person"]), None)
    if found is None:
        raise Stop(404, "There is no such person.")
    return found
