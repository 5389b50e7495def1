"""The JSON API."""

from __future__ import annotations

import json

import pytest

from tests.serving import Service

HELLO = {"text": "Did you weigh the water?", "author": "Maria", "author_email": "maria@example.net"}


def test_a_comment_gets_its_verdict_with_reasons(service: Service) -> None:
    """The answer has verdict, rule, reasons, scores, bands, clues, model and id."""
    answer = service.api("POST", "/v1/comments", HELLO)
    said = answer.json()
    assert answer.status == 200
    assert said["verdict"] in {"accept", "hold", "reject"}
    assert {"rule", "reasons", "source", "scores", "bands", "clues", "model", "id", "repeated"} <= set(said)
    assert said["model"] == "2026.1-test"


def test_a_comment_can_be_looked_up(service: Service) -> None:
    """What was sent is there with its decisions."""
    made = service.api("POST", "/v1/comments", {**HELLO, "context": ["bread"], "behaviour": {"keys": 4}}).json()
    found = service.api("GET", f"/v1/comments/{made['id']}").json()
    assert (found["comment"]["text"], found["comment"]["context"], found["verdict"]) == (HELLO["text"], ["bread"], made["verdict"])
    assert [decision["rule"] for decision in found["decisions"]] == [made["rule"]]


def test_the_same_revision_gets_the_same_decision(service: Service) -> None:
    """Same site, id and text: the decision of then, under the same id. An edit is judged anew."""
    first, again = (service.api("POST", "/v1/comments", {**HELLO, "external_id": "1"}).json() for _ in range(2))
    edited = service.api("POST", "/v1/comments", {**HELLO, "external_id": "1", "text": "Edited."}).json()
    assert (again["id"], again["repeated"], first["repeated"]) == (first["id"], True, False)
    assert edited["id"] != first["id"]


def test_retries_with_a_key_are_replayed(service: Service) -> None:
    """The same Idempotency-Key and body is answered as before and says so; another body is refused."""
    first, again = (service.api("POST", "/v1/comments", HELLO, Idempotency_Key="retry") for _ in range(2))
    other = service.api("POST", "/v1/comments", {**HELLO, "text": "Other."}, Idempotency_Key="retry")
    assert (first.json()["id"], "idempotency-replayed" in first.headers) == (again.json()["id"], False)
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_a_batch_is_judged_in_order(service: Service) -> None:
    """A thousand comments in one request, answered in their order; a retry is replayed whole."""
    batch = {"comments": [{"text": f"Comment {number}", "external_id": f"b{number}"} for number in range(1000)]}
    first = service.api("POST", "/v1/comments/batch", batch, Idempotency_Key="batch")
    again = service.api("POST", "/v1/comments/batch", batch, Idempotency_Key="batch")
    assert [result["external_id"] for result in first.json()["results"]] == [f"b{number}" for number in range(1000)]
    assert (again.json()["results"][999]["id"], again.headers["idempotency-replayed"]) == (
        first.json()["results"][999]["id"],
        "true",
    )


def test_pages_follow_one_another(service: Service) -> None:
    """Pages link to the next, newest first, without gaps or repeats, until there is none."""
    made = [service.api("POST", "/v1/comments", {"text": f"Page {number}"}).json()["id"] for number in range(5)]
    path, found = "/v1/comments?limit=2", []
    for _ in range(3):
        page = service.api("GET", path)
        found += [comment["id"] for comment in page.json()["comments"]]
        path = page.headers["link"].split(">")[0].lstrip("<")
        assert page.headers["link"].endswith('; rel="next"')
    assert found[:5] == made[::-1]


def test_pages_of_one_verdict(service: Service) -> None:
    """A page can be limited to a verdict."""
    service.api("POST", "/v1/comments", {"text": "x", "author": "viagra-test-123"})
    page = service.api("GET", "/v1/comments?verdict=reject").json()["comments"]
    assert {comment["verdict"] for comment in page} == {"reject"}


@pytest.mark.parametrize(("label", "verdict"), [("ham", "accept"), ("spam", "reject"), ("abuse", "reject")])
def test_feedback_decides(service: Service, label: str, verdict: str) -> None:
    """A human's word is a new decision; the first one stays."""
    made = service.api("POST", "/v1/comments", HELLO).json()
    told = service.api("POST", f"/v1/comments/{made['id']}/feedback", {"label": label, "by": "ana"})
    found = service.api("GET", f"/v1/comments/{made['id']}").json()
    assert (told.status, told.json()["verdict"], found["verdict"]) == (200, verdict, verdict)
    assert [decision["source"] for decision in found["decisions"]][1:] == ["moderator"]
    assert (found["labels"][0]["label"], found["labels"][0]["by"]) == (label, "ana")


