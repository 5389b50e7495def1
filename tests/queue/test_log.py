"""The audit log's page: who sees what of it, taking it away, and whether its chain holds."""

from __future__ import annotations

import ast
import json
import re
import time
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

import service
from service import workshop
from service.domain import Lines, Role, Verdict
from service.policy import Lists, Policy
from service.queue import languages
from service.queue.before_after import changes
from service.queue.deed_names import DEEDS, deed_name
from service.store import audit
from service.store.audit import Deed, Entry, Wanted
from service.store.engine import open_engine
from service.store.upgrade import upgrade
from tests.queue.given import site_id, someone, stored
from tests.running import Shell
from tests.store.given import NOON

_DEED = re.compile(
    r"(session|person|policy|rules|key|site|audit|model|export|endpoint|source|delivery|demo)\.(?!html|promoted)[a-z]+|comment\.undo"
)
"""Deeds as the sources write them; events and templates have like names."""


def test_keys_made_at_the_command_line_are_logged(monkeypatch, capsys, tmp_path):
    """Making and revoking one leaves an entry each, without the key."""
    winnow = Shell(monkeypatch, capsys, tmp_path)
    winnow("site", "add", "news", "--url", "https://news.example")
    key = winnow("key", "create", "news", "--label", "blog").out.split()[-1]
    winnow("key", "revoke", "2")
    said = winnow("audit", "export", "--what", "key").out
    assert [json.loads(line)["what"] for line in said.splitlines()][-2:] == ["key.add", "key.revoke"]
    assert key not in said


@pytest.fixture(scope="module")
def deeds(service):
    """Three hundred deeds of Ben on `blog`, some of Cleo on `other`, and one that belongs to no site."""
    blog, other = site_id(service, "blog"), site_id(service, "other")

    def write(connection):
        for number in range(300):
            what = "policy.set" if number % 100 == 7 else "comment.accept"
            audit.append(connection, Deed(at=NOON + number, who="Ben", person_id=901, what=what, site_id=blog, target=f"t{number}"))
        for number in range(5):
            audit.append(connection, Deed(at=NOON + 400 + number, who="Cleo", person_id=902, what="key.new", site_id=other))
        audit.append(connection, Deed(at=NOON + 500, who="Dora", person_id=903, what="session.open", target="person 903"))

    stored(service, write)


def targets(page):
    return re.findall(r'<bdi class="wrap">(t\d+)</bdi>|class="mono">(t\d+)', page)


def test_pages_follow_one_another_without_gap(service, deeds):
    """Newest first, a hundred a page; the link to older ones leads through all of them, each once."""
    lea, found, address = someone(service, blog=Role.LEAD), [], "/audit?person=901"
    while address:
        page = lea.get(address).text
        found += ["".join(each) for each in targets(page)]
        link = re.search(r'class="button" href="(/audit\?[^"]+)"', page)
        address = link[1].replace("&amp;", "&") if link else ""
    assert found == [f"t{number}" for number in reversed(range(300))]


def test_leads_see_their_sites_and_admins_everything(service, deeds):
    """What others did elsewhere, or what belongs to no site, is not for a site's lead; a moderator sees no log at all."""
    seen = {name: client.get("/audit").text for name, client in {
        "lead": someone(service, other=Role.LEAD),
        "admin": someone(service, Role.ADMIN),
    }.items()}  # fmt: skip
    assert ("Cleo" in seen["lead"], "Ben" in seen["lead"], "Dora" in seen["lead"]) == (True, False, False)
    assert ("Cleo" in seen["admin"], "Ben" in seen["admin"], "Dora" in seen["admin"]) == (True, True, True)
    assert someone(service, other=Role.MODERATOR).get("/audit").status_code == 403
    assert "Ben" not in someone(service, other=Role.LEAD).get(f"/audit?site={site_id(service, 'blog')}").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [("what=policy&person=901", 3), ("since=2026-09-21&until=2026-09-21&person=902", 5), ("since=2026-09-22&until=2026-09-23", 0)],
)
def test_the_log_is_filtered(service, deeds, query, expected):
    """By person, by kind, by day."""
    page = someone(service, Role.ADMIN).get(f"/audit?{query}").text
    assert len(re.findall(r'<tr id="n\d+">', page)) == expected


def test_the_log_is_taken_away_and_that_is_logged(service, deeds):
    """Every line is an entry of what one may see, oldest first, with its hash; then there is an entry about it."""
    lea = someone(service, blog=Role.LEAD, name="Lea")
    lines = [json.loads(line) for line in lea.post("/audit/export", person="901").text.splitlines()]
    assert [line["target"] for line in lines] == [f"t{number}" for number in range(300)]
    assert all(len(line["hash"]) == 64 and line["before"] is None for line in lines)
    newest = stored(service, lambda connection: audit.entries(connection, limit=1))[0]
    assert (newest.who, newest.what, json.loads(newest.after)) == ("Lea", "audit.export", {"person": "901"})


