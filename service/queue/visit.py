"""One request to a page: who asks, for what, with what form; and the ways to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.domain import Role, Site
from service.interpreter import brisk
from service.people import preferences
from service.people.entry import Client, Signed
from service.people.preferences import Preferences
from service.queue import frame, languages
from service.queue.form import Form
from service.queue.keys import keymap
from service.queue.parcel import pack, unpack
from service.store.people import Person

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.queue.pages import Pages

T = TypeVar("T")
UNDO_SECONDS = 10.0
"""How long a change that nobody is told of can be taken back; a decision on a comment: as long as its site has it."""
_BRISK = 0.0005
_TRIES = 3


def _briskly(change: Callable[[Connection], T]) -> Callable[[Connection], T]:
    """Let a change have the interpreter soon after each of its statements.

    Every statement gives it up, and a thread that fills a template would keep it for five milliseconds each time: the twenty
    statements of one decision would take a tenth of a second, for which others' comments wait in the same transaction.
    """

    def changed(connection: Connection) -> T:
        with brisk(_BRISK):
            return change(connection)

    return changed


class Said(Struct, frozen=True):
    """What is told once: a sentence, and where its undoing is posted, until when (epoch seconds)."""

    text: str
    undo: str = ""
    until: float = 0.0
    kind: str = "done"


class Visit:
    """What a handler is given: ``at`` is the time of the request, ``path`` what its address names, ``query`` what follows it.

    ``site`` is the one that the route's need found; ``sites`` are those on which the person has the route's role.
    """

    def __init__(self, pages: Pages, request: Request, at: float) -> None:
        self._pages = pages
        self.request = request
        self.at = at
        self.path: dict[str, Any] = dict(request.path_params)
        self.query = request.query_params
        self.form = Form(b"")
        self.signed: Signed | None = None
        self.half: Signed | None = None
        self.site: Site | None = None
        self.sites: tuple[Site, ...] = ()
        self.every_site: tuple[Site, ...] = ()
        self.secret = ""
        self.cookies: dict[str, tuple[str, int]] = {}
        self._said: Said | None = None
        self._preferences: Preferences | None = None

    # Who asks.

    @property
    def person(self) -> Person:
        """Whoever is signed in. Raises RuntimeError on a page for everyone, where nobody may be."""
        return self.who.person

    @property
    def who(self) -> Signed:
        """Give the person with their session, for the use-cases. Raises as above."""
        if self.signed is None:
            raise RuntimeError("nobody is signed in")
        return self.signed

    @property
    def preferences(self) -> Preferences:
        """What this person set for themselves."""
        if self.signed is None:
            return Preferences()
        if self._preferences is None:  # asked for by every row of a list
            self._preferences = preferences.read(self.signed.person.settings)
        return self._preferences

    @property
    def client(self) -> Client:
        """From where the request comes."""
        return Client(self._pages.trust.address(self.request), self.request.headers.get("user-agent", "")[:300])

    @property
    def site_ids(self) -> list[int]:
        """The ids of ``sites``."""
        return [site.id for site in self.sites]

    @property
    def part(self) -> bool:
        """Tell whether script asks, for parts instead of a page."""
        return "x-part" in self.request.headers

    def may(self, role: Role, site: Site | None = None) -> bool:
        """Tell whether the person may do on that site what the role may (without one: on every site)."""
        return self.signed is not None and self.person.may(role, site.id if site is not None else None)

    def may_somewhere(self, role: Role) -> bool:
        """Tell whether the person may do on any site what the role may."""
        return self.may(role) or any(self.may(role, site) for site in self.every_site)

    # Use-cases.

    @property
    def pages(self) -> Pages:
        """The parts of the service: ``moderation``, ``entry``, ``accounts``, ``settings``."""
        return self._pages

    async def look(self, look: Callable[[Connection], T]) -> T:
        """Read from the store. Raises Unavailable."""
        return await self._pages.moderation.look(look)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Write to the store; done when it is on disk. Raises Overloaded, Unavailable, and what ``change`` raises."""
        for _ in range(_TRIES - 1):
            try:
                return await self._pages.moderation.writer.run(_briskly(change), patient=True)
            except DBAPIError as error:  # taken back as a whole: another service changed the same, or both waited for each other
                if not str(getattr(error.orig, "sqlstate", "")).startswith("40"):
                    raise
        return await self._pages.moderation.writer.run(_briskly(change), patient=True)

    # Answering.

    def say(self, text: str, undo: str = "", kind: str = "done", seconds: float = UNDO_SECONDS) -> None:
        """Tell something on the page that comes next; with ``undo``, where a button posts to that undoes it for so long."""
        undone = bool(undo and seconds)
        self._said = Said(text, undo if undone else "", self.at + seconds if undone else 0.0, kind)

    def go(self, to: str) -> Response:
        """Send the browser to another of our pages."""
        if self._said is not None:
            self.cookies["said"] = pack(self._pages.digests, "said", self._said), 60
        return RedirectResponse(to, 303)

    async def show(self, template: str, status: int = 200, **values: object) -> Response:
        """Answer with a page, or with its parts where script asks."""
        said = self._said or self._carried()
        known = {
            **values,
            "visit": self,
            "said": said,
            "frame": "part.html" if self.part else "page.html",
            "menu": self._pages.menu(self),
            "language": languages.spoken(),
            "direction": "rtl" if languages.spoken() in languages.RIGHT_TO_LEFT else "ltr",
            "token": self._pages.token(self.secret),
            "keymap": keymap(self.preferences.keymap),
            "now": self.at,
        }
        async with self._pages.turns:
            page = await asyncio.to_thread(frame.render, template, known)
        return HTMLResponse(page, status, {"vary": "X-Part, Cookie"})

    def _carried(self) -> Said | None:
        packed = self.request.cookies.get("said", "")
        if not packed:
            return None
        self.cookies["said"] = "", 0
        said = unpack(self._pages.digests, "said", packed, Said)
        return said if said is not None and (not said.until or said.until > self.at) else None
