"""The worked example of docs/webhooks-in.md: its module and its fixture pass every adapter's tests."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.webhooks import adapters
from tests.inbound import test_adapters as every
from tests.inbound.given import FIXTURES
from tests.serving import Service

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks-in.md").read_text("utf-8").partition("## Adding a platform")[2]


@pytest.fixture
def guestbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The platform, as if its two files lay in their folders."""
    module, fixture = (re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0] for kind in ("py", "json"))
    (tmp_path / "guestbook.py").write_text(module)
    monkeypatch.setattr(adapters, "__path__", [*adapters.__path__, str(tmp_path)])
    monkeypatch.setitem(FIXTURES, "guestbook", json.loads(fixture))
    adapters.names.cache_clear()
    yield "guestbook"
    adapters.names.cache_clear()
    adapters.adapter.cache_clear()
    sys.modules.pop("service.api.webhooks.adapters.guestbook", None)


CLAIMS = [
    every.test_a_good_request_becomes_a_stored_comment,
    every.test_a_replayed_request_changes_nothing,
    every.test_an_altered_request_is_refused,
    every.test_a_wrongly_signed_request_is_refused,
    every.test_secrets_rotate,
    every.test_events_about_other_things_are_let_go,
    every.test_missing_fields_are_named,
    every.test_unknown_fields_pass,
    every.test_an_edit_is_another_revision,
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_the_worked_example_works(service: Service, guestbook: str, claim) -> None:
    """Each claim about adapters holds for the page's own."""
    assert guestbook in adapters.names()
    claim(service, guestbook)
