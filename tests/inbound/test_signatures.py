"""Signatures of the standards themselves, and paths into JSON of any shape."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.webhooks import paths
from service.api.webhooks.adapters import adapter, names
from service.api.webhooks.contract import Missing, NotTrusted, Request
from service.intake import Source

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
headers = st.dictionaries(st.text(st.characters(codec="ascii"), max_size=20).map(str.lower), st.text(max_size=40), max_size=5)


def test_the_published_example_of_standard_webhooks() -> None:
    """Id, time, body and secret of the specification's own test give its signature."""
    source = Source(id="s", site_id=1, adapter="generic", secrets=("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",))
    said = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    request = Request("POST", "/", said, b'{"test": 2432232314}', 1614265331)
    assert adapter("generic").verify(request, source) == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_contentfuls_signature_must_cover_its_time() -> None:
    """A signature over fewer headers could be used for ever."""
    source = Source(id="s", site_id=1, adapter="contentful", secrets=("a" * 64,))
    said = {"x-contentful-signed-headers": "x-contentful-topic", "x-contentful-timestamp": "0", "x-contentful-signature": "0"}
    with pytest.raises(NotTrusted, match="its own time"):
        adapter("contentful").verify(Request("POST", "/", said, b"", 0), source)


@given(json_values, st.text("ab.|[]01", max_size=20))
def test_paths_are_total(value: object, path: str) -> None:
    """Any path into any JSON is a text, perhaps an empty one."""
    assert isinstance(paths.text_at(value, path), str)


@pytest.mark.parametrize(
    ("path", "found"), [("a.b", "1"), ("a.c[1].d", "x"), ("z|a.b", "1"), ("a.c[9].d", ""), ("a", ""), ("a.e", "true"), ("", "")]
)
def test_paths_find_what_they_name(path: str, found: str) -> None:
    """Names, positions, alternatives."""
    assert paths.text_at({"a": {"b": 1, "c": [0, {"d": "x"}], "e": True}}, path) == found


@pytest.mark.parametrize("platform", names())
@given(json_values, headers)
def test_adapters_take_any_json(platform: str, payload: object, said: dict[str, str]) -> None:
    """A proven payload of any shape gives events or names what it lacks; nothing else is raised."""
    source = Source(id="s", site_id=1, adapter=platform, secrets=("x",))
    with suppress(Missing):
        events = adapter(platform).events(payload, Request("POST", "/", said, b"", 0), source)
        assert all(event.kind in {"written", "deleted", "reported"} for event in events)


@pytest.mark.parametrize("platform", names())
@given(headers, st.binary(max_size=50))
def test_nobody_is_trusted_by_chance(platform: str, said: dict[str, str], body: bytes) -> None:
    """Any headers without the secret are refused in words."""
    source = Source(id="s", site_id=1, adapter=platform, secrets=("a secret of this test",))
    with pytest.raises(NotTrusted):
        adapter(platform).verify(Request("POST", "/", said, body, 0), source)
