"""Errors of the JSON API as RFC 9457 problems. They name fields and say what would be right; they never repeat what was sent."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 20


class Problem(HTTPException):
    """An answer other than success: status, what is wrong, and the fields that are."""

    def __init__(
        self, status: int, detail: str, *, errors: list[dict[str, str]] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, detail, headers)
        self.errors = errors or []

    @classmethod
    def at(cls, field: str, message: str, status: int = 422) -> Problem:
        """Give a problem with one field."""
        return cls(status, "The request cannot be used.", errors=[{"field": field, "message": message}])

    def response(self) -> JSONResponse:
        """Give the problem as a response."""
        title = HTTPStatus(self.status_code).phrase
        body: dict[str, Any] = {"type": "about:blank", "title": title, "status": self.status_code, "detail": self.detail}
        if self.errors:
            body["errors"] = self.errors
        return JSONResponse(body, self.status_code, self.headers, MEDIA_TYPE)


def busy(seconds: float, status: int = 429) -> Problem:
    """Come back in so many seconds."""
    detail = "Too many requests with this key." if status == 429 else "Nothing could be stored. Try again."
    return Problem(status, detail, headers={"Retry-After": str(max(1, math.ceil(seconds)))})


_MESSAGES = {
    "missing": "is required.",
    "extra_forbidden": "is not a field of this request.",
    "string_type": "must be a string.",
    "string_unicode": "must be valid Unicode without lone surrogates.",
    "string_too_long": "is too long; at most {max_length} characters.",
    "string_too_short": "is too short; at least {min_length} characters.",
    "too_long": "has too many items; at most {max_length}.",
    "too_short": "has too few items; at least {min_length}.",
    "bool_type": "must be true or false.",
    "int_type": "must be a whole number.",
    "int_parsing": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "int_parsing_size": "is too large.",
    "float_type": "must be a number.",
    "finite_number": "must be a finite number.",
    "greater_than": "must be greater than {gt}.",
    "greater_than_equal": "must be at least {ge}.",
    "less_than": "must be less than {lt}.",
    "less_than_equal": "must be at most {le}.",
    "enum": "must be one of {expected}.",
    "literal_error": "must be one of {expected}.",
    "list_type": "must be a list.",
    "dict_type": "must be an object.",
    "model_attributes_type": "must be an object.",
    "model_type": "must be an object.",
    "string_pattern_mismatch": "has another form than it should.",
    "no_nul": "must not contain the character NUL.",
}
"""What to say for each of pydantic's error types; its own messages may contain the value."""


def errors_of(failure: RequestValidationError, known: frozenset[str]) -> list[dict[str, str]]:
    """Give the errors of a failed validation. A place is named by list positions and names of ours (``known``) only."""
    found = []
    for error in failure.errors()[:_MOST_ERRORS]:
        message = _MESSAGES.get(error["type"], "is not valid.")
        found.append({"field": _place(error["loc"], known), "message": message.format(**error.get("ctx", {}))})
    return found


def _place(location: tuple[int | str, ...], known: frozenset[str]) -> str:
    place = ""
    for part in location:
        if isinstance(part, int):
            place += f"[{part}]"
        elif part not in {"body", "query", "path", "header"}:
            place += f".{part if part in known else '(unknown)'}"
    return place.lstrip(".") or "body"


async def on_http(_: Request, error: Exception) -> JSONResponse:
    """Answer every refusal: ours, and the framework's for unknown paths and wrong methods."""
    if isinstance(error, Problem):
        return error.response()
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    return Problem(status, _DETAILS.get(status, "The request cannot be used."), headers=dict(headers or {})).response()


_DETAILS = {404: "There is nothing at this address.", 405: "This address does not take this method."}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "message": {"type": "string"}}},
        },
    },
    "required": ["type", "title", "status", "detail"],
}
"""The shape of a problem in the API's description."""
