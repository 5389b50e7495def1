"""What of a request may be believed: the client's address, whether the line is encrypted, and that one of our own pages sent it."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import Request

from service.settings import Settings


class Trust:
    """Believes ``X-Forwarded-For`` of the proxies that the settings name, and the public address that they give."""

    def __init__(self, settings: Settings) -> None:
        self._public = settings.public_url.rstrip("/")
        self._proxies = [ip_network(each.strip(), strict=False) for each in settings.trusted_proxies.split(",") if each.strip()]

    def base(self, request: Request) -> str:
        """Give the address of this service as the browser knows it: what links to it begin with."""
        return self._public or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"

    def secure(self, request: Request) -> bool:
        """Tell whether browsers reach us over TLS."""
        return self.base(request).startswith("https://")

    def address(self, request: Request) -> str:
        """Give the network address of the client: the last one that none of our proxies has."""
        hops = request.headers.get("x-forwarded-for", "").split(",") if self._proxies else []
        address = request.client.host if request.client is not None else ""
        for hop in reversed(hops):
            if not self._is_proxy(address):
                break
            address = hop.strip()[:64]
        return address

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)

    def own(self, request: Request) -> bool:
        """Tell whether a request that would change something comes from one of our own pages, as far as the browser says."""
        if (site := request.headers.get("sec-fetch-site")) is not None:
            return site == "same-origin"
        if (origin := request.headers.get("origin")) is not None:
            return urlsplit(origin).netloc == urlsplit(self.base(request)).netloc != ""
        return True  # an old browser, or none: the form's token decides
