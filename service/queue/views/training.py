"""Training from the model's page, where the installation allows it: begin, stop, promote, go back, and what came of it."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace
from starlette.responses import Response

from service import models, workshop
from service.domain import Role, Site
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import everywhere
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.settings import Settings
from service.store import audit
from service.store.audit import Deed
from service.workshop import Busy, State, Task

routes = Routes()
_BACK = "/model#h-train"
PARTS = {
    "looking for near-duplicates": N_("looking for near-duplicates"),
    "reading": N_("reading what was labelled"),
    "held out": N_("fitting with parts held out in turn"),
    "weighing labels": N_("asking of unlikely labels whether others say the same"),
    "fitting on all": N_("fitting on all labels"),
}
"""What a retraining says it is doing, in the visitor's words."""
_OTHERS = re.compile(r" Known (?:sites|models): .*")
"""What a command that does not find a name, because it was changed meanwhile, says of others."""
_FILE = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "cache-control": "private, no-store",
}


def folder_of(settings: Settings) -> Path:
    """Give the folder of tasks."""
    return settings.data_dir / "tasks"


async def state(visit: Visit, site: Site) -> tuple[State | None, bool]:
    """Tell admins how the last task goes, those of a site only of its own layer; and whether any task runs."""
    if not visit.may(Role.ADMIN, site):
        return None, False
    found = await asyncio.to_thread(workshop.state, folder_of(visit.pages.settings))
    if found is None:
        return None, False
    if visit.may(Role.ADMIN):
        return found, found.running
    mine = replace(found, said=_OTHERS.sub("", found.said)) if found.paper.task.site_id == site.id else None
    return mine, found.running


def layer_of(settings: Settings, site: Site) -> str:
    """Name the site's own layer; empty where the shared model decides."""
    folder = settings.model_folders.get(f"{models.SITE}{site.id}")
    return folder.name if folder is not None else ""


@routes.post("/model/task", needs=everywhere(Role.ADMIN))
async def begin(visit: Visit) -> Response:
    """Begin a task, or stop the one that runs."""
    settings = visit.pages.settings
    if visit.form.raw("do") == "stop":
        if await asyncio.to_thread(workshop.stop, folder_of(settings)):
            await log(visit, "model.stop", "")
        return visit.go(_BACK)
    refuse_unless_allowed(settings)
    task = _wished(visit, settings)
    await start(visit, task)
    await log(visit, f"model.{task.kind}", task.version)
    return visit.go(_BACK)


async def start(visit: Visit, task: Task) -> None:
    """Begin a task, and say so. Raises Stop while another runs."""
    settings = visit.pages.settings
    try:
        await asyncio.to_thread(workshop.start, folder_of(settings), task, settings.environment())
    except Busy:
        raise Stop(409, "A task runs already. Wait until it has ended, or stop it.") from None
    visit.say(_("Begun. It goes on without this page."))


def refuse_unless_allowed(settings: Settings) -> None:
    """Raise Stop where pages may not train, or cannot."""
    if not settings.train_from_pages:
        raise Stop(403, "This installation does not train from its pages; WINNOW_TRAIN_FROM_PAGES says whether it does.")
    if not workshop.installed():
        raise Stop(409, "Training is not installed beside this service.")


def name_by_time(visit: Visit) -> str:
    """Name a new model by the time, as ``winnow-train fit`` does."""
    return f"{datetime.fromtimestamp(visit.at, UTC):%Y.%m.%d-%H%M%S}"


def _wished(visit: Visit, settings: Settings) -> Task:
    """Read what is wished for; a model that is named must be there. Raises Stop."""
    kind = next((kind for kind in workshop.KINDS if kind == visit.form.raw("do")), None)
    if kind is None:
        raise Stop(422, "This is not the form that this page sends.")
    version = name_by_time(visit) if kind == "retrain" else ""
    if kind in workshop.NAMED:
        version = visit.form.text("version", 64)
        if not workshop.NAME.fullmatch(version) or not (settings.model_pointer.parent / version).is_dir():
            raise Stop(404, "There is no such model.")
    return Task(kind, version, visit.person.name, visit.at)


async def log(visit: Visit, what: str, version: str, site: Site | None = None) -> None:
    """Put into the audit log what was begun with which model, and on which site if on one alone."""
    where = site.id if site is not None else None
    deed = Deed(at=visit.at, who=visit.person.name, person_id=visit.person.id, what=what, site_id=where, target=version)
    await visit.write(lambda connection: audit.append(connection, deed))


@routes.get("/model/reports/{version}", needs=everywhere(Role.ADMIN))
async def report(visit: Visit) -> Response:
    """Give a model's report, which quotes comments of all sites; it may neither run nor load anything."""
    return await reported_page(visit, str(visit.path["version"]), _BACK)


async def reported_page(visit: Visit, version: str, back: str) -> Response:
    """Give a model's report; where there is none, say so at the address ``back``."""
    path = _report_of(visit.pages.settings, version)
    if not workshop.NAME.fullmatch(version) or not path.is_file():
        visit.say(_("There is no report of this model."), kind="note")
        return visit.go(back)
    return Response(await asyncio.to_thread(path.read_bytes), headers=_FILE)


def reported(settings: Settings, shelved: list[models.Shelved]) -> set[str]:
    """Name the models of which there is a report."""
    return {each.version for each in shelved if _report_of(settings, each.version).is_file()}


def _report_of(settings: Settings, version: str) -> Path:
    return settings.data_dir / "reports" / version / "report.html"
