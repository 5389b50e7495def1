"""An author as the model reads them: words, values and domains; compiled where there is a compiler, with the same answers."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType

from service.text.author import COMMERCIAL, FREE_MAIL, ROLES, THROWAWAY_MAIL, mail_field, read_address, read_author
from service.text.author_signals import address_values, of_author
from service.text.links import host_of, registered_domain
from service.text.plain import plain

Said = tuple[str, bytes, str, str]
"""The fields' words, the values of AUTHOR_SPECS as float64, the registered domains of address and e-mail (or empty)."""

_NOBODY: Said = "", array("d", of_author(read_author("", "", ""))).tobytes(), "", ""
_MOST = 4096
"""Addresses, and domains of e-mails, that are remembered."""


@cache
def authors(*, compiled: bool = True) -> Callable[[str, str, str], Said]:
    """Give the function that reads an author's name, address and e-mail."""
    if compiled:
        with suppress(ImportError):
            return Compiled(import_module("service.text._text"))
    return _in_python


@lru_cache(maxsize=2048)
def _in_python(name: str, url: str, email: str) -> Said:
    author = read_author(name, url, email)
    return author.fields, array("d", of_author(author)).tobytes(), author.host, author.mail_domain


class Compiled:
    """Reads plain names at once; what else there is to know of an address or of an e-mail's domain it is told here."""

    def __init__(self, module: ModuleType) -> None:
        self._sites: dict[str, tuple[str, str, str, tuple[float, ...]]] = {}
        self._providers: dict[str, tuple[str, str, bool, bool]] = {}
        self.authors = module.Authors(plain(), COMMERCIAL, ROLES, self._sites, self._providers)
        self._read: Callable[[str, str, str], Said | None] = self.authors.read

    def __call__(self, name: str, url: str, email: str) -> Said:
        """Read an author."""
        if not (name or url or email):
            return _NOBODY
        return self._read(name, url, email) or self._learn(name, url, email)

    def _learn(self, name: str, url: str, email: str) -> Said:
        """Read an author whose address or e-mail is new, or whose name is not plain."""
        for known in (self._sites, self._providers):
            if len(known) >= _MOST:
                known.clear()
        if url and url not in self._sites:
            address = read_address(url)
            values = address_values(address.host, address.words, address.path)
            self._sites[url] = address.host, "".join(address.words), address.fields, values
        domain = email.strip().lower().rpartition("@")[2]
        if email.isascii() and domain not in self._providers:
            registered = registered_domain(host_of(domain))
            provider = registered.partition(".")[0]
            self._providers[domain] = registered, mail_field(registered), provider in FREE_MAIL, provider in THROWAWAY_MAIL
        return self._read(name, url, email) or _in_python(name, url, email)
