"""``/v1``: the JSON API of comments and policies."""

from __future__ import annotations

import hashlib
import time
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from service.api import auth, problems
from service.api.limits import MAX_PAGE, RateLimit
from service.api.metrics import Meters
from service.api.problems import Problem
from service.api.schemas import (
    BatchIn,
    BatchOut,
    CommentIn,
    CommentOut,
    FeedbackIn,
    FeedbackOut,
    JudgedOut,
    PageOut,
    PolicyOut,
    PolicyShape,
)
from service.api.schemas import Verdict as VerdictName
from service.api.strict import StrictRoute
from service.domain import Label, Site, Verdict
from service.moderation import Access, Moderation, Word

_FEEDBACK_A_MINUTE = 600
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {problems.MEDIA_TYPE: {"schema": problems.SCHEMA}}}
    for status, text in (
        (400, "The body cannot be read."),
        (401, "There is no key, or it is not known."),
        (403, "The key may not do this."),
        (413, "The body is larger than its cap."),
        (415, "The body is not JSON."),
        (422, "A field cannot be used; `errors` names it."),
        (429, "Too many requests; see `Retry-After`."),
        (503, "Nothing was stored; see `Retry-After`."),
    )
}
_MISSING: dict[int | str, dict[str, Any]] = {
    404: {"description": "The site has no such comment.", "content": {problems.MEDIA_TYPE: {"schema": problems.SCHEMA}}}
}
_ID = "^[0-9a-f]{32}$"

CommentId = Annotated[
    str, Path(description="The id that the answer to the comment gave.", examples=["0196f0e7a5c07b3c9d2e8f6a1b4c5d7e"])
]
RetryKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="A retry with the same key and body within 24 h is answered as the first was.",
        examples=["order-4711"],
    ),
]

router = APIRouter(prefix="/v1", route_class=StrictRoute, responses=ERRORS)
_bearer = HTTPBearer(auto_error=False, description="A key of the site.")
_header = APIKeyHeader(name="X-Api-Key", auto_error=False, description="The same key in a header of its own.")


def _moderation(request: Request) -> Moderation:
    return request.app.state.moderation  # type: ignore[no-any-return]  # Starlette's state has no types


def _meters(request: Request) -> Meters:
    return request.app.state.meters  # type: ignore[no-any-return]  # Starlette's state has no types


class Needs:
    """A dependency: the caller's access, refused unless its key may do ``scope``."""

    def __init__(self, scope: str) -> None:
        self._scope = scope

    async def __call__(
        self,
        request: Request,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        plain: Annotated[str | None, Depends(_header)],
    ) -> Access:
        """Whom the request speaks for."""
        key = bearer.credentials if bearer is not None else plain
        access = _moderation(request).access((key or "")[: auth.LONGEST_KEY])
        if access is None:
            raise Problem(401, "The request needs a key: Authorization: Bearer KEY.", headers={"WWW-Authenticate": "Bearer"})
        if not auth.may(access, self._scope):
            raise Problem(403, f"This key may not do this; it lacks the scope {self._scope}.")
        return access


Checks = Annotated[Access, Depends(Needs("check"))]
Reads = Annotated[Access, Depends(Needs("read"))]
Labels = Annotated[Access, Depends(Needs("feedback"))]
Administers = Annotated[Access, Depends(Needs("admin"))]
Uses = Annotated[Moderation, Depends(_moderation)]
Counts = Annotated[Meters, Depends(_meters)]


@router.post("/comments", tags=["comments"], summary="Judge a comment")
async def check(
    body: CommentIn,
    request: Request,
    response: Response,
    access: Checks,
    moderation: Uses,
    meters: Counts,
    retry_key: RetryKey = "",
) -> JudgedOut:
    """Judge a comment and store it with its decision. The answer leaves when both are on disk."""
    started = time.perf_counter()
    comment = body.comment()
    judged = await moderation.check_explained(
        access.site, comment, time.time(), retry_key=retry_key, digest=await _digest(request, retry_key)
    )
    if retry_key and judged.stored.repeated:
        response.headers["Idempotency-Replayed"] = "true"
    meters.decided("v1", judged.stored.decision, time.perf_counter() - started)
    return JudgedOut.answer(judged, comment, moderation.policy(access.site))


