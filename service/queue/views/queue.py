"""The queue: a list and the comment in hand, acts on one or many, and their undoing."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from service.domain import Label, Role, Site
from service.moderation import StoredComment
from service.policy import Reason
from service.queue import counts
from service.queue.languages import N_, ngettext
from service.queue.languages import gettext as _
from service.queue.needs import site_of_comment, somewhere, there
from service.queue.passages import passages
from service.queue.routes import Menu, Routes
from service.queue.stop import Stop
from service.queue.visit import UNDO_SECONDS, Visit
from service.store import queries, queue
from service.store.queue import SORTS, Act, Filter, Hand, Mark, Sort, Taken

routes = Routes()
ROWS = 50
FEW = 2000
PREVIEW_FROM = 20
MOST_AT_ONCE = 1000
_TOLD_AFTER = UNDO_SECONDS + 2.0
_NAMES = ("site", "why", "lang", "new", "links", "second", "sort", "after")
_HOUR = 3600.0


class View(Struct, frozen=True):
    """What of the queue someone looks at: the address's query, read and checked."""

    wanted: Filter
    sort: Sort
    chosen: dict[str, str]

    def query(self, **changed: str | None) -> str:
        """Give the query of the same view with something changed; an empty value takes it out."""
        kept = {name: value for name, value in (self.chosen | changed).items() if value}
        if "after" not in changed and changed:
            kept.pop("after", None)
        return urlencode({name: value for name, value in kept.items() if value is not None})


def _view(visit: Visit, given: Any) -> View:  # noqa: ANN401 # a query or a form
    """Read what is wished for; sites that are not the visitor's are not there."""
    chosen = {name: str(given.get(name, ""))[:200].replace("\0", "") for name in _NAMES}
    ids = tuple(visit.site_ids)
    if chosen["site"]:
        ids = tuple(site_id for site_id in ids if str(site_id) == chosen["site"])
    lang = None if not chosen["lang"] else chosen["lang"].removeprefix("-")
    flags = {"newcomer": bool(chosen["new"]), "linked": bool(chosen["links"]), "second": bool(chosen["second"])}
    sort: Sort = next((sort for sort in SORTS if sort == chosen["sort"]), "uncertain")
    return View(Filter(ids, chosen["why"], lang, **flags), sort, chosen)


@routes.get("/queue", needs=somewhere(Role.VIEWER), menu=Menu("queue", N_("Queue"), 10))
async def show(visit: Visit) -> Response:
    """Show what waits, and the first of it or what the address names in full."""
    view = _view(visit, visit.query)
    few = counts.left(await visit.pages.counts.groups(), view.wanted) < FEW
    after = view.chosen["after"]
    items = await visit.look(lambda connection: queue.page(connection, view.wanted, view.sort, ROWS + 1, after, few=few))
    items, more = items[:ROWS], items[ROWS - 1].key if len(items) > ROWS else ""
    if visit.part and visit.query.get("rows"):
        return await visit.show("queue_more.html", items=items, more=more, view=view, current="", **_about(visit))
    named = visit.query.get("at", "")
    current = next((item for item in items if item.id == named), items[0] if items else None)
    beside = await _detail(visit, current.id, view) if current is not None else {}
    return await visit.show(
        "queue.html",
        items=items,
        more=more,
        view=view,
        current=current.id if current is not None else "",
        rail=await _rail(visit, view),
        head=await _head(visit, view),
        **({"item": None, **_about(visit)} | beside),
    )


def _about(visit: Visit) -> dict[str, Any]:
    return {"names": {site.id: site.name for site in visit.sites}, "rules": RULE_NAMES}


async def _head(visit: Visit, view: View) -> dict[str, Any]:
    """Give what is left, since when the oldest waits, and the visitor's own pace."""
    groups, ids, person = await visit.pages.counts.groups(), view.wanted.site_ids, visit.person.id
    since = visit.at - _HOUR
    oldest, pace = await visit.look(lambda connection: (queue.oldest(connection, ids), queue.pace(connection, person, since)))
    return {"left": counts.left(groups, view.wanted), "oldest": oldest, "pace": pace}


