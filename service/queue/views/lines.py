"""The lines of a site's scores: what others would change, putting them in force, and going back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from service.domain import Lines, Role, Scores
from service.outlook import Choice, Outlook, Seen
from service.queue import policies, traffic
from service.queue.languages import gettext as _
from service.queue.needs import there
from service.queue.policies import here
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.traffic import DAY, DAYS
from service.queue.tried import Tried, head_of, shown, tried
from service.queue.visit import Visit
from service.rehearsal import EXCERPT
from service.store import drafts
from service.store.past import Trace
from service.sway import Asked

routes = Routes()
MOST = 50
_SECONDS = 3.0
_AT_ONCE = 2_000


@routes.get("/model/{site:int}/changed", needs=there(Role.VIEWER))
async def changed(visit: Visit) -> Response:
    """Show the newest comments that the tried lines would decide otherwise."""
    view = tried(visit, here(visit), visit.query)
    found, since = await _changed(visit, view)
    return await visit.show("model_changed.html", view=view, shown=shown, found=found, since=since, most=MOST)


class Moved(Struct, frozen=True):
    """A comment that other lines would have decided otherwise, by the policy and the model of now; ``text`` is an excerpt."""

    id: str
    score: float
    was: str
    would_be: str
    received_at: float
    author: str
    text: str


class Between(Choice):
    """Comments whose score the lines of before and after part; all, where it is not known before they were read."""

    def __init__(self, asked: Asked, model: str, before: Lines, after: Lines) -> None:
        self._head, self._model, self._any = asked.head, model, asked.adds
        self._parts = [sorted(pair) for pair in ((before.hold_at, after.hold_at), (before.reject_at, after.reject_at))]

    def traces(self, traces: Sequence[Trace], chances: Mapping[str, float]) -> Sequence[Trace]:  # noqa: ARG002 # as Choice has it
        """Choose those that the lines could part."""
        return [each for each in traces if self._parted(each.scores)]

    def _parted(self, scores: Scores | None) -> bool:
        if self._any or scores is None or scores.model != self._model:
            return True
        return any(low <= scores.of(self._head) < high for low, high in self._parts)


async def _changed(visit: Visit, view: Tried) -> tuple[list[Moved], float]:
    """Walk back from now, a slice at a time, until there are enough or it took too long; give them, and how far that was."""
    moderation, found, since = visit.pages.moderation, list[Moved](), visit.at
    asked, model = Asked(moderation.policy(view.site), view.head), moderation.model_of(view.site)
    between = Between(asked, model.version if model is not None else "", view.force, view.tried)
    outlook = Outlook(moderation.look, view.site.id, asked, model, between)
    begun = asyncio.get_running_loop().time()
    for span in reversed(await traffic.slices(moderation, visit.at - DAYS * DAY, visit.at, _AT_ONCE)):
        if len(found) >= MOST or asyncio.get_running_loop().time() - begun > _SECONDS:
            break
        found += _moved(await outlook.look_at(span), view)
        since = span[0]
    return found[:MOST], since


def _moved(seen: Sequence[Seen], view: Tried) -> Iterator[Moved]:
    for each in seen:
        was, would_be = each.sway.under(view.force), each.sway.under(view.tried)
        if was is not would_be:
            comment, at = each.past.comment, each.past.received_at
            author, text = comment.author[:80], comment.text[:EXCERPT]
            yield Moved(each.past.id, each.sway.score, was.value, would_be.value, at, author, text)


@routes.post("/model/{site:int}/lines", needs=there(Role.LEAD))
async def save(visit: Visit) -> Response:
    """Put lines in force, or only show what they would do."""
    site, what = here(visit), visit.form.raw("do")
    names = ("head",) if what == "default" else ("head", "hold", "reject")
    view = tried(visit, site, {name: visit.form.text(name, 20) for name in names})
    if what == "show":
        return visit.go(f"/model?{view.query()}#lines")
    before = await policies.present(visit, site)
    if visit.form.number("version") != before.version:
        raise Stop(409, "Someone changed the policy meanwhile. Look at it again; nothing was saved.")
    policy = replace(before.policy, **{view.head: None if what == "default" else view.tried})
    version = await policies.put(visit, site, before, policy, "policy.lines")
    said = _("The lines are in force: version %(number)s of the policy.") % {"number": version}
    visit.say(said, undo=f"/model/{site.id}/rollback?version={before.version}&head={view.head}")
    return visit.go(f"/model?{urlencode({'site': site.id, 'head': view.head})}#lines")


@routes.post("/model/{site:int}/rollback", needs=there(Role.LEAD))
async def roll_back(visit: Visit) -> Response:
    """Put the policy of a former version in force again, as a new version."""
    site = here(visit)
    given = visit.form.text("version", 9) or visit.query.get("version", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
    former = await visit.look(lambda connection: drafts.version_of(connection, site.id, number))
    if former is None:
        raise Stop(404, "There is no such version of the policy.")
    policy = policies.readable(former).policy
    version = await policies.put(visit, site, await policies.present(visit, site), policy, "policy.rollback")
    known = {"former": number, "number": version}
    visit.say(_("Version %(former)s of the policy is in force again, as version %(number)s.") % known)
    head = head_of(visit.form.text("head", 9) or visit.query.get("head", ""))
    return visit.go(f"/model?{urlencode({'site': site.id, 'head': head})}#lines")
