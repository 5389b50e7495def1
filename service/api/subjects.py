"""``DELETE /v1/subjects``: forget a person."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from service.api.comments import ERRORS, Labels, Uses
from service.api.problems import Problem
from service.api.strict import StrictRoute

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["privacy"], responses=ERRORS)


class ErasedOut(BaseModel):
    """How many comments were emptied."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"erased": 3}]})

    erased: int


@router.delete("/subjects", summary="Forget a person")
async def erase(
    access: Labels,
    moderation: Uses,
    email: Annotated[str, Query(description="The e-mail address they wrote under.", max_length=300, examples=["a@b.example"])] = "",
    ip: Annotated[str, Query(description="Or the network address.", max_length=64, examples=["203.0.113.7"])] = "",
) -> ErasedOut:
    """Empty every comment of the site that came from an e-mail or a network address: text, author, addresses, what was sent along.

    Decisions and counts stay, without the person; labels of those comments go. Asking again finds nothing more and is no error.
    """
    if bool(email.strip()) == bool(ip.strip()):
        raise Problem(422, "Name the person by email or by ip, by one of them.")
    count = await moderation.erase(access.site, f"key {access.key_id}", time.time(), email=email.strip(), ip=ip.strip())
    return ErasedOut(erased=count)
