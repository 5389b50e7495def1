"""Rules: in which order a site's comments meet them, what each did, and changing them only after one saw what would change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import Struct, structs
from starlette.responses import Response

from service.conditions import OWN, SHARED, Condition, InvalidPolicy, OwnRule, asked
from service.domain import Role, Site
from service.people.refusal import NotSo
from service.policy import Policy, Reason
from service.queue import rulebook, ruling
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import somewhere, there
from service.queue.policies import decoded, filled, here, present, put, readable, say, try_out
from service.queue.routes import Menu, Routes
from service.queue.rule_names import RULE_NAMES
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.queue.wishes import rule_of_search
from service.store import drafts, past
from service.store.past import Record

routes = Routes()
DAY = 86_400.0
HITS_DAYS, JUDGED_DAYS = 7, 30
_MOST_COUNTED = 200_000
_VERSIONS = 20
_MOST_YAML = 60_000
_MOST_REASONS = 9


class Row(Struct, frozen=True):
    """A rule as it is shown: one of the site's own or of all sites, or a built-in with its name (``N_``) and what it goes by."""

    key: str
    name: str
    record: Record
    own: OwnRule | None = None
    verdict: str = ""
    detail: str = ""


BUILT_IN = {
    "test_value": "reject",
    "site_staff": "accept",
    "allow_list": "accept",
    "block_list": "reject",
    "no_score": "hold",
    "score_rejects": "reject",
    "hold_list": "hold",
    "flood": "hold",
    "honeypot": "hold",
    "unseen_text": "hold",
    "link_limit": "hold",
    "first_time_author": "hold",
    "score_holds": "hold",
    "below_lines": "accept",
}


# Looking.


@routes.get("/rules", needs=somewhere(Role.VIEWER), menu=Menu("rules", N_("Rules"), 30))
async def show(visit: Visit) -> Response:
    """Show a site's rules in the order in which comments meet them."""
    if not visit.sites:
        return await visit.show("rules_none.html")
    wanted = visit.query.get("site", "")
    site = next((site for site in visit.sites if str(site.id) == wanted), visit.sites[0])
    if (search := visit.query.get("from", "")) and visit.may(Role.LEAD, site):
        return visit.go(f"/rules/{site.id}/rule?from={quote(search[:500])}")
    person_id, site_id = visit.person.id, site.id
    stored, draft = await visit.look(
        lambda connection: (drafts.in_force(connection, site_id), drafts.find(connection, site_id, person_id))
    )
    policy = decoded(stored.body)
    records = await _records(visit, site)
    return await visit.show(
        "rules.html",
        site=site,
        stored=stored,
        policy=policy,
        rows=_rows(filled(visit, site, policy or Policy()), records or {}),
        counted=records is not None,
        draft=draft if visit.may(Role.LEAD, site) else None,
        may_change=visit.may(Role.LEAD, site) and policy is not None,
        asked=asked,
        days=HITS_DAYS,
        judged_days=JUDGED_DAYS,
    )


async def _records(visit: Visit, site: Site) -> dict[str, Record] | None:
    since, judged = visit.at - HITS_DAYS * DAY, visit.at - JUDGED_DAYS * DAY

    async def count() -> dict[str, Record]:
        return await visit.look(lambda connection: past.records(connection, site.id, since, judged, _MOST_COUNTED))

    return await visit.pages.seldom.get(("rules", site.id), count)


def _rows(policy: Policy, records: dict[str, Record]) -> list[Row]:
    """Give rows in the order of ``policy.decide``; own rules that are off stand where they would be tried."""
    names = [rule.__name__ for rule in policy.order if not rule.__name__.startswith((OWN, SHARED))]
    place = names.index("no_score")
    built_in = [
        Row(name, RULE_NAMES[name], records.get(name, Record()), None, BUILT_IN[name], _detail(policy, name)) for name in names
    ]
    shared = [Row(each.name, each.rule.name, records.get(each.name, Record()), each.rule) for each in policy.shared]
    own = [Row(OWN + rule.name, rule.name, records.get(OWN + rule.name, Record()), rule) for rule in policy.rules]
    return [*built_in[:place], *shared, *own, *built_in[place:]]


def _detail(policy: Policy, name: str) -> str:
    """Say what a built-in rule goes by on this site, or that it is off."""
    lists = {"allow_list": policy.allow, "block_list": policy.block, "hold_list": policy.hold}
    if (entries := lists.get(name)) is not None:
        count = sum(len(getattr(entries, kind)) for kind in rulebook.KINDS)
        return _("%(count)s entries") % {"count": count} if count else _("empty")
    if name == "first_time_author":
        return {"never": _("off"), "links": _("with links"), "always": _("always")}[policy.first_time]
    if name == "flood":
        return (
            _("%(count)s in %(seconds)s seconds") % {"count": policy.flood_limit, "seconds": policy.flood_seconds}
            if policy.flood_limit
            else _("off")
        )
    if name == "link_limit":
        return _("above %(count)s") % {"count": policy.max_links}
    if name in {"score_rejects", "score_holds"}:
        end = "reject_at" if name == "score_rejects" else "hold_at"
        lines = [getattr(policy.lines(head), end) for head in ("spam", "abuse")]
        return " · ".join(f"{label} {_line(line)}" for label, line in zip((_("spam"), _("abuse")), lines, strict=True))
    return ""


