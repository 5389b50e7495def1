"""An author of a site: who that is as far as one can tell, all they wrote, what moderators noted, and how far they are trusted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection
from starlette.responses import Response

from service.domain import Role
from service.queue import forgetting, lists
from service.queue.detail import about, reasons_of
from service.queue.languages import gettext as _
from service.queue.languages import ngettext
from service.queue.lists import Target
from service.queue.needs import Path, there
from service.queue.portions import hand_of
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.search import finding
from service.search.query import of_author
from service.store import authors, notes
from service.store.authors import Author, Line, Sample
from service.store.notes import Note

routes = Routes()
ROWS = 50
LOOKED_AT = 200
"""So many of the newest comments tell who an author is."""


def _key(path: Path) -> int | None:
    text = str(path["author"])
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 and abs(int(text)) < 2**63 else None


def site_of_author(connection: Connection, path: Path) -> int | None:
    """Find the site of the author ``{author}``."""
    key = _key(path)
    return authors.site_of(connection, key) if key is not None else None


class Identity(Struct, frozen=True):
    """What an author was known by: value and how often, most often first. ``by`` is ``email`` or ``name``: what they share.

    ``digest`` names the e-mail address without telling it.
    """

    by: str
    emails: list[tuple[str, int]]
    digest: str
    names: list[tuple[str, int]]
    networks: list[tuple[str, int]]
    count: int


class _Found(Struct, frozen=True):
    """What the store tells of an author; ``samples`` are their newest comments, newest first."""

    author: Author
    page: finding.Page
    lines: list[Line]
    samples: list[Sample]
    more: bool
    notes: list[Note]
    targets: list[Target]
    policy: Any


def _author(visit: Visit) -> tuple[int, int]:
    """Give site id and key. Raises Stop."""
    key = _key(visit.path)
    if key is None or visit.site is None:
        raise Stop(404, "There is nothing at this address.")
    return visit.site.id, key


@routes.get("/authors/{author}", needs=there(Role.VIEWER, site_of_author))
async def show(visit: Visit) -> Response:
    """Show an author with a page of their comments."""
    site_id, key = _author(visit)
    after = visit.query.get("after", "")
    found = await visit.look(lambda connection: _look(connection, visit, site_id, key, after))
    site = visit.site
    trusted = lists.listed(found.policy, "allow", found.targets)
    return await visit.show(
        "author.html",
        **about(visit),
        found=found,
        author=found.author,
        identity=identity(found.samples),
        strip=[(sample.verdict, sample.received_at) for sample in reversed(found.samples)],
        site=site,
        reasons=reasons_of(visit, site) if site is not None else (),
        trusted=trusted,
        blocked=lists.listed(found.policy, "block", found.targets),
        earned=_earned(found.author, found.policy.trusted_after),
        back=f"/authors/{key}" + (f"?after={found.page.after}" if after and found.page.after else ""),
        may_decide=visit.may(Role.MODERATOR, site),
        may_list=visit.may(Role.LEAD, site),
        may_erase=visit.may(Role.ADMIN, site),
    )


def _look(connection: Connection, visit: Visit, site_id: int, key: int, after: str) -> _Found:
    author = authors.author(connection, key)
    if author is None:
        raise Stop(404, "There is nothing at this address.")
    query = of_author(site_id, key)
    page = finding.find(connection, query, after, ROWS)
    newest = finding.find(connection, query, "", LOOKED_AT)
    samples = authors.samples(connection, site_id, newest.ids)
    whole = samples[0].comment if samples else None
    targets = [each for each in lists.targets(whole, ()) if each.kind in {"emails", "authors"}] if whole is not None else []
    return _Found(
        author,
        page,
        authors.lines(connection, page.ids),
        samples,
        bool(newest.after),
        notes.notes_on(connection, site_id, "author", str(key)),
        lists.counted(connection, visit, site_id, targets),
        lists.newest(connection, site_id),
    )


def _earned(author: Author, after: int) -> bool:
    """Tell whether the counts alone make the author trusted, as the policy has it."""
    return bool(after) and not author.rejected and not author.spam and (author.ham >= 1 or author.accepted >= after)


def identity(samples: Sequence[Sample]) -> Identity:
    """Put together what an author's comments were sent with."""
    emails = Counter(sample.comment.author_email.strip().casefold() for sample in samples if sample.comment.author_email.strip())
    names = Counter(sample.comment.author.strip() for sample in samples if sample.comment.author.strip())
    networks = Counter(network for sample in samples if (network := _network(sample.comment.user_ip)))
    digest = hashlib.sha256(next(iter(emails)).encode("utf-8", "replace")).hexdigest()[:16] if emails else ""
    by = "email" if emails else "name"
    return Identity(by, emails.most_common(3), digest, names.most_common(6), networks.most_common(6), len(samples))