@router.post("/comments/batch", tags=["comments"], summary="Judge up to 1,000 comments")
async def check_batch(
    body: BatchIn, request: Request, response: Response, access: Checks, moderation: Uses, meters: Counts, retry_key: RetryKey = ""
) -> BatchOut:
    """Judge many comments of one site, in order.

    Should storing fail midway, retry the whole: what has an `external_id`, or was sent with an `Idempotency-Key`, is not stored
    twice.
    """
    started = time.perf_counter()
    comments = [each.comment() for each in body.comments]
    judged = await moderation.check_all(
        access.site, comments, time.time(), retry_key=retry_key, digest=await _digest(request, retry_key)
    )
    if retry_key and all(each.stored.repeated for each in judged):
        response.headers["Idempotency-Replayed"] = "true"
    for each in judged:
        meters.decided("v1", each.stored.decision, (time.perf_counter() - started) / len(judged))
    policy = moderation.policy(access.site)
    return BatchOut(results=[JudgedOut.answer(*pair, policy) for pair in zip(judged, comments, strict=True)])


async def _digest(request: Request, retry_key: str) -> str:
    return hashlib.blake2b(request.url.path.encode() + await request.body(), digest_size=16).hexdigest() if retry_key else ""


@router.get("/comments", tags=["comments"], summary="List comments")
async def page(
    request: Request,
    response: Response,
    access: Reads,
    moderation: Uses,
    verdict: Annotated[VerdictName | None, Query(description="Only comments with this verdict.", examples=["hold"])] = None,
    cursor: Annotated[str | None, Query(description="`next` of the page before.", pattern=_ID)] = None,
    limit: Annotated[int, Query(description="At most so many.", ge=1, le=MAX_PAGE)] = 50,
) -> PageOut:
    """Give the site's comments, newest first. Pages are stable: comments that arrive meanwhile do not shift them."""
    found = await moderation.page(access.site, Verdict(verdict) if verdict else None, cursor, limit + 1)
    shown, after = found[:limit], found[limit - 1].id if len(found) > limit else None
    if after is not None:
        query = urlencode({key: value for key, value in (("verdict", verdict), ("limit", limit), ("cursor", after)) if value})
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return PageOut(comments=[CommentOut.of(each) for each in shown], next=after)


@router.get("/comments/{comment_id}", tags=["comments"], summary="Look a comment up", responses=_MISSING)
async def show(comment_id: CommentId, access: Reads, moderation: Uses) -> CommentOut:
    """Give a comment with all its decisions, oldest first, and its labels."""
    found = await moderation.get(access.site, comment_id)
    if found is None:
        raise Problem(404, "The site has no comment of this id.")
    return CommentOut.of(found)


_limit = RateLimit(_FEEDBACK_A_MINUTE)


@router.post("/comments/{comment_id}/feedback", tags=["comments"], summary="Say what a comment is", responses=_MISSING)
async def feedback(comment_id: CommentId, body: FeedbackIn, access: Labels, moderation: Uses, meters: Counts) -> FeedbackOut:
    """Take a human's word: ham, spam or abuse. It decides the comment and is what the filter learns from."""
    if wait := _limit.wait(access.key_id):
        raise problems.busy(wait)
    word = Word(Label(body.label), body.by or "api", 1.0, time.time(), body.kind)
    done = await moderation.feedback(access.site, comment_id, word)
    meters.labelled("v1", body.label)
    return FeedbackOut(id=comment_id, verdict=done.verdict.value, before=done.before.value, repeated=done.repeated)


@router.get("/policy", tags=["policy"], summary="Read the policy")
async def policy(access: Reads, moderation: Uses) -> PolicyOut:
    """Give the site's policy in force, with the model's lines where the site set none."""
    return _policy_out(moderation, access.site)


@router.put("/policy", tags=["policy"], summary="Set the policy")
async def set_policy(body: PolicyShape, access: Administers, moderation: Uses) -> PolicyOut:
    """Put a whole policy in force as a new version. Former versions are kept."""
    version = await moderation.set_policy(access.site, body.policy(), f"key {access.key_id}", time.time())
    return PolicyOut(version=version, policy=_policy_out(moderation, access.site).policy)


def _policy_out(moderation: Moderation, site: Site) -> PolicyOut:
    return PolicyOut(version=site.policy_version, policy=msgspec.to_builtins(moderation.policy(site)))