def _line(line: float) -> str:
    return _("off") if line > 1 else f"{line:.3f}"


@routes.get("/rules/{site:int}/history", needs=there(Role.VIEWER))
async def history(visit: Visit) -> Response:
    """Show the versions of a site's policy, and what each changed."""
    site = here(visit)
    given = visit.query.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    found = await visit.look(lambda connection: drafts.history(connection, site.id, before, _VERSIONS + 1))
    return await visit.show(
        "rules_history.html",
        site=site,
        versions=_told(found)[:_VERSIONS],
        more=found[_VERSIONS - 1].version if len(found) > _VERSIONS else None,
        newest=before is None,
        may_change=visit.may(Role.LEAD, site),
    )


def _told(found: Sequence[Any]) -> list[tuple[Any, list[rulebook.Difference] | None]]:
    """Pair each version with what it changed; None where this version of the program cannot read one of the two."""
    policies = [decoded(each.body) for each in found]
    former = [*policies[1:], Policy() if found and found[-1].version == 1 else None]
    return [
        (each, rulebook.differences(old, new) if old is not None and new is not None else None)
        for each, new, old in zip(found, policies, former, strict=True)
    ]


@routes.get("/rules/{site:int}/export", needs=there(Role.VIEWER))
async def export(visit: Visit) -> Response:
    """Give the policy as YAML."""
    site = here(visit)
    text = rulebook.written((await present(visit, site)).policy)
    headers = {"content-disposition": f'attachment; filename="winnow-rules-{site.id}.yaml"', "x-content-type-options": "nosniff"}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


# Trying out.


@routes.get("/rules/{site:int}/rule", needs=there(Role.LEAD))
async def rule_form(visit: Visit) -> Response:
    """Show a rule to change, or an empty one."""
    policy = (await present(visit, here(visit))).policy
    name = visit.query.get("name", "")
    rule = next((rule for rule in policy.rules if rule.name == name), None)
    if rule is None and name:
        raise Stop(404, "There is no such rule.")
    begun, left = rule_of_search(visit.query.get("from", ""))
    return await _rule_form(visit, rule or begun, name, left=left)


async def _rule_form(visit: Visit, rule: OwnRule, former: str, error: NotSo | None = None, left: Sequence[str] = ()) -> Response:
    values = rulebook.fields_of(rule)
    if error is not None:
        values = {name: visit.form.raw(name) for name in values}
    status = 200 if error is None else 422
    site = here(visit)
    place = ruling.Place(f"/rules/{site.id}", f"/rules?site={site.id}", site.name)
    return await visit.show("rules_rule.html", status, place=place, former=former, error=error, values=values, left=left)


@routes.post("/rules/{site:int}/rule", needs=there(Role.LEAD))
async def try_rule(visit: Visit) -> Response:
    """Try a rule out: new at the end, or in the place of the one that it was."""
    former = visit.form.raw("former")

    def change(policy: Policy) -> Policy:
        rules = ruling.with_rule(policy.rules, rulebook.rule_of(visit.form), former)
        return structs.replace(policy, rules=rules)

    async def again(error: NotSo) -> Response:
        return await _rule_form(visit, OwnRule(name="", verdict="hold", when=Condition()), former, error)

    return await _try(visit, change, again)


@routes.get("/rules/{site:int}/lists", needs=there(Role.LEAD))
async def lists_form(visit: Visit) -> Response:
    """Show lists, limits and reasons."""
    return await _lists_form(visit, (await present(visit, here(visit))).policy)


async def _lists_form(visit: Visit, policy: Policy, error: NotSo | None = None) -> Response:
    values, reasons = rulebook.limit_fields(policy), list(policy.reasons)
    if error is not None:
        values, reasons = {name: visit.form.raw(name) for name in values}, rulebook.reasons_in(visit.form)
    return await visit.show(
        "rules_lists.html",
        200 if error is None else 422,
        site=here(visit),
        values=values,
        reasons=[*reasons, *[Reason("")] * (_MOST_REASONS - len(reasons))],
        kinds=rulebook.KINDS,
        error=error,
    )


@routes.post("/rules/{site:int}/lists", needs=there(Role.LEAD))
async def try_lists(visit: Visit) -> Response:
    """Try lists, limits and reasons out."""

    async def again(error: NotSo) -> Response:
        return await _lists_form(visit, (await present(visit, here(visit))).policy, error)

    return await _try(visit, lambda policy: rulebook.limits_of(visit.form, policy), again)


