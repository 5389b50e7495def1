"""The pages as one application: finds the route, lets in whom it may, calls its handler, and makes an error of whatever fails."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Address
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from service.domain import Site
from service.moderation import Moderation
from service.people.accounts import Accounts
from service.people.entry import Entry, Signed
from service.people.oidc import Provider
from service.people.refusal import NotSo, Wait
from service.queue import frame, languages
from service.queue.counts import Counts
from service.queue.form import Form
from service.queue.needs import admit
from service.queue.placing import Placing
from service.queue.routes import Menu, Route
from service.queue.seldom import Seldom
from service.queue.stop import Stop
from service.queue.trust import Trust
from service.queue.views import ROUTES
from service.queue.visit import Visit
from service.rehearsal import Rehearsals
from service.settings import Settings
from service.store import sites
from service.store.ids import Digests
from service.store.sessions import LONGEST_SECONDS
from service.store.writer import Overloaded, Unavailable

_log = logging.getLogger(__name__)
_RETRY_SECONDS = 5
_FORM = "application/x-www-form-urlencoded"
Latencies = tuple[Sequence[float], Sequence[int]]
"""Bounds in seconds, and how many requests took up to each; the last count is of those that took longer."""
NOTHING = "There is nothing at this address."


class _Found(Struct, frozen=True):
    """What one look into the store told about a request."""

    signed: Signed | None
    sites: list[Site]
    named: int | None


_TURNS = 2
"""So many templates at once are filled: more would only take the interpreter from each other, and from the writer."""


class Pages:
    """The moderators' pages, an ASGI application. A request that has no route and wants no HTML ends with HTTPException."""

    def __init__(
        self,
        settings: Settings,
        moderation: Moderation,
        digests: Digests,
        latencies: Callable[[], Latencies] = lambda: ((), []),
        platforms: tuple[str, ...] = (),
    ) -> None:
        self.settings = settings
        self.turns = asyncio.Semaphore(_TURNS)
        self.platforms = platforms
        self.latencies = latencies
        self.moderation = moderation
        self.digests = digests
        self.entry = Entry(moderation, digests)
        self.accounts = Accounts(moderation, digests)
        self.counts = Counts(moderation)
        self.placing = Placing(moderation)
        self.seldom = Seldom()
        self.rehearsals = Rehearsals(moderation.look)
        self.trust = Trust(settings)
        self.provider = _provider(settings)
        addresses = [Address(route.path, self._endpoint(route), methods=[route.method], name=route.path) for route in ROUTES]
        self._router = Router(addresses, redirect_slashes=False, default=self._nowhere)
        self._paths = frozenset(route.path for route in ROUTES)
        self._pages = sorted((route for route in ROUTES if route.menu is not None), key=lambda route: _menu(route).order)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._router(scope, receive, send)

    def menu(self, visit: Visit) -> list[tuple[str, Menu]]:
        """Give address and label of every page of the navigation that the visitor may see."""
        if visit.signed is None:
            return []
        return [(route.path, _menu(route)) for route in self._pages if _may(route, visit)]

    def knows(self, path: str) -> bool:
        """Tell whether there is a page at an address, written as its route."""
        return path in self._paths

    def token(self, secret: str) -> str:
        """Give the token that forms must carry, made of the visitor's cookie."""
        return self.digests.token("form", secret)

    def _endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self._answer(request, route)

        return endpoint

    async def _nowhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if "text/html" not in request.headers.get("accept", ""):
            raise HTTPException(404)
        await (await self._answer(request, None))(scope, receive, send)

    async def _answer(self, request: Request, route: Route | None) -> Response:
        visit = Visit(self, request, time.time())
        languages.speak(languages.wanted(request.headers.get("accept-language", "")))
        try:
            response = await self._visit(visit, route)
        except Exception as error:  # whatever it is, there is a page for it
            response = await self._excuse(visit, error)
        self._finish(visit, response)
        return response

    async def _visit(self, visit: Visit, route: Route | None) -> Response:
        body = await visit.request.body()
        await self._recognise(visit, route)
        if route is None:
            raise Stop(404, NOTHING)
        if route.needs.level == "full" and visit.signed is None:
            return self._to_sign_in(visit)
        if route.needs.level == "half" and visit.half is None:
            return visit.go("/sign-in")
        if route.method == "POST":
            self._check_own(visit, body)
        return await route.handler(visit)

    async def _recognise(self, visit: Visit, route: Route | None) -> None:
        """Find out who asks, and what the path names; the only place where anyone is let in."""
        token = visit.request.cookies.get(self._cookie(visit), "")
        visit.secret = token or visit.request.cookies.get("visit", "") or _new_visitor(visit)
        if not token:
            return
        needs = route.needs if route is not None else None
        find = needs.find if needs is not None else None

        def look(connection: Any) -> _Found:  # noqa: ANN401 # the store's
            signed = self.entry.find(connection, token, visit.at)
            named = find(connection, visit.path) if find is not None and signed is not None else None
            return _Found(signed, sites.list_sites(connection) if signed is not None else [], named)

        found = await visit.look(look)
        if found.signed is None:
            return
        if found.signed.session.stage == "second":
            visit.half = found.signed
            return
        visit.signed = found.signed
        if languages.known(visit.preferences.language):
            languages.speak(visit.preferences.language)
        visit.every_site = tuple(site for site in found.sites if found.signed.person.role_at(site.id) is not None)
        await self.entry.touch(found.signed, visit.at)
        if needs is not None and needs.level == "full":
            visit.sites, visit.site = admit(needs, found.signed.person, found.sites, found.named)

    def _check_own(self, visit: Visit, body: bytes) -> None:
        """Refuse what would change something unless it comes from a form of ours. Raises Stop."""
        kind = visit.request.headers.get("content-type", "").split(";")[0].strip().lower()
        if body and kind != _FORM:
            raise Stop(415, "This is not the form that this page sends.")
        visit.form = Form(body)
        given = visit.request.headers.get("x-csrf") or visit.form.raw("csrf")
        right = hmac.compare_digest(given.encode(), self.token(visit.secret).encode())
        if not right or not self.trust.own(visit.request):
            raise Stop(403, "This form is too old, or was not sent from here. Go back, load the page anew and try again.")

    def _to_sign_in(self, visit: Visit) -> Response:
        """Ask who it is, and note what is wanted, to go there then: the page itself, or the one that sent this."""
        request = visit.request
        paged = request.method == "GET" and not visit.part
        wanted = urlsplit(str(request.url) if paged else request.headers.get("referer", ""))
        if wanted.netloc == request.url.netloc and wanted.path not in {"", "/"}:
            visit.cookies["next"] = f"{wanted.path}{'?' if wanted.query else ''}{wanted.query}"[:1000], 1800
        return visit.go("/sign-in?ended" if request.method == "POST" else "/sign-in")

    async def _excuse(self, visit: Visit, error: Exception) -> Response:
        status, message, retry_after = _excuse(error)
        if status == 500:
            _log.error("a page failed: %s at %s", type(error).__name__, _places(error))  # its message could quote a comment
        try:
            response = await _told(visit, status, message)
        except Exception as worse:  # the frame itself is broken
            _log.error("the error page failed: %s at %s", type(worse).__name__, _places(worse))
            response = Response(message, status, media_type="text/plain")
        if retry_after:
            response.headers["retry-after"] = str(retry_after)
        return response

    # Cookies.

    def _cookie(self, visit: Visit) -> str:
        return "__Host-session" if self.trust.secure(visit.request) else "session"

    def _finish(self, visit: Visit, response: Response) -> None:
        secure = self.trust.secure(visit.request)
        for name, (value, age) in visit.cookies.items():
            response.set_cookie(name, value, max_age=age, path="/", secure=secure, httponly=True, samesite="lax")
        for name, text in frame.HEADERS.items():
            response.headers.setdefault(name, text)

    def sign_in(self, visit: Visit, token: str) -> None:
        """Let the browser keep a session's token."""
        visit.cookies[self._cookie(visit)] = token, int(LONGEST_SECONDS)

    def sign_out(self, visit: Visit) -> None:
        """Let the browser forget it."""
        visit.cookies[self._cookie(visit)] = "", 0


