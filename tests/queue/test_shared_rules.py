"""Rules of all sites: set by admins of every site after a look at what would change, met before a site's own."""

from __future__ import annotations

import re

import pytest

from service.conditions import SHARED
from service.domain import Role
from service.store import audit, shared_rules
from tests.queue.given import site_id, someone, stored
from tests.queue.waiting import TEXTS, hold

RULE = {"name": "Everywhere", "verdict": "reject", "words": "casino", "on": "1"}


@pytest.fixture
def ada(service):
    hold(service, *TEXTS, "The casino is open")
    return someone(service, Role.ADMIN, name="Ada Admin")


def put(ada, **rule) -> str:
    page = ada.post("/rules/all/rule", **(RULE | rule)).text
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1].replace("&#34;", '"') for name in ("version", "carried")}
    return ada.post("/rules/all/draft", do="save", **hidden).text


def version(service) -> int:
    return stored(service, shared_rules.in_force).version


def test_a_rule_of_all_sites_is_tried_then_decides_then_goes(service, ada):
    """First what it would have done; then it stands on each site's page and decides; switched off, it decides no more."""
    before = version(service)
    assert re.search(r"Would have changed [1-9]\d* of the last", ada.post("/rules/all/rule", **RULE).text)
    assert version(service) == before
    assert "is in force" in put(ada)
    assert "Everywhere" in ada.get(f"/rules?site={site_id(service, 'blog')}").text

    def said() -> str:
        return service.api("POST", "/v1/comments", {"text": "A casino, no less", "author": "Bo"}).json()["rule"]

    assert said() == f"{SHARED}Everywhere"
    entry = stored(service, lambda connection: audit.entries(connection, what="rules.shared", limit=1))[0]
    assert (entry.who, "casino" in entry.after) == ("Ada Admin", True)
    undo = ada.post("/rules/all/change", rule="Everywhere", do="off", version=str(version(service))).text
    assert said() != f"{SHARED}Everywhere"
    ada.post(re.search(r'action="(/rules/all/back\?[^"]+)"', undo)[1].replace("&amp;", "&"))
    assert said() == f"{SHARED}Everywhere"


def test_nobody_s_change_is_overwritten(service, ada):
    """Who saves on a former version changes nothing and is told."""
    put(ada, name="Second")
    assert ada.post("/rules/all/change", rule="Second", do="off", version="0").status_code == 409
    assert ada.post("/rules/all/draft", do="save", version="0", carried="[]").status_code == 409


def test_what_is_wrong_is_named_and_nothing_is_saved(service, ada):
    """The field, and what was typed stays; a form that was tampered with is refused."""
    before = version(service)
    answer = ada.post("/rules/all/rule", **(RULE | {"patterns": "(a)\\1", "name": "Wrong"}))
    assert (answer.status_code, "patterns[0]: is no regular expression" in answer.text) == (422, True)
    bad = '[{"name":"x","verdict":"none","when":{"words":["x"]}}]'
    assert ada.post("/rules/all/draft", do="save", version=str(before), carried=bad).status_code == 422
    assert ada.post("/rules/all/draft", do="save", version=str(before), carried="{").status_code == 422
    assert version(service) == before
