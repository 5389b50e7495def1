"""The model: its card, its lines with what they would do, what speaks against labels, and how to train."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from service import models, shadow, workshop
from service.domain import Label, Lines, Role, Site
from service.queue import papers, policies, portions, quality, spread, traffic
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import somewhere, there
from service.queue.policies import here
from service.queue.quality import Quality
from service.queue.routes import Menu, Routes
from service.queue.stop import Stop
from service.queue.traffic import DAY, Month
from service.queue.tried import Tried, figures, shown, tried
from service.queue.views import layers, training
from service.queue.visit import Visit
from service.store import drafts, relabel, workload
from service.store.quality import Hand
from service.store.queue import Act
from service.store.relabel import Seen
from service.store.sites import PolicyVersion
from service.store.workload import Doubt

if TYPE_CHECKING:
    from service.classifier.classifier import Classifier
    from service.moderation import Moderation

routes = Routes()
MOST_DOUBTFUL = 50
_CONFLICT_DAYS = 90
_VERSIONS = 12


@routes.get("/model", needs=somewhere(Role.VIEWER), menu=Menu("model", N_("Model"), 50))
async def show(visit: Visit) -> Response:
    """Show the model of a site, and what its lines do."""
    wanted = visit.query.get("site", "")
    site = next((site for site in visit.sites if str(site.id) == wanted), visit.sites[0] if visit.sites else None)
    if site is None:
        return await visit.show("model_none.html")
    view = tried(visit, site, visit.query)
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
        parts=training.PARTS,
        plots=papers.plots(model.card) if model is not None else [],
        environment=_environment(model),
        **figures(view, model, month),
        versions=await _versions(visit, site),
        may_save=visit.may(Role.LEAD, site),
        may_relabel=visit.may(Role.MODERATOR, site),
        **await _training(visit, site),
        trial=await _trial(visit),
        sources=await _sources(visit, site, model),
    )


async def _month(visit: Visit, view: Tried) -> Month | None:
    """Count the site's last thirty days, anew when model or policy changed; that head's own lines are what is being tried."""
    moderation, at = visit.pages.moderation, visit.at
    policy, model = moderation.policy(view.site), moderation.model_of(view.site)
    known_by = (view.site.id, model and model.version, view.head, replace(policy, **{view.head: None}), policy.shared)
    return await visit.pages.seldom.get(("month", known_by), lambda: traffic.month(moderation, view.site, view.head, at))


def _environment(model: Classifier | None) -> dict[str, Any]:
    if model is None:
        return {}
    return {name: value for name, value in model.card.parameters.items() if not name.startswith(spread.HELD_OUT)}


class Version(Struct, frozen=True):
    """A version of the policy, with the lines that it set (None: the model's own)."""

    number: int
    by: str
    at: float
    spam: Lines | None
    abuse: Lines | None


async def _versions(visit: Visit, site: Site) -> list[Version]:
    found = await visit.look(lambda connection: drafts.history(connection, site.id, None, _VERSIONS))
    return [_version(each) for each in found]


def _version(stored: PolicyVersion) -> Version:
    policy = policies.decoded(stored.body)
    spam, abuse = (policy.spam, policy.abuse) if policy is not None else (None, None)
    return Version(stored.version, stored.by, stored.at, spam, abuse)


async def _training(visit: Visit, site: Site) -> dict[str, Any]:
    """Give the models in the data folder, what may be done with them here, and how the last task goes."""
    settings, shelved = visit.pages.settings, await _shelved(visit, site)
    allowed = visit.may(Role.ADMIN) and settings.train_from_pages
    task, busy = await training.state(visit, site)
    return {
        "shelved": shelved,
        "task": task,
        "busy": busy,
        "decides": await asyncio.to_thread(training.layer_of, settings, site),
        "layer": await layers.layer(visit, site, shelved),
        "layers": layers,
        "own": {each.version for each in layers.own(shelved, site)},
        "may_train": allowed and workshop.installed(),
        "not_installed": allowed and not workshop.installed(),
        "reported": await asyncio.to_thread(training.reported, settings, shelved) if visit.may(Role.ADMIN, site) else set(),
    }


async def _shelved(visit: Visit, site: Site) -> list[models.Shelved]:
    """Give leads the models in the data folder; the layers of other sites only to who leads on every site."""
    if not visit.may(Role.LEAD, site):
        return []
    settings = visit.pages.settings

    async def read() -> list[models.Shelved]:
        return await asyncio.to_thread(lambda: models.shelf(settings.model_pointer.parent, settings.model_folders))

    found = await visit.pages.seldom.get("shelf", read) or []
    return [each for each in found if visit.may(Role.LEAD) or layers.shows(each, site)]


async def _sources(visit: Visit, site: Site, model: Classifier | None) -> list[workload.Source] | None:
    """Count the site's labels of the last months by where they came from, and how many the model cannot know."""
    try:
        made = datetime.fromisoformat(model.card.created).timestamp() if model is not None else 0.0
    except ValueError:
        made = 0.0

    moderation, at = visit.pages.moderation, visit.at

    async def count() -> list[workload.Source]:
        rows: list[tuple[str, str, int, int]] = []
        for begin, end in await traffic.slices(moderation, at - _CONFLICT_DAYS * DAY, at):
            rows += await moderation.look(lambda connection, b=begin, e=end: workload.said(connection, site.id, b, e, made))  # type: ignore[misc]
        return workload.sources(rows)

    return await visit.pages.seldom.get(("labels", site.id, made), count)


async def _trial(visit: Visit) -> shadow.Summary | None:
    """Sum up what the challenger in shadow would have done, where there is one."""
    settings = visit.pages.settings
    folder = settings.model_folders.get(models.CHALLENGER)
    if folder is None:
        return None

    async def read() -> shadow.Summary:
        return await asyncio.to_thread(shadow.summary, settings.model_pointer.parent, folder.name)

    return await visit.pages.seldom.get(("shadow", folder.name), read)


# Labels that something speaks against.


@routes.get("/model/{site:int}/labels", needs=there(Role.VIEWER))
async def conflicts(visit: Visit) -> Response:
    """Show comments about which people, or people and a model that was sure, say different things."""
    site, moderation = here(visit), visit.pages.moderation
    doubts = await visit.pages.seldom.get(("doubts", site.id), lambda: _doubts(moderation, site.id, visit.at))
    found = await visit.look(lambda connection: workload.described(connection, doubts or []))
    known = await visit.pages.seldom.get(("quality", site.id), lambda: quality.take(moderation, site.id, _CONFLICT_DAYS, visit.at))
    return await visit.show(
        "model_labels.html",
        site=site,
        known=known,
        hands=_hands(visit, site, known),
        found=found,
        days=_CONFLICT_DAYS,
        counting=doubts is None,
        may_relabel=visit.may(Role.MODERATOR, site),
    )


def _hands(visit: Visit, site: Site, known: Quality | None) -> list[Hand]:
    """Give how everyone's labels stand to leads, their own to everybody."""
    hands = known.hands if known is not None else ()
    return [each for each in hands if visit.may(Role.LEAD, site) or each.name == visit.person.name]


async def _doubts(moderation: Moderation, site_id: int, at: float) -> list[Doubt]:
    """Look through the labels of the last months, the newest comments first, until there are enough of each kind."""
    found: list[Doubt] = []
    for begin, end in reversed(await traffic.slices(moderation, at - _CONFLICT_DAYS * DAY, at)):
        found += await moderation.look(
            lambda connection, b=begin, e=end: workload.conflicts(connection, site_id, b, e, MOST_DOUBTFUL)  # type: ignore[misc]
        )
        kinds = [each.kind for each in found]
        if min(kinds.count("people"), kinds.count("model")) >= MOST_DOUBTFUL:
            break
    by_kind = {kind: [each for each in found if each.kind == kind][:MOST_DOUBTFUL] for kind in ("people", "model")}
    return [*by_kind["people"], *by_kind["model"]]


@routes.post("/model/{site:int}/labels", needs=there(Role.MODERATOR))
async def second_look(visit: Visit) -> Response:
    """Take a second look's word: a label and a decision like any other, which the site is told of."""
    site, (comment_id, _dot, number) = here(visit), visit.form.text("comment", 42).partition(".")
    label = Label(visit.form.choice("label", [label.value for label in Label], "ham"))
    if not (number.isascii() and number.isdigit()):
        raise Stop(404, "There is no such comment.")
    seen, hand = [Seen(comment_id, int(number))], portions.hand_of(visit)
    what = Act("accept" if label is Label.HAM else "reject", label)
    undo = visit.pages.moderation.undo_window(site)
    delay = portions.told_after(undo, 1)
    done, taken = await visit.write(lambda connection: relabel.act(connection, [site.id], seen, what, hand, delay))
    address = f"/model/{site.id}/labels"
    if done:
        visit.say(_("The label was changed."), undo=f"/comments/undo?at={visit.at!r}&back={address}", seconds=undo)
    elif taken[0].at:
        visit.say(_("Someone decided it meanwhile. Nothing was changed."), kind="note")
    else:
        raise Stop(404, "There is no such comment.")
    return visit.go(address)
