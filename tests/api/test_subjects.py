"""What is stored of a person, and forgetting them."""

from __future__ import annotations

import pytest

from tests.serving import Service

ANA = {"author": "Ana", "author_email": "ana@example.org", "user_ip": "198.51.100.9", "user_agent": "Browser of Ana"}


def test_a_person_is_forgotten(service: Service) -> None:
    """Nothing of them is left in their comments; others' stay, and so do the decisions."""
    mine = [
        service.api("POST", "/v1/comments", {**ANA, "text": f"I said {n}", "external_id": f"ana-{n}"}).json()["id"] for n in (1, 2)
    ]
    other = service.api("POST", "/v1/comments", {"text": "Another", "author_email": "ben@example.org"}).json()["id"]
    service.api("POST", f"/v1/comments/{mine[0]}/feedback", {"label": "spam", "by": "cy"})
    assert service.api("DELETE", "/v1/subjects?email=ANA@example.org").json() == {"erased": 2}
    for number in mine:
        found = service.api("GET", f"/v1/comments/{number}")
        assert not any(word in found.body for word in (b"I said", b"Ana", b"ana@", b"198.51.100.9", b"Browser"))
        assert found.json()["decisions"]
        assert found.json()["labels"] == []
    assert service.api("GET", f"/v1/comments/{other}").json()["comment"]["text"] == "Another"
    assert service.api("DELETE", "/v1/subjects?email=ana@example.org").json() == {"erased": 0}


def test_a_person_is_told_what_is_stored(service: Service) -> None:
    """Their comments on this site with decisions and labels, oldest first, in pages; nobody else's."""
    said = {"author_email": "cleo@example.org", "user_ip": "198.51.100.20"}
    mine = [service.api("POST", "/v1/comments", {**said, "text": f"Told {n}"}).json()["id"] for n in range(3)]
    service.api("POST", "/v1/comments", {"text": "Not hers", "author_email": "dora@example.org"})
    service.api("POST", f"/v1/comments/{mine[1]}/feedback", {"label": "ham", "by": "cy"})
    found = service.api("GET", "/v1/subjects?email=Cleo@example.org").json()
    assert ([each["id"] for each in found["comments"]], found["next"]) == (mine, None)
    assert [len(each["labels"]) for each in found["comments"]] == [0, 1, 0]
    rest = service.api("GET", f"/v1/subjects?ip=198.51.100.20&after={mine[1]}").json()
    assert [each["comment"]["text"] for each in rest["comments"]] == ["Told 2"]


def test_by_network_address(service: Service) -> None:
    """Whoever gave no e-mail is known by where the comment came from."""
    number = service.api("POST", "/v1/comments", {"text": "From there", "user_ip": "198.51.100.77"}).json()["id"]
    assert service.api("DELETE", "/v1/subjects?ip=198.51.100.77").json() == {"erased": 1}
    assert service.api("GET", f"/v1/comments/{number}").json()["comment"]["text"] == ""


@pytest.mark.parametrize("query", ["", "?email=&ip=", "?email=a@b.example&ip=203.0.113.7", "?email=%20"])
def test_someone_must_be_named(service: Service, query: str) -> None:
    """By one of the two: an empty request must not empty a site."""
    assert [service.api(method, f"/v1/subjects{query}").status for method in ("DELETE", "GET")] == [422, 422]


def test_an_erased_comment_may_come_again(service: Service) -> None:
    """The same words under the same id are a new comment: nothing is left to recognise them by."""
    said = {**ANA, "text": "Once more", "external_id": "again"}
    first = service.api("POST", "/v1/comments", said).json()["id"]
    service.api("DELETE", "/v1/subjects?email=ana@example.org")
    assert service.api("POST", "/v1/comments", said).json()["id"] != first
