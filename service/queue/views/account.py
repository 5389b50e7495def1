"""One's own account: name, password, second factor, sessions, and how the pages look and speak."""

from __future__ import annotations

from msgspec import structs
from starlette.responses import Response

from service.people import second
from service.people.preferences import Preferences
from service.people.refusal import NotSo
from service.queue import keys, languages
from service.queue.languages import gettext as _
from service.queue.needs import SIGNED_IN
from service.queue.pictures import qr
from service.queue.routes import Routes
from service.queue.visit import Visit
from service.store import people, sessions

routes = Routes()
_THEMES = ("auto", "light", "dark")
_DENSITIES = ("comfortable", "compact")


@routes.get("/account", needs=SIGNED_IN)
async def account(visit: Visit) -> Response:
    """Show it."""
    return await _account(visit)


async def _account(visit: Visit, part: str = "", error: NotSo | None = None) -> Response:
    """Show it, with what was wrong in the form ``part``."""
    person_id = visit.person.id
    open_ones, codes = await visit.look(
        lambda connection: (
            sessions.list_sessions(connection, person_id, visit.at),
            people.count_recovery_codes(connection, person_id),
        )
    )
    return await visit.show(
        "account.html",
        200 if error is None else 422,
        part=part,
        error=error,
        sessions=[(each, browser(each.agent)) for each in open_ones],
        codes=codes,
        languages=languages.LANGUAGES,
        themes=_THEMES,
        densities=_DENSITIES,
    )


_BROWSERS = {"Firefox/": "Firefox", "Edg/": "Edge", "OPR/": "Opera", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux"}


def browser(agent: str) -> str:
    """Name browser and system by what a browser calls itself: enough for its owner to know it again."""
    named = [next((name for sign, name in signs.items() if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, named))


@routes.post("/account/name", needs=SIGNED_IN)
async def rename(visit: Visit) -> Response:
    """Change name and e-mail address."""
    try:
        await visit.pages.accounts.rename(visit.who, visit.form.text("name"), visit.form.text("email"), visit.at)
    except NotSo as error:
        return await _account(visit, "name", error)
    visit.say(_("Saved."))
    return visit.go("/account")


@routes.post("/account/password", needs=SIGNED_IN)
async def set_password(visit: Visit) -> Response:
    """Change the password."""
    try:
        await visit.pages.accounts.set_password(visit.who, visit.form.raw("former"), visit.form.raw("password"), visit.at)
    except NotSo as error:
        return await _account(visit, "password", error)
    visit.say(_("The password was changed. You are signed out everywhere else."))
    return visit.go("/account")


@routes.post("/account/settings", needs=SIGNED_IN)
async def set_preferences(visit: Visit) -> Response:
    """Change how the pages look and speak."""
    form, known = visit.form, (*languages.LANGUAGES, languages.PSEUDO)
    chosen = structs.replace(
        visit.preferences,
        theme=form.choice("theme", _THEMES, "auto"),
        density=form.choice("density", _DENSITIES, "comfortable"),
        language=form.choice("language", known, ""),
        blur=form.checked("blur"),
        veil=form.checked("veil"),
        mute=form.checked("mute"),
        reminders=form.checked("reminders"),
    )
    await visit.pages.accounts.set_preferences(visit.who, chosen)
    if chosen.language:
        languages.speak(chosen.language)
    visit.say(_("Saved."))
    return visit.go("/account")


@routes.post("/account/sessions", needs=SIGNED_IN)
async def end_session(visit: Visit) -> Response:
    """End one other session."""
    await visit.pages.entry.sign_out_elsewhere(visit.who, visit.at, visit.form.text("session"))
    visit.say(_("Signed out there."))
    return visit.go("/account")


# The second factor.


@routes.get("/account/totp", needs=SIGNED_IN)
async def totp_form(visit: Visit) -> Response:
    """Show a new secret, to be read by an authenticator."""
    return await _totp_form(visit, second.new_secret(), None)


async def _totp_form(visit: Visit, secret: str, error: NotSo | None) -> Response:
    picture = qr(second.address(secret, visit.person.email))
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return await visit.show("totp.html", 200 if error is None else 422, secret=secret, groups=groups, picture=picture, error=error)


@routes.post("/account/totp", needs=SIGNED_IN)
async def start_totp(visit: Visit) -> Response:
    """Start asking for codes once the first one was right."""
    secret, accounts = visit.form.text("secret", 64), visit.pages.accounts
    if not second.is_secret(secret):
        secret = second.new_secret()
    try:
        await accounts.confirm(visit.who, visit.form.raw("former"))
        codes = await accounts.start_totp(visit.who, secret, visit.form.text("code", 20), visit.at)
    except NotSo as error:
        return await _totp_form(visit, secret, error)
    return await visit.show("recovery.html", codes=codes)


@routes.post("/account/totp/stop", needs=SIGNED_IN)
async def stop_totp(visit: Visit) -> Response:
    """Stop asking for codes."""
    try:
        await visit.pages.accounts.confirm(visit.who, visit.form.raw("former"))
    except NotSo as error:
        return await _account(visit, "totp", error)
    await visit.pages.accounts.stop_totp(visit.who, visit.person.id, visit.at)
    visit.say(_("No codes are asked for any more."))
    return visit.go("/account")


@routes.post("/account/recovery", needs=SIGNED_IN)
async def new_codes(visit: Visit) -> Response:
    """Replace the recovery codes."""
    try:
        await visit.pages.accounts.confirm(visit.who, visit.form.raw("former"))
    except NotSo as error:
        return await _account(visit, "totp", error)
    return await visit.show("recovery.html", codes=await visit.pages.accounts.new_codes(visit.who, visit.at))


# The keys.


@routes.get("/keys", needs=SIGNED_IN)
async def key_help(visit: Visit) -> Response:
    """Show what can be done from the keyboard."""
    listed = visit.part and visit.query.get("list")
    return await visit.show("keys_list.html" if listed else "keys.html", actions=keys.KEYS, error=None)


@routes.post("/keys", needs=SIGNED_IN)
async def set_keys(visit: Visit) -> Response:
    """Switch the keys on or off, or put actions on other keys."""
    if visit.form.checked("reset"):
        chosen = Preferences().keymap
    else:
        wanted = {action: visit.form.text(action, 20) for action in keys.KEYS}
        found = keys.chosen(wanted)
        if found is None:
            error = NotSo("Each action needs a key of its own, and a sequence must not begin with a key that is taken.")
            return await visit.show("keys.html", 422, actions=keys.KEYS, error=error)
        chosen = found
    on = visit.form.checked("on")
    await visit.pages.accounts.set_preferences(visit.who, structs.replace(visit.preferences, keys=on, keymap=chosen))
    visit.say(_("Saved."))
    return visit.go("/keys")
