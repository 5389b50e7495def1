"""Where messages may go: public addresses, or what the operator listed. The address that was looked at is the one connected to.

An address is refused unless it is known to be public: the lists below are the special-purpose registries of IANA (RFC 6890 and its
successors) and forms that carry an IPv4 address inside an IPv6 one, through which an inner machine could be reached.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from msgspec import Struct

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a name, best first. Raises OSError when there are none."""

_MOST_ADDRESSES = 4
_LOOKUPS = 8
_NETWORKS = ipaddress.ip_network
_PRIVATE_4 = tuple(
    map(
        _NETWORKS,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by carriers; a cloud's metadata at 100.100.100.200
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a cloud's host agent, outside every special range
            "169.254.0.0/16",  # link-local; most clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
_PUBLIC_6 = _NETWORKS("2000::/3")
_SPECIAL_6 = tuple(
    map(
        _NETWORKS,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address inside
            "3fff::/20",  # documentation
        ),
    )
)
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62})?(\.[a-z0-9_]([a-z0-9_-]{0,62})?)*")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_LOWEST_PORT = 1024


class Refused(ValueError):  # named like the other refusals
    """Nothing may be sent there; the message says why, without the address."""


class Target(Struct, frozen=True):
    """A vetted place: ``urls`` with addresses instead of the name, best first; ``host`` for the header, ``name`` for TLS."""

    urls: tuple[str, ...]
    host: str
    name: str


class Place(Struct, frozen=True):
    """The parts of an acceptable URL."""

    scheme: str
    name: str
    port: int
    path: str


def public(address: Address) -> bool:
    """Tell whether an address is of the public internet and nothing else."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _PRIVATE_4)
    inside = address in _PUBLIC_6 and not any(address in network for network in _SPECIAL_6)
    return inside and (int(address) >> 32 & 0xFFFF_FFFF) not in _ISATAP and address.scope_id is None


def parse(url: str) -> Place:
    """Take a URL apart as strictly as can be, so that no other reader could find another host in it. Raises Refused."""
    if not url.isascii() or any(ord(letter) <= 32 or letter in '\\"<>^`{|}\x7f' for letter in url):
        raise Refused("The address has characters that do not belong in a URL; write other alphabets as xn--… and %XX.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("The address cannot be read as a URL.") from None
    if parts.scheme not in {"http", "https"}:
        raise Refused("The address must begin with https:// or http://.")
    if "@" in parts.netloc:
        raise Refused("The address must not hold a user name or password.")
    if parts.fragment:
        raise Refused("The address must not have a #fragment.")
    port = {"http": 80, "https": 443}[parts.scheme] if port is None else port
    if port not in {80, 443} and port < _LOWEST_PORT:
        raise Refused("Ports below 1024 other than 80 and 443 belong to other services.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, _name(parts.netloc, parts.hostname or ""), port, path)


def _name(netloc: str, name: str) -> str:
    if netloc.startswith("["):
        try:
            return str(ipaddress.IPv6Address(name))
        except ValueError:
            raise Refused("The address names no valid IPv6 address.") from None
    if not _HOST.fullmatch(name) or len(name) > 253:
        raise Refused("The address names no valid host.")
    if _NUMERIC.fullmatch(name.rpartition(".")[2]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise Refused("Write an IPv4 address as four decimal numbers.") from None
    return name


class Guard:
    """Vets URLs. ``allowed`` are the host names and networks (CIDR) outside the public internet that the operator listed."""

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve | None = None) -> None:
        self._names: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for entry in allowed:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower())
        self._lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="names")
        self._resolve = resolve or self._look_up

    async def vet(self, url: str) -> Target:
        """Resolve the URL's host and give where to connect to, from now on without another look-up. Raises Refused."""
        place = parse(url)
        addresses = await self._addresses(place)
        allowed = [each for each in addresses if place.name in self._names or self._may(each)]
        if not allowed:
            raise Refused("The address is not on the public internet; WINNOW_OUTBOUND_ALLOW lists exceptions.")
        urls = tuple(f"{place.scheme}://{_authority(str(each), place.port)}{place.path}" for each in allowed[:_MOST_ADDRESSES])
        standard = {"http": 80, "https": 443}[place.scheme]
        host = _authority(place.name, place.port) if place.port != standard else _authority(place.name, None)
        return Target(urls, host, place.name)

    def close(self) -> None:
        """Let the look-ups go."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    def _may(self, address: Address) -> bool:
        return public(address) or any(address in network for network in self._networks)

    async def _addresses(self, place: Place) -> list[Address]:
        try:
            return [ipaddress.ip_address(place.name)]
        except ValueError:
            pass
        try:
            found = await self._resolve(place.name, place.port)
            return [ipaddress.ip_address(each) for each in dict.fromkeys(found)]
        except (OSError, ValueError, UnicodeError):
            raise Refused("The host's name cannot be resolved.") from None

    async def _look_up(self, name: str, port: int) -> list[str]:
        """Ask the system. In threads of their own: a name server that does not answer must not hold up anything else."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._lookups, lambda: socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        return [str(entry[4][0]) for entry in found]


def _authority(name: str, port: int | None) -> str:
    host = f"[{name}]" if ":" in name else name
    return host if port is None else f"{host}:{port}"
