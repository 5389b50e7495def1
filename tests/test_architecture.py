"""The house's rules, read from the sources: arrows only point down, and libraries have rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARROWS = {
    "domain": set(),
    "settings": set(),
    "tables": set(),
    "text": {"domain"},
    "classifier": {"text", "domain"},
    "conditions": {"domain"},
    "policy": {"conditions", "domain"},
    "store": {"domain"},
    "models": {"classifier", "domain"},
    "shadow": {"classifier", "policy", "store", "domain"},
    "judging": {"text", "classifier", "policy", "store", "domain"},
    "moderation": {"judging", "models", "shadow", "text", "classifier", "policy", "store", "domain"},
    "intake": {"moderation", "store", "domain"},
    "search": {"moderation", "text", "store", "domain"},
    "upkeep": {"moderation", "store"},
    "disclosure": {"moderation", "store", "domain"},
    "demo": {"moderation", "policy", "store", "settings", "domain"},
    "importing": {"store", "tables", "domain"},
    "client": set(),
    "workshop": set(),
    "interpreter": set(),
    "sway": {"policy", "domain"},
    "lookback": {"store", "domain"},
    "rehearsal": {"lookback", "text", "policy", "store", "domain"},
    "outlook": {"judging", "lookback", "rehearsal", "sway", "store", "classifier", "domain"},
    "api": {"intake", "disclosure", "moderation", "conditions", "policy", "store", "domain"},
    "outbox": {"store", "domain"},
    "people": {"moderation", "store", "domain"},
    "queue": {
        "outbox",
        "search",
        "people",
        "demo",
        "moderation",
        "models",
        "shadow",
        "classifier",
        "rehearsal",
        "outlook",
        "sway",
        "workshop",
        "interpreter",
        "conditions",
        "policy",
        "store",
        "settings",
        "domain",
    },
    "doors": {"api", "queue", "intake", "moderation", "policy", "store", "settings"},
    "app": {"doors", "interpreter", "upkeep", "shadow", "api", "queue", "search", "outbox", "moderation", "store", "settings"},
    "commands": {
        "app",
        "demo",
        "moderation",
        "people",
        "queue",
        "api",
        "outbox",
        "importing",
        "text",
        "classifier",
        "policy",
        "store",
        "tables",
        "settings",
        "domain",
    },
    "__main__": {"interpreter", "commands"},
}
LIBRARIES = {
    "fastapi": {"api", "queue", "doors"},
    "starlette": {"api", "queue", "doors"},
    "uvicorn": {"api", "app"},
    "pydantic": {"api", "settings"},
    "pydantic_settings": {"settings"},
    "prometheus_client": {"api"},
    "sqlalchemy": {
        "store",
        "moderation",
        "rehearsal",
        "outlook",
        "search",
        "outbox",
        "intake",
        "disclosure",
        "demo",
        "importing",
        "people",
        "queue",
        "app",
        "commands",
    },
    "jinja2": {"queue"},
    "yaml": {"queue"},
    "babel": {"queue"},
    "argon2": {"people"},
    "pyotp": {"people"},
    "authlib": {"people"},
    "joserfc": {"people"},
    "cryptography": {"store", "people"},
    "httpx": {"importing", "client", "people", "outbox"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "sqlite3": {"store"},
    "numpy": {"classifier"},
    "selectolax": {"text"},
    "publicsuffixlist": {"text"},
    "pyarrow": {"tables"},
    "typer": {"commands", "__main__"},
    "rich": {"commands"},
    **{never: set() for never in ("pandas", "sklearn", "scipy", "joblib", "pickle", "marshal", "shelve")},
}
PURE = ("domain", "conditions", "policy", "text", "classifier", "tables")
EDGES = {"time", "random", "secrets", "uuid"}
TYPES_ONLY = {"Connection", "DBAPIError", "Engine", "SQLAlchemyError"}


def imports(package: str) -> Iterator[tuple[str, str, str]]:
    """Every (room, module, name) that a package imports; imports for type checkers count too."""
    for path in sorted((ROOT / package).rglob("*.py")):
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((room, alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((room, node.module or ".", alias.name) for alias in node.names)


SERVICE = list(imports("service"))


def test_arrows_only_point_down():
    """No room imports one above it."""
    wrong = set()
    for room, module, name in SERVICE:
        parts = [*module.split("."), name]
        if parts[0] == "service" and parts[1] in ARROWS and room != parts[1] and parts[1] not in ARROWS.get(room, set()):
            wrong.add((room, parts[1]))
    assert wrong == set()


def test_every_room_is_on_the_plan():
    """A new room needs arrows of its own."""
    assert {room for room, _, _ in SERVICE} - {"__init__"} <= set(ARROWS)


def test_the_service_never_imports_training():
    """What fits models stays out of the process that serves them."""
    assert [found for found in SERVICE if found[1].split(".")[0] == "training"] == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_have_rooms(library):
    """A library is imported where its work is, and nowhere else."""
    assert {room for room, module, _ in SERVICE if module.split(".")[0] == library} <= LIBRARIES[library]


def test_sql_is_in_the_store():
    """Outside the store, SQLAlchemy lends names of types and errors, and no statement."""
    outside = {name for room, module, name in SERVICE if module.split(".")[0] == "sqlalchemy" and room != "store"}
    assert outside <= TYPES_ONLY


def test_clocks_and_dice_enter_at_the_edge():
    """What judges a comment is given the time and draws nothing."""
    assert [found for found in SERVICE if found[0] in PURE and found[1].split(".")[0] in EDGES] == []


def test_the_environment_is_read_in_one_place():
    """Only the settings look at the environment."""
    readers = {
        path.name for path in (ROOT / "service").rglob("*.py") if "environ" in path.read_text("utf-8").replace("environment", "")
    }
    assert readers <= {"settings.py"}
