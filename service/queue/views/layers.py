"""A site's own layer, from the model's page: fit it on the site's labels, promote it, go back; by who administers that site.

A layer that is fitted here has the site's number in its name, and its card names the site. Both must be this site's: a site's name
can be changed, and another may take it, whose admins have no business with what was fitted on the first one's comments.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from msgspec import Struct
from starlette.responses import Response

from service import models, workshop
from service.domain import Role, Site
from service.models import Shelved
from service.queue.needs import there
from service.queue.policies import here
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.views import training
from service.queue.visit import Visit
from service.settings import Settings
from service.store.lessons import Lessons, lessons
from service.workshop import Task

routes = Routes()
FEWEST, FEWEST_TO_PROMOTE, FEWEST_OF_A_KIND = 20, 50, 10
"""Labels that ``winnow-train`` wants of a site to fit its layer and to promote it, and ham and bad ones among the latter."""
_MARKED = re.compile(r"-site-(\d+)$")


class Layer(Struct, frozen=True):
    """How a site's own layer stands: the one that was fitted last, and what could teach another (None while it is counted)."""

    newest: Shelved | None
    taught: Lessons | None

    @property
    def enough(self) -> bool:
        """Tell whether the labels suffice to fit one, as far as is known."""
        return self.taught is None or enough(self.taught)


def enough(taught: Lessons) -> bool:
    """Tell whether a layer can be fitted on so many labels: it needs some of either kind."""
    return taught.count >= FEWEST and min(taught.ham, taught.bad) > 0


def site_of(shelved: Shelved) -> str:
    """Name the site that a model is a layer of; empty for a shared one, and for what cannot be read."""
    return str(shelved.card.parameters.get("site", "")) if shelved.card is not None else ""


def decides(shelved: Shelved) -> bool:
    """Tell whether a model decides already, everywhere or on its site."""
    return any(role == models.SHARED or role.startswith(models.SITE) for role in shelved.roles)


def own(shelved: list[Shelved], site: Site) -> list[Shelved]:
    """Pick the layers that were fitted from this site's page, in their order."""
    return [each for each in shelved if _number(each) == str(site.id) and site_of(each) == site.name]


def shows(shelved: Shelved, site: Site) -> bool:
    """Tell whether whoever leads on this site alone may see a model: a shared one, or a layer that no other site can have had."""
    return shelved.card is not None and _number(shelved) in {"", str(site.id)} and site_of(shelved) in {"", site.name}


def _number(shelved: Shelved) -> str:
    """Give the number of the site whose page a layer was fitted from, as its name has it; empty where it has none."""
    found = _MARKED.search(shelved.version)
    return found[1] if found else ""


async def layer(visit: Visit, site: Site, shelved: list[Shelved]) -> Layer | None:
    """Tell how the site's own layer stands; None for who does not administer the site, or where pages cannot train."""
    if not visit.may(Role.ADMIN, site) or not visit.pages.settings.train_from_pages or not workshop.installed():
        return None
    site_id = site.id

    async def count() -> Lessons:
        return await visit.look(lambda connection: lessons(connection, site_id))

    return Layer(next(iter(own(shelved, site)), None), await visit.pages.seldom.get(("lessons", site_id), count))


@routes.post("/model/{site:int}/layer", needs=there(Role.ADMIN))
async def begin(visit: Visit) -> Response:
    """Fit, promote or take back the site's own layer, or stop what is being done with it."""
    site, settings, do = here(visit), visit.pages.settings, visit.form.raw("do")
    if do == "stop":
        if await asyncio.to_thread(workshop.stop, training.folder_of(settings), site.id):
            await training.log(visit, "model.stop", "", site)
        return visit.go(_address(site))
    training.refuse_unless_allowed(settings)
    if do not in _WISHES:
        raise Stop(422, "This is not the form that this page sends.")
    task, target = await _WISHES[do](visit, site)
    await training.start(visit, task)
    await training.log(visit, f"model.{task.kind}", target, site)
    return visit.go(_address(site, "h-task"))


def _address(site: Site, part: str = "h-train") -> str:
    return f"/model?site={site.id}#{part}"


def _task(visit: Visit, site: Site, kind: workshop.Kind, version: str = "") -> Task:
    return Task(kind, version, visit.person.name, visit.at, site.name, site.id)


async def _fit(visit: Visit, site: Site) -> tuple[Task, str]:
    site_id = site.id
    if not enough(await visit.look(lambda connection: lessons(connection, site_id))):
        raise Stop(409, "This site has too few labels for a layer of its own, or labels of one kind alone.")
    version = f"{training.name_by_time(visit)}-site-{site.id}"
    return _task(visit, site, "layer", version), version


async def _promote(visit: Visit, site: Site) -> tuple[Task, str]:
    version = visit.form.text("version", 64)
    if not await asyncio.to_thread(_is_own, visit.pages.settings, site, version):
        raise Stop(404, "There is no such model.")
    return _task(visit, site, "promote", version), version


async def _back(visit: Visit, site: Site) -> tuple[Task, str]:
    if not (version := await asyncio.to_thread(training.layer_of, visit.pages.settings, site)):
        raise Stop(409, "The shared model decides on this site: there is no layer to go back from.")
    return _task(visit, site, "rollback"), version


_WISHES: dict[str, Callable[[Visit, Site], Awaitable[tuple[Task, str]]]] = {"fit": _fit, "promote": _promote, "back": _back}


def _is_own(settings: Settings, site: Site, version: str) -> bool:
    """Tell whether a name is that of a layer which was fitted from this site's page. Reads files."""
    return version in {each.version for each in own(models.shelf(settings.model_pointer.parent, {}), site)}


@routes.get("/model/{site:int}/reports/{version}", needs=there(Role.ADMIN))
async def report(visit: Visit) -> Response:
    """Give the report of a layer of the site's own, which quotes this site's comments alone."""
    site, version = here(visit), str(visit.path["version"])
    known = await asyncio.to_thread(_is_own, visit.pages.settings, site, version)
    return await training.reported_page(visit, version if known else "", _address(site))
