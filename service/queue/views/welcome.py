"""Where a link leads that lets someone in once: to set up, to join, or to a new password."""

from __future__ import annotations

from starlette.responses import Response

from service.people.refusal import NotSo
from service.queue.languages import gettext as _
from service.queue.needs import PUBLIC
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.store import sites
from service.store.sessions import Invitation

routes = Routes()


@routes.get("/welcome/{token}", needs=PUBLIC)
async def form(visit: Visit) -> Response:
    """Ask who they are, or for the new password."""
    invitation = await _invitation(visit)
    return await _form(visit, invitation, invitation.email, "", None)


@routes.post("/welcome/{token}", needs=PUBLIC)
async def welcome(visit: Visit) -> Response:
    """Make the account, or set the password, and sign in."""
    invitation = await _invitation(visit)
    email, name = visit.form.text("email"), visit.form.text("name")
    password, accounts, token = visit.form.raw("password"), visit.pages.accounts, visit.path["token"]
    try:
        if invitation.kind == "reset":
            person = await accounts.reset(token, password, visit.at)
        else:
            person = await accounts.accept(token, email, name, password, visit.at)
    except NotSo as error:
        return await _form(visit, invitation, email, name, error)
    if person.totp:  # a new password is one factor, and the authenticator is the other
        visit.pages.sign_in(visit, await visit.pages.entry.open(person, visit.client, visit.at, "second"))
        return visit.go("/sign-in/code")
    visit.pages.sign_in(visit, await visit.pages.entry.open(person, visit.client, visit.at))
    visit.say(_("You are signed in."))
    return visit.go("/")


async def _invitation(visit: Visit) -> Invitation:
    invitation = await visit.pages.accounts.invitation(visit.path["token"], visit.at)
    if invitation is None:
        raise Stop(404, "This link was used before, or is too old. Ask for a new one.")
    return invitation


async def _form(visit: Visit, invitation: Invitation, email: str, name: str, error: NotSo | None) -> Response:
    found = await visit.look(sites.list_sites) if invitation.site_id is not None else []
    site = next((each for each in found if each.id == invitation.site_id), None)
    status = 200 if error is None else 422
    return await visit.show("welcome.html", status, invitation=invitation, site=site, email=email, name=name, error=error)
