"""Whom a site tells and who tells it: endpoints for webhooks out, sources of webhooks in."""

from __future__ import annotations

import base64
import secrets

from msgspec import structs
from sqlalchemy import Connection
from starlette.responses import Response

from service.domain import Role
from service.outbox import guard
from service.people.refusal import NotSo
from service.queue.deeds import do, host
from service.queue.languages import gettext as _
from service.queue.needs import there
from service.queue.policies import here
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.views.sites import Shown, page
from service.queue.visit import Visit
from service.queue.wordings import anew
from service.queue.wrong import Wrong
from service.store import deliveries, endpoints, outbox, sources
from service.store.endpoints import Endpoint, EndpointTaken
from service.store.events import EVENTS
from service.store.sources import Options, Source, SourceUnreadable

routes = Routes()
MODES = ("", "wait", "later")
_LEAST_SECRET = 8


# Endpoints.


@routes.post("/sites/{site:int}/endpoints", needs=there(Role.ADMIN))
async def add(visit: Visit) -> Response:
    """Add an endpoint and show its secret once."""
    site, form = here(visit), visit.form
    url, events, with_text = form.text("url", 1000), _events(visit), form.checked("with_text")
    digests, at = visit.pages.digests, visit.at

    def change(connection: Connection) -> str:
        return endpoints.add_endpoint(connection, digests, site.id, url, at, events=events, with_text=with_text)[0]

    if not events:
        return await page(visit, site, part="endpoint", error=NotSo("Say what it shall be told of.", "event"))
    try:
        await _vet(visit, url)
        after = {"host": host(url), "events": list(events), "with_text": with_text}
        secret = await do(visit, site, "endpoint.add", change, target=host(url), after=after)
    except (NotSo, EndpointTaken) as error:
        told = error if isinstance(error, NotSo) else NotSo("The site has an endpoint of this address already.", "url")
        return await page(visit, site, part="endpoint", error=told)
    return await page(visit, site, shown=Shown(_("The secret for %(host)s") % {"host": host(url)}, secret, "secret"))


def _events(visit: Visit) -> tuple[str, ...]:
    chosen = visit.form.all("event")
    return tuple(name for name in EVENTS if name in chosen)


async def _vet(visit: Visit, url: str) -> None:
    """Refuse now what would be refused at every message. Raises NotSo."""
    watch = guard.Guard(visit.pages.settings.outbound_allowed)
    try:
        await watch.vet(url)
    except guard.Refused as refused:
        raise Wrong(anew(str(refused)), "url") from None
    finally:
        watch.close()


async def _endpoint(visit: Visit) -> Endpoint:
    """Give the site's endpoint that the form names. Raises Stop."""
    number, site = visit.form.number("endpoint"), here(visit)
    found = await visit.look(lambda connection: endpoints.find_endpoint(connection, number) if number is not None else None)
    if found is None or found.site_id != site.id:
        raise Stop(422, "There is no such endpoint.")
    return found


@routes.post("/sites/{site:int}/endpoints/change", needs=there(Role.ADMIN))
async def change_endpoint(visit: Visit) -> Response:
    """Change what an endpoint is told of."""
    site, known = here(visit), await _endpoint(visit)
    events, with_text = _events(visit), visit.form.checked("with_text")
    if not events:
        raise NotSo("Say what it shall be told of.", "event")
    before = {"events": list(known.events), "with_text": known.with_text}
    after = {"events": list(events), "with_text": with_text}

    def change(connection: Connection) -> bool:
        return endpoints.change_endpoint(connection, known.id, events=events, with_text=with_text)

    await do(visit, site, "endpoint.change", change, target=host(known.url), before=before, after=after)
    visit.say(_("Saved."))
    return visit.go(f"/sites/{site.id}#webhooks")


@routes.post("/sites/{site:int}/endpoints/switch", needs=there(Role.ADMIN))
async def switch(visit: Visit) -> Response:
    """Switch an endpoint off, or on again."""
    site, known, at, name = here(visit), await _endpoint(visit), visit.at, visit.person.name
    if visit.form.raw("do") == "on":
        await do(
            visit, site, "endpoint.on", lambda connection: endpoints.enable_endpoint(connection, known.id), target=host(known.url)
        )
        visit.say(_("It is on. What it missed can be sent from the deliveries."))
    else:
        why = f"by {name}"
        await do(visit, site, "endpoint.off", lambda connection: outbox.disable(connection, known, why, at), target=host(known.url))
        visit.say(_("It is off. What waited for it is laid aside."))
    return visit.go(f"/sites/{site.id}#webhooks")


@routes.post("/sites/{site:int}/endpoints/secret", needs=there(Role.ADMIN))
async def new_secret(visit: Visit) -> Response:
    """Give an endpoint a new secret and show it once; the old one signs as well for a day."""
    site, known, at, digests = here(visit), await _endpoint(visit), visit.at, visit.pages.digests

    def change(connection: Connection) -> str | None:
        return endpoints.rotate_secret(connection, digests, known.id, at)

    secret = await do(visit, site, "endpoint.secret", change, target=host(known.url))
    if secret is None:
        raise Stop(422, "There is no such endpoint.")
    return await page(visit, site, shown=Shown(_("The new secret for %(host)s") % {"host": host(known.url)}, secret, "rotated"))


