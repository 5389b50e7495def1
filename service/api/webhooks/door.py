"""``/webhooks/{source}``: proof before parsing, each delivery once, the verdict within the platform's budget or by event."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time

from fastapi import APIRouter, Response
from fastapi import Request as Asked
from fastapi.responses import JSONResponse

from service.api import problems, strict
from service.api.problems import Problem
from service.api.webhooks.adapters import adapter as adapter_named
from service.api.webhooks.contract import Adapter, Answer, Missing, NotTrusted, Request, holding
from service.domain import Site
from service.intake import Event, Intake, Ruling, Source, SourceUnreadable
from service.moderation import Overloaded, Unavailable

_log = logging.getLogger(__name__)
_RETRY_SECONDS = 5
_UNFINISHED: set[asyncio.Task[Ruling | None]] = set()
"""What goes on after its platform was answered; a task that nobody holds may be collected."""

router = APIRouter(include_in_schema=False)


@router.api_route("/webhooks/{source_id}", methods=["POST", "PUT", "DELETE"])
async def receive(source_id: str, asked: Asked) -> Response:
    """Take a delivery."""
    intake: Intake = asked.app.state.intake
    found = await _known(intake, source_id)
    if found is None:
        raise Problem(404, "There is no such source.")
    source, site = found
    request = Request(asked.method, asked.url.path, _headers(asked), await asked.body(), time.time())
    adapter = adapter_named(source.adapter)
    try:
        delivery = hashlib.blake2b(adapter.verify(request, source).encode("utf-8", "replace"), digest_size=16).hexdigest()
    except NotTrusted as error:
        raise Problem(401, str(error)) from None
    answer = await _Delivery(intake, adapter, source, site, request, delivery).answer()
    return Response(status_code=answer.status) if answer.body is None else JSONResponse(answer.body, answer.status)


async def _known(intake: Intake, source_id: str) -> tuple[Source, Site] | None:
    try:
        return await intake.source(source_id)
    except SourceUnreadable:
        _log.error("a source's secrets cannot be opened with this server's secret")
        raise problems.busy(_RETRY_SECONDS, 503) from None


def _headers(asked: Asked) -> dict[str, str]:
    """Give the headers by their names; one sent twice is nobody's, so that no two readers can differ."""
    found: dict[str, str] = {}
    for name, value in asked.headers.items():
        found[name] = "" if name in found else value
    return found


class _Delivery:
    """One proven request on its way to its answer."""

    def __init__(self, intake: Intake, adapter: Adapter, source: Source, site: Site, request: Request, delivery: str) -> None:
        self._intake = intake
        self._adapter = adapter
        self._source = source
        self._site = site
        self._request = request
        self._delivery = delivery
        self._waits = adapter.waits if not source.options.mode else source.options.mode == "wait"
        self._waits = self._waits or "wait" in request.headers.get("prefer", "")

    async def answer(self) -> Answer:
        """Give the platform its answer. Where it publishes on failure, a failure holds. Raises Problem, Overloaded, Unavailable."""
        try:
            return await self._answer()
        except (Problem, Overloaded, Unavailable):
            if not self._adapter.fails_open:
                raise
            return self._render(holding("the comment could not be judged", self._request.at))

    async def _answer(self) -> Answer:
        at = self._request.at
        before, ruling = await self._intake.delivered(self._source, self._site, self._delivery, at)
        if before:
            return self._render(ruling) if ruling is not None and self._waits else Answer(200, {"duplicate": True})
        events = self._events()
        if not events:
            return Answer(200, {"ignored": True})
        if not self._waits:
            ruling = await self._take(events)
            return Answer(self._adapter.accepted, {"id": ruling.id if ruling is not None else None})
        return await self._within_budget(events)

    def _events(self) -> list[Event]:
        payload = strict.read(self._request.body)
        try:
            return self._adapter.events(payload, self._request, self._source)
        except Missing as error:
            named = [{"field": field, "message": "is required."} for field in error.fields]
            raise Problem(422, "The payload lacks fields that this event needs.", errors=named) from None

    async def _take(self, events: list[Event]) -> Ruling | None:
        at, keep = self._request.at, self._adapter.keep
        return await self._intake.take(self._source, self._site, self._delivery, events, at, keep=keep)

    async def _within_budget(self, events: list[Event]) -> Answer:
        """Give the ruling if it comes in time; the work goes on in any case."""
        work = asyncio.ensure_future(self._take(events))
        _UNFINISHED.add(work)
        work.add_done_callback(_finished)
        done, _ = await asyncio.wait([work], timeout=self._source.options.budget_ms / 1000)
        if done:
            ruling = work.result()
            return Answer(200, {"taken": True}) if ruling is None else self._render(ruling)
        if self._adapter.fails_open:
            return self._render(holding("the verdict was not there in time", self._request.at))
        return Answer(202, {"id": None, "verdict": "hold", "pending": True})

    def _render(self, ruling: Ruling) -> Answer:
        return self._adapter.render(ruling, self._source)


def _finished(work: asyncio.Task[Ruling | None]) -> None:
    _UNFINISHED.discard(work)
    if not work.cancelled() and (error := work.exception()) is not None:
        _log.warning("a delivery was not taken: %s", type(error).__name__)
