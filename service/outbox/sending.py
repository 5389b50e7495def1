"""One HTTP request to a vetted address: no redirect, no proxy, a limit on time and size.

httpx is imported when the first session is opened: it takes longer than all the rest of this room, and most services start without
anything to send.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from service import __version__
from service.outbox.guard import Guard, Refused, Target

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 15.0
MAX_ANSWER = 65_536
"""Bytes of an answer that are read; what comes after them is not."""


class Answer(Struct, frozen=True):
    """What came of a request: the HTTP status (None without an answer), what was wrong, and the answer as far as it was read."""

    status: int | None
    error: str
    seconds: float
    body: bytes = b""
    retry_after: str = ""


class Post(Protocol):
    """Sends a JSON body to the address of its session. Never raises: what goes wrong is an answer as well."""

    async def __call__(self, body: bytes, headers: dict[str, str]) -> Answer: ...  # noqa: D102 # the class says it


class Sender:
    """Opens sessions, one for each address: a connection is only ever used for the name that it was verified for."""

    def __init__(self, guard: Guard, timeout: float = TIMEOUT_SECONDS) -> None:
        self._guard = guard
        self._timeout = timeout
        self._tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def session(self, url: str) -> AsyncIterator[Post]:
        """Open a session for one URL; its host is looked up and vetted anew for every request."""
        if self._tls is None:
            self._tls = await asyncio.to_thread(_prepared)
        import httpx  # noqa: PLC0415 # see above; in a thread it was imported by now

        limits = httpx.Limits(max_connections=None, max_keepalive_connections=4, keepalive_expiry=self._timeout)
        async with httpx.AsyncClient(
            verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._timeout, limits=limits
        ) as client:

            async def post(body: bytes, headers: dict[str, str]) -> Answer:
                return await self._post(client, url, body, headers)

            yield post

    async def _post(self, client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        import httpx  # noqa: PLC0415 # as above

        began = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                target = await self._guard.vet(url)
                response, said = await self._exchange(client, target, body, headers)
        except TimeoutError:
            return Answer(None, f"no answer within {self._timeout:g} s", time.monotonic() - began)
        except Refused as refused:
            return Answer(None, str(refused), time.monotonic() - began)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            return Answer(None, _named(error), time.monotonic() - began)
        status = response.status_code
        wrong = "" if response.is_success else "redirects are not followed" if response.is_redirect else f"answered {status}"
        return Answer(status, wrong, time.monotonic() - began, said, response.headers.get("retry-after", ""))

    async def _exchange(
        self, client: httpx.AsyncClient, target: Target, body: bytes, headers: dict[str, str]
    ) -> tuple[httpx.Response, bytes]:
        """Send to a vetted address and read what it answers."""
        response = await ask(client, target, "POST", body, {"content-type": "application/json"} | headers)
        try:
            return response, await _read(response)
        finally:
            await response.aclose()


async def ask(
    client: httpx.AsyncClient, target: Target, method: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Ask the first of the vetted addresses that can be connected to; give its answer, still to be read and to be closed.

    Raises Refused, and what httpx raises.
    """
    import httpx  # noqa: PLC0415 # as above

    known = {"host": target.host, "user-agent": f"Winnow/{__version__}", "accept-encoding": "identity"}
    for place, url in enumerate(target.urls, 1):
        request = client.build_request(method, url, content=body, headers={**known, **(headers or {})})
        request.extensions["sni_hostname"] = target.name
        try:
            return await client.send(request, stream=True)
        except httpx.ConnectError:
            if place == len(target.urls):
                raise
    raise Refused("There is no address to connect to.")


def _prepared() -> ssl.SSLContext:
    """Import the HTTP client and read the file of certificates: both take long, so this is called in a thread."""
    import httpx  # noqa: F401, PLC0415 # as above

    return ssl.create_default_context()


async def _read(response: httpx.Response) -> bytes:
    said = b""
    async for part in response.aiter_raw():
        said += part
        if len(said) > MAX_ANSWER:
            return said[:MAX_ANSWER]
    return said


_NAMES = {
    "ConnectError": "could not connect",
    "RemoteProtocolError": "the answer was not HTTP",
    "ReadError": "the connection broke",
    "WriteError": "the connection broke",
    "TimeoutException": "no answer in time",
}
"""What went wrong, by the names of httpx's errors and of those that they are kinds of."""


def _named(error: Exception) -> str:
    """Say what went wrong in words of ours: messages of libraries can quote what the other side said."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "the certificate is not valid for this host"
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return next((_NAMES[kind] for kind in kinds if kind in _NAMES), kinds[0])
