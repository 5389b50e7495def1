"""What events do: queue items, labels, and answers in the platform's words; and that nothing is lost when something breaks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.classifier.given import a_folder
from tests.inbound.given import GOOD, Call, new_source, waiting
from tests.serving import Service, serving

OPEN = {"flood_limit": 0, "spam": {"hold_at": 1.0, "reject_at": 1.01}, "abuse": {"hold_at": 1.0, "reject_at": 1.01}}
HOLD_ALL = OPEN | {"first_time": "always"}
REJECT = {"block": {"words": ["flubbergast"]}, "flood_limit": 0}


def generic(service: Service, path: str, kind: str, number: str, text: str = "", **extra: str):
    """A Standard Webhooks delivery about a comment."""
    data = {"comment": {"id": number, "text": text}, "author": {"name": "Inken"}}
    put = {"type": f"comment.{kind}", "data": data | ({"label": extra.pop("label")} if "label" in extra else {})}
    return Call("generic", path, delivery=f"{kind} {number} {text}", put=put, extra=extra).send(service)


def test_a_deleted_comment_waits_for_nobody(service: Service) -> None:
    """Moderators need not decide about what is gone."""
    service.api("PUT", "/v1/policy", HOLD_ALL)
    path = new_source(service, "generic")
    made = generic(service, path, "created", "d1", "First words.").json()["id"]
    assert (made, "held") in waiting(service)
    assert generic(service, path, "deleted", "d1").status == 202
    assert made not in dict(waiting(service))


def test_an_edit_takes_the_place_of_what_it_replaces(service: Service) -> None:
    """Only the newest revision waits."""
    service.api("PUT", "/v1/policy", HOLD_ALL)
    path = new_source(service, "generic")
    first = generic(service, path, "created", "e1", "First words.").json()["id"]
    second = generic(service, path, "edited", "e1", "Second words.").json()["id"]
    assert (first in dict(waiting(service)), second in dict(waiting(service))) == (False, True)


def test_a_report_asks_the_moderators(service: Service) -> None:
    """An accepted comment that a reader reported waits again, even after a moderator had decided."""
    service.api("PUT", "/v1/policy", OPEN)
    path = new_source(service, "generic")
    made = generic(service, path, "created", "r1", "Fine words.").json()["id"]
    assert made not in dict(waiting(service))
    generic(service, path, "reported", "r1")
    assert (made, "reported") in waiting(service)
    service.api("POST", f"/v1/comments/{made}/feedback", {"label": "ham"})
    assert made not in dict(waiting(service))
    Call("generic", path, delivery="again", put={"type": "comment.reported", "data": {"comment": {"id": "r1"}}}).send(service)
    assert (made, "reported") in waiting(service)


def test_a_report_of_a_comment_never_seen_brings_it_in(service: Service) -> None:
    """With its text it is judged and queued; without it there is nothing to show."""
    service.api("PUT", "/v1/policy", OPEN)
    path = new_source(service, "generic")
    before = len(waiting(service))
    generic(service, path, "reported", "n1", "Words from before us.")
    generic(service, path, "reported", "n2")
    assert len(waiting(service)) == before + 1


def test_a_moderators_word_becomes_a_label(service: Service) -> None:
    """What a moderator of the platform says decides, and carries less trust than one of ours."""
    path = new_source(service, "generic")
    made = generic(service, path, "labelled", "l1", "Buy buy buy.", label="spam").json()["id"]
    found = service.api("GET", f"/v1/comments/{made}").json()
    assert (found["verdict"], found["labels"][0]["label"]) == ("reject", "spam")


def test_fastcomments_moderators_are_heard_and_its_machine_is_not(service: Service) -> None:
    """A reviewed comment brings a label, unless FastComments' own filter called it spam."""
    path = new_source(service, "fastcomments")
    labels = []
    for number, said in enumerate(({"isSpam": True}, {"isSpam": True, "aiDeterminedSpam": True}, {"approved": True})):
        put = {"id": f"fc-9{number}", "reviewed": True, "comment": f"Words {number}."} | said
        made = Call("fastcomments", path, put=put).send(service).json()["id"]
        labels.append([each["label"] for each in service.api("GET", f"/v1/comments/{made}").json()["labels"]])
    assert labels == [["spam"], [], ["ham"]]


@pytest.mark.parametrize(
    ("policy", "statuses", "status", "body"),
    [
        (OPEN, {}, 204, None),
        (OPEN, {"accept": "APPROVED"}, 200, {"status": "APPROVED"}),
        (HOLD_ALL, {}, 200, {"status": "PREMOD"}),
        (HOLD_ALL, {"hold": "SYSTEM_WITHHELD"}, 200, {"status": "SYSTEM_WITHHELD"}),
        (REJECT, {}, 200, {"status": "REJECTED"}),
    ],
)
def test_coral_gets_its_own_words(service: Service, policy: dict, statuses: dict, status: int, body: dict | None) -> None:
    """Each verdict is the status that the site chose for it; what is not accepted is flagged."""
    service.api("PUT", "/v1/policy", policy)
    put = {
        "comment": {"body": f"What a flubbergast! {time.time()}", "parentID": None},
        "author": {"id": str(time.time()), "role": "COMMENTER"},
    }
    answer = Call("coral", new_source(service, "coral", statuses=statuses), put=put).send(service)
    said = answer.json() if answer.body else None
    assert (answer.status, said and {"status": said["status"]}) == (status, body)
    assert said is None or said["status"] == "APPROVED" or said["actions"][0]["actionType"] == "FLAG"


