"""Sites, their keys and their policies. Every change raises a number that running services watch."""

from __future__ import annotations

import secrets
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, func, select, text
from sqlalchemy.exc import IntegrityError

from service.domain import Site
from service.store import storable
from service.store.ids import Digests, derived_key, new_key
from service.store.schema import changes, keys, policies, sites

SCOPES = ("check", "feedback", "read")


class NameTaken(ValueError):  # named like the other refusals
    """A site of this name is there already."""


class Key(Struct, frozen=True):
    """A site's key as it is stored: a digest, never the key.

    ``hint`` is its last four characters, ``revoked_at`` None while it works.
    """

    id: int
    site_id: int
    label: str
    kind: str
    scopes: tuple[str, ...]
    hint: str
    digest: str
    created_at: float
    revoked_at: float | None = None


class PolicyVersion(Struct, frozen=True):
    """One version of a site's policy; ``body`` is JSON of ``service.policy.Policy``."""

    site_id: int
    version: int
    body: str
    by: str
    at: float


_VERSION = select(func.max(policies.c.version)).where(policies.c.site_id == sites.c.id).scalar_subquery()
_SITE = select(sites.c.id, sites.c.name, sites.c.url, sites.c.hold_as, func.coalesce(_VERSION, 0))


def change_number(connection: Connection) -> int:
    """Give the number that every change of sites, keys and policies raises: read it often, reload when it differs."""
    return connection.execute(select(changes.c.number).where(changes.c.name == "configuration")).scalar() or 0


def note_change(connection: Connection) -> None:
    """Raise the number that running services watch."""
    connection.execute(
        text(
            "INSERT INTO changes (name, number) VALUES ('configuration', 1)"
            " ON CONFLICT (name) DO UPDATE SET number = changes.number + 1"
        )
    )


def add_site(connection: Connection, name: str, url: str, at: float, hold_as: str = "auto") -> Site:
    """Add a site. Raises NameTaken."""
    name, url = storable.text(name), storable.text(url)
    values = {"name": name, "url": url, "hold_as": hold_as, "created_at": at}
    try:
        with connection.begin_nested():
            site_id = connection.execute(sites.insert().values(values).returning(sites.c.id)).scalar_one()
    except IntegrityError:
        raise NameTaken(f"There is a site named {name!r} already.") from None
    note_change(connection)
    return Site(site_id, name, url, hold_as)


def list_sites(connection: Connection) -> list[Site]:
    """Give all sites by id, with the version of the policy in force."""
    return _sites(connection, _SITE.order_by(sites.c.id))


def find_site(connection: Connection, name: str) -> Site | None:
    """Find the site of that name."""
    return next(iter(_sites(connection, _SITE.where(sites.c.name == storable.text(name)))), None)


def _sites(connection: Connection, query: Select[Any]) -> list[Site]:
    return [Site(*row) for row in connection.execute(query)]


def change_site(
    connection: Connection, site_id: int, *, name: str | None = None, url: str | None = None, hold_as: str | None = None
) -> None:
    """Change what is not None. Raises NameTaken."""
    given = {"name": name, "url": url, "hold_as": hold_as}
    values = {column: storable.text(value) for column, value in given.items() if value is not None}
    if not values:
        return
    try:
        with connection.begin_nested():
            connection.execute(sites.update().where(sites.c.id == site_id).values(values))
    except IntegrityError:
        raise NameTaken(f"There is a site named {name!r} already.") from None
    note_change(connection)


def add_key(
    connection: Connection,
    digests: Digests,
    site_id: int,
    at: float,
    *,
    kind: str = "akismet",
    label: str = "",
    scopes: tuple[str, ...] = SCOPES,
) -> tuple[str, Key]:
    """Make a key and give it with its record. The key itself is not stored: this is the only time it can be shown."""
    salt = secrets.token_hex(16) if kind == "akismet" else ""
    token = derived_key(digests, salt) if salt else new_key()
    digest = digests.key(token)
    values = {
        "site_id": site_id,
        "label": storable.text(label),
        "digest": digest,
        "kind": kind,
        "scopes": " ".join(scopes),
        "hint": token[-4:],
        "salt": salt,
        "created_at": at,
    }
    key_id = connection.execute(keys.insert().values(values).returning(keys.c.id)).scalar_one()
    note_change(connection)
    return token, Key(key_id, site_id, storable.text(label), kind, scopes, token[-4:], digest, at)


def list_keys(connection: Connection, site_id: int | None = None, *, revoked: bool = True) -> list[Key]:
    """Give keys by id: of one site or of all, with the revoked ones or without."""
    names = ("id", "site_id", "label", "kind", "scopes", "hint", "digest", "created_at", "revoked_at")
    query = select(*(keys.c[name] for name in names)).order_by(keys.c.id)
    if site_id is not None:
        query = query.where(keys.c.site_id == site_id)
    if not revoked:
        query = query.where(keys.c.revoked_at.is_(None))
    return [_key(row) for row in connection.execute(query)]


def _key(row: Row[*tuple[Any, ...]]) -> Key:
    key_id, of_site, label, kind, scopes, hint, digest, created_at, revoked_at = row
    return Key(key_id, of_site, label, kind, tuple(scopes.split()), hint, digest, created_at, revoked_at)


def callback_keys(connection: Connection, digests: Digests, site_id: int) -> list[tuple[int, str]]:
    """Give a site's working Akismet keys themselves, with their numbers, newest first: its WordPress knows us by one of them."""
    works = (keys.c.site_id == site_id) & (keys.c.kind == "akismet") & (keys.c.revoked_at.is_(None)) & (keys.c.salt != "")
    found = connection.execute(select(keys.c.id, keys.c.salt).where(works).order_by(keys.c.id.desc()))
    return [(row.id, derived_key(digests, row.salt)) for row in found]


def revoke_key(connection: Connection, key_id: int, at: float) -> bool:
    """Make a key useless; False when there is none or it was revoked before."""
    change = keys.update().where(keys.c.id == key_id, keys.c.revoked_at.is_(None)).values(revoked_at=at)
    if not connection.execute(change).rowcount:
        return False
    note_change(connection)
    return True


def add_policy(connection: Connection, site_id: int, body: str, by: str, at: float) -> int:
    """Append a version of a site's policy, which is then in force; gives its number. Former versions stay."""
    connection.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update())
    newest = select(func.coalesce(func.max(policies.c.version), 0)).where(policies.c.site_id == site_id)
    version = connection.execute(newest).scalar_one() + 1
    values = {"site_id": site_id, "version": version, "body": storable.text(body), "by": storable.text(by), "at": at}
    connection.execute(policies.insert().values(values))
    note_change(connection)
    return int(version)


def policy_versions(connection: Connection, site_id: int) -> list[PolicyVersion]:
    """Give all versions of a site's policy, newest first."""
    query = select(policies).where(policies.c.site_id == site_id).order_by(policies.c.version.desc())
    return [PolicyVersion(*row) for row in connection.execute(query)]


def policies_in_force(connection: Connection) -> dict[int, PolicyVersion]:
    """Give the newest policy of every site that has one, by site id."""
    newest = select(policies.c.site_id, func.max(policies.c.version)).group_by(policies.c.site_id).subquery()
    query = select(policies).join(newest, (newest.c[0] == policies.c.site_id) & (newest.c[1] == policies.c.version))
    return {row.site_id: PolicyVersion(*row) for row in connection.execute(query)}
