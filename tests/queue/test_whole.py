"""A comment in full and its author: what is shown to whom, and what can be done from there."""

from __future__ import annotations

import json
import re

import pytest

from service.domain import Role
from service.store import audit, authors, many, sites
from tests.queue.given import someone, stored
from tests.queue.waiting import HOLD, empty, hold, state_of

SENT = {
    "author": "Ivan Repeat",
    "author_email": "ivan@mail.example",
    "author_url": "https://pills.example/buy",
    "user_ip": "198.51.100.7",
    "user_agent": "Some browser",
    "article_id": "7",
    "permalink": "http://blog.example.net/harbour/",
}


@pytest.fixture
def held(service) -> list[str]:
    """Three comments of one author, held under a policy without lists."""
    empty(service)
    return hold(service, "Buy pills at https://pills.example/buy now", "And again.", "V1agra for Ⓔveryone", **SENT)


@pytest.fixture
def author(service, held) -> str:
    """The author's key, once their counts are written."""
    key = stored(service, lambda connection: many.author_of(connection, held[0]))
    service.until(lambda: (known := stored(service, lambda c: authors.author(c, key))) is not None and known.held >= 3)
    return str(key)


@pytest.fixture
def lead(service):
    return someone(service, Role.LEAD, name="Lea")


def policy(service) -> dict:
    return json.loads(stored(service, sites.policies_in_force)[1].body)


def deeds(service, what: str) -> list:
    return stored(service, lambda connection: audit.entries(connection, what=what))


def test_everything_about_a_comment_is_there(service, held, lead):
    """Text raw and as the filter reads it, why, what happened, the request, the thread."""
    page = lead.get(f"/comments/{held[2]}").text
    for part in ("Ⓔveryone", "viagra for everyone", "Held for a moderator", "Decided by rule", "contributions"):
        assert part in page, part
    assert all(part in page for part in ("Some browser", "198.51.100.7", "Before it", "log-odds", "Signals beyond the words"))


def test_a_decision_is_changed_on_the_page(service, held, lead):
    """Rejected, then accepted by another who saw that; the third who did not see it changes nothing."""
    lead.post("/comments/act", item=f"{held[0]}.0", verdict="reject", back=f"/comments/{held[0]}")
    page = (
        someone(service, Role.MODERATOR, name="Mo")
        .post("/comments/act", item=f"{held[0]}.1", verdict="accept", back="/search")
        .text
    )
    assert "Accepted." in page
    assert state_of(service, held[0])[1:] == ("accept", ["spam", "ham"])
    late = lead.post("/comments/act", item=f"{held[0]}.1", verdict="reject", back=f"/comments/{held[0]}").text
    assert "Mo was faster: accepted. Nothing was changed." in late
    assert "Decided by</code>" not in late
    assert late.count("Decided by <bdi>") == 2


def test_a_second_opinion_puts_a_decided_comment_back(service, held, lead):
    """It waits again, with its verdict, and the timeline says so."""
    lead.post("/comments/act", item=f"{held[0]}.0", verdict="reject", back="/search")
    page = lead.post("/comments/act", item=f"{held[0]}.1", verdict="hold", back=f"/comments/{held[0]}").text
    assert state_of(service, held[0])[:2] == ("waiting", "reject")
    assert "Second opinion" in page


@pytest.mark.parametrize(
    ("target", "kind", "entry"),
    [
        ("emails:ivan@mail.example", "emails", "ivan@mail.example"),
        ("ips:198.51.100.7", "ips", "198.51.100.7"),
        ("ips:198.51.100.0/24", "ips", "198.51.100.0/24"),
        ("domains:pills.example", "domains", "pills.example"),
    ],
)
def test_what_is_blocked_is_rejected_from_then_on(service, held, lead, target, kind, entry):
    """With a new version of the policy and its entry in the log, which names no person; and back again."""
    assert "3 wait" in lead.get(f"/comments/{held[0]}").text
    lead.post(f"/comments/{held[0]}/list", target=target)
    assert policy(service)["block"][kind] == [entry]
    logged = json.loads(deeds(service, "policy.list")[0].after)
    assert logged["entry"] == (entry if kind == "domains" else "…")
    text = "See https://pills.example/buy again"
    assert service.api("POST", "/v1/comments", {"text": text, **SENT}).json()["verdict"] == "reject"
    assert "Unblock" in lead.get(f"/comments/{held[0]}").text
    page = lead.post(f"/comments/{held[0]}/list", target=target, off="1").text
    undo = re.search(r'action="(/comments/\w+/list\?[^"]+)"', page)[1].replace("&amp;", "&")
    assert "It is on the block list now." in lead.post(undo).text
    lead.post(f"/comments/{held[0]}/list", target=target, off="1")
    assert policy(service).get("block", {}).get(kind, []) == []


def test_only_what_the_comment_has_can_be_blocked(service, held, lead):
    """Nobody puts anything else onto the list from there, and moderators nothing at all."""
    before = len(deeds(service, "policy.list"))
    assert lead.post(f"/comments/{held[0]}/list", target="domains:example.org").status_code == 404
    assert lead.post(f"/comments/{held[0]}/list", target="ips:0.0.0.0/0").status_code == 404
    assert someone(service, Role.MODERATOR).post(f"/comments/{held[0]}/list", target="domains:pills.example").status_code == 403
    assert len(deeds(service, "policy.list")) == before


