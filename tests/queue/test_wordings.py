"""What rooms below say in plain English is said in every language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import service
from service.conditions import InvalidPolicy
from service.outbox import sending
from service.policy import Policy
from service.queue import languages
from service.queue.rulebook import parsed
from service.queue.ruling import wrong
from service.queue.wordings import anew

HOME = Path(service.__file__).parent
ROOMS = {"InvalidPolicy": HOME, "Refused": HOME / "outbox"}
SAYS = {"InvalidPolicy": 1, "Refused": 0}


@pytest.fixture
def german():
    """German is spoken."""
    languages.speak("de")
    yield
    languages.speak("en")


def calls():
    for path in sorted(HOME.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node


def sentence(node):
    """Write a literal, or an f-string with something in its holes; None for what is neither."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else _filling(part) for part in node.values)
    return None


def _filling(part):
    said = ast.unparse(part.value)
    return {"name": "spam", "highest": "1.01", "wrong[:1].lower()": "e", "wrong[1:]": "xpected str, got int"}.get(said, "7")


def test_all_that_is_wrong_with_a_policy_or_an_address_is_known(german):
    """Each sentence that InvalidPolicy is raised with, and the outbox's Refused."""
    said = [
        sentence(node.args[SAYS[node.func.id]])
        for path, node in calls()
        if isinstance(node.func, ast.Name) and node.func.id in SAYS and path.is_relative_to(ROOMS[node.func.id])
    ]
    assert len(said) > 35
    assert [each for each in said if each is None or anew(each) == each] == []


def test_all_that_a_failed_delivery_is_said_to_have_met_is_known(german):
    """Each error that the outbox and the store write down for a message."""
    said = [
        sentence(keyword.value)
        for path, node in calls()
        if path.parent.name in {"outbox", "store"}
        for keyword in node.keywords
        if keyword.arg == "error"
    ]
    said += [
        sentence(node.args[1])
        for path, node in calls()
        if path.name == "sending.py" and isinstance(node.func, ast.Name) and node.func.id == "Answer"
    ]
    found = [each for each in said if each] + list(sending._NAMES.values())
    assert len(found) > 9
    assert [each for each in [*found, "redirects are not followed", "answered 503"] if anew(each) == each] == []


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("max_links: many", "max_links: erwartet wird int, da steht str."),
        ("max_lynx: 3", "Datei: hat einen unbekannten Teil max_lynx."),
        ("rules:\n- name: A\n  name: B", "Zeile 3: ist kein YAML: ein Schlüssel steht zweimal da."),
        ("rules:\n- name: A\n  verdict: hold\n  when: {words: ['']}", "words[0]: ist leer."),
        ("max_links: -1", "max_links: muss zwischen 0 und 1.000.000 liegen."),
        ("block: {words: " + str(["w"] * 10_001) + "}", "block.words: hat mehr als 10.000 Einträge."),
    ],
)
def test_a_wrong_file_is_told_in_german(german, yaml, told):
    """The field, and what is wrong with it, down to its numbers."""
    with pytest.raises(InvalidPolicy) as caught:
        parsed(yaml, Policy())
    assert wrong(caught.value).args[0] == told


def test_a_failed_delivery_is_told_in_german(german):
    """With the numbers that it has; what nobody knows stays as it is."""
    assert anew("no answer within 10 s") == "keine Antwort innerhalb von 10 s"
    assert anew("answered 503") == "antwortete mit 503"
    assert anew("SomeError of a library") == "SomeError of a library"


def test_a_hole_is_filled_as_it_stands(german):
    """What a person typed is no part of a sentence, whatever signs it has."""
    assert anew("object contains unknown field %s %(x)s.") == "hat einen unbekannten Teil %s %(x)s."