def test_the_page_says_whether_the_chain_holds(service, deeds):
    """It does, up to the last entry; when someone got around the database's guard, it says where it breaks."""
    ana = someone(service, Role.ADMIN)
    assert "The chain holds" in ana.post("/audit/verify").text

    def tamper(connection):
        connection.execute(text("DROP TRIGGER audit_is_not_changed"))
        connection.execute(text("UPDATE audit SET who = 'Eve' WHERE number = 42"))

    stored(service, tamper)
    assert "The chain breaks at entry 42" in ana.post("/audit/verify").text


def test_before_and_after_stand_side_by_side(service):
    """Only what differs is shown, as text."""
    before, after = {"a": 1, "b": 2}, {"a": 1, "b": "<img src=x onerror=alert(1)>"}
    deed = Deed(at=time.time(), who="Ben", what="policy.set", target="version 2", before=before, after=after)
    stored(service, lambda connection: audit.append(connection, deed))
    page = someone(service, Role.ADMIN).get("/audit?what=policy.set").text
    assert "<code>2</code> → <code>&lt;img src=x onerror=alert(1)&gt;</code>" in page
    assert "<code>1</code>" not in page


def test_a_first_policy_is_told_in_words(service):
    """What is empty is left out, lines stand by their names, reasons by theirs; no JSON is shown."""
    after = msgspec.to_builtins(Policy(spam=Lines(0.6, 0.97), block=Lists(words=("casino", "pills"))))
    deed = Deed(at=time.time(), who="Ben", what="policy.set", target="version 1", after=after)
    stored(service, lambda connection: audit.append(connection, deed))
    page = someone(service, Role.ADMIN).get("/audit?what=policy.set").text
    assert "Spam: Hold from</span> <code>0.6</code>" in page
    assert "Block list: Words</span> <code>casino, pills</code>" in page
    assert "Reasons to reject</span> <code>Advertising, Fraud, Insult, Hate, Threat, Sexual</code>" in page
    assert "Allow list" not in page
    assert "{&#34;" not in page


def test_values_that_read_alike_are_told_as_they_are():
    """A rule that was changed has its name still: then the difference itself is shown."""
    deed = Deed(at=0.0, who="Ben", what="policy.set", before=[{"name": "x", "n": 1}], after=[{"name": "x", "n": 2}])
    before, after = msgspec.json.encode(deed.before).decode(), msgspec.json.encode(deed.after).decode()
    entry = Entry(1, 0.0, None, "Ben", "policy.set", None, "version 2", before, after, "")
    assert changes(entry) == [("", before, after)]


def test_commands_verify_and_export(monkeypatch, capsys, tmp_path):
    """`winnow audit verify` prints what to note and holds it against the log; `export` writes every entry as a line."""
    winnow = Shell(monkeypatch, capsys, tmp_path)
    winnow("site", "add", "news", "--url", "https://news.example")
    for limit in (3, 4):
        winnow("site", "set", "news", f"max_links={limit}")
    kinds = [json.loads(line)["what"] for line in winnow("audit", "export").out.splitlines()]
    assert kinds == ["policy.set", "policy.set", "audit.export"]
    noted = winnow("audit", "verify").out.split()[-1]
    assert noted.startswith("3:")
    winnow("site", "set", "news", "max_links=5")
    assert winnow("audit", "verify", "--known", noted).code == 0
    assert "breaks at entry 3" in winnow("audit", "verify", "--known", "3:" + "0" * 64).err
    assert "breaks at entry 5" in winnow("audit", "verify", "--known", "9:" + "0" * 64).err
    lines = winnow("audit", "export", "--what", "policy").out.splitlines()
    after = [json.loads(line)["after"] for line in lines]
    assert (after[0]["max_links"], after[1:]) == (3, [{"max_links": 4}, {"max_links": 5}])


def test_a_rare_deed_in_a_long_log_is_looked_for_in_steps(database_url, monkeypatch):
    """A page looks at so many entries at most, and says where to go on."""
    monkeypatch.setattr(audit, "_WINDOW", 10)
    monkeypatch.setattr(audit, "_WINDOWS", 2)
    engine = open_engine(database_url)
    upgrade(engine)
    with engine.begin() as connection:
        audit.append(
            connection, Deed(at=NOON, who="Ben", what="rare"), *(Deed(at=NOON, who="Ben", what="often") for _ in range(50))
        )
        page = audit.page(connection, Wanted(what="rare"), 10)
        steps = [page.older]
        while page.older is not None:
            assert page.entries == []
            page = audit.page(connection, Wanted(what="rare"), 10, page.older)
            steps.append(page.older)
    engine.dispose()
    assert ([each.number for each in page.entries], steps) == ([1], [32, 12, None])


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_every_deed_has_a_name(language):
    """Whatever the sources log is named on the page, in every language, and no two deeds alike."""
    logged = {
        node.value
        for path in Path(service.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DEED.fullmatch(node.value)
    }
    logged |= {f"comment.{verdict}" for verdict in Verdict} | {f"model.{kind}" for kind in workshop.KINDS} | {"erased a person"}
    languages.speak(language)
    names = [deed_name(what) for what in sorted(logged)]
    languages.speak("en")
    assert logged == set(DEEDS)
    assert len(set(names)) == len(names)
