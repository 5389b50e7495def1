"""One comment in full: what it says, why it was decided so, what happened to it, and what else can be done about it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection
from starlette.responses import Response

from service.domain import Role, Site
from service.moderation import StoredComment
from service.queue import forgetting, lists
from service.queue.detail import detail, stored_of
from service.queue.languages import gettext as _
from service.queue.languages import ngettext
from service.queue.lists import Target
from service.queue.needs import site_of_comment, there
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.timeline import timeline
from service.queue.view import read_view
from service.queue.visit import Visit
from service.store import around, story
from service.store.around import Thread
from service.store.story import Made, Opened, Sent

routes = Routes()
MOST_CLUES = 300


class _Beside(Struct, frozen=True):
    """What the store tells of a comment beside the comment itself."""

    thread: Thread
    made: list[Made]
    opened: Opened | None
    sent: list[Sent]
    targets: list[Target]


@routes.get("/comments/{comment}", needs=there(Role.VIEWER, site_of_comment))
async def show(visit: Visit) -> Response:
    """Show one comment: beside the list when script asks for that, else on a page of its own with everything about it."""
    view, comment_id = read_view(visit, visit.query), str(visit.path["comment"])
    found = await detail(visit, comment_id, view)
    if visit.part and visit.query.get("beside"):
        return await visit.show("beside.html", view=view, **found)
    return await visit.show("comment.html", view=view, **found, **await _whole(visit, found))


async def _whole(visit: Visit, found: dict[str, Any]) -> dict[str, Any]:
    site, stored, explained = found["site"], found["stored"], found["explained"]
    domains = explained.reading.domains if explained.reading is not None else ()
    targets = lists.targets(stored.comment, domains)
    beside = await visit.look(lambda connection: _beside(connection, visit, site, stored, targets))
    return {
        "thread": beside.thread,
        "steps": timeline(stored, beside.made, beside.opened, beside.sent),
        "number": beside.made[-1].number,
        "targets": beside.targets,
        "all_clues": explained.clues[:MOST_CLUES],
        "sums": _sums(explained.clues),
        "may_decide": visit.may(Role.MODERATOR, site),
        "may_list": visit.may(Role.LEAD, site),
        "may_erase": visit.may(Role.ADMIN, site),
    }


def _beside(connection: Connection, visit: Visit, site: Site, stored: StoredComment, targets: list[Target]) -> _Beside:
    return _Beside(
        around.thread(connection, stored),
        story.made(connection, stored.id),
        story.opened(connection, stored.id),
        story.sent(connection, stored.id),
        lists.counted(connection, visit, site.id, targets),
    )


def _sums(clues: Any) -> dict[str, float]:  # noqa: ANN401 # clues
    """Add up what speaks for spam and for abuse, in log-odds."""
    return {head: sum(clue.weight for clue in clues if clue.head == head) for head in ("spam", "abuse")}


@routes.post("/comments/{comment}/list", needs=there(Role.LEAD, site_of_comment))
async def block(visit: Visit) -> Response:
    """Put what a comment was sent with onto the site's block list, or take it off again."""
    site, stored = await stored_of(visit, str(visit.path["comment"]))
    explained = await visit.pages.moderation.explain(stored)
    domains = explained.reading.domains if explained.reading is not None else ()
    asked = visit.form.raw("target") or visit.query.get("target", "")
    found = lists.targets(stored.comment, domains)
    target = next((each for each in found if asked in {each.key, f"{each.kind}:{each.value}"}), None)
    if target is None:
        raise Stop(404, "The comment has nothing of this kind.")
    off = bool(visit.form.raw("off") or visit.query.get("off"))
    changed = await lists.put(visit, site.id, "block", target, on=not off)
    said = _("It is on the block list now.") if not off else _("It is off the block list.")
    if changed:
        visit.say(said, undo=f"/comments/{stored.id}/list?target={target.key}" + ("" if off else "&off=1"))
    else:
        visit.say(_("It was so already."), kind="note")
    return visit.go(f"/comments/{stored.id}")


@routes.post("/comments/{comment}/erase", needs=there(Role.ADMIN, site_of_comment))
async def erase(visit: Visit) -> Response:
    """Empty the comment for good, if the form says that this is meant."""
    site, stored = await stored_of(visit, str(visit.path["comment"]))
    if not visit.form.checked("sure"):
        visit.say(_("Nothing was erased: the box was not ticked."), kind="note")
        return visit.go(f"/comments/{stored.id}")
    count = await forgetting.erase(visit, site.id, [stored.id])
    visit.say(ngettext("%(num)s comment was erased.", "%(num)s comments were erased.", count) % {"num": count})
    return visit.go(f"/comments/{stored.id}")


@routes.post("/comments/{comment}/export", needs=there(Role.LEAD, site_of_comment))
async def export(visit: Visit) -> Response:
    """Give everything that is stored of the comment as JSON."""
    site, stored = await stored_of(visit, str(visit.path["comment"]))
    return await forgetting.give(visit, site.id, [stored.id], "export.comment", f"comment-{stored.id}")