def test_a_policy_is_in_force_at_once(service: Service) -> None:
    """A new policy judges the next comment; each is a version of its own."""
    before = service.api("GET", "/v1/policy").json()["version"]
    put = service.api("PUT", "/v1/policy", {"block": {"words": ["flubbergast"]}})
    said = service.api("POST", "/v1/comments", {"text": "Such a flubbergast!"}).json()
    assert (put.status, put.json()["version"], said["verdict"], said["rule"]) == (200, before + 1, "reject", "block_list")
    assert service.api("GET", "/v1/policy").json()["version"] == before + 1


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"spam": {"hold_at": 0.9, "reject_at": 0.1}}, "spam.reject_at"),
        ({"block": {"patterns": ["("]}}, "block.patterns[0]"),
        ({"block": {"ips": ["10.0.0.0/99"]}}, "block.ips"),
        ({"first_time": "sometimes"}, "first_time"),
        ({"max_links": -1}, "max_links"),
        ({"spam": {"hold_at": 0.5}}, "spam.reject_at"),
    ],
)
def test_a_policy_that_cannot_be_used_names_its_field(service: Service, policy: dict, field: str) -> None:
    """What is wrong with a policy is said by its field, and nothing changes."""
    answer = service.api("PUT", "/v1/policy", policy)
    assert (answer.status, answer.headers["content-type"], answer.json()["errors"][0]["field"]) == (
        422,
        "application/problem+json",
        field,
    )


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}, {"X_Api_Key": "000000000000"}]
)
def test_without_a_known_key_nothing_opens(service: Service, header: dict[str, str]) -> None:
    """No key, a wrong one, or another scheme is 401 with a challenge."""
    answer = service.ask("POST", "/v1/comments", json.dumps(HELLO), Content_Type="application/json", **header)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_keys_do_only_what_they_may(service: Service) -> None:
    """The twelve-digit key judges and reads; the policy needs the scope admin."""
    assert (
        service.ask("POST", "/v1/comments", json.dumps(HELLO), Content_Type="application/json", X_Api_Key=service.key).status == 200
    )
    answer = service.ask("PUT", "/v1/policy", "{}", Content_Type="application/json", X_Api_Key=service.key)
    assert (answer.status, answer.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"text":"a","text":"b"}', 400),
        (b'{"text":"\xff"}', 400),
        (b"[" * 5000, 400),
        (b'{"text":"a' + b"a" * 70_000 + b'"}', 413),
        (b"{}", 422),
        (b'{"text":"\\u0000"}', 422),
        (b'{"text":"a","behaviour":{"keys":1e999}}', 422),
    ],
)
def test_bodies_that_cannot_be_used(service: Service, body: bytes, status: int) -> None:
    """Every fault of a body is a problem with its own status."""
    answer = service.api("POST", "/v1/comments", body)
    assert (answer.status, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


def test_other_content_is_refused(service: Service) -> None:
    """A body that is not said to be JSON is 415."""
    assert service.api("POST", "/v1/comments", HELLO, Content_Type="text/plain").status == 415


@pytest.mark.parametrize("comment_id", ["0" * 32, "nothing", "%00", "A" * 32])
def test_unknown_comments_are_not_found(service: Service, comment_id: str) -> None:
    """Any id that is not a comment of this site is 404."""
    assert service.api("GET", f"/v1/comments/{comment_id}").status == 404
    assert service.api("POST", f"/v1/comments/{comment_id}/feedback", {"label": "ham"}).status == 404


def test_every_operation_has_an_example(service: Service) -> None:
    """The description names every operation, its errors, and an example for what is sent and answered."""
    description = service.ask("GET", "/openapi.json").json()
    shapes = description["components"]["schemas"]
    operations = [each for path, methods in description["paths"].items() if path.startswith("/v1") for each in methods.values()]
    assert len(operations) == 9
    for operation in operations:
        for content in (operation.get("requestBody", {}), operation["responses"]["200"]):
            for media in content.get("content", {}).values():
                shape = shapes[media["schema"]["$ref"].rpartition("/")[2]]
                assert shape.get("examples"), shape["title"]
