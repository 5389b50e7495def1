"""WordPress by its REST API: comments of every status, spam included, with address and browser. Needs an application password.

``GET /wp-json/wp/v2/comments?context=edit&status=any``; the account must be allowed to moderate comments.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx

from service.importing.pages import CannotImport, Page, comment, judged, moment
from service.store.imports import Record

_SIZE = 100
_STEP = 90
"""Pages overlap: a comment that is deleted meanwhile moves the later ones up, and ten may be before any is passed over."""

_TRIES = 4
_PAUSE = 2.0
_LARGEST = 64 << 20
_LATER = frozenset({429, 500, 502, 503, 504})


class WordPress:
    """A WordPress site. ``url`` is its address, ``user`` and ``password`` an account and one of its application passwords."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url.rstrip("/")
        self._route = f"{self._url}/wp-json/wp/v2/comments"
        self._query: dict[str, str] = {}
        self._auth = (user, password)
        self._total = 0
        self._offset = 0
        self.origin = f"wordpress {self._url}"

    def done(self) -> float:
        """Tell which part was read."""
        return min(1.0, self._offset / self._total) if self._total else 0.0

    def pages(self, mark: str) -> Iterator[Page]:
        """Give the comments by their numbers, oldest first. Raises CannotImport."""
        self._offset, now, last = int(mark or 0), time.time(), 0
        with httpx.Client(auth=self._auth, timeout=30, trust_env=False, headers={"User-Agent": "winnow import"}) as client:
            while found := self._page(client, self._offset):
                fresh = [each for each in found if isinstance(each, dict) and isinstance(each.get("id"), int) and each["id"] > last]
                last = max([last, *(each["id"] for each in fresh)])
                self._offset += _STEP if len(found) >= _SIZE else len(found)
                yield Page([_record(each, now) for each in fresh], str(self._offset))
                if len(found) < _SIZE:
                    return

    def _page(self, client: httpx.Client, offset: int) -> list[Any]:
        query = {"context": "edit", "status": "any", "orderby": "id", "order": "asc", "per_page": str(_SIZE), "offset": str(offset)}
        response = self._get(client, self._query | query)
        if response.status_code == 404 and not self._query:  # a site without pretty addresses
            self._route, self._query = f"{self._url}/", {"rest_route": "/wp/v2/comments"}
            response = self._get(client, self._query | query)
        if response.status_code != 200:
            raise CannotImport(_refusal(response.status_code))
        self._total = int(total) if (total := response.headers.get("x-wp-total", "")).isdigit() else 0
        try:
            found = response.json()
        except ValueError:
            found = None
        if not isinstance(found, list):
            raise CannotImport("The site's answer is no list of comments; is it a WordPress with its REST API switched on?")
        return found

    def _get(self, client: httpx.Client, query: dict[str, str]) -> httpx.Response:
        """Ask, and ask again when the site cannot answer now. Raises CannotImport."""
        for attempt in range(_TRIES):
            try:
                response = self._bounded(client, query)
                if response.status_code not in _LATER or attempt == _TRIES - 1:
                    return response
            except httpx.TransportError as error:
                if attempt == _TRIES - 1:
                    raise CannotImport(f"The site cannot be reached ({type(error).__name__}).") from None
            time.sleep(_PAUSE * 2**attempt)
        raise AssertionError("the last attempt answers or raises")

    def _bounded(self, client: httpx.Client, query: dict[str, str]) -> httpx.Response:
        with client.stream("GET", self._route, params=query) as response:
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > _LARGEST:
                    raise CannotImport("The site's answer is larger than any page of comments.")
                chunks.append(chunk)
            headers = {"x-wp-total": response.headers.get("x-wp-total", "")}
            return httpx.Response(response.status_code, headers=headers, content=b"".join(chunks))


def _refusal(status: int) -> str:
    if status in {401, 403}:
        return (
            f"The site refused the account ({status}). It needs an application password of a user who may moderate comments; "
            "WordPress takes those over https only, or where WP_ENVIRONMENT_TYPE is local."
        )
    if 300 <= status < 400:
        return f"The site answered with a redirection ({status}); name the address that it leads to."
    return f"The site answered with status {status}."


def _record(found: dict[str, Any], now: float) -> Record:
    date = _text(found, "date_gmt")
    parent, content = _text(found, "parent"), found.get("content")
    said = comment(
        "wordpress",
        text=_text(content, "raw") or _text(content, "rendered") if isinstance(content, dict) else "",
        author=_text(found, "author_name"),
        author_email=_text(found, "author_email"),
        author_url=_text(found, "author_url"),
        user_ip=_text(found, "author_ip"),
        user_agent=_text(found, "author_user_agent"),
        type=_text(found, "type") or "comment",
        external_id=_text(found, "id"),
        parent_id="" if parent == "0" else parent,
        article_id=_text(found, "post"),
        permalink=_text(found, "link").partition("#")[0],
        date=date,
    )
    return Record(comment=said, at=moment(date, now), **judged(_text(found, "status"), "wordpress"))


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
