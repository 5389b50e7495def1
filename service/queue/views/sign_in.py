"""Signing in and out."""

from __future__ import annotations

from starlette.responses import Response

from service.people.refusal import NotSo, Wait
from service.queue.languages import gettext as _
from service.queue.needs import HALFWAY, PUBLIC, SIGNED_IN
from service.queue.routes import Routes
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


@routes.post("/sign-out", needs=SIGNED_IN)
async def sign_out(visit: Visit) -> Response:
    """End this session."""
    await visit.pages.entry.sign_out(visit.who, visit.at)
    visit.pages.sign_out(visit)
    return visit.go("/sign-in")


@routes.post("/sign-out/everywhere", needs=SIGNED_IN)
async def sign_out_elsewhere(visit: Visit) -> Response:
    """End every other session."""
    ended = await visit.pages.entry.sign_out_elsewhere(visit.who, visit.at)
    visit.say(_("Signed out everywhere else: %(count)s.") % {"count": ended})
    return visit.go("/account")
