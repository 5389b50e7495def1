"""The model: its card, its lines with what they would do, what speaks against labels, and how to train."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from starlette.responses import Response

from service import models, shadow
from service.domain import HEADS, Head, Label, Lines, Role, Site
from service.policy import InvalidPolicy, Policy
from service.queue import papers, portions, spread, traffic
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import somewhere, there
from service.queue.routes import Menu, Routes
from service.queue.stop import Stop
from service.queue.traffic import DAY, DAYS, Month
from service.queue.visit import UNDO_SECONDS, Visit
from service.store import audit, relabel, scores, sites, workload
from service.store.audit import Deed
from service.store.queue import Act
from service.store.relabel import Seen
from service.store.scores import Aim
from service.store.sites import PolicyVersion
from service.store.workload import Doubt

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.classifier.classifier import Classifier
    from service.moderation import Moderation

routes = Routes()
MOST_CHANGED = 50
_CHANGED_SECONDS = 1.0
_CONFLICT_DAYS = 90
_VERSIONS = 12


class View(Struct, frozen=True):
    """What someone looks at: a site and one head of its model, the lines in force, and those being tried."""

    site: Site
    head: Head
    force: Lines
    tried: Lines
    aim: Aim
    audit: float

    @property
    def bins(self) -> tuple[int, int]:
        """The tried lines as bins."""
        return spread.bins_of(self.tried)

    def query(self, **changed: Any) -> str:  # noqa: ANN401 # whatever a query holds
        """Give the query of the same view with something changed."""
        known = {"site": self.site.id, "head": self.head, "hold": shown(self.tried.hold_at), "reject": shown(self.tried.reject_at)}
        return urlencode({name: value for name, value in (known | changed).items() if value is not None})


def shown(line: float) -> str:
    """Write a line as the fields show it."""
    return f"{min(line, 1.01):.3f}"


def _line(given: str, force: float) -> float:
    """Read a line; what reads like the one in force is that one, to its last digit."""
    try:
        line = float(given[:20].replace(",", ".")) if given else force
    except ValueError:
        raise Stop(422, "A line is a number between 0 and 1.01.") from None
    return force if f"{line:.3f}" == shown(force) else line


def _view(visit: Visit, site: Site, given: Any) -> View:  # noqa: ANN401 # a query or a form
    """Read what is wished for. Raises Stop for lines that cannot be."""
    policy, model = visit.pages.moderation.policy(site), visit.pages.moderation.model_of(site)
    wanted = str(given.get("head", ""))
    head: Head = next((head for head in HEADS if head == wanted), HEADS[0])
    other: Head = HEADS[1 - HEADS.index(head)]
    force = policy.lines(head)
    tried = Lines(_line(str(given.get("hold", "")), force.hold_at), _line(str(given.get("reject", "")), force.reject_at))
    if not 0.0 < tried.hold_at <= 1.0 or not tried.hold_at <= tried.reject_at <= 1.01:
        raise Stop(422, "The hold line must be above 0 and at most 1, the reject line between it and 1.01.")
    aim = Aim(site.id, model.version if model is not None else "", head, policy.lines(other))
    return View(site, head, force, tried, aim, policy.audit)


@routes.get("/model", needs=somewhere(Role.VIEWER), menu=Menu("model", N_("Model"), 50))
async def show(visit: Visit) -> Response:
    """Show the model of a site, and what its lines do."""
    wanted = visit.query.get("site", "")
    site = next((site for site in visit.sites if str(site.id) == wanted), visit.sites[0] if visit.sites else None)
    if site is None:
        return await visit.show("model_none.html")
    view = _view(visit, site, visit.query)
    model = visit.pages.moderation.model_of(site)
    month = await _month(visit, view)
    return await visit.show(
        "model.html",
        view=view,
        shown=shown,
        model=model,
        report=papers.worst_first(model.card) if model is not None else [],
        others=papers.others(model.card) if model is not None else [],
        papers=papers,
        plots=papers.plots(model.card) if model is not None else [],
        environment=_environment(model),
        **_figures(view, model, month),
        versions=await _versions(visit, site),
        may_save=visit.may(Role.LEAD, site),
        may_relabel=visit.may(Role.MODERATOR, site),
        shelved=await _shelved(visit) if visit.may(Role.LEAD, site) else [],
        trial=await _trial(visit),
        sources=await _sources(visit, site, model),
    )


async def _month(visit: Visit, view: View) -> Month | None:
    moderation, at = visit.pages.moderation, visit.at
    return await visit.pages.seldom.get(("month", view.aim), lambda: traffic.month(moderation, view.aim, at))


def _environment(model: Classifier | None) -> dict[str, Any]:
    if model is None:
        return {}
    return {name: value for name, value in model.card.parameters.items() if not name.startswith(spread.HELD_OUT)}


def _figures(view: View, model: Classifier | None, month: Month | None) -> dict[str, Any]:
    """Give what the lines do on both sets, now and as tried, and the same counts for the page's script."""
    known = month or traffic.nothing()
    validation = papers.held_out(model.card, view.head) if model is not None else None
    sets = {"validation": validation, "month": known.spread if known.spread.all.total else None}
    force, tried = spread.bins_of(view.force), view.bins
    days, seconds = known.days, known.seconds.seconds
    data = {
        "force": force,
        "exact": [shown(view.force.hold_at), shown(view.force.reject_at)],
        "sets": {name: spread.packed(each) for name, each in sets.items() if each is not None},
        "days": days,
        "audit": view.audit,
        "seconds": seconds,
    }
    return {
        "columns": [name for name, each in sets.items() if each is not None],
        "force": {name: spread.split(each, *force) for name, each in sets.items() if each is not None},
        "tried": {name: spread.split(each, *tried) for name, each in sets.items() if each is not None},
        "load": {
            name: _load(spread.split(known.spread, *bins), days, view.audit, seconds)
            for name, bins in (("force", force), ("tried", tried))
        },
        "shape": _shape(known, validation),
        "month": month,
        "counting": month is None,
        "data": data,
    }


