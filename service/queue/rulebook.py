"""A policy as people read and write it: as YAML, as a form, and as what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct, structs

from service.conditions import Condition, InvalidPolicy, OwnRule, asked
from service.policy import Lists, Policy, Reason, policy_of
from service.queue.form import Form

_LINES = ("spam", "abuse")
ADDS = ("spam_add", "abuse_add")
KINDS = ("words", "patterns", "authors", "emails", "domains", "ips")
_PERSONAL = frozenset({"authors", "emails", "ips"})
_MOST_LOGGED = 20


class Difference(Struct, frozen=True):
    """What of a policy is another: the part's name, what went and what came."""

    part: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


# YAML.


def written(policy: Policy) -> str:
    """Write a policy as YAML; lines that are the model's own are left out."""
    from service.queue import plain_yaml  # noqa: PLC0415 # as it says

    parts: dict[str, Any] = msgspec.to_builtins(policy)
    parts = {name: parts[name] for name in parts if not (name in _LINES and parts[name] is None)}
    return plain_yaml.dump(parts)


def parsed(text: str, policy: Policy) -> Policy:
    """Read YAML: the parts that it has take the place of the policy's, the others stay. Raises InvalidPolicy."""
    from service.queue import plain_yaml  # noqa: PLC0415 # as it says

    parts = plain_yaml.load(text)
    if not isinstance(parts, dict) or not parts:
        raise InvalidPolicy("file", "must hold parts of a policy, such as rules:.")
    return policy_of({**msgspec.to_builtins(policy), **parts})


# Forms.


