"""JSON taken strictly: what another parser might read differently is refused before anything is validated.

Refused: other charsets than UTF-8, a name twice in one object, objects of hundreds of names, nesting beyond the parser's stack,
numbers of more digits than a double has. Not-a-number and infinity pass as floats, so that validation can name their field.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from service.api.problems import Problem

MAX_NAMES = 200
_MAX_DIGITS = 400
_JSON = "application/json"
Handler = Callable[[Request], Awaitable[Response]]


def read(body: bytes) -> Any:  # noqa: ANN401 # whatever JSON holds
    """Give the value of a JSON text. Raises Problem 400 for what is not JSON as above."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_int=_integer)
    except UnicodeDecodeError:
        raise Problem(400, "The body must be JSON in UTF-8; it holds bytes that are not UTF-8.") from None
    except RecursionError:
        raise Problem(400, "The body is nested too deeply.") from None
    except ValueError:
        raise Problem(400, "The body must be JSON; it cannot be parsed.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_NAMES:
        raise Problem(400, f"An object has more than {MAX_NAMES} fields.")
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(400, "An object has the same field twice.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise Problem(400, f"A number has more than {_MAX_DIGITS} digits.")
    return int(digits)


class _Request(Request):
    async def json(self) -> Any:  # noqa: ANN401 # whatever JSON holds
        return read(await self.body())


class StrictRoute(APIRoute):
    """A route whose body is read by ``read``, and which takes no other content type than JSON."""

    def get_route_handler(self) -> Handler:  # type: ignore[override]  # FastAPI's type is a coroutine's
        """Give the handler, with the request replaced by one that reads JSON strictly."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            taken = _Request(request.scope, request.receive)
            if await taken.body() and request.headers.get("content-type", "").split(";")[0].strip().lower() != _JSON:
                raise Problem(415, "The body must be JSON, with the header Content-Type: application/json.")
            return await handler(taken)

        return strict
