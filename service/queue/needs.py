"""What a route demands of whoever visits it. Every route says it; ``admit`` is the one place that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection

from service.domain import Role, Site
from service.queue.stop import Stop
from service.store import queries
from service.store.people import Person

Path = Mapping[str, Any]
Find = Callable[[Connection, Path], int | None]
"""Gives the site of what a path names; None when there is no such thing."""


class Needs(Struct, frozen=True):
    """Who may visit: ``level`` says how far they must have come in, ``role`` what they must be, ``where`` on which sites."""

    level: Literal["public", "half", "full"]
    role: Role | None = None
    where: Literal["", "everywhere", "somewhere", "there"] = ""
    find: Find | None = None


def _site_in_path(_: Connection, path: Path) -> int | None:
    return int(path["site"])


def site_of_comment(connection: Connection, path: Path) -> int | None:
    """Find the site of the comment ``{comment}``."""
    return queries.site_of(connection, str(path["comment"]))


PUBLIC = Needs("public")
HALFWAY = Needs("half")
SIGNED_IN = Needs("full")


def everywhere(role: Role) -> Needs:
    """Demand the role on every site, for what belongs to the installation."""
    return Needs("full", role, "everywhere")


def somewhere(role: Role) -> Needs:
    """Demand the role on at least one site; the handler keeps to ``visit.sites``."""
    return Needs("full", role, "somewhere")


def there(role: Role, find: Find = _site_in_path) -> Needs:
    """Demand the role on the site of what the path names."""
    return Needs("full", role, "there", find)


def admit(needs: Needs, person: Person, sites: Sequence[Site], named: int | None) -> tuple[tuple[Site, ...], Site | None]:
    """Give the sites on which the person has what is needed, and the one that the path names. Raises Stop.

    ``sites`` are all there are, ``named`` is what the finder found.
    """
    wanted = needs.role or Role.VIEWER
    theirs = tuple(site for site in sites if person.may(wanted, site.id))
    if needs.where == "there":
        site = next((site for site in sites if site.id == named), None)
        if site is None or person.role_at(site.id) is None:
            raise Stop(404, "There is nothing at this address.")
        if site not in theirs:
            raise Stop(403, "Your role on this site does not allow that.")
        return theirs, site
    if needs.where == "everywhere" and not person.may(wanted):
        raise Stop(403, "Only people with this role on every site may do that.")
    if needs.where == "somewhere" and not theirs and not person.may(wanted):
        raise Stop(403, "You have no role that allows this on any site.")
    return theirs, None
