"""``/v1/subjects``: what is stored of a person, and forgetting them."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from service.api import examples
from service.api.comments import ERRORS, Labels, Reads, Uses
from service.api.problems import Problem
from service.api.schemas import CommentOut
from service.api.strict import StrictRoute

MOST = 500
Email = Annotated[str, Query(description="The e-mail address they wrote under.", max_length=300, examples=["a@b.example"])]
Ip = Annotated[str, Query(description="Or the network address.", max_length=64, examples=["203.0.113.7"])]

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["privacy"], responses=ERRORS)


class ErasedOut(BaseModel):
    """How many comments were emptied."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"erased": 3}]})

    erased: int


class SubjectOut(BaseModel):
    """What is stored of a person, oldest first; ``next`` is what ``after`` must be for more, null at the end."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"comments": [examples.STORED], "next": None}]})

    comments: list[CommentOut]
    next: str | None


@router.get("/subjects", summary="What is stored of a person")
async def show(
    access: Reads,
    moderation: Uses,
    email: Email = "",
    ip: Ip = "",
    after: Annotated[str, Query(description="Begin behind this comment.", max_length=32)] = "",
) -> SubjectOut:
    """Give every comment of the site that came from an e-mail or a network address, with decisions and labels."""
    email, ip = _named(email, ip)
    ids = await moderation.written_by(access.site, email=email, ip=ip)
    page = [each for each in ids if each > after][: MOST + 1]
    found = [await moderation.get(access.site, each) for each in page[:MOST]]
    shown = [CommentOut.of(each) for each in found if each is not None]
    return SubjectOut(comments=shown, next=page[MOST - 1] if len(page) > MOST else None)


@router.delete("/subjects", summary="Forget a person")
async def erase(access: Labels, moderation: Uses, email: Email = "", ip: Ip = "") -> ErasedOut:
    """Empty every comment of the site that came from an e-mail or a network address: text, author, addresses, what was sent along.

    Decisions and counts stay, without the person; labels of those comments go. Asking again finds nothing more and is no error.
    """
    email, ip = _named(email, ip)
    return ErasedOut(erased=await moderation.erase(access.site, f"key {access.key_id}", time.time(), email=email, ip=ip))


def _named(email: str, ip: str) -> tuple[str, str]:
    """Give by what the person is named. Raises Problem unless it is one of the two: an empty request must not mean everybody."""
    if bool(email.strip()) == bool(ip.strip()):
        raise Problem(422, "Name the person by email or by ip, by one of them.")
    return email.strip(), ip.strip()
