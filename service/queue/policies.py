"""Changing a site's policy from the pages: what it is now, what someone tries out, and putting it in force."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from service.conditions import InvalidPolicy
from service.domain import Site
from service.models import lines_of
from service.policy import Policy
from service.queue import rulebook
from service.queue.languages import gettext as _
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.store import drafts
from service.store.audit import Deed
from service.store.drafts import Draft
from service.store.sites import PolicyVersion


class Present(Struct, frozen=True):
    """A site's policy as it was set, without the model's lines, and the number of this version."""

    version: int
    policy: Policy


def here(visit: Visit) -> Site:
    """Give the site that the address names. Raises Stop."""
    if visit.site is None:
        raise Stop(404, "There is nothing at this address.")
    return visit.site


def decoded(body: str) -> Policy | None:
    """Read a stored policy; None when this version cannot."""
    try:
        return msgspec.json.decode(body, type=Policy)
    except (msgspec.MsgspecError, InvalidPolicy):
        return None


def readable(stored: PolicyVersion) -> Present:
    """Read a version of a policy. Raises Stop."""
    policy = decoded(stored.body)
    if policy is None:
        raise Stop(409, "This version cannot read the site's policy, so it cannot change it either.")
    return Present(stored.version, policy)


async def present(visit: Visit, site: Site) -> Present:
    """Give a site's policy as it was set. Raises Stop."""
    site_id = site.id
    return readable(await visit.look(lambda connection: drafts.in_force(connection, site_id)))


def filled(visit: Visit, site: Site, policy: Policy) -> Policy:
    """Give a policy with the lines of the site's model where it has none. Raises InvalidPolicy."""
    shared = tuple(each.rule for each in visit.pages.moderation.policy(site).shared)
    return policy.sharing(shared).with_defaults(lines_of(visit.pages.moderation.model_of(site)))


async def put(visit: Visit, site: Site, before: Present, policy: Policy, what: str) -> int:
    """Put a policy in force in place of the one that was looked at; gives the new version's number. Raises Stop."""
    filled(visit, site, policy)
    body = msgspec.json.encode(policy).decode()
    went, came = rulebook.logged(rulebook.differences(before.policy, policy))
    deed = Deed(
        at=visit.at,
        who=visit.person.name,
        person_id=visit.person.id,
        what=what,
        site_id=site.id,
        target=f"version {before.version + 1}",
        before=went,
        after=came,
    )

    def change(connection: Connection) -> int:
        return drafts.put_in_force(connection, before.version, body, deed)

    try:
        version = await visit.write(change)
    except drafts.Changed:
        raise Stop(409, "Someone changed the policy meanwhile. Look at it again; nothing was saved.") from None
    await visit.pages.moderation.reload()
    return version


async def say(visit: Visit, site: Site, before: int, version: int) -> None:
    """Tell that another version is in force, with the way back."""
    told = _("Version %(number)s of the rules is in force.") % {"number": version}
    visit.say(told, undo=f"/rules/{site.id}/back?version={before}&of={version}")


async def try_out(visit: Visit, site: Site, before: Present, policy: Policy) -> None:
    """Keep a changed policy as the visitor's draft. Raises InvalidPolicy."""
    filled(visit, site, policy)
    draft = Draft(before.version, msgspec.json.encode(policy).decode(), visit.at)
    person_id, site_id = visit.person.id, site.id
    await visit.write(lambda connection: drafts.keep(connection, site_id, person_id, draft))
