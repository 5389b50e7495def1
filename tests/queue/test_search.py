"""The search page: what it finds, what can be done with it, what leaves the house."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from service.domain import Role
from service.policy import RULES
from service.queue.rule_names import RULE_NAMES
from service.store import audit
from tests.queue.given import site_id, someone, stored
from tests.queue.waiting import empty, hold, state_of

MINE = "Figs from the harbour, number {}."


@pytest.fixture(scope="module")
def figs(service) -> list[str]:
    """Thirty comments about figs, held."""
    empty(service)
    return hold(service, *(MINE.format(number) for number in range(30)))


@pytest.fixture
def moderator(service):
    return someone(service, Role.MODERATOR, name="Mo")


def items(page: str) -> list[str]:
    """What a page offers to select."""
    return re.findall(r'name="item" value="(\w+\.\d+)"', page)


def test_a_search_finds_and_marks(figs, moderator):
    """The words of a comment find it, and stand out where they were found; what is excluded is not there."""
    page = moderator.get("/search?q=figs+-number").text
    assert "Nothing was found." in page
    page = moderator.get("/search", params={"q": '"harbour number" 7'}).text
    assert (len(items(page)), "<mark>harbour, number</mark>" in page) == (1, True)


def test_a_wrong_operator_is_named(figs, moderator):
    """The page says which, shows what there is, and keeps what was typed."""
    answer = moderator.get("/search", params={"q": 'colour:red "figs"'})
    assert answer.status_code == 422
    assert "There is no operator “colour:”." in answer.text
    assert 'value="colour:red &#34;figs&#34;"' in answer.text
    answer = moderator.get("/search", params={"q": "score:<b>"})
    assert "“score:” cannot be “&lt;b&gt;”. A number such as" in answer.text


def test_many_are_shown_before_they_are_decided_and_taken_back(service, figs, moderator):
    """Thirty at once ask for their number; with it they are decided, and one undo takes all back."""
    chosen = items(moderator.get("/search?q=figs").text)
    asked = moderator.post("/comments/act", item=chosen, verdict="reject", back="/search?q=figs")
    assert "Act on 30 comments at once" in asked.text
    assert state_of(service, figs[0])[1] == "hold"
    done = moderator.post("/comments/act", item=chosen, verdict="reject", back="/search?q=figs", sure="30")
    assert "30 rejected." in done.text
    assert {state_of(service, each)[:2] for each in figs} == {("decided", "reject")}
    undo = re.search(r'action="(/comments/undo\?at=[^"]+)"', done.text)[1].replace("&amp;", "&")
    assert "30 taken back." in moderator.post(undo).text
    assert {state_of(service, each) == ("waiting", "hold", []) for each in figs} == {True}


def test_one_goes_back_to_ones_own_pages_only(moderator, figs):
    """Whatever a form says: no other site, no other page."""
    for back in ("https://evil.example/", "//evil.example", "/search\\evil", "/sign-out", "javascript:1"):
        answer = moderator.post("/comments/act", follow=False, verdict="accept", back=back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/search")


def test_searches_are_kept_by_person(service, moderator):
    """Under a name, for oneself, until one lets go of it."""
    moderator.post("/search/saved", q="figs", name="My <figs>")
    page = moderator.get("/search").text
    assert "My &lt;figs&gt;" in page
    assert "figs" not in someone(service, Role.MODERATOR).get("/search").text.partition("kept")[2].partition("operators")[0]
    number = re.search(r'name="remove" value="(\d+)"', page)[1]
    someone(service, Role.ADMIN).post("/search/saved", remove=number)
    assert "My &lt;figs&gt;" in moderator.get("/search").text
    moderator.post("/search/saved", remove=number)
    assert "My &lt;figs&gt;" not in moderator.get("/search").text


@pytest.fixture
def formulas(service) -> list[str]:
    """Comments that a spreadsheet would run."""
    empty(service)
    return hold(service, "=1+1", "+49 30", "-x", "@SUM(A1)", "\t=2", " \n=cmd|'/c calc'!A0", "＝3", "fine", author="=HYPERLINK(1)")


def test_an_export_is_safe_for_spreadsheets(service, formulas):
    """No cell begins like a formula; as JSON lines the texts are as they came."""
    lead = someone(service, Role.LEAD, name="Lea")
    answer = lead.post("/search/export", q="", form="csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="comments.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(formulas) + 1
    assert not [cell for row in rows[1:] for cell in row if cell.lstrip()[:1] in tuple("=+-@＝")]
    lines = [json.loads(line) for line in lead.post("/search/export", q="", form="jsonl").text.splitlines()]
    assert {line["text"] for line in lines} >= {"=1+1", "@SUM(A1)", "fine"}


def test_an_export_is_logged_without_persons(service, formulas):
    """Who exported what stands in the log, but no name, address or word that was searched for."""
    someone(service, Role.LEAD, name="Lea").post("/search/export", q="author:ana secret verdict:hold ip:10.1.1.1", form="csv")
    [entry] = stored(service, lambda connection: audit.entries(connection, what="export.search", limit=1))
    assert json.loads(entry.after) == {"search": "author:… … verdict:hold ip:…", "form": "csv"}
    assert entry.who == "Lea"


def test_an_export_keeps_to_the_sites_that_one_leads(service, formulas):
    """A lead of another site gets none of these; a moderator is refused."""
    other = someone(service, other=Role.LEAD, blog=Role.MODERATOR)
    assert other.post("/search/export", q="", form="jsonl").text == ""
    assert someone(service, Role.MODERATOR).post("/search/export", q="").status_code == 403
    assert str(site_id(service, "blog")) not in other.post("/search/export", q="site:other", form="jsonl").text


def test_what_decided_is_told_in_words(service, moderator):
    """Every rule has a name; a stranger's comment that a score rejects is not said to be a trusted author's."""
    assert {rule.__name__ for rule in RULES} <= set(RULE_NAMES)
    empty(service)
    assert service.api("PUT", "/v1/policy", {"spam": {"hold_at": 1e-9, "reject_at": 2e-9}, "trusted_after": 0}).status == 200
    assert service.api("POST", "/v1/comments", {"text": "Buy figs", "author": "Eve"}).json()["verdict"] == "reject"
    page = moderator.get("/search?q=figs").text
    assert "Score above the reject line" in page
    assert "trusted" not in page