def entries(text: str) -> tuple[str, ...]:
    """Read a field with an entry a line."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def rule_of(form: Form) -> OwnRule:
    """Read a rule from its form. Raises InvalidPolicy."""
    lists: dict[str, Any] = {name: entries(form.raw(name)) for name in KINDS}
    ranges: dict[str, Any] = {
        f"{name}_{end}": _number(form, f"{name}_{end}") for name in ("spam", "abuse") for end in ("from", "below")
    }
    links: dict[str, Any] = {f"links_{end}": _whole(form, f"links_{end}") for end in ("from", "below")}
    first = {"new": True, "known": False}.get(form.raw("first_time"))
    languages = tuple(part.strip() for part in form.raw("languages").replace(",", " ").split() if part.strip())
    within: Any = form.choice("within", ("text", "author", "email", "url", "anywhere"), "text")
    verdict: Any = form.choice("verdict", ("accept", "hold", "reject", "none"), "hold")
    effects: dict[str, Any] = {"tag": form.text("tag"), **{name: _number(form, name) or 0.0 for name in ADDS}}
    when = Condition(within=within, languages=languages, first_time=first, **lists, **links, **ranges)
    return OwnRule(name=form.text("name"), verdict=verdict, when=when, on=form.checked("on"), note=form.text("note"), **effects)


def _number(form: Form, name: str) -> float | None:
    """Read a share in percent or as a number up to 1."""
    value = form.text(name, 20).replace(",", ".")
    if not value:
        return None
    try:
        number = float(value.removesuffix("%").strip()) / (100 if value.endswith("%") else 1)
    except ValueError:
        raise InvalidPolicy(name, "must be a number such as 0.8.") from None
    return number


def _whole(form: Form, name: str) -> int | None:
    if not form.text(name):
        return None
    if (number := form.number(name)) is None:
        raise InvalidPolicy(name, "must be a whole number.")
    return number


def fields_of(rule: OwnRule) -> dict[str, str]:
    """Write a rule as the fields of its form."""
    when = rule.when
    first = {True: "new", False: "known", None: ""}[when.first_time]
    ranges = {name: _plain(getattr(when, name)) for name in Condition.__struct_fields__ if name.endswith(("_from", "_below"))}
    lists = {name: "\n".join(getattr(when, name)) for name in KINDS}
    effects = {"tag": rule.tag, **{name: _plain(getattr(rule, name) or None) for name in ADDS}}
    about = {"name": rule.name, "verdict": rule.verdict, "note": rule.note, "on": "1" if rule.on else "", **effects}
    return {**about, "within": when.within, "languages": ", ".join(when.languages), "first_time": first, **ranges, **lists}


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def limit_fields(policy: Policy) -> dict[str, str]:
    """Write lists and limits as the fields of their form."""
    lists = {
        f"{name}.{kind}": "\n".join(getattr(getattr(policy, name), kind)) for name in ("allow", "block", "hold") for kind in KINDS
    }
    counts = {name: str(getattr(policy, name)) for name in ("trusted_after", "max_links", "flood_limit", "flood_seconds")}
    return {**lists, **counts, "first_time": policy.first_time, "audit": f"{policy.audit * 100:g} %"}


def reasons_in(form: Form) -> list[Reason]:
    """Read the reasons of a form."""
    pairs = zip(form.all("reason"), form.all("reason_label"), strict=False)
    return [Reason(name.strip(), "spam" if label == "spam" else "abuse") for name, label in pairs if name.strip()]


def limits_of(form: Form, policy: Policy) -> Policy:
    """Read lists, limits and reasons from their form. Raises InvalidPolicy."""
    lists = {name: Lists(**{kind: entries(form.raw(f"{name}.{kind}")) for kind in KINDS}) for name in ("allow", "block", "hold")}
    counts = {name: _needed(form, name) for name in ("trusted_after", "max_links", "flood_limit", "flood_seconds")}
    first: Any = form.choice("first_time", ("never", "links", "always"), "never")
    audit = _number(form, "audit")
    changed: dict[str, Any] = {**lists, **counts, "first_time": first, "reasons": tuple(reasons_in(form))}
    return structs.replace(policy, **changed, audit=policy.audit if audit is None else audit)


def _needed(form: Form, name: str) -> int:
    number = form.number(name)
    if number is None:
        raise InvalidPolicy(name, "must be a whole number.")
    return number


# What differs.


def differences(before: Policy, after: Policy) -> list[Difference]:
    """Say what of a policy another one changes, part by part; rules are told by their names."""
    found = [
        _list_change(f"{name}.{kind}", getattr(getattr(before, name), kind), getattr(getattr(after, name), kind))
        for name in ("allow", "block", "hold")
        for kind in KINDS
    ]
    plain = [name for name in Policy.__struct_fields__ if name not in {"allow", "block", "hold", "rules", "reasons"}]
    found += [_change(name, getattr(before, name), getattr(after, name)) for name in plain]
    reasons = [tuple(f"{each.name} ({each.label})" for each in policy.reasons) for policy in (before, after)]
    return [each for each in (*found, _list_change("reasons", *reasons), *_rules(before, after)) if each is not None]


def _list_change(part: str, before: Iterable[str], after: Iterable[str]) -> Difference | None:
    had, has = list(before), list(after)
    gone = tuple(each for each in had if each not in has)
    come = tuple(each for each in has if each not in had)
    if not gone and not come and had != has:
        return Difference(part, tuple(had), tuple(has))
    return Difference(part, gone, come) if gone or come else None


def _change(part: str, before: object, after: object) -> Difference | None:
    return None if before == after else Difference(part, _shown(before), _shown(after))


def _shown(value: object) -> tuple[str, ...]:
    plain = msgspec.to_builtins(value)
    if isinstance(plain, list):
        return tuple(map(str, plain))
    if isinstance(plain, dict):
        return tuple(f"{name}: {each}" for name, each in plain.items())
    return () if plain is None else (str(plain),)


def _rules(before: Policy, after: Policy) -> list[Difference | None]:
    had, has = ({rule.name: rule for rule in policy.rules} for policy in (before, after))
    found = [_change(f"rules: {name}", _lines(had.get(name)), _lines(has.get(name))) for name in dict.fromkeys([*had, *has])]
    stay = [[name for name in names if name in had and name in has] for names in (had, has)]
    return [*found, Difference("rules", tuple(stay[0]), tuple(stay[1])) if stay[0] != stay[1] else None]


def _lines(rule: OwnRule | None) -> list[str]:
    """Give a rule line by line."""
    if rule is None:
        return []
    when = [f"{name}: {_said(value)}" for name, value in asked(rule.when).items()]
    effects = [f"{name}: {value}" for name in (*ADDS, "tag") if (value := getattr(rule, name))]
    return [
        f"verdict: {rule.verdict}",
        *effects,
        *when,
        *([] if rule.on else ["off"]),
        *([f"note: {rule.note}"] if rule.note else []),
    ]


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()


def logged(found: list[Difference]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what went and what came for the audit log, which outlives people: of them it tells how many only."""
    return {each.part: _brief(each, each.gone) for each in found}, {each.part: _brief(each, each.come) for each in found}


def _brief(each: Difference, told: tuple[str, ...]) -> Any:  # noqa: ANN401 # whatever JSON holds
    if each.part.rpartition(".")[2] in _PERSONAL:
        return len(told)
    shown = [line if not line.startswith(tuple(f"{kind}: " for kind in _PERSONAL)) else line.partition(":")[0] for line in told]
    return shown[:_MOST_LOGGED] + ([f"and {len(shown) - _MOST_LOGGED} more"] if len(shown) > _MOST_LOGGED else [])