def test_the_mail_host_is_nothing_to_block(service, held, lead):
    """Half the world writes from the same one."""
    assert "mail.example</bdi>" not in lead.get(f"/comments/{held[1]}").text.partition("Also</h2>")[2].replace(
        "ivan@mail.example", ""
    )


def test_erasing_needs_to_be_meant(service, held):
    """Without the tick nothing goes; with it the text is gone from store, page and search."""
    admin = someone(service, Role.ADMIN)
    admin.post(f"/comments/{held[1]}/erase")
    assert "<mark>And again</mark>." in admin.get("/search?q=%22and+again%22").text
    assert "1 comment was erased." in admin.post(f"/comments/{held[1]}/erase", sure="1").text
    assert "And again." not in admin.get(f"/comments/{held[1]}").text
    assert "Nothing was found." in admin.get("/search?q=%22and+again%22").text
    assert json.loads(deeds(service, "erased")[0].after) == {"comments": 1}


def test_everything_stored_is_given_out(service, held, author, lead):
    """A comment, and an author's comments, with decisions and notes, as JSON; that is logged."""
    lead.post(f"/comments/{held[0]}/notes", text="Seen before.", about="comment")
    [one] = lead.post(f"/comments/{held[0]}/export").json()
    assert (one["comment"]["author_email"], one["notes"][0]["text"]) == ("ivan@mail.example", "Seen before.")
    everything = lead.post(f"/authors/{author}/export").json()
    assert [each["id"] for each in everything] == held[::-1]
    assert [deeds(service, what)[0].target for what in ("export.comment", "export.author")] == [
        f"comment-{held[0]}",
        f"author-{author}",
    ]


def test_an_author_is_put_together_with_a_reason(service, author, lead):
    """By the e-mail address, with names, networks and counts; viewers see of the address only its digest."""
    page = lead.get(f"/authors/{author}").text
    assert all(
        part in page for part in ("Put together by one e-mail address", "ivan@mail.example", "198.51.100.0/24", "Ivan Repeat")
    )
    assert len(re.findall(r'name="item" value="(\w+\.\d+)"', page)) == 3
    seen = someone(service, Role.VIEWER).get(f"/authors/{author}").text
    assert ("ivan@mail.example" in seen, "not shown to viewers" in seen, 'name="item"' in seen) == (False, True, False)


def test_without_an_address_one_cannot_be_sure(service, lead):
    """Name and network alone may be several people, and the page says so."""
    empty(service)
    [only] = hold(service, "By name.", **{**SENT, "author_email": ""})
    key = stored(service, lambda connection: many.author_of(connection, only))
    service.until(lambda: stored(service, lambda connection: authors.author(connection, key)) is not None)
    assert "this may be several people" in lead.get(f"/authors/{key}").text


@pytest.mark.parametrize(("level", "verdict", "chip"), [("trust", "accept", "trusted"), ("block", "reject", "blocked")])
def test_trust_is_a_list(service, author, lead, level, verdict, chip):
    """What an author writes is accepted or rejected from then on, until they are like others again."""
    assert chip in lead.post(f"/authors/{author}/trust", level=level).text
    assert service.api("POST", "/v1/comments", {"text": f"Hello {level}", **SENT}).json()["verdict"] == verdict
    lead.post(f"/authors/{author}/trust", level="none")
    assert service.api("POST", "/v1/comments", {"text": f"Hello again {level}", **SENT}).json()["verdict"] == "hold"
    assert someone(service, Role.MODERATOR).post(f"/authors/{author}/trust", level=level).status_code == 403


def test_notes_on_an_author_are_for_moderators(service, author, lead):
    """They show, escaped; another moderator cannot take them away, a lead can."""
    first, second = (someone(service, Role.MODERATOR, name=name) for name in ("Mo", "Max"))
    page = first.post(f"/authors/{author}/notes", text="Beware of <b>him</b>").text
    assert "Beware of &lt;b&gt;him&lt;/b&gt;" in page
    number = re.search(r'name="remove" value="(\d+)"', page)[1]
    assert second.post(f"/authors/{author}/notes", remove=number).status_code == 404
    assert "Beware" not in lead.post(f"/authors/{author}/notes", remove=number).text


def test_an_author_is_erased_with_everything(service, author, held):
    """All comments are emptied, and there is no such author any more."""
    admin = someone(service, Role.ADMIN)
    assert "Nothing was erased" in admin.post(f"/authors/{author}/erase").text
    assert "3 comments were erased." in admin.post(f"/authors/{author}/erase", sure="1").text
    assert admin.get(f"/authors/{author}").status_code == 404
    assert "pills" not in admin.get(f"/comments/{held[0]}").text


def test_the_tests_policy_is_the_one_in_force(service, held):
    """The fixtures above hold whatever the scores say; without that, most claims here would claim nothing."""
    assert policy(service)["trusted_after"] == HOLD["trusted_after"] == 0