def _load(parts: spread.Split, days: float, audited: float, seconds: float | None) -> dict[str, float | None]:
    """Give items a day and minutes a day: what is held, and the audit's share of the rest."""
    items = parts.count / days * (parts.hold + audited * (parts.accept + parts.reject))
    return {"items": items, "minutes": items * seconds / 60 if seconds is not None else None}


def _shape(month: Month, validation: spread.Spread | None) -> str:
    """Draw the scores' distribution as the outline behind the slider; heights by the root, so that few are seen as well."""
    known = month.spread if month.spread.all.total else validation
    if known is None:
        return ""
    both = [free + held for free, held in zip(known.all.free, known.all.held, strict=True)]
    parts = spread.coarse(both, 100)
    most = max(*parts, 1)
    heights = [40 - 38 * (part / most) ** 0.5 for part in parts]
    return "M0 40" + "".join(f"L{place * 10} {height:.1f}H{place * 10 + 10}" for place, height in enumerate(heights)) + "V40Z"


class Version(Struct, frozen=True):
    """A version of the policy, with the lines that it set (None: the model's own)."""

    number: int
    by: str
    at: float
    spam: Lines | None
    abuse: Lines | None


async def _versions(visit: Visit, site: Site) -> list[Version]:
    found = await visit.look(lambda connection: sites.policy_versions(connection, site.id))
    return [_version(each) for each in found[:_VERSIONS]]


def _version(stored: PolicyVersion) -> Version:
    policy = _policy(stored.body)
    spam, abuse = (policy.spam, policy.abuse) if policy is not None else (None, None)
    return Version(stored.version, stored.by, stored.at, spam, abuse)


def _policy(body: str) -> Policy | None:
    try:
        return msgspec.json.decode(body, type=Policy)
    except (msgspec.MsgspecError, InvalidPolicy):
        return None


async def _shelved(visit: Visit) -> list[models.Shelved]:
    settings = visit.pages.settings

    async def read() -> list[models.Shelved]:
        return await asyncio.to_thread(lambda: models.shelf(settings.model_pointer.parent, settings.model_folders))

    return await visit.pages.seldom.get("shelf", read) or []


async def _sources(visit: Visit, site: Site, model: Classifier | None) -> list[workload.Source] | None:
    """Count the site's labels by where they came from, and how many the model cannot know."""
    try:
        made = datetime.fromisoformat(model.card.created).timestamp() if model is not None else 0.0
    except ValueError:
        made = 0.0

    async def look() -> list[workload.Source]:
        return await visit.look(lambda connection: workload.sources(connection, site.id, made))

    return await visit.pages.seldom.get(("labels", site.id, made), look)


