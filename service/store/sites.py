"""Sites, their keys and their policies. Every change raises a number that running services watch."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, func, or_, select, text
from sqlalchemy.exc import IntegrityError

from service.domain import Site
from service.store import audit, storable
from service.store.audit import Deed
from service.store.direct import Direct
from service.store.ids import Digests, derived_key, new_key
from service.store.schema import changes, keys, policies, sites

SCOPES = ("check", "feedback", "read")
MOST_UNDO_SECONDS = 3600


class NameTaken(ValueError):  # named like the other refusals
    """A site of this name is there already."""


class Key(Struct, frozen=True):
    """A site's key as it is stored: a digest, never the key.

    ``hint`` is its last four characters. ``revoked_at`` is when it ceases to work, which may lie ahead; None for never.
    ``used_at`` is to the minute, None for one never used.
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
    used_at: float | None = None

    def works(self, at: float) -> bool:
        """Tell whether it opens anything at a time."""
        return self.revoked_at is None or self.revoked_at > at


class PolicyVersion(Struct, frozen=True):
    """One version of a site's policy; ``body`` is JSON of ``service.policy.Policy``."""

    site_id: int
    version: int
    body: str
    by: str
    at: float


_VERSION = select(func.max(policies.c.version)).where(policies.c.site_id == sites.c.id).scalar_subquery()
_SITE = select(sites.c.id, sites.c.name, sites.c.url, sites.c.hold_as, func.coalesce(_VERSION, 0), sites.c.undo_seconds)


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


_BY_ID = Direct(_SITE.order_by(sites.c.id))


def list_sites(connection: Connection) -> list[Site]:
    """Give all sites by id, with the version of the policy in force."""
    return [Site(*row) for row in _BY_ID.rows(connection, {})]


def find_site(connection: Connection, name: str) -> Site | None:
    """Find the site of that name."""
    row = connection.execute(_SITE.where(sites.c.name == storable.text(name))).first()
    return Site(*row) if row is not None else None


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


def set_undo(connection: Connection, site_id: int, seconds: int | None) -> None:
    """Let decisions be taken back for so long, up to ``MOST_UNDO_SECONDS``; None: as the installation has it."""
    connection.execute(sites.update().where(sites.c.id == site_id).values(undo_seconds=seconds))
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


def list_keys(connection: Connection, site_id: int | None = None, *, working_at: float | None = None) -> list[Key]:
    """Give keys by id: of one site or of all; with a time only those that work then."""
    names = ("id", "site_id", "label", "kind", "scopes", "hint", "digest", "created_at", "revoked_at", "used_at")
    query = select(*(keys.c[name] for name in names)).order_by(keys.c.id)
    if site_id is not None:
        query = query.where(keys.c.site_id == site_id)
    if working_at is not None:
        query = query.where(or_(keys.c.revoked_at.is_(None), keys.c.revoked_at > working_at))
    return [_key(row) for row in connection.execute(query)]


def _key(row: Row[*tuple[Any, ...]]) -> Key:
    key_id, of_site, label, kind, scopes, *rest = row
    return Key(key_id, of_site, label, kind, tuple(scopes.split()), *rest)


def note_used(connection: Connection, key_ids: Iterable[int], at: float) -> None:
    """Note when keys were used last."""
    connection.execute(keys.update().where(keys.c.id.in_(list(key_ids))).values(used_at=at))


def callback_keys(connection: Connection, digests: Digests, site_id: int, at: float) -> list[tuple[int, str]]:
    """Give a site's working Akismet keys themselves, with their numbers, newest first: its WordPress knows us by one of them."""
    works = or_(keys.c.revoked_at.is_(None), keys.c.revoked_at > at)
    mine = (keys.c.site_id == site_id) & (keys.c.kind == "akismet") & (keys.c.salt != "")
    found = connection.execute(select(keys.c.id, keys.c.salt).where(mine, works).order_by(keys.c.id.desc()))
    return [(row.id, derived_key(digests, row.salt)) for row in found]


def revoke_key(connection: Connection, key_id: int, at: float, *, until: float | None = None) -> bool:
    """Make a key useless, at once or from the time ``until`` on; False when there is none or it does not work any more."""
    works = or_(keys.c.revoked_at.is_(None), keys.c.revoked_at > at)
    change = keys.update().where(keys.c.id == key_id, works).values(revoked_at=at if until is None else until)
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


def set_policy(connection: Connection, site_id: int, body: str, by: str, at: float) -> int:
    """Append a version of a site's policy, and log which parts of it changed; gives its number."""
    former = policies_in_force(connection).get(site_id)
    version = add_policy(connection, site_id, body, by, at)
    before, after = (msgspec.json.decode(each) for each in (former.body if former is not None else "{}", body))
    told = [{name: each.get(name) for name in after if before.get(name) != after.get(name)} for each in (before, after)]
    deed = Deed(at=at, who=by, what="policy.set", site_id=site_id, target=f"version {version}", before=told[0], after=told[1])
    audit.append(connection, deed)
    return version


def policy_versions(connection: Connection, site_id: int) -> list[PolicyVersion]:
    """Give all versions of a site's policy, newest first."""
    query = select(policies).where(policies.c.site_id == site_id).order_by(policies.c.version.desc())
    return [PolicyVersion(*row) for row in connection.execute(query)]


def policies_in_force(connection: Connection) -> dict[int, PolicyVersion]:
    """Give the newest policy of every site that has one, by site id."""
    newest = select(policies.c.site_id, func.max(policies.c.version)).group_by(policies.c.site_id).subquery()
    query = select(policies).join(newest, (newest.c[0] == policies.c.site_id) & (newest.c[1] == policies.c.version))
    return {row.site_id: PolicyVersion(*row) for row in connection.execute(query)}
