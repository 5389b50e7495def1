"""The doors that a framework keeps, put together: JSON API, webhooks, Perspective, privacy page, moderators' pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service import __version__
from service.api import comments, docs, ops, perspective, problems, subjects
from service.api.metrics import Meters
from service.api.privacy import page as privacy
from service.api.problems import Problem
from service.api.schemas import KNOWN_NAMES
from service.api.shell import Shell
from service.api.webhooks import adapters
from service.api.webhooks import door as webhooks
from service.intake import Intake
from service.moderation import Moderation
from service.policy import InvalidPolicy
from service.queue.pages import Pages
from service.settings import Settings
from service.store.batch import KeyReused
from service.store.feedback import NoSuchComment
from service.store.ids import Digests
from service.store.writer import Overloaded, Unavailable

_RETRY_SECONDS = 5
_ANSWERS: dict[type[Exception], Callable[[Any], Problem]] = {
    Overloaded: lambda _: problems.busy(_RETRY_SECONDS, 503),
    Unavailable: lambda _: problems.busy(_RETRY_SECONDS, 503),
    NoSuchComment: lambda _: Problem(404, "The site has no comment of this id."),
    KeyReused: lambda _: Problem.at("Idempotency-Key", "was used before with another body."),
    InvalidPolicy: lambda error: Problem.at(error.field, error.message),
    RequestValidationError: lambda error: Problem(
        422, "The request cannot be used.", errors=problems.errors_of(error, KNOWN_NAMES)
    ),
    Exception: lambda _: Problem(500, "Something broke. It was logged."),
}
"""Which error is which answer of the JSON API; the Akismet door has its own."""


def open_doors(settings: Settings, moderation: Moderation, meters: Meters, digests: Digests) -> Shell:
    """Give the application behind the Akismet door."""
    pages = FastAPI(
        title="Winnow",
        version=__version__,
        description=docs.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
    )
    pages.state.settings, pages.state.moderation, pages.state.meters = settings, moderation, meters
    for router in (comments.router, subjects.router, webhooks.router, perspective.router, privacy.router, ops.router, docs.router):
        pages.include_router(router)
    pages.add_exception_handler(HTTPException, problems.on_http)
    for kind, problem in _ANSWERS.items():
        pages.add_exception_handler(kind, _handler(problem))
    # what is no address of the API is one of the moderators' pages
    pages.router.default = Pages(settings, moderation, digests, meters.latencies, adapters.names())
    pages.state.intake = Intake(moderation, digests)
    return Shell(pages, settings.max_body, settings.max_batch_body)


def _handler(problem: Callable[[Any], Problem]) -> Callable[[Request, Exception], Any]:
    async def handle(_: Request, error: Exception) -> JSONResponse:
        return problem(error).response()

    return handle
