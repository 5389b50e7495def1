"""What of a comment or an author can go onto a site's lists, and putting it there: a new version of the policy, and logged."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from ipaddress import ip_address, ip_network
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from service.domain import Comment, Site
from service.policy import InvalidPolicy, Policy
from service.queue.languages import N_
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.search import finding
from service.search.query import BadSearch, parse
from service.store import audit, authors, sites
from service.store.audit import Deed

Kind = Literal["emails", "authors", "ips", "domains"]
Which = Literal["block", "allow"]
COUNTED = 500
"""So many of the newest comments are looked at to tell how many wait."""

_MOST_DOMAINS = 8
_PERSONAL = frozenset({"emails", "authors", "ips"})


class Target(Struct, frozen=True):
    """An entry for a list: what it is called, how it is searched for, whether it is on the list, how many of it wait."""

    kind: Kind
    value: str
    label: str
    query: str
    listed: bool = False
    waiting: int = 0
    more: bool = False

    @property
    def key(self) -> str:
        """Name it in an address, where nothing personal belongs."""
        return f"{self.kind}-{blake2b(self.value.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


def targets(comment: Comment, domains: Sequence[str]) -> list[Target]:
    """Give what a comment can be blocked by: author, address, the network around it, and the domains that it links to."""
    found = _author(comment)
    if comment.user_ip and (around := _around(comment.user_ip)):
        address = comment.user_ip.strip()
        found.append(Target("ips", address, N_("IP address"), f'ip:"{address}"'))
        found.append(Target("ips", around, N_("Network"), f'ip:"{around}"'))
    own = comment.author_email.rpartition("@")[2].casefold()
    linked = [each for each in domains if not own.endswith(each)][:_MOST_DOMAINS]  # half the world writes from the same mail host
    return found + [Target("domains", each, N_("Domain"), f'domain:"{each}"') for each in linked]


def _author(comment: Comment) -> list[Target]:
    if email := comment.author_email.strip():
        return [Target("emails", email, N_("E-mail address"), f'author:"{email}"')]
    if name := comment.author.strip():
        return [Target("authors", name[:300], N_("Name"), 'author:"{}"'.format(name.replace('"', " ")))]
    return []


def _around(address: str) -> str:
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return ""
    return str(ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))


def counted(connection: Connection, visit: Visit, site_id: int, found: Sequence[Target]) -> list[Target]:
    """Tell of each target whether it is blocked, and how many comments of it wait on the site."""
    policy = newest(connection, site_id)
    site = [site for site in visit.every_site if site.id == site_id]
    return [_counted(connection, each, policy, [*site], visit.at) for each in found]


def _counted(connection: Connection, target: Target, policy: Policy, site: list[Site], at: float) -> Target:
    listed = _has(policy, "block", target.kind, target.value)
    try:
        page = finding.find(connection, parse(target.query, site, at), limit=COUNTED, budget=0.05)
    except BadSearch:  # an e-mail or a name of signs alone
        return replace(target, listed=listed)
    waiting = authors.waiting(connection, site[0].id, page.ids)
    return replace(target, listed=listed, waiting=waiting, more=bool(page.after))


def newest(connection: Connection, site_id: int) -> Policy:
    """Give a site's own policy as it is stored, without the model's lines. Raises Stop where this version cannot read it."""
    stored = sites.policies_in_force(connection).get(site_id)
    try:
        return msgspec.json.decode(stored.body, type=Policy) if stored is not None else Policy()
    except (msgspec.MsgspecError, InvalidPolicy):
        raise Stop(409, "This version cannot read the site's policy, so it cannot change it either.") from None


def listed(policy: Policy, which: Which, found: Sequence[Target]) -> bool:
    """Tell whether any of these is on a list."""
    return any(_has(policy, which, each.kind, each.value) for each in found)


def _has(policy: Policy, which: Which, kind: Kind, value: str) -> bool:
    entries: tuple[str, ...] = getattr(getattr(policy, which), kind)
    return value.strip().casefold() in {entry.strip().casefold() for entry in entries}


async def put(visit: Visit, site_id: int, which: Which, target: Target, *, on: bool) -> bool:
    """Put an entry on a list, or take it off; False if it was so already. Raises Stop for an entry that cannot be used."""
    changed = await visit.write(lambda connection: _put(connection, visit, site_id, which, target, on))
    if changed:
        await visit.pages.moderation.reload()
    return changed


def _put(connection: Connection, visit: Visit, site_id: int, which: Which, target: Target, on: bool) -> bool:
    policy = newest(connection, site_id)
    lists = getattr(policy, which)
    if _has(policy, which, target.kind, target.value) == on:
        return False
    meant = target.value.strip().casefold()
    kept = tuple(entry for entry in getattr(lists, target.kind) if entry.strip().casefold() != meant)
    entries = (*kept, target.value.strip()) if on else kept
    changed = replace(policy, **{which: replace(lists, **{target.kind: entries})})
    try:
        changed.with_defaults({})
    except InvalidPolicy:
        raise Stop(422, "This cannot go onto the list.") from None
    version = sites.add_policy(connection, site_id, msgspec.json.encode(changed).decode(), visit.person.name, visit.at)
    # the log outlives whoever wrote: of people it has no names
    entry = "…" if target.kind in _PERSONAL else target.value
    told = {"list": which, "kind": target.kind, "entry": entry, "entries": len(entries)}
    before = {"list": which, "kind": target.kind, "entries": len(getattr(lists, target.kind))}
    who: dict[str, Any] = {"at": visit.at, "who": visit.person.name, "person_id": visit.person.id}
    about: dict[str, Any] = {"what": "policy.list", "site_id": site_id, "target": f"version {version}"}
    audit.append(connection, Deed(**who, **about, before=before, after=told))
    return True