def test_coral_gets_the_same_answer_to_the_same_words(service: Service) -> None:
    """A body that came before is answered as it stands now, not with a blank that would publish it."""
    service.api("PUT", "/v1/policy", REJECT)
    call = Call("coral", new_source(service, "coral"), put={"comment": {"body": "A flubbergast again.", "parentID": None}})
    assert [call.send(service).json()["status"] for _ in range(2)] == ["REJECTED", "REJECTED"]


def test_several_signatures_while_coral_rotates(service: Service) -> None:
    """One right signature among several is enough."""
    call = Call("coral", new_source(service, "coral"))
    header = {"X-Coral-Signature": f"sha256={'0' * 64},{call.headers()['X-Coral-Signature']}"}
    assert call.but(extra={}).send(service).status in {200, 204}
    headers = {name.replace("-", "_"): value for name, value in (call.headers() | header).items()}
    assert service.ask("POST", call.path, call.body, **headers).status in {200, 204}


def test_who_prefers_to_wait_gets_the_verdict(service: Service) -> None:
    """``Prefer: wait`` answers with verdict, score, reasons and model."""
    service.api("PUT", "/v1/policy", REJECT)
    answer = generic(service, new_source(service, "generic"), "created", "w1", "Flubbergast!", Prefer="wait")
    assert (answer.status, answer.json()["verdict"], set(answer.json())) == (
        200,
        "reject",
        {"id", "verdict", "score", "reasons", "model"},
    )


def test_over_the_budget_a_hold_is_said_and_the_work_goes_on(service: Service) -> None:
    """Coral would publish: it is told to hold. Others are told to wait for the event. The comment is stored all the same."""
    service.api("PUT", "/v1/policy", OPEN)
    coral = Call("coral", new_source(service, "coral", budget_ms=0), put={"comment": {"body": "No time.", "parentID": None}})
    assert coral.send(service).json()["status"] == "PREMOD"
    path = new_source(service, "generic", mode="wait", budget_ms=0)
    late = generic(service, path, "created", "b1", "No time either.")
    assert (late.status, late.json()) == (202, {"id": None, "verdict": "hold", "pending": True})

    def stored() -> bool:
        texts = {each["comment"]["text"] for each in service.api("GET", "/v1/comments?limit=20").json()["comments"]}
        return {"No time.", "No time either."} <= texts

    service.until(stored)


def test_a_body_that_is_no_json_is_refused_and_holds_in_coral(service: Service) -> None:
    """A signature is no promise of a shape."""
    for platform, status in (("generic", 400), ("coral", 200)):
        call = Call(platform, new_source(service, platform))
        headers = {name.replace("-", "_"): value for name, value in call.headers(b"{nothing").items()}
        answer = service.ask("POST", call.path, b"{nothing", **headers)
        assert answer.status == status
    assert answer.json()["status"] == "PREMOD"


def test_bodies_may_be_larger_than_those_of_the_api_but_not_endless(service: Service) -> None:
    """256 KB pass, more is refused before the signature is looked at."""
    call = Call("generic", new_source(service, "generic"), put={"padding": "x" * 200_000})
    assert call.send(service).status == 202
    assert call.but(put={"padding": "x" * 300_000}).send(service).status == 413


@pytest.mark.parametrize("source_id", ["nothing", "%00", "a" * 500, "..%2f.."])
def test_unknown_sources_are_not_found(service: Service, source_id: str) -> None:
    """Whatever is asked for."""
    assert service.ask("POST", f"/webhooks/{source_id}", b"{}").status == 404


def test_the_field_map_finds_other_shapes(service: Service) -> None:
    """A source names its own places: dotted paths, list positions, alternatives; and which payloads concern it."""
    fields = {"text": "entry.blocks[1].text|entry.summary", "external_id": "entry.key"}
    path = new_source(service, "strapi", fields=fields, only={"model": "letter"})
    put = {"model": "letter", "entry": {"key": 7, "blocks": [{"text": "no"}, {"text": "From the second block."}]}}
    Call("strapi", path, put=put).send(service)
    newest = service.api("GET", "/v1/comments").json()["comments"][0]["comment"]
    assert (newest["text"], newest["external_id"]) == ("From the second block.", "7")


def test_another_header_may_carry_the_secret(service: Service) -> None:
    """Where ``Authorization`` is taken."""
    call = Call("remark42", new_source(service, "remark42", headers={"token": "X-Notify"}), extra={"X-Notify": GOOD})
    assert call.send(service).status == 200


def test_nothing_is_lost_while_the_database_is_away(tmp_path: Path) -> None:
    """The platform is asked to try again, Coral is told to hold; the same delivery is taken later, not called a duplicate."""
    with serving(tmp_path, model_dir=a_folder(tmp_path)) as service:
        path, coral = new_source(service, "generic"), Call("coral", new_source(service, "coral"))
        service.api("PUT", "/v1/policy", OPEN)
        writer = service.server.config.app.check._moderation.writer
        writer.healthy = False
        assert generic(service, path, "created", "x1", "Kept.").status == 503
        assert coral.send(service).json()["status"] == "PREMOD"
        writer.healthy = True
        assert "id" in generic(service, path, "created", "x1", "Kept.").json()
        assert coral.send(service).status == 204
