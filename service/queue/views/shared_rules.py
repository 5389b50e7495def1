"""The rules that hold on all sites: everyone sees them, admins of every site change them once they saw what would change."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from service import rehearsal
from service.conditions import Condition, InvalidPolicy, OwnRule, asked
from service.domain import Role
from service.people.refusal import NotSo
from service.policy import Policy
from service.queue import rulebook, ruling
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.needs import everywhere, somewhere
from service.queue.routes import Routes
from service.queue.stop import Stop
from service.queue.visit import Visit
from service.rehearsal import Outcome
from service.store import shared_rules
from service.store.audit import Deed
from service.store.drafts import Changed
from service.store.shared_rules import Version

routes = Routes()
_VERSIONS = 20
_LONGEST = 1_000_000
_OVERTAKEN = N_("Someone changed the rules meanwhile. Look at them again; nothing was saved.")
Rules = tuple[OwnRule, ...]


@routes.get("/rules/all", needs=somewhere(Role.VIEWER))
async def show(visit: Visit) -> Response:
    """Show the rules of all sites in their order, and their versions."""
    versions = await visit.look(lambda connection: shared_rules.history(connection, _VERSIONS))
    stored = versions[0] if versions else Version()
    return await visit.show(
        "rules_all.html",
        stored=stored,
        rules=_decoded(stored.body) or (),
        readable=_decoded(stored.body) is not None,
        versions=[*versions, Version()] if versions and versions[-1].version == 1 else versions,
        may_change=visit.may(Role.ADMIN),
        asked=asked,
    )


@routes.get("/rules/all/rule", needs=everywhere(Role.ADMIN))
async def rule_form(visit: Visit) -> Response:
    """Show a rule to change, or an empty one."""
    name, (_version, rules) = visit.query.get("name", ""), await _present(visit)
    rule = next((rule for rule in rules if rule.name == name), None)
    if rule is None and name:
        raise Stop(404, "There is no such rule.")
    return await _form(visit, rule or OwnRule(name="", verdict="hold", when=Condition()), name)


async def _form(visit: Visit, rule: OwnRule, former: str, error: NotSo | None = None) -> Response:
    values = rulebook.fields_of(rule)
    if error is not None:
        values = {name: visit.form.raw(name) for name in values}
    known = {"place": _place(), "former": former, "error": error, "values": values, "left": []}
    return await visit.show("rules_rule.html", 200 if error is None else 422, **known)


def _place() -> ruling.Place:
    return ruling.Place("/rules/all", "/rules/all", _("All sites"))


@routes.post("/rules/all/rule", needs=everywhere(Role.ADMIN))
async def try_rule(visit: Visit) -> Response:
    """Show what a rule would have done on all sites. Nothing is kept: the page carries the rules with it."""
    former, (version, rules) = visit.form.raw("former"), await _present(visit)
    try:
        tried = ruling.with_rule(rules, rulebook.rule_of(visit.form), former)
        Policy().sharing(tried)
    except InvalidPolicy as error:
        return await _form(visit, OwnRule(name="", verdict="hold", when=Condition()), former, ruling.wrong(error))
    return await visit.show(
        "rules_draft.html",
        place=_place(),
        version=version,
        overtaken=False,
        differences=_differences(rules, tried),
        outcome=await _rehearse(visit, tried),
        carried=_encoded(tried),
    )


async def _rehearse(visit: Visit, tried: Rules) -> Outcome:
    """Look back on every site, each for its part of the number and of the time."""
    moderation, count, outcomes = visit.pages.moderation, max(len(visit.every_site), 1), []
    for site in visit.every_site:
        before = moderation.policy(site)
        most, seconds = rehearsal.MOST // count, rehearsal.SECONDS / count
        outcomes.append(await visit.pages.rehearsals.run(site.id, before, before.sharing(tried), most, seconds))
    return rehearsal.together(outcomes)


@routes.post("/rules/all/draft", needs=everywhere(Role.ADMIN))
async def settle(visit: Visit) -> Response:
    """Put what was tried out in force."""
    if visit.form.raw("do") != "save":
        visit.say(_("Thrown away; nothing was changed."), kind="note")
        return visit.go("/rules/all")
    rules = _decoded(visit.form.raw("carried")[:_LONGEST])
    if rules is None:
        raise Stop(422, "This is not the form that this page sends.")
    return await _put(visit, rules, visit.form.number("version"), "rules.shared")


@routes.post("/rules/all/change", needs=everywhere(Role.ADMIN))
async def change(visit: Visit) -> Response:
    """Move a rule, switch it on or off, or remove it."""
    _version, rules = await _present(visit)
    tried = ruling.changed(rules, visit.form.raw("rule"), visit.form.raw("do"))
    return await _put(visit, tried, visit.form.number("version"), "rules.shared")


@routes.post("/rules/all/back", needs=everywhere(Role.ADMIN))
async def back(visit: Visit) -> Response:
    """Put a former version in force again, as a new one."""
    numbers = [visit.form.text(name, 10) or visit.query.get(name, "") for name in ("version", "of")]
    wanted, seen = (int(each) if each.isascii() and each.isdigit() else -1 for each in numbers)
    former = await visit.look(lambda connection: shared_rules.version_of(connection, wanted)) if wanted >= 0 else None
    rules = _decoded(former.body) if former is not None else None
    if rules is None:
        raise Stop(404, "There is no such version.")
    return await _put(visit, rules, seen, "rules.shared.back")


async def _put(visit: Visit, rules: Rules, seen: int | None, what: str) -> Response:
    """Put rules in force in place of the version that was looked at. Raises Stop."""
    stored = await visit.look(shared_rules.in_force)
    if seen != stored.version:
        raise Stop(409, _OVERTAKEN)
    try:
        Policy().sharing(rules)
    except InvalidPolicy as error:
        raise ruling.wrong(error) from None
    went, came = rulebook.logged(_differences(_decoded(stored.body) or (), rules))
    who, target = visit.person, f"version {stored.version + 1}"
    deed = Deed(at=visit.at, who=who.name, person_id=who.id, what=what, target=target, before=went, after=came)
    body = _encoded(rules)
    try:
        version = await visit.write(lambda connection: shared_rules.put_in_force(connection, stored.version, body, deed))
    except Changed:
        raise Stop(409, _OVERTAKEN) from None
    await visit.pages.moderation.reload()
    told = _("Version %(number)s of the rules is in force.") % {"number": version}
    visit.say(told, undo=f"/rules/all/back?version={stored.version}&of={version}")
    return visit.go("/rules/all")


async def _present(visit: Visit) -> tuple[int, Rules]:
    stored = await visit.look(shared_rules.in_force)
    rules = _decoded(stored.body)
    if rules is None:
        raise Stop(409, "This version cannot read the site's policy, so it cannot change it either.")
    return stored.version, rules


def _decoded(body: str) -> Rules | None:
    try:
        return msgspec.json.decode(body, type=tuple[OwnRule, ...])
    except msgspec.MsgspecError:
        return None


def _encoded(rules: Sequence[OwnRule]) -> str:
    return msgspec.json.encode(rules).decode()


def _differences(before: Rules, after: Rules) -> list[rulebook.Difference]:
    return rulebook.differences(Policy(rules=before), Policy(rules=after))