async def _trial(visit: Visit) -> shadow.Summary | None:
    """Sum up what the challenger in shadow would have done, where there is one."""
    settings = visit.pages.settings
    folder = settings.model_folders.get(models.CHALLENGER)
    if folder is None:
        return None

    async def read() -> shadow.Summary:
        return await asyncio.to_thread(shadow.summary, settings.model_pointer.parent, folder.name)

    return await visit.pages.seldom.get(("shadow", folder.name), read)


# Lines.


def _here(visit: Visit) -> Site:
    if visit.site is None:
        raise Stop(404, "There is nothing at this address.")
    return visit.site


@routes.get("/model/{site:int}/changed", needs=there(Role.VIEWER))
async def changed(visit: Visit) -> Response:
    """Show the newest comments that the tried lines would decide otherwise."""
    view = _view(visit, _here(visit), visit.query)
    found, since = await _changed(visit, view)
    return await visit.show("model_changed.html", view=view, shown=shown, found=found, since=since, most=MOST_CHANGED)


async def _changed(visit: Visit, view: View) -> tuple[list[scores.Moved], float]:
    """Walk back from now, a slice at a time, until there are enough or it took a second; give them, and how far that was."""
    found: list[scores.Moved] = []
    begun = asyncio.get_running_loop().time()
    since = visit.at
    for begin, end in reversed(await traffic.slices(visit.pages.moderation, visit.at - DAYS * DAY, visit.at)):
        left = MOST_CHANGED - len(found)
        if not left or asyncio.get_running_loop().time() - begun > _CHANGED_SECONDS:
            break
        found += await visit.look(
            lambda connection, b=begin, e=end, n=left: scores.moved(connection, view.aim, view.force, view.tried, b, e, n)  # type: ignore[misc]
        )
        since = begin
    return found, since


@routes.post("/model/{site:int}/lines", needs=there(Role.LEAD))
async def save(visit: Visit) -> Response:
    """Put lines in force, or only show what they would do."""
    site = _here(visit)
    form = {name: visit.form.text(name, 20) for name in ("head", "hold", "reject")}
    view = _view(visit, site, form)
    if visit.form.raw("do") == "show":
        return visit.go(f"/model?{view.query()}#lines")
    lines = None if visit.form.raw("do") == "default" else view.tried
    seen = visit.form.number("version")

    def change(connection: Connection) -> tuple[int, int]:
        before, policy = _newest(connection, site.id)
        if seen != before:
            raise Stop(409, "Someone changed the policy meanwhile. Look at it again; nothing was saved.")
        return before, _put(
            connection, visit, site.id, msgspec.structs.replace(policy, **{view.head: lines}), view.head, "policy.lines"
        )

    before, version = await visit.write(change)
    await visit.pages.moderation.reload()
    said = _("The lines are in force: version %(number)s of the policy.") % {"number": version}
    visit.say(said, undo=f"/model/{site.id}/rollback?version={before}&head={view.head}")
    return visit.go(f"/model?{urlencode({'site': site.id, 'head': view.head})}#lines")


def _newest(connection: Connection, site_id: int) -> tuple[int, Policy]:
    """Give number and content of the policy in force; 0 and an empty one where none was set. Raises Stop."""
    stored = sites.policies_in_force(connection).get(site_id)
    if stored is None:
        return 0, Policy()
    policy = _policy(stored.body)
    if policy is None:
        raise Stop(409, "This version cannot read the site's policy, so it cannot change it either.")
    return stored.version, policy


def _put(connection: Connection, visit: Visit, site_id: int, policy: Policy, head: Head, what: str) -> int:
    """Append a version of the policy, and say in the audit log what it did to the lines."""
    _number, before = _newest(connection, site_id)
    body = msgspec.json.encode(policy).decode()
    version = sites.add_policy(connection, site_id, body, visit.person.name, visit.at)
    told = [{"head": head, **_told(getattr(each, head))} for each in (before, policy)]
    audit.append(connection, _deed(visit, what, site_id, f"version {version}", told[0], told[1]))
    return version


