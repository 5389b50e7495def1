"""Signing in and out."""

from __future__ import annotations

from starlette.responses import Response

from service.people.oidc import Errand, Provider
from service.people.refusal import NotSo, Wait
from service.queue.languages import gettext as _
from service.queue.needs import HALFWAY, PUBLIC, SIGNED_IN
from service.queue.parcel import pack, unpack
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.store.people import any_person

routes = Routes()


@routes.get("/sign-in", needs=PUBLIC)
async def form(visit: Visit) -> Response:
    """Ask for e-mail address and password."""
    if visit.signed is not None:
        return visit.go("/")
    return await _form(visit, "", None)


async def _form(visit: Visit, email: str, error: Exception | None) -> Response:
    status = 200 if error is None else 429 if isinstance(error, Wait) else 422
    anyone = await visit.look(any_person)
    return await visit.show("sign_in.html", status, email=email, error=error, anyone=anyone)


@routes.post("/sign-in", needs=PUBLIC)
async def sign_in(visit: Visit) -> Response:
    """Compare them."""
    email = visit.form.text("email")
    try:
        token, stage = await visit.pages.entry.sign_in(email, visit.form.raw("password"), visit.client, visit.at)
    except (NotSo, Wait) as error:
        return await _form(visit, email, error)
    visit.pages.sign_in(visit, token)
    return visit.go("/sign-in/code") if stage == "second" else _onward(visit)


def _onward(visit: Visit) -> Response:
    """Go where the visitor wanted to go: a path of ours, as we noted it ourselves."""
    wanted = visit.request.cookies.get("next", "")
    visit.cookies["next"] = "", 0
    return visit.go(wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/")


@routes.get("/sign-in/code", needs=HALFWAY)
async def code_form(visit: Visit) -> Response:
    """Ask for the second factor."""
    return await visit.show("code.html", error=None)


@routes.post("/sign-in/code", needs=HALFWAY)
async def code(visit: Visit) -> Response:
    """Compare it."""
    if visit.half is None:
        return visit.go("/sign-in")
    try:
        token = await visit.pages.entry.second_step(visit.half, visit.form.text("code", 40), visit.client, visit.at)
    except (NotSo, Wait) as error:
        return await visit.show("code.html", 429 if isinstance(error, Wait) else 422, error=error)
    visit.pages.sign_in(visit, token)
    return _onward(visit)


# With OpenID Connect.


@routes.get("/sign-in/oidc", needs=PUBLIC)
async def go_elsewhere(visit: Visit) -> Response:
    """Send the browser to the provider; with ``link``, to come back and join by that invitation."""
    provider = _provider(visit)
    try:
        address, errand = await provider.start(_back(visit), visit.query.get("link", "")[:100], visit.at)
    except NotSo as error:
        return await _form(visit, "", error)
    visit.cookies["errand"] = pack(visit.pages.digests, "errand", errand), 600
    return visit.go(address)


@routes.get("/sign-in/oidc/back", needs=PUBLIC)
async def come_back(visit: Visit) -> Response:
    """Take what the provider says, and sign in whom it vouches for."""
    provider, pages = _provider(visit), visit.pages
    errand = unpack(pages.digests, "errand", visit.request.cookies.get("errand", ""), Errand)
    visit.cookies["errand"] = "", 0
    try:
        identity = await provider.finish(_back(visit), errand, visit.query, visit.at)
        if errand is not None and errand.link:
            name = identity.name or identity.email
            await pages.accounts.accept(errand.link, identity.email, name, "", visit.at, subject=identity.subject)
        token, stage = await pages.entry.sign_in_elsewhere(identity, visit.client, visit.at)
    except NotSo as error:
        return await _form(visit, "", error)
    pages.sign_in(visit, token)
    return visit.go("/sign-in/code") if stage == "second" else _onward(visit)


def _provider(visit: Visit) -> Provider:
    if visit.pages.provider is None:
        raise Stop(404, "There is nothing at this address.")
    return visit.pages.provider


def _back(visit: Visit) -> str:
    return f"{visit.pages.trust.base(visit.request)}/sign-in/oidc/back"


@routes.post("/sign-out", needs=SIGNED_IN)
async def sign_out(visit: Visit) -> Response:
    """End this session."""
    await visit.pages.entry.sign_out(visit.who, visit.at)
    visit.pages.sign_out(visit)
    visit.say(_("You are signed out."))
    return visit.go("/sign-in?out")


@routes.post("/sign-out/everywhere", needs=SIGNED_IN)
async def sign_out_elsewhere(visit: Visit) -> Response:
    """End every other session."""
    ended = await visit.pages.entry.sign_out_elsewhere(visit.who, visit.at)
    visit.say(_("Signed out everywhere else: %(count)s.") % {"count": ended})
    return visit.go("/account")
