"""The model's page: what other lines would do, and putting them in force."""

from __future__ import annotations

import json
import re

import pytest

from service.domain import Role
from service.store import audit, sites
from tests.queue.given import site_id, someone, stored
from tests.queue.waiting import TEXTS, empty, hold, state_of


@pytest.fixture
def lead(service):
    return someone(service, blog=Role.LEAD, name="Lea")


@pytest.fixture
def blog(service):
    return site_id(service, "blog")


def policies(service, blog):
    return stored(service, lambda connection: sites.policy_versions(connection, blog))


def put(service, lead, blog, **fields):
    form = {"head": "abuse", "hold": "0.400", "reject": "0.900", "do": "save", "version": str(policies(service, blog)[0].version)}
    return lead.post(f"/model/{blog}/lines", **(form | fields))


def test_lines_become_a_version_of_the_policy_and_go_back(service, lead, blog):
    """Saving appends a version with those lines, the log says from what to what, one click takes it back."""
    hold(service, TEXTS[0])
    before = policies(service, blog)[0]
    assert "The lines are in force" in put(service, lead, blog).text
    newest = policies(service, blog)[0]
    assert (newest.version, newest.by, json.loads(newest.body)["abuse"]) == (
        before.version + 1,
        "Lea",
        {"hold_at": 0.4, "reject_at": 0.9},
    )
    entry = stored(service, lambda connection: audit.entries(connection, site_ids=[blog], limit=1))[0]
    assert (entry.what, json.loads(entry.after)) == ("policy.lines", {"abuse": ["hold_at: 0.4", "reject_at: 0.9"]})
    lead.post(f"/model/{blog}/rollback", version=str(before.version), head="abuse")
    assert json.loads(policies(service, blog)[0].body) == json.loads(before.body)


def test_nobody_saves_over_what_they_have_not_seen(service, lead, blog):
    """Lines made while another policy was in force are refused, and nothing changes."""
    hold(service, TEXTS[0])
    newest = policies(service, blog)[0].version
    assert put(service, lead, blog, version=str(newest - 1)).status_code == 409
    assert policies(service, blog)[0].version == newest


def test_a_second_look_is_a_decision(service, blog):
    """Who labels anew decides like anywhere else: label, decision, log; on an older state nothing changes; it can be taken back."""
    ana, ben = (someone(service, blog=Role.MODERATOR, name=name) for name in ("Ana", "Ben"))
    empty(service)
    comment = hold(service, TEXTS[0])[0]
    ana.post("/queue/act", item=f"{comment}.1", verdict="reject")
    looked = ben.post(f"/model/{blog}/labels", comment=f"{comment}.1", label="ham")
    assert "The label was changed." in looked.text
    assert state_of(service, comment)[1:] == ("accept", ["spam", "ham"])
    assert "Someone decided it meanwhile" in ana.post(f"/model/{blog}/labels", comment=f"{comment}.1", label="abuse").text
    assert ben.post(f"/model/{blog}/labels", comment="0" * 32 + ".0", label="ham").status_code == 404
    ben.post(re.search(r'action="(/comments/undo[^"]+)"', looked.text)[1].replace("&amp;", "&"))
    assert state_of(service, comment)[1:] == ("reject", ["spam"])


@pytest.mark.parametrize("path", ["/model/{site}/labels", "/model/{site}/changed?hold=0.001", "/stats", "/audit"])
def test_whatever_others_wrote_is_text(service, lead, blog, path):
    """Payloads as text, author, address and person's name stand on the page only escaped."""
    evil = "<img src=x onerror=fired()>"
    empty(service)
    ids = hold(service, f"{evil} https://{evil[:4]}x.example/ {evil}", author=evil, author_url=f"https://{evil}.example/")
    eve = someone(service, blog=Role.MODERATOR, name=evil)
    eve.post("/queue/act", item=f"{ids[0]}.1", verdict="accept")
    lead.post(f"/model/{blog}/labels", comment=f"{ids[0]}.1", label="spam")
    page = lead.get(path.format(site=blog)).text
    assert "<img" not in page