def _deed(visit: Visit, what: str, site_id: int, target: str, before: object, after: object) -> Deed:
    who = visit.person
    return Deed(at=visit.at, who=who.name, person_id=who.id, what=what, site_id=site_id, target=target, before=before, after=after)


def _told(lines: Lines | None) -> dict[str, Any]:
    return {"lines": "of the model"} if lines is None else {"hold_at": lines.hold_at, "reject_at": lines.reject_at}


@routes.post("/model/{site:int}/rollback", needs=there(Role.LEAD))
async def roll_back(visit: Visit) -> Response:
    """Put the policy of a former version in force again, as a new version."""
    site = _here(visit)
    given = visit.form.text("version", 9) or visit.query.get("version", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
    wanted = visit.form.text("head", 9) or visit.query.get("head", "")
    head: Head = next((head for head in HEADS if head == wanted), HEADS[0])

    def change(connection: Connection) -> int:
        former = {each.version: each.body for each in sites.policy_versions(connection, site.id)} | {0: "{}"}
        policy = _policy(former[number]) if number in former else None
        if policy is None:
            raise Stop(404, "There is no such version of the policy.")
        return _put(connection, visit, site.id, policy, head, "policy.rollback")

    version = await visit.write(change)
    await visit.pages.moderation.reload()
    visit.say(
        _("Version %(former)s of the policy is in force again, as version %(number)s.") % {"former": number, "number": version}
    )
    return visit.go(f"/model?{urlencode({'site': site.id, 'head': head})}#lines")


# Labels that something speaks against.


@routes.get("/model/{site:int}/labels", needs=there(Role.VIEWER))
async def conflicts(visit: Visit) -> Response:
    """Show comments about which people, or people and a model that was sure, say different things."""
    site, moderation = _here(visit), visit.pages.moderation
    doubts = await visit.pages.seldom.get(("doubts", site.id), lambda: _doubts(moderation, site.id, visit.at))
    found = await visit.look(lambda connection: workload.described(connection, doubts or []))
    return await visit.show(
        "model_labels.html",
        site=site,
        found=found,
        days=_CONFLICT_DAYS,
        counting=doubts is None,
        may_relabel=visit.may(Role.MODERATOR, site),
    )


async def _doubts(moderation: Moderation, site_id: int, at: float) -> list[Doubt]:
    """Look through the labels of the last months, the newest comments first, until there are enough of each kind."""
    found: list[Doubt] = []
    for begin, end in reversed(await traffic.slices(moderation, at - _CONFLICT_DAYS * DAY, at)):
        found += await moderation.look(
            lambda connection, b=begin, e=end: workload.conflicts(connection, site_id, b, e, MOST_CHANGED)  # type: ignore[misc]
        )
        kinds = [each.kind for each in found]
        if min(kinds.count("people"), kinds.count("model")) >= MOST_CHANGED:
            break
    by_kind = {kind: [each for each in found if each.kind == kind][:MOST_CHANGED] for kind in ("people", "model")}
    return [*by_kind["people"], *by_kind["model"]]


@routes.post("/model/{site:int}/labels", needs=there(Role.MODERATOR))
async def second_look(visit: Visit) -> Response:
    """Take a second look's word: a label and a decision like any other, which the site is told of."""
    site, (comment_id, _dot, number) = _here(visit), visit.form.text("comment", 42).partition(".")
    label = Label(visit.form.choice("label", [label.value for label in Label], "ham"))
    if not (number.isascii() and number.isdigit()):
        raise Stop(404, "There is no such comment.")
    seen, hand = [Seen(comment_id, int(number))], portions.hand_of(visit)
    what = Act("accept" if label is Label.HAM else "reject", label)
    undo = UNDO_SECONDS + 2.0
    done, taken = await visit.write(lambda connection: relabel.act(connection, [site.id], seen, what, hand, undo))
    address = f"/model/{site.id}/labels"
    if done:
        visit.say(_("The label was changed."), undo=f"/comments/undo?at={visit.at!r}&back={address}")
    elif taken[0].at:
        visit.say(_("Someone decided it meanwhile. Nothing was changed."), kind="note")
    else:
        raise Stop(404, "There is no such comment.")
    return visit.go(address)
