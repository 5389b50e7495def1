"""The clients: the same methods, waiting or awaited. Both try again when the service cannot answer, without judging twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack

import httpx

from service.client import requests
from service.client.answers import Feedback, Judgement, StoredComment, Unreachable, Verdict
from service.client.requests import AT_ONCE, Call, CommentFields, Label, content, pause_after, read

TIMEOUT = 5.0
ATTEMPTS = 3


def _settings(url: str, key: str, timeout: float) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}", "User-Agent": "winnow-client/1"}
    return {"base_url": url.rstrip("/"), "headers": headers, "timeout": timeout}


class Client:
    """A client that waits for its answers. ``key`` is one of the site's; ``timeout`` is in seconds, for each attempt.

    Methods raise WinnowError for a refusal and Unreachable when there is no answer.
    """

    def __init__(self, url: str, key: str, *, timeout: float = TIMEOUT, attempts: int = ATTEMPTS) -> None:
        self._http = httpx.Client(**_settings(url, key, timeout))
        self._attempts = attempts

    def __enter__(self) -> Self:
        """Give the client."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def check(self, text: str, **fields: Unpack[CommentFields]) -> Judgement:
        """Judge a comment and store it with its decision."""
        return read(Judgement, self._ask(requests.checking(text, fields)))

    def check_many(self, comments: Sequence[Mapping[str, Any]]) -> Iterator[Judgement]:
        """Judge comments (``text`` and the fields of ``check``) in order, a thousand a request."""
        for start in range(0, len(comments), AT_ONCE):
            call = requests.checking_many([dict(each) for each in comments[start : start + AT_ONCE]])
            yield from (read(Judgement, each) for each in self._ask(call)["results"])

    def feedback(self, comment_id: str, label: Label, *, by: str = "", kind: str = "") -> Feedback:
        """Say what a comment is: ``by`` is who says so, ``kind`` the kind of abuse."""
        return read(Feedback, self._ask(requests.labelling(comment_id, label, by, kind)))

    def get(self, comment_id: str) -> StoredComment:
        """Look a comment up."""
        return read(StoredComment, self._ask(requests.looking(comment_id)))

    def comments(self, verdict: Verdict | None = None) -> Iterator[StoredComment]:
        """Give the site's comments, newest first, a page at a time."""
        cursor = None
        while True:
            page = self._ask(requests.listing(verdict, cursor))
            yield from (read(StoredComment, each) for each in page["comments"])
            if (cursor := page["next"]) is None:
                return

    def _ask(self, call: Call) -> Any:  # noqa: ANN401 # whatever the API answers
        for attempt in range(self._attempts):
            response = self._send(call)
            if (pause := pause_after(response, attempt)) is None or attempt == self._attempts - 1:
                break
            time.sleep(pause)
        if response is None:
            raise Unreachable("The service cannot be reached.")
        return content(response)

    def _send(self, call: Call) -> httpx.Response | None:
        try:
            return self._http.request(call.method, call.path, json=call.json, params=dict(call.query), headers=dict(call.headers))
        except httpx.TransportError:
            return None


class AsyncClient:
    """A client for asyncio; otherwise as Client."""

    def __init__(self, url: str, key: str, *, timeout: float = TIMEOUT, attempts: int = ATTEMPTS) -> None:  # of each attempt
        self._http = httpx.AsyncClient(**_settings(url, key, timeout))
        self._attempts = attempts

    async def __aenter__(self) -> Self:
        """Give the client."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close its connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def check(self, text: str, **fields: Unpack[CommentFields]) -> Judgement:
        """Judge a comment and store it with its decision."""
        return read(Judgement, await self._ask(requests.checking(text, fields)))

    async def check_many(self, comments: Sequence[Mapping[str, Any]]) -> AsyncIterator[Judgement]:
        """Judge comments (``text`` and the fields of ``check``) in order, a thousand a request."""
        for start in range(0, len(comments), AT_ONCE):
            call = requests.checking_many([dict(each) for each in comments[start : start + AT_ONCE]])
            for each in (await self._ask(call))["results"]:
                yield read(Judgement, each)

    async def feedback(self, comment_id: str, label: Label, *, by: str = "", kind: str = "") -> Feedback:
        """Say what a comment is: ``by`` is who says so, ``kind`` the kind of abuse."""
        return read(Feedback, await self._ask(requests.labelling(comment_id, label, by, kind)))

    async def get(self, comment_id: str) -> StoredComment:
        """Look a comment up."""
        return read(StoredComment, await self._ask(requests.looking(comment_id)))

    async def comments(self, verdict: Verdict | None = None) -> AsyncIterator[StoredComment]:
        """Give the site's comments, newest first, a page at a time."""
        cursor = None
        while True:
            page = await self._ask(requests.listing(verdict, cursor))
            for each in page["comments"]:
                yield read(StoredComment, each)
            if (cursor := page["next"]) is None:
                return

    async def _ask(self, call: Call) -> Any:  # noqa: ANN401 # whatever the API answers
        for attempt in range(self._attempts):
            response = await self._send(call)
            if (pause := pause_after(response, attempt)) is None or attempt == self._attempts - 1:
                break
            await asyncio.sleep(pause)
        if response is None:
            raise Unreachable("The service cannot be reached.")
        return content(response)

    async def _send(self, call: Call) -> httpx.Response | None:
        query, headers = dict(call.query), dict(call.headers)
        try:
            return await self._http.request(call.method, call.path, json=call.json, params=query, headers=headers)
        except httpx.TransportError:
            return None