@routes.post("/sites/{site:int}/endpoints/remove", needs=there(Role.ADMIN))
async def remove(visit: Visit) -> Response:
    """Remove an endpoint, all that waits for it, and its log."""
    site, known, at = here(visit), await _endpoint(visit), visit.at
    before = {"host": host(known.url), "events": list(known.events)}

    def change(connection: Connection) -> bool:
        return endpoints.remove_endpoint(connection, known.id, at)

    await do(visit, site, "endpoint.remove", change, target=host(known.url), before=before)
    visit.say(_("The endpoint was removed."))
    return visit.go(f"/sites/{site.id}#webhooks")


@routes.post("/sites/{site:int}/endpoints/test", needs=there(Role.ADMIN))
async def test(visit: Visit) -> Response:
    """Let a test message leave, and go to where its fate shows."""
    site, known, at = here(visit), await _endpoint(visit), visit.at
    if known.kind != "webhook" or known.disabled_at is not None:
        raise NotSo("Only an endpoint for webhooks that is on can be tested.")
    await do(visit, site, "endpoint.test", lambda connection: deliveries.send_ping(connection, known, at), target=host(known.url))
    visit.say(_("A test message is on its way. Load the page again to see whether it arrived."), kind="note")
    return visit.go(f"/deliveries?site={site.id}&endpoint={known.id}")


# Sources.


@routes.post("/sites/{site:int}/sources", needs=there(Role.ADMIN))
async def add_source(visit: Visit) -> Response:
    """Add a source and show its address and, where it was made here, its secret."""
    site, form = here(visit), visit.form
    platform = form.choice("platform", visit.pages.platforms, "")
    given = form.text("secret", 500)
    if not platform or (given and len(given) < _LEAST_SECRET):
        error = NotSo("A secret needs at least 8 characters.", "secret") if platform else NotSo("Choose a platform.", "platform")
        return await page(visit, site, part="source", error=error)
    secret, digests, at = given or _made(platform), visit.pages.digests, visit.at
    mode = form.choice("mode", MODES, "")
    wanted = Source(
        id="",
        site_id=site.id,
        adapter=platform,
        label=form.text("label", 100),
        secrets=(secret,),
        options=_options(mode),
        created_at=at,
    )
    after = {"platform": platform, "label": wanted.label, "mode": mode}

    def change(connection: Connection) -> Source:
        return sources.add_source(connection, digests, wanted)

    made = await do(visit, site, "source.add", change, target=wanted.label or platform, after=after)
    address = f"{visit.pages.trust.base(visit.request)}/webhooks/{made.id}"
    shown = Shown(
        _("%(platform)s calls %(address)s") % {"platform": platform, "address": address}, "" if given else secret, "source"
    )
    return await page(visit, site, shown=shown)


def _options(mode: str) -> Options:
    if mode == "wait":
        return Options(mode="wait")
    return Options(mode="later") if mode == "later" else Options()


def _made(platform: str) -> str:
    """Draw a secret of 32 bytes, in the platform's own form."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode() if platform == "generic" else secrets.token_hex(32)


async def _source(visit: Visit) -> Source:
    """Give the site's source that the form names. Raises Stop."""
    named, site, digests = visit.form.text("source", 60), here(visit), visit.pages.digests
    try:
        found = await visit.look(lambda connection: sources.find_source(connection, digests, named))
    except SourceUnreadable:
        raise Stop(422, "The sources were sealed with another server secret. Restore it.") from None
    if found is None or found.site_id != site.id:
        raise Stop(422, "There is no such source.")
    return found


@routes.post("/sites/{site:int}/sources/secret", needs=there(Role.ADMIN))
async def new_source_secret(visit: Visit) -> Response:
    """Let a new secret work beside the former one, or, in the second step, alone."""
    site, known, digests = here(visit), await _source(visit), visit.pages.digests
    name = known.label or known.adapter
    if visit.form.raw("do") == "drop":
        newest = structs.replace(known, secrets=known.secrets[1:])
        change = lambda connection: sources.rotate_source(connection, digests, newest, known.secrets[0], 0)  # noqa: E731 # as below
        await do(visit, site, "source.secret", change, target=name, after={"secrets": 1})
        visit.say(_("Only the newest secret works now."))
        return visit.go(f"/sites/{site.id}#sources")
    given = visit.form.text("secret", 500)
    if given and len(given) < _LEAST_SECRET:
        raise NotSo("A secret needs at least 8 characters.", "secret")
    secret = given or _made(known.adapter)
    change = lambda connection: sources.rotate_source(connection, digests, known, secret)  # noqa: E731 # one line says it
    await do(visit, site, "source.secret", change, target=name, after={"secrets": 2})
    shown = Shown(_("The new secret of %(name)s") % {"name": name}, "" if given else secret, "rotated")
    return await page(visit, site, shown=shown)


@routes.post("/sites/{site:int}/sources/remove", needs=there(Role.ADMIN))
async def remove_source(visit: Visit) -> Response:
    """Remove a source: its platform is refused from now on."""
    site, known = here(visit), await _source(visit)
    before = {"platform": known.adapter, "label": known.label}

    def change(connection: Connection) -> bool:
        return sources.remove_source(connection, known.id)

    await do(visit, site, "source.remove", change, target=known.label or known.adapter, before=before)
    visit.say(_("The source was removed."))
    return visit.go(f"/sites/{site.id}#sources")
