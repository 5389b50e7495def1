"""What the pages of a site's rules and of the rules of all sites do alike."""

from __future__ import annotations

from msgspec import Struct, structs

from service.conditions import InvalidPolicy, OwnRule
from service.people.refusal import NotSo
from service.queue.stop import Stop
from service.queue.wordings import anew
from service.queue.wrong import Wrong


class Place(Struct, frozen=True):
    """Where forms go, where the list of the rules is, and whose they are."""

    forms: str
    back: str
    whose: str


def with_rule(rules: tuple[OwnRule, ...], rule: OwnRule, former: str) -> tuple[OwnRule, ...]:
    """Give the rules with one in the place of the one that it was, or at the end. Raises InvalidPolicy."""
    if any(each.name.casefold() == rule.name.casefold() for each in rules if each.name != former):
        raise InvalidPolicy("name", "is the name of another rule.")
    if any(each.name == former for each in rules):
        return tuple(rule if each.name == former else each for each in rules)
    return (*rules, rule)


def changed(rules: tuple[OwnRule, ...], name: str, wanted: str) -> tuple[OwnRule, ...]:
    """Give the rules with one of them moved, switched or removed. Raises Stop."""
    found = list(rules)
    place = next((place for place, rule in enumerate(found) if rule.name == name), None)
    if place is None:
        raise Stop(422, "There is no such rule.")
    if wanted in {"up", "down"}:
        other = place + (1 if wanted == "down" else -1)
        if 0 <= other < len(found):
            found[place], found[other] = found[other], found[place]
    elif wanted in {"on", "off"}:
        found[place] = structs.replace(found[place], on=wanted == "on")
    elif wanted == "remove":
        del found[place]
    return tuple(found)


def wrong(error: InvalidPolicy) -> NotSo:
    """Say what is wrong with which field; ``place`` is the form's name for it."""
    shown = error.field.partition("].")[2] if error.field.startswith("rules[") else error.field
    shown = shown.removeprefix("when.")
    return Wrong(f"{anew(shown or error.field)}: {anew(error.message)}", shown.partition("[")[0])