def _network(address: str) -> str:
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return ""
    return str(ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))


@routes.post("/authors/{author}/notes", needs=there(Role.MODERATOR, site_of_author))
async def write_note(visit: Visit) -> Response:
    """Write down what one knows about the author, or take a note back."""
    site_id, key = _author(visit)
    remove = visit.form.number("remove")
    if remove is not None:
        whose = None if visit.may(Role.LEAD, visit.site) else visit.person.id
        if not await visit.write(lambda connection: notes.remove(connection, site_id, remove, whose)):
            raise Stop(404, "There is no such note of yours.")
        visit.say(_("The note was removed."))
        return visit.go(f"/authors/{key}#notes")
    text, hand = visit.form.text("text", notes.LONGEST), hand_of(visit)
    done = await visit.write(lambda connection: notes.add(connection, site_id, "author", str(key), text, hand))
    visit.say(_("Noted.") if done is not None else _("Nothing was written."), kind="done" if done is not None else "note")
    return visit.go(f"/authors/{key}#notes")


@routes.post("/authors/{author}/trust", needs=there(Role.LEAD, site_of_author))
async def set_trust(visit: Visit) -> Response:
    """Accept everything of the author, reject everything, or treat them like others."""
    site_id, key = _author(visit)
    level = visit.form.choice("level", ("trust", "block", "none"), "none")
    found = await visit.look(lambda connection: _look(connection, visit, site_id, key, ""))
    if not found.targets:
        raise Stop(422, "Nothing is known of this author that a list could hold.")
    for target in found.targets:
        await lists.put(visit, site_id, "allow", target, on=level == "trust")
        await lists.put(visit, site_id, "block", target, on=level == "block")
    said = {
        "trust": _("Everything this author writes is accepted from now on."),
        "block": _("Everything this author writes is rejected from now on."),
        "none": _("This author is treated like others."),
    }
    visit.say(said[level])
    return visit.go(f"/authors/{key}")


@routes.post("/authors/{author}/erase", needs=there(Role.ADMIN, site_of_author))
async def erase(visit: Visit) -> Response:
    """Empty everything of the author for good, if the form says that this is meant."""
    site_id, key = _author(visit)
    if not visit.form.checked("sure"):
        visit.say(_("Nothing was erased: the box was not ticked."), kind="note")
        return visit.go(f"/authors/{key}")
    count = await forgetting.erase(visit, site_id, await forgetting.all_of_author(visit, site_id, key))
    visit.say(ngettext("%(num)s comment was erased.", "%(num)s comments were erased.", count) % {"num": count})
    return visit.go("/search")


@routes.post("/authors/{author}/export", needs=there(Role.LEAD, site_of_author))
async def export(visit: Visit) -> Response:
    """Give everything that is stored of the author as JSON."""
    site_id, key = _author(visit)
    ids = await forgetting.all_of_author(visit, site_id, key)
    return await forgetting.give(visit, site_id, ids, "export.author", f"author-{key}")
