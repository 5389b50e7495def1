"""Deliveries: what was sent to whom, what became of it, and sending it once more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection
from starlette.responses import Response

from service.domain import Role
from service.outbox.signing import message_id
from service.queue.deeds import host
from service.queue.languages import N_, ngettext
from service.queue.needs import somewhere
from service.queue.routes import Menu, Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.store import audit, deliveries, endpoints
from service.store.audit import Deed
from service.store.deliveries import Chosen, Message

routes = Routes()
ROWS = 50
STATES = ("waiting", "sent", "dead")
_NAMES = ("site", "endpoint", "state", "since", "until", "comment")
_DAY = 86_400.0


class View(Struct, frozen=True):
    """Which messages someone looks at; ``given`` is the address's query, checked."""

    chosen: Chosen
    given: dict[str, str]

    def query(self, **more: str) -> str:
        """Give the query of this view, with something changed."""
        return urlencode({name: value for name, value in (self.given | more).items() if value})


def _view(visit: Visit, asked: Any) -> View:  # noqa: ANN401 # a query or a form
    """Read what is wished for; sites that are not the visitor's are not there."""
    given = {name: str(asked(name))[:40].replace("\0", "") for name in _NAMES}
    ids = tuple(site_id for site_id in visit.site_ids if given["site"] in {"", str(site_id)})
    state = given["state"] if given["state"] in STATES else None
    number = given["endpoint"]
    chosen = Chosen(
        site_ids=ids,
        endpoint_id=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        comment_id=given["comment"] or None,
        state=state,
        since=_epoch(given["since"]),
        until=_epoch(given["until"]),
    )
    return View(chosen, given)


def _epoch(text: str) -> float | None:
    """Read a moment as a date field sends it, UTC."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() if text else None
    except (ValueError, OverflowError):
        return None


@routes.get("/deliveries", needs=somewhere(Role.VIEWER), menu=Menu("link", N_("Deliveries"), 45))
async def show(visit: Visit) -> Response:
    """Show messages, newest first, with every attempt at them, and how the endpoints fare."""
    view = _view(visit, lambda name: visit.query.get(name, ""))
    before = visit.query.get("before", "")[:40].replace("\0", "") or None
    ids, since = set(visit.site_ids), visit.at - _DAY

    def look(connection: Connection) -> tuple[list[Message], list[Any]]:
        found = deliveries.list_messages(connection, structs.replace(view.chosen, before=before), ROWS + 1)
        told = [each for each in endpoints.list_endpoints(connection) if each.site_id in ids]
        return found, [(each, deliveries.health(connection, each.id, since)) for each in told]

    found, told = await visit.look(look)
    return await visit.show(
        "deliveries.html",
        view=view,
        messages=[(each, message_id(each.id), _body(each.payload)) for each in found[:ROWS]],
        more=found[ROWS - 1].id if len(found) > ROWS else "",
        endpoints=told,
        hosts={each.id: host(each.url) for each, _health in told},
        names={site.id: site.name for site in visit.sites},
        may_send={site.id for site in visit.sites if visit.may(Role.ADMIN, site)},
        states=STATES,
    )


def _body(payload: str) -> str:
    """Lay a message out to be read; texts of comments are not in it."""
    try:
        return msgspec.json.format(payload, indent=2)
    except msgspec.MsgspecError:
        return payload


@routes.post("/deliveries/replay", needs=somewhere(Role.ADMIN))
async def replay(visit: Visit) -> Response:
    """Send once more: one message, all that never arrived, or all of a span of time; within what is looked at."""
    view = _view(visit, visit.form.raw)
    what = visit.form.raw("do")
    chosen = structs.replace(view.chosen, state="dead") if what == "dead" else view.chosen
    if what == "one":
        chosen = Chosen(site_ids=view.chosen.site_ids, id=visit.form.text("message", 40))
    elif what != "dead" and chosen.since is None:
        raise Stop(422, "Choose from when on: everything there ever was is too much.")
    count = await visit.write(lambda connection: _replay(connection, visit, chosen, what))
    visit.say(
        ngettext("%(num)s message will be sent once more.", "%(num)s messages will be sent once more.", count) % {"num": count}
    )
    return visit.go(f"/deliveries?{view.query()}")


def _replay(connection: Connection, visit: Visit, chosen: Chosen, what: str) -> int:
    """Let messages leave once more, site by site, and log it where there were any."""
    total = 0
    for site_id in chosen.site_ids or ():
        count = deliveries.replay(connection, structs.replace(chosen, site_ids=None, site_id=site_id), visit.at)
        if count:
            who, after = visit.person, {"messages": count, "since": chosen.since, "until": chosen.until}
            deed = Deed(
                at=visit.at, who=who.name, person_id=who.id, what="delivery.replay", site_id=site_id, target=what, after=after
            )
            audit.append(connection, deed)
        total += count
    return total
