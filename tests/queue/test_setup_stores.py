"""Rules, sites, keys and deliveries on PostgreSQL as well: one walk through all of it."""

from __future__ import annotations

import re

from service.domain import Role
from service.store import audit, endpoints, retention, sites
from tests.queue.given import DIGESTS, forget, someone, stored
from tests.serving import serving


def test_the_pages_work_on_postgresql(tmp_path, postgres_url):
    """A rule tried and put in force, a key replaced, days set, an endpoint tested, a message sent once more; the log holds."""
    with serving(tmp_path, postgres_url) as service:
        ana = someone(service, Role.ADMIN, name="Ana Admin")
        service.api("POST", "/v1/comments", {"text": "The casino is open", "author": "Bob"})
        page = ana.post("/rules/1/rule", name="Casino", verdict="reject", words="casino", on="1").text
        assert "Would have changed 1 of the last 1 comments" in page
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        assert "is in force" in ana.post("/rules/1/draft", do="save", version=version).text
        assert ana.get("/rules").status_code == ana.get("/rules/1/history").status_code == 200
        key = stored(service, sites.list_keys)[0].id
        assert "the-secret" in ana.post("/sites/1/keys/replace", key=str(key), overlap="24").text
        sent = {"name": "blog", "url": "https://blog.example", "hold_as": "auto", "days": "30"}
        assert "Saved." in ana.post("/sites/1/settings", **sent).text
        assert stored(service, lambda connection: retention.days_of(connection, 1)) == 30
        add = lambda connection: endpoints.add_endpoint(connection, DIGESTS, 1, "https://x.example/", 0.0, events=["comment.held"])  # noqa: E731
        number = str(stored(service, add)[1])
        assert "on its way" in ana.post("/sites/1/endpoints/test", endpoint=number).text
        assert "sent once more" in ana.post("/deliveries/replay", do="dead").text
        assert ana.get("/sites/1").status_code == ana.get("/deliveries").status_code == 200
        assert stored(service, audit.broken_at) is None
        forget(service)
