"""Every string, in every language."""

from __future__ import annotations

import ast
import re

import pytest

from service.queue import languages

OTHERS = [code for code in languages.LANGUAGES if code != "en"]
HOLES = re.compile(r"%\(\w+\)s")


def known(language):
    return {message.id: message for message in languages.read(language) if message.id}


def forms(text):
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_everything(language):
    """Nothing is missing, and nothing is left of what is no longer said."""
    said = {message.id for message in languages.extracted() if message.id}
    catalogue = known(language)
    assert said == set(catalogue), "run python -m service.queue.languages, then translate what is empty"
    assert [key for key, message in catalogue.items() if message.fuzzy or not all(forms(message.string))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_is_the_same_everywhere(language):
    """A translation names no value that the sentence does not have, and leaves none out."""
    for key, message in known(language).items():
        wanted = set(HOLES.findall(forms(key)[-1]))
        assert all(set(HOLES.findall(form)) <= wanted for form in forms(message.string)), key
        assert set(HOLES.findall(forms(message.string)[-1])) == wanted, key


def test_refusals_are_sentences_that_can_be_translated():
    """What NotSo and Stop say stands there as one literal."""
    for room in languages.ROOMS:
        for path in room.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"NotSo", "Stop"}:
                    place = 1 if node.func.id == "Stop" else 0
                    said = node.args[place]
                    assert isinstance(said, ast.Constant | ast.Name), f"{path.name}:{node.lineno}"
                    assert not isinstance(said, ast.Name) or said.id.isupper(), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, en;q=0.5, de;q=0.7", "de"),
        ("xx", "en"),
        ("de;q=x,en", "en"),
        ("DE", "de"),
    ],
)
def test_the_browser_chooses(accepted, spoken):
    """The first of its languages that is here; English otherwise."""
    assert languages.wanted(accepted) == spoken


def test_a_language_is_of_one_visit():
    """Speaking German here does not make it German there."""
    import contextvars  # noqa: PLC0415 # only here

    def german() -> str:
        languages.speak("de")
        return languages.gettext("Undo")

    assert contextvars.copy_context().run(german) == "Rückgängig"
    assert languages.gettext("Undo") == "Undo"


def test_the_pseudo_language_keeps_what_is_filled_in():
    """Its letters are others, its holes the same."""
    languages.speak(languages.PSEUDO)
    try:
        said = languages.gettext("A link for %(name)s")
    finally:
        languages.speak("en")
    assert said % {"name": "Ana"} != "A link for Ana"
    assert "Ana" in said % {"name": "Ana"}
