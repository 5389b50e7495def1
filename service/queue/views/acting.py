"""Acts on one comment or many, and their undoing."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote

from starlette.responses import Response

from service.domain import Label, Role
from service.queue import portions
from service.queue.detail import about, reasons_of
from service.queue.figures import when
from service.queue.heading import head
from service.queue.languages import gettext as _
from service.queue.languages import ngettext
from service.queue.needs import site_of_comment, somewhere, there
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.view import View, read_view
from service.queue.visit import Visit
from service.store import queue
from service.store.queue import Act, Hand, Mark, Taken

routes = Routes()
PREVIEW_FROM = 20
MOST_AT_ONCE = 1000


@routes.post("/queue/act", needs=somewhere(Role.MODERATOR))
async def act(visit: Visit) -> Response:
    """Accept, reject or hold what the form names; many of them only after they were shown."""
    view = read_view(visit, _asked(visit.form.raw("back")))
    marks, what = _marks(visit), asked_act(visit)
    if visit.form.checked("cluster"):
        ids, named = visit.site_ids, marks
        marks = await visit.look(lambda connection: queue.cluster_of(connection, ids, named, MOST_AT_ONCE))
    if not marks:
        visit.say(_("Nothing was selected."), kind="note")
        return visit.go(f"/queue?{view.query(after=view.chosen['after'])}")
    if len(marks) >= PREVIEW_FROM and visit.form.number("sure") != len(marks):
        return await _preview(visit, view, marks)
    undo = await portions.window(visit, [mark.id for mark in marks])
    done, taken = await portions.act(visit, marks, what, undo)
    if not done:
        return await _too_late(visit, view, taken)
    _say(visit, view, _done(what, done), taken, undo)
    return await _on(visit, view)


def _asked(query: str) -> dict[str, str]:
    return dict(parse_qsl(query[:1000]))


def _marks(visit: Visit) -> list[Mark]:
    """Read the items that a form names as ``id.version``."""
    found = {}
    for each in visit.form.all("item")[:MOST_AT_ONCE]:
        comment_id, _dot, version = each.partition(".")
        if version.isascii() and version.isdigit() and len(version) < 9:
            found[comment_id] = Mark(comment_id, int(version))
    return list(found.values())


def asked_act(visit: Visit) -> Act:
    """Read what to do: ``accept``, ``reject``, ``hold``, or ``reason-N`` of the site in the form. Raises Stop."""
    verdict = visit.form.raw("verdict")
    plain = {"accept": Act("accept", Label.HAM), "reject": Act("reject", Label.SPAM), "hold": Act("hold")}
    if verdict in plain:
        return plain[verdict]
    site = next((site for site in visit.sites if str(site.id) == visit.form.raw("site")), None)
    place = verdict.removeprefix("reason-")
    reasons = reasons_of(visit, site) if site is not None else ()
    if not (place.isascii() and place.isdigit() and 0 < int(place[:2]) <= len(reasons)):
        raise Stop(422, "Choose what to do with the comment.")
    reason = reasons[int(place[:2]) - 1]
    return Act("reject", Label(reason.label), kind=reason.name)


async def _preview(visit: Visit, view: View, marks: list[Mark]) -> Response:
    ids, first = visit.site_ids, [mark.id for mark in marks[:10]]
    items = await visit.look(lambda connection: queue.items(connection, ids, first))
    verdict = visit.form.raw("verdict")
    site = visit.form.raw("site")
    return await visit.show(
        "queue_preview.html",
        marks=marks,
        items=items,
        view=view,
        verdict=verdict,
        site=site,
        undo=await portions.window(visit, [mark.id for mark in marks]),
        wrong=bool(visit.form.raw("sure")),
        **about(visit),
    )


def _say(visit: Visit, view: View, said: str, taken: list[Taken], undo: float) -> None:
    """Say what was done, with a button that undoes it for so many seconds."""
    if taken:
        said += " " + ngettext("%(num)s had been decided before.", "%(num)s had been decided before.", len(taken)) % {
            "num": len(taken)
        }
    back = quote(view.query(after=view.chosen["after"]))
    visit.say(said, undo=f"/queue/undo?at={visit.at!r}&back={back}", seconds=undo)


async def _on(visit: Visit, view: View) -> Response:
    """Go on to the next."""
    if visit.part and not visit.form.checked("whole"):
        return await visit.show("queue_acted.html", head=await head(visit, view), view=view)
    back, following = view.query(after=view.chosen["after"]), visit.form.text("next", 32)
    return visit.go(f"/queue?{back}&at={quote(following)}" if following else f"/queue?{back}")


def _done(what: Act, count: int) -> str:
    sentences = {
        "accept": ngettext("Accepted.", "%(num)s accepted.", count),
        "reject": ngettext("Rejected.", "%(num)s rejected.", count),
        "hold": ngettext("Left for a second opinion.", "%(num)s left for a second opinion.", count),
    }
    return sentences[what.verdict] % {"num": count}


async def _too_late(visit: Visit, view: View, taken: list[Taken]) -> Response:
    """Tell who was faster; nothing was changed."""
    one = taken[0]
    if not one.act and not one.at:
        raise Stop(404, "There is no such comment.")
    sentences = {
        "accept": _("Already accepted by %(name)s %(when)s. Nothing was changed."),
        "reject": _("Already rejected by %(name)s %(when)s. Nothing was changed."),
        "hold": _("Already passed on by %(name)s %(when)s. Nothing was changed."),
    }
    known = {"name": one.by or _("someone else"), "when": when(one.at, visit.at)}
    said = sentences.get(one.act, _("Already decided by %(name)s %(when)s. Nothing was changed.")) % known
    if visit.part:
        visit.say(said, kind="note")
        return await visit.show("queue_acted.html", 409, head=await head(visit, view), view=view)
    return await visit.show("queue_taken.html", 409, said_so=said, taken=one, view=view)


@routes.post("/queue/undo", needs=somewhere(Role.MODERATOR))
async def undo(visit: Visit) -> Response:
    """Take back what the visitor did at a moment, while nobody was told of it."""
    try:
        at = float(visit.query.get("at", "0"))
    except ValueError:
        at = 0.0
    back = read_view(visit, _asked(visit.query.get("back", "")))
    query = back.query(after=back.chosen["after"])
    acted = await portions.acted(visit, at)
    if await portions.too_late(visit, at, acted):
        visit.say(_("It is too late to take that back: the site was told."), kind="note")
        return visit.go(f"/queue?{query}")
    done = await portions.undo(visit, at, acted)
    visit.say(ngettext("Taken back.", "%(num)s taken back.", done) % {"num": done} if done else _("There is nothing to take back."))
    again = [f"at={quote(acted[0][:16])}"] if done and acted else []  # what was taken back is in hand again
    return visit.go("/queue?" + "&".join([*filter(None, [query]), *again]))


@routes.post("/queue/claim/{comment}", needs=there(Role.MODERATOR, site_of_comment))
async def claim(visit: Visit) -> Response:
    """Tell others that one looks at an item, or no more."""
    hand, ids, release = Hand(visit.person.id, visit.person.name, visit.at), visit.site_ids, visit.form.checked("release")
    comment_id = visit.path["comment"]
    mine = await visit.write(lambda connection: queue.claim(connection, ids, comment_id, hand, release=release))
    if visit.part and visit.form.checked("quiet"):
        return Response(status_code=204 if mine else 409)
    if not mine:
        visit.say(_("Someone else looks at it just now."), kind="note")
    back = read_view(visit, _asked(visit.form.raw("back")))
    return visit.go(f"/queue?{back.query(at=comment_id, after=back.chosen['after'])}")