async def _rail(visit: Visit, view: View) -> dict[str, Any]:
    """Give every filter with what it would leave."""
    groups, wanted = await visit.pages.counts.groups(), view.wanted
    everywhere = replace(wanted, site_ids=tuple(visit.site_ids))
    return {
        "site": counts.facets(groups, "site_id", everywhere),
        "why": counts.facets(groups, "why", replace(wanted, why="")),
        "lang": counts.facets(groups, "lang", replace(wanted, lang=None)),
        "new": counts.left(groups, replace(wanted, newcomer=True)),
        "links": counts.left(groups, replace(wanted, linked=True)),
        "second": counts.left(groups, replace(wanted, second=True)),
        "first": counts.left(groups, replace(wanted, second=False)),
    }


@routes.get("/comments/{comment}", needs=there(Role.VIEWER, site_of_comment))
async def comment(visit: Visit) -> Response:
    """Show one comment in full: beside the list when script asks for that, else on a page of its own."""
    view = _view(visit, visit.query)
    beside = visit.part and visit.query.get("beside")
    return await visit.show(
        "beside.html" if beside else "comment.html", view=view, **await _detail(visit, visit.path["comment"], view)
    )


async def _detail(visit: Visit, comment_id: str, view: View) -> dict[str, Any]:
    """Look a comment up with its item and whatever explains it. Raises Stop."""
    ids = visit.site_ids
    site_id, item = await visit.look(
        lambda connection: (queries.site_of(connection, comment_id), queue.item(connection, ids, comment_id))
    )
    site = next((site for site in visit.sites if site.id == site_id), None)
    stored = await visit.pages.moderation.get(site, comment_id) if site is not None else None
    if site is None or stored is None:
        raise Stop(404, "There is nothing at this address.")
    explained = await visit.pages.moderation.explain(stored)
    return {
        **_about(visit),
        "site": site,
        "item": item,
        "stored": stored,
        "passages": passages(stored.comment.text, explained.clues),
        "explained": explained,
        "clues": _heaviest(explained.clues),
        "article": _article(site, stored),
        "reasons": _reasons(visit, site),
        "may_act": visit.may(Role.MODERATOR, site) and item is not None,
        "back": view.query(after=view.chosen["after"]),
    }


def _heaviest(clues: Any) -> list[Any]:  # noqa: ANN401 # clues
    return [clue for clue in clues if abs(clue.weight) >= 0.05][:12]


def _article(site: Site, stored: StoredComment) -> str:
    """Give the article's address if it lies on the registered site: whatever else a client sent is shown and not linked."""
    address = stored.comment.permalink
    return address if site.url and address.startswith((site.url.rstrip("/") + "/", site.url.rstrip("/") + "?")) else ""


def _reasons(visit: Visit, site: Site) -> tuple[Reason, ...]:
    return visit.pages.moderation.policy(site).reasons


# Acting.


@routes.post("/queue/act", needs=somewhere(Role.MODERATOR))
async def act(visit: Visit) -> Response:
    """Accept, reject or hold what the form names; many of them only after they were shown."""
    view = _view(visit, _asked(visit.form.raw("back")))
    marks, what = _marks(visit), await _what(visit)
    if visit.form.checked("cluster"):
        ids, named = visit.site_ids, marks
        marks = await visit.look(lambda connection: queue.cluster_of(connection, ids, named, MOST_AT_ONCE))
    if not marks:
        visit.say(_("Nothing was selected."), kind="note")
        return visit.go(f"/queue?{view.query(after=view.chosen['after'])}")
    if len(marks) >= PREVIEW_FROM and visit.form.number("sure") != len(marks):
        return await _preview(visit, view, marks)
    hand = Hand(visit.person.id, visit.person.name, visit.at)
    ids = visit.site_ids
    done, taken = await visit.write(lambda connection: queue.act(connection, ids, marks, what, hand, _TOLD_AFTER))
    visit.pages.counts.forget()
    return await _acted(visit, view, what, done, taken)


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


