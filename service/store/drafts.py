"""Changes of a site's policy: tried out as a draft of one's own, put in force where nobody was faster."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, select

from service.store import audit, sites, storable
from service.store.audit import Deed
from service.store.schema import policies
from service.store.setup_tables import policy_drafts
from service.store.sites import PolicyVersion

_d = policy_drafts.c


class Changed(RuntimeError):  # named like the other refusals
    """Somebody else changed the policy meanwhile."""


class Draft(Struct, frozen=True):
    """A policy that someone tries out: ``body`` is JSON, ``version`` the one that it would replace."""

    version: int
    body: str
    at: float


def in_force(connection: Connection, site_id: int) -> PolicyVersion:
    """Give the newest version of a site's policy; version 0 with an empty body where it set none."""
    newest = select(policies).where(policies.c.site_id == site_id).order_by(policies.c.version.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return PolicyVersion(site_id, 0, "{}", "", 0.0) if row is None else PolicyVersion(*row)


def version_of(connection: Connection, site_id: int, version: int) -> PolicyVersion | None:
    """Give one version of a site's policy; 0 is what it was before anything was set."""
    if version == 0:
        return PolicyVersion(site_id, 0, "{}", "", 0.0)
    mine = (policies.c.site_id == site_id) & (policies.c.version == version)
    row = connection.execute(select(policies).where(mine)).one_or_none()
    return None if row is None else PolicyVersion(*row)


def history(connection: Connection, site_id: int, before: int | None, limit: int) -> list[PolicyVersion]:
    """Give versions of a site's policy, newest first, older than the version ``before``."""
    query = select(policies).where(policies.c.site_id == site_id).order_by(policies.c.version.desc()).limit(limit)
    if before is not None:
        query = query.where(policies.c.version < before)
    return [PolicyVersion(*row) for row in connection.execute(query)]


def put_in_force(connection: Connection, version: int, body: str, deed: Deed) -> int:
    """Let a policy replace the given version of a site's, and log the deed; gives the new version's number. Raises Changed."""
    site_id = deed.site_id or 0
    made = sites.add_policy(connection, site_id, body, deed.who, deed.at)
    if made != version + 1:
        raise Changed("Somebody else changed the policy meanwhile.")
    audit.append(connection, deed)
    connection.execute(policy_drafts.delete().where(_d.site_id == site_id, _d.person_id == deed.person_id))
    return made


def keep(connection: Connection, site_id: int, person_id: int, draft: Draft) -> None:
    """Keep what a person tries out on a site, in place of what they tried before."""
    drop(connection, site_id, person_id)
    values = {"version": draft.version, "body": storable.text(draft.body), "at": draft.at}
    connection.execute(policy_drafts.insert().values(site_id=site_id, person_id=person_id, **values))


def find(connection: Connection, site_id: int, person_id: int) -> Draft | None:
    """Give what a person tries out on a site."""
    mine = (_d.site_id == site_id) & (_d.person_id == person_id)
    row = connection.execute(select(_d.version, _d.body, _d.at).where(mine)).one_or_none()
    return None if row is None else Draft(*row)


def drop(connection: Connection, site_id: int, person_id: int) -> None:
    """Throw away what a person tries out on a site."""
    connection.execute(policy_drafts.delete().where(_d.site_id == site_id, _d.person_id == person_id))
