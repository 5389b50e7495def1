"""What a comment in hand shows when asked for: its thread, its copies, what moderators noted about it."""

from __future__ import annotations

from starlette.responses import Response

from service.domain import Role
from service.queue.detail import about, notes_of, stored_of
from service.queue.languages import gettext as _
from service.queue.needs import site_of_comment, there
from service.queue.routes import Routes
from service.queue.visit import Visit
from service.store import around, many, notes, queue
from service.store.queue import Hand

routes = Routes()


@routes.get("/comments/{comment}/thread", needs=there(Role.VIEWER, site_of_comment))
async def thread(visit: Visit) -> Response:
    """Show article, the comment that is answered, and two neighbours."""
    site, stored = await stored_of(visit, visit.path["comment"])
    found = await visit.look(lambda connection: around.thread(connection, stored))
    template = "thread_part.html" if visit.part else "thread.html"
    return await visit.show(template, thread=found, stored=stored, site=site, **about(visit))


@routes.get("/comments/{comment}/similar", needs=there(Role.VIEWER, site_of_comment))
async def similar(visit: Visit) -> Response:
    """Show near-duplicates that wait, and what was done with former ones."""
    site, stored = await stored_of(visit, visit.path["comment"])
    item = await visit.look(lambda connection: queue.item(connection, [site.id], stored.id))
    cluster = item.cluster if item is not None else None
    found = await visit.look(lambda store: around.copies(store, site.id, cluster, stored.id)) if cluster is not None else []
    template = "similar_part.html" if visit.part else "similar.html"
    return await visit.show(template, copies=found, stored=stored, site=site, **about(visit))


@routes.post("/comments/{comment}/notes", needs=there(Role.MODERATOR, site_of_comment))
async def write_note(visit: Visit) -> Response:
    """Write down what one knows about the comment, or about its author."""
    comment_id, text, site_id = visit.path["comment"], visit.form.text("text", notes.LONGEST), await _site(visit)
    wanted = visit.form.raw("about")
    hand = Hand(visit.person.id, visit.person.name, visit.at)
    author = await visit.look(lambda connection: many.author_of(connection, comment_id))
    subject: notes.About = "author" if wanted == "author" and author is not None else "comment"
    target = str(author) if subject == "author" else comment_id
    done = await visit.write(lambda connection: notes.add(connection, site_id, subject, target, text, hand))
    visit.say(_("Noted.") if done is not None else _("Nothing was written."), kind="done" if done is not None else "note")
    return await _noted(visit)


@routes.post("/comments/{comment}/notes/{note:int}/remove", needs=there(Role.MODERATOR, site_of_comment))
async def remove_note(visit: Visit) -> Response:
    """Take back a note of one's own; leads take back any."""
    site_id, note_id = await _site(visit), int(visit.path["note"])
    person = None if visit.may(Role.LEAD, visit.site) else visit.person.id
    done = await visit.write(lambda connection: notes.remove(connection, site_id, note_id, person))
    visit.say(_("The note was removed.") if done else _("There is no such note of yours."), kind="done" if done else "note")
    return await _noted(visit)


async def _site(visit: Visit) -> int:
    return (await stored_of(visit, visit.path["comment"]))[0].id


async def _noted(visit: Visit) -> Response:
    """Show the notes anew where script asks, else the comment."""
    comment_id = visit.path["comment"]
    if not visit.part:
        return visit.go(f"/comments/{comment_id}")
    site, stored = await stored_of(visit, comment_id)
    found = await visit.look(lambda connection: notes_of(connection, site.id, comment_id))
    return await visit.show("noted.html", notes=found, stored=stored, site=site, may_note=True, **about(visit))