@routes.get("/rules/{site:int}/import", needs=there(Role.LEAD))
async def import_form(visit: Visit) -> Response:
    """Show where to paste YAML."""
    return await visit.show("rules_import.html", site=here(visit), error=None, text="")


@routes.post("/rules/{site:int}/import", needs=there(Role.LEAD))
async def try_import(visit: Visit) -> Response:
    """Try out what was pasted."""
    text = visit.form.raw("yaml")

    async def again(error: NotSo) -> Response:
        return await visit.show("rules_import.html", 422, site=here(visit), error=error, text=text)

    return await _try(visit, lambda policy: rulebook.parsed(text[:_MOST_YAML], policy), again)


async def _try(visit: Visit, change: Callable[[Policy], Policy], again: Callable[[NotSo], Awaitable[Response]]) -> Response:
    """Keep a change as a draft and show what it would do, or show what is wrong with it."""
    site = here(visit)
    before = await present(visit, site)
    try:
        await try_out(visit, site, before, change(before.policy))
    except InvalidPolicy as error:
        return await again(ruling.wrong(error))
    return visit.go(f"/rules/{site.id}/draft")


@routes.get("/rules/{site:int}/draft", needs=there(Role.LEAD))
async def draft(visit: Visit) -> Response:
    """Show what someone tries out, and what it would have changed."""
    site, person_id = here(visit), visit.person.id
    kept, stored = await visit.look(
        lambda connection: (drafts.find(connection, site.id, person_id), drafts.in_force(connection, site.id))
    )
    if kept is None:
        return visit.go(f"/rules?site={site.id}")
    before, policy = readable(stored), decoded(kept.body)
    if policy is None:
        raise Stop(409, "This version cannot read the site's policy, so it cannot change it either.")
    force, tried = filled(visit, site, before.policy), filled(visit, site, policy)
    outcome = await visit.pages.rehearsals.run(site.id, force, tried)
    return await visit.show(
        "rules_draft.html",
        place=ruling.Place(f"/rules/{site.id}", f"/rules?site={site.id}", site.name),
        version=stored.version,
        overtaken=kept.version != stored.version,
        differences=rulebook.differences(before.policy, policy),
        outcome=outcome,
    )


@routes.post("/rules/{site:int}/draft", needs=there(Role.LEAD))
async def settle(visit: Visit) -> Response:
    """Put what was tried out in force, or throw it away."""
    site, person_id = here(visit), visit.person.id
    if visit.form.raw("do") != "save":
        await visit.write(lambda connection: drafts.drop(connection, site.id, person_id))
        visit.say(_("Thrown away; nothing was changed."), kind="note")
        return visit.go(f"/rules?site={site.id}")
    kept = await visit.look(lambda connection: drafts.find(connection, site.id, person_id))
    policy = decoded(kept.body) if kept is not None else None
    before = await present(visit, site)
    if kept is None or policy is None or kept.version != before.version or visit.form.number("version") != before.version:
        raise Stop(409, "Someone changed the policy meanwhile. Look at it again; nothing was saved.")
    version = await put(visit, site, before, policy, "policy.rules")
    await say(visit, site, before.version, version)
    return visit.go(f"/rules?site={site.id}")


# At once, with a way back.


@routes.post("/rules/{site:int}/change", needs=there(Role.LEAD))
async def change(visit: Visit) -> Response:
    """Move a rule, switch it on or off, or remove it."""
    site, name = here(visit), visit.form.raw("rule")
    before = await present(visit, site)
    if visit.form.number("version") != before.version:
        raise Stop(409, "Someone changed the policy meanwhile. Look at it again; nothing was saved.")
    rules = ruling.changed(before.policy.rules, name, visit.form.raw("do"))
    if rules != before.policy.rules:
        version = await put(visit, site, before, structs.replace(before.policy, rules=rules), "policy.rules")
        await say(visit, site, before.version, version)
    return visit.go(f"/rules?site={site.id}#own-{quote(name)}")


@routes.post("/rules/{site:int}/back", needs=there(Role.LEAD))
async def back(visit: Visit) -> Response:
    """Put a former version in force again, as a new one."""
    site = here(visit)
    numbers = [_number(visit.form.text(name, 10) or visit.query.get(name, "")) for name in ("version", "of")]
    wanted, seen = numbers
    former = await visit.look(lambda connection: drafts.version_of(connection, site.id, wanted) if wanted is not None else None)
    if former is None:
        raise Stop(404, "There is no such version.")
    before = await present(visit, site)
    if seen != before.version:
        raise Stop(409, "Someone changed the policy meanwhile. Look at it again; nothing was saved.")
    version = await put(visit, site, before, readable(former).policy, "policy.back")
    await say(visit, site, before.version, version)
    return visit.go(f"/rules?site={site.id}")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
