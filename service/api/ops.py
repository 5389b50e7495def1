"""For those who run it: /healthz, /readyz, /metrics, /version."""

from __future__ import annotations

import hmac
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from service import __version__
from service.api.late import ALIVE, readiness
from service.api.problems import Problem
from service.moderation import Unavailable
from service.store import outbox

router = APIRouter(tags=["operation"])
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> dict[str, str]:
    """Answers as long as the process does."""
    return ALIVE


@router.get("/readyz", summary="Can it do its work?", responses={503: {"description": "It cannot; `reasons` says why."}})
async def readyz(request: Request) -> JSONResponse:
    """Database migrated and answering, model loaded, writer able to write."""
    status, said = readiness(await request.app.state.moderation.troubles())
    return JSONResponse(said, status)


@router.get("/version", summary="Which version, which model?")
async def version(request: Request) -> dict[str, Any]:
    """Versions of the program and of the model in use."""
    model = request.app.state.moderation.model
    return {"version": __version__, "model": model.version if model is not None else None}


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """Counters of this process. Needs the bearer token of WINNOW_METRICS_TOKEN; where none is set, only this machine may read."""
    token = request.app.state.settings.metrics_token
    if token is None and not _local(request):
        raise Problem(403, "Metrics are for this machine only; set WINNOW_METRICS_TOKEN to read them from elsewhere.")
    if token is not None and not hmac.compare_digest(_bearer(request), token.get_secret_value().encode()):
        raise Problem(401, "Metrics need their token: Authorization: Bearer TOKEN.", headers={"WWW-Authenticate": "Bearer"})
    meters, moderation = request.app.state.meters, request.app.state.moderation
    with suppress(Unavailable):  # the other figures are known all the same
        meters.outbox = await moderation.look(outbox.depth)
    return Response(meters.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _bearer(request: Request) -> bytes:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip().encode() if scheme.lower() == "bearer" else b""


def _local(request: Request) -> bool:
    """Tell whether the request comes from this machine; one that a proxy here passes on does not."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