async def _told(visit: Visit, status: int, message: str) -> Response:
    """Give the page of an error; where script sent a form, only the sentence: whoever sent it has the page, and what was typed."""
    if visit.part and visit.request.method == "POST":
        visit.say(languages.gettext(message), kind="problem")
        return await visit.show("excused.html", status)
    return await visit.show("error.html", status, number=status, message=message)


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret.get_secret_value() if secret is not None else "")


def _new_visitor(visit: Visit) -> str:
    secret = secrets.token_hex(16)
    if visit.request.method == "GET":
        visit.cookies["visit"] = secret, 86_400
    return secret


def _menu(route: Route) -> Menu:
    if route.menu is None:
        raise TypeError(f"{route.path} is not in the menu")
    return route.menu


def _may(route: Route, visit: Visit) -> bool:
    role = route.needs.role
    if role is None or visit.may(role):
        return True
    return route.needs.where == "somewhere" and any(visit.may(role, site) for site in visit.every_site)


def _excuse(error: Exception) -> tuple[int, str, int]:
    """Give status, sentence, and seconds after which a retry makes sense."""
    if isinstance(error, Stop):
        return error.status, str(error), error.retry_after
    if isinstance(error, NotSo):
        return 422, str(error), 0
    if isinstance(error, Wait):
        return 429, languages.N_("Too many attempts. Wait a little, then try again."), int(error.seconds) + 1
    if isinstance(error, Overloaded | Unavailable):
        return 503, languages.N_("Nothing could be stored just now. Nothing was changed. Try again."), _RETRY_SECONDS
    return 500, languages.N_("Something broke here. It was logged."), 0


def _places(error: Exception) -> str:
    frames = reversed(traceback.extract_tb(error.__traceback__)[-5:])
    return " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in frames)
