"""Every platform by its fixture: who is let in, who is not, what a request becomes. A new adapter needs no other test."""

from __future__ import annotations

import time

import pytest

from service.api.webhooks import adapters
from tests.inbound.given import FIXTURES, GOOD, OTHER, Call, new_source, with_case
from tests.serving import Service

PLATFORMS = adapters.names()
SIGNED_BODY = [name for name in PLATFORMS if "over" in FIXTURES[name]["signature"]]
SIGNED_TIME = [name for name in PLATFORMS if "time" in FIXTURES[name]["signature"]]


def comments(service: Service) -> list[dict]:
    return service.api("GET", "/v1/comments?limit=200").json()["comments"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_good_request_becomes_a_stored_comment(service: Service, platform: str) -> None:
    """What the fixture says it becomes is in the store, judged."""
    answer = Call(platform, new_source(service, platform)).send(service)
    stored = comments(service)[0]
    wanted = FIXTURES[platform]["written"]["becomes"]
    assert answer.status in {200, 202, 204}, answer.body
    assert {name: stored["comment"][name] for name in wanted} == wanted
    assert stored["comment"]["door"] == f"webhook {platform}"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_replayed_request_changes_nothing(service: Service, platform: str) -> None:
    """The same delivery again is answered as success and stores nothing."""
    call = Call(platform, new_source(service, platform))
    first = call.send(service)
    known = len(comments(service))
    again = call.send(service)
    assert again.status in {200, first.status}
    assert first.body == again.body if FIXTURES[platform] is FIXTURES["coral"] else again.json()["duplicate"] is True
    assert len(comments(service)) == known


@pytest.mark.parametrize("platform", SIGNED_BODY)
def test_an_altered_request_is_refused(service: Service, platform: str) -> None:
    """One changed letter of the body breaks the signature."""
    call = Call(platform, new_source(service, platform))
    known = len(comments(service))
    answer = call.send(service, signed=call.body.replace(b"e", b"a", 1))
    assert (answer.status, answer.headers["content-type"], len(comments(service))) == (401, "application/problem+json", known)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_wrongly_signed_request_is_refused(service: Service, platform: str) -> None:
    """Another secret, and none at all."""
    call = Call(platform, new_source(service, platform))
    assert call.but(secret=OTHER).send(service).status == 401
    header = FIXTURES[platform]["signature"]["header"]
    assert service.ask(call.method, call.path, call.body, Content_Type="application/json").status == 401
    assert service.ask(call.method, call.path, call.body, **{header.replace("-", "_"): "sha256="}).status == 401


@pytest.mark.parametrize("platform", SIGNED_TIME)
@pytest.mark.parametrize("seconds", [-301, -86_400, 302])
def test_a_late_request_is_refused(service: Service, platform: str, seconds: int) -> None:
    """A signed time more than five minutes away is refused, right signature or not."""
    answer = Call(platform, new_source(service, platform), at=time.time() + seconds).send(service)
    assert (answer.status, "too old" in answer.json()["detail"]) == (401, True)


@pytest.mark.parametrize("platform", SIGNED_TIME)
def test_the_time_is_signed(service: Service, platform: str) -> None:
    """An old request with a fresh time is refused."""
    call = Call(platform, new_source(service, platform), at=time.time() - 3_600)
    name = FIXTURES[platform]["signature"]["time"]
    fresh = call.but(at=time.time()).headers()[name]
    headers = {key.replace("-", "_"): value for key, value in (call.headers() | {name: fresh}).items()}
    assert service.ask(call.method, call.path, call.body, **headers).status == 401


@pytest.mark.parametrize("platform", PLATFORMS)
def test_secrets_rotate(service: Service, platform: str) -> None:
    """Both the new and the former secret work while both are kept."""
    path = new_source(service, platform, OTHER, GOOD)
    assert all(Call(platform, path, secret=secret).send(service).status < 300 for secret in (GOOD, OTHER))


@pytest.mark.parametrize("platform", with_case("other"))
def test_events_about_other_things_are_let_go(service: Service, platform: str) -> None:
    """Success, so that the platform does not try again."""
    answer = Call(platform, new_source(service, platform), "other").send(service)
    assert (answer.status, answer.json()) == (200, {"ignored": True})


@pytest.mark.parametrize("platform", with_case("lacking"))
def test_missing_fields_are_named(service: Service, platform: str) -> None:
    """The answer names the paths at which something was looked for."""
    answer = Call(platform, new_source(service, platform), "lacking").send(service)
    assert (answer.status, [each["field"] for each in answer.json()["errors"]]) == (422, FIXTURES[platform]["lacking"]["names"])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_unknown_fields_pass(service: Service, platform: str) -> None:
    """A platform may add fields whenever it likes."""
    assert Call(platform, new_source(service, platform), put={"added_later": {"deep": [None, 1.5, "x"]}}).send(service).status < 300


@pytest.mark.parametrize("platform", with_case("edited"))
def test_an_edit_is_another_revision(service: Service, platform: str) -> None:
    """The same comment with other words is judged anew; the id of the platform stays."""
    path = new_source(service, platform)
    Call(platform, path).send(service)
    Call(platform, path, "edited", delivery="msg_2").send(service)
    known_as = FIXTURES[platform]["written"]["becomes"]["external_id"]
    mine = [each["comment"] for each in comments(service) if each["comment"]["external_id"] == known_as]
    assert {each["door"] for each in mine} == {f"webhook {platform}"}
    assert len({each["text"] for each in mine}) == 2
