"""Acts on comments wherever they stand, from their own page, an author's or a search's; and their undoing."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import quote

from starlette.responses import Response

from service.domain import Role
from service.queue import portions
from service.queue.languages import gettext as _
from service.queue.languages import ngettext
from service.queue.needs import somewhere
from service.queue.routes import Routes
from service.queue.views.acting import MOST_AT_ONCE, PREVIEW_FROM, asked_act
from service.queue.visit import Visit
from service.store import authors, relabel
from service.store.queue import Act, Taken
from service.store.relabel import Seen

routes = Routes()
_OWN = re.compile(r"/(?:search|model/[0-9]{1,9}/labels|authors/-?[0-9]{1,20}|comments/[0-9a-f]{32})(?:\?[^\s\\]{0,2000})?")


def back(visit: Visit) -> str:
    """Give the page to go back to, if it is one from which comments are acted on; else the search."""
    asked = visit.form.raw("back") or visit.query.get("back", "")
    return asked if _OWN.fullmatch(asked) else "/search"


def _seen(visit: Visit) -> list[Seen]:
    """Read the comments that a form names as ``id.number``."""
    found = {}
    for each in visit.form.all("item")[:MOST_AT_ONCE]:
        comment_id, _dot, number = each.partition(".")
        if number.isascii() and number.isdigit() and len(number) < 9:
            found[comment_id] = Seen(comment_id[:64], int(number))
    return list(found.values())


@routes.post("/comments/act", needs=somewhere(Role.MODERATOR))
async def act(visit: Visit) -> Response:
    """Accept, reject or queue again what the form names; many of them only after they were shown."""
    seen, what = _seen(visit), asked_act(visit)
    if not seen:
        visit.say(_("Nothing was selected."), kind="note")
        return visit.go(back(visit))
    if len(seen) >= PREVIEW_FROM and visit.form.number("sure") != len(seen):
        return await _preview(visit, seen)
    undo = await portions.window(visit, [each.id for each in seen])
    done, taken = await _act(visit, seen, what, portions.told_after(undo, len(seen)))
    return _acted(visit, what, done, taken, undo)


async def _act(visit: Visit, seen: list[Seen], what: Act, delay: float) -> tuple[int, list[Taken]]:
    """Act in portions, as the queue does."""
    ids, hand = visit.site_ids, portions.hand_of(visit)
    done, taken = 0, []
    for start in range(0, len(seen), portions.PORTION):
        portion = seen[start : start + portions.PORTION]
        count, late = await visit.write(partial(relabel.act, site_ids=ids, seen=portion, what=what, hand=hand, undo=delay))
        done += count
        taken += late
    visit.pages.counts.forget()
    return done, taken


async def _preview(visit: Visit, seen: list[Seen]) -> Response:
    ids, first = visit.site_ids, [each.id for each in seen[:10]]
    shown = await visit.look(lambda connection: authors.lines(connection, first))
    return await visit.show(
        "search_preview.html",
        seen=seen,
        items=[line for line in shown if line.site_id in ids],
        undo=await portions.window(visit, [each.id for each in seen]),
        wrong=bool(visit.form.raw("sure")),
        verdict=visit.form.raw("verdict"),
        site=visit.form.raw("site"),
        back=back(visit),
    )


def _acted(visit: Visit, what: Act, done: int, taken: list[Taken], undo: float) -> Response:
    if not done:
        visit.say(_late(taken[0]), kind="note")
        return visit.go(back(visit))
    sentences = {
        "accept": ngettext("Accepted.", "%(num)s accepted.", done),
        "reject": ngettext("Rejected.", "%(num)s rejected.", done),
        "hold": ngettext("Left for a second opinion.", "%(num)s left for a second opinion.", done),
    }
    said = sentences[what.verdict] % {"num": done}
    if taken:
        count = len(taken)
        said += " " + ngettext("%(num)s had been decided before.", "%(num)s had been decided before.", count) % {"num": count}
    address = f"/comments/undo?at={visit.at!r}&back={quote(back(visit))}" if what.label is not None else ""
    visit.say(said, undo=address, seconds=undo)
    return visit.go(back(visit))


def _late(one: Taken) -> str:
    if not one.act and not one.at:
        return _("There is no such comment.")
    deeds = {"accept": _("accepted"), "reject": _("rejected"), "hold": _("left for a second opinion")}
    known = {"name": one.by or _("Someone"), "deed": deeds.get(one.act, _("decided"))}
    return _("%(name)s was faster: %(deed)s. Nothing was changed.") % known


@routes.post("/comments/undo", needs=somewhere(Role.MODERATOR))
async def undo(visit: Visit) -> Response:
    """Take back what the visitor did at a moment, while nobody was told of it."""
    try:
        at = float(visit.query.get("at", "0"))
    except ValueError:
        at = 0.0
    ids, hand = visit.site_ids, portions.hand_of(visit)
    items = await portions.acted(visit, at)
    every = await visit.look(lambda connection: relabel.acted(connection, ids, hand, at))
    others = [(site_id, comment_id) for site_id, comment_id in every if comment_id not in items]
    if await portions.too_late(visit, at, [*items, *(comment_id for _site, comment_id in others)]):
        visit.say(_("It is too late to take that back: the site was told."), kind="note")
        return visit.go(back(visit))
    done = await portions.undo(visit, at, items) + await _undo(visit, others)
    visit.say(ngettext("Taken back.", "%(num)s taken back.", done) % {"num": done} if done else _("There is nothing to take back."))
    return visit.go(back(visit))


async def _undo(visit: Visit, found: list[tuple[int, str]]) -> int:
    """Take back what was no act on a waiting item."""
    hand, done = portions.hand_of(visit), 0
    for start in range(0, len(found), portions.PORTION):
        portion = found[start : start + portions.PORTION]
        done += await visit.write(partial(relabel.undo, found=portion, hand=hand))
    return done