async def _what(visit: Visit) -> Act:
    """Read what to do: ``accept``, ``reject``, ``hold``, or ``reason-N`` of the site in the form. Raises Stop."""
    verdict = visit.form.raw("verdict")
    plain = {"accept": Act("accept", Label.HAM), "reject": Act("reject", Label.SPAM), "hold": Act("hold")}
    if verdict in plain:
        return plain[verdict]
    site = next((site for site in visit.sites if str(site.id) == visit.form.raw("site")), None)
    place = verdict.removeprefix("reason-")
    reasons = _reasons(visit, site) if site is not None else ()
    if not (place.isascii() and place.isdigit() and 0 < int(place[:2]) <= len(reasons)):
        raise Stop(422, "Choose what to do with the comment.")
    reason = reasons[int(place[:2]) - 1]
    return Act("reject", Label(reason.label), kind=reason.name)


async def _preview(visit: Visit, view: View, marks: list[Mark]) -> Response:
    ids, first = visit.site_ids, marks[:10]
    shown = await visit.look(lambda connection: [queue.item(connection, ids, mark.id) for mark in first])
    items = [item for item in shown if item is not None]
    verdict = visit.form.raw("verdict")
    site = visit.form.raw("site")
    return await visit.show("queue_preview.html", marks=marks, items=items, view=view, verdict=verdict, site=site, **_about(visit))


async def _acted(visit: Visit, view: View, what: Act, done: int, taken: list[Taken]) -> Response:
    """Say what was done, and go on to the next."""
    if not done:
        return await _too_late(visit, view, taken)
    said = _done(what, done)
    if taken:
        said += " " + ngettext("%(num)s had been decided before.", "%(num)s had been decided before.", len(taken)) % {
            "num": len(taken)
        }
    back = view.query(after=view.chosen["after"])
    visit.say(said, undo=f"/queue/undo?at={visit.at!r}&back={quote(back)}")
    if visit.part and not visit.form.checked("whole"):
        return await visit.show("queue_acted.html", head=await _head(visit, view), view=view)
    following = visit.form.text("next", 32)
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
    deeds = {"accept": _("accepted"), "reject": _("rejected"), "hold": _("left for a second opinion")}
    said = _("%(name)s was faster: %(deed)s. Nothing was changed.") % {
        "name": one.by or _("Someone"),
        "deed": deeds.get(one.act, _("decided")),
    }
    if visit.part:
        visit.say(said, kind="note")
        return await visit.show("queue_acted.html", 409, head=await _head(visit, view), view=view)
    return await visit.show("queue_taken.html", 409, said_so=said, taken=one, view=view)


@routes.post("/queue/undo", needs=somewhere(Role.MODERATOR))
async def undo(visit: Visit) -> Response:
    """Take back what the visitor did at a moment, while nobody was told of it."""
    try:
        at = float(visit.query.get("at", "0"))
    except ValueError:
        at = 0.0
    back = _view(visit, _asked(visit.query.get("back", "")))
    query = back.query(after=back.chosen["after"])
    if not 0 <= visit.at - at <= UNDO_SECONDS + 1.5:
        visit.say(_("It is too late to take that back: the site was told."), kind="note")
        return visit.go(f"/queue?{query}")
    hand = Hand(visit.person.id, visit.person.name, visit.at)
    done = await visit.write(lambda connection: queue.undo(connection, hand, at))
    visit.pages.counts.forget()
    visit.say(ngettext("Taken back.", "%(num)s taken back.", done) % {"num": done} if done else _("There is nothing to take back."))
    return visit.go(f"/queue?{query}")


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
    return visit.go(f"/queue?at={quote(comment_id)}")


RULE_NAMES = {
    "audit": N_("Audit sample"),
    "reported": N_("Reported by a reader"),
    "score_holds": N_("The model is in doubt"),
    "score_rejects": N_("High score, trusted author"),
    "no_score": N_("No score"),
    "hold_list": N_("Hold list"),
    "flood": N_("Too many at once"),
    "honeypot": N_("Hidden field filled in"),
    "link_limit": N_("Too many links"),
    "first_time_author": N_("First comment"),
    "failure": N_("A rule failed"),
}
"""Why items wait, as people say it."""

USUAL_REASONS = (N_("Advertising"), N_("Fraud"), N_("Insult"), N_("Hate"), N_("Threat"), N_("Sexual"))
"""What sites reject for unless they say otherwise: here to be translated."""
