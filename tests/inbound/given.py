"""Recorded shapes of each platform's requests, and signatures over them made from the fixture alone, without the service's code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from service.api.webhooks import adapters
from service.store import sites
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.sources import Options, Source, add_source
from tests.serving import SECRET, Answer, Service

FOLDER = Path(__file__).parent / "fixtures"
FIXTURES: dict[str, dict[str, Any]] = {name: json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in adapters.names()}
GOOD = "whsec_" + base64.b64encode(b"a secret of these tests, 32 byte").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret, also of 32 bytes").decode()


def with_case(case: str) -> list[str]:
    """The platforms whose fixture has that case."""
    return [name for name, fixture in FIXTURES.items() if case in fixture]


@dataclass(frozen=True)
class Call:
    """A request that a platform would make."""

    platform: str
    path: str
    case: str = "written"
    secret: str = GOOD
    at: float = field(default_factory=time.time)
    delivery: str = "msg_1"
    extra: dict[str, str] = field(default_factory=dict)
    put: dict[str, Any] = field(default_factory=dict)

    @property
    def fixture(self) -> dict[str, Any]:
        return FIXTURES[self.platform][self.case]

    @property
    def body(self) -> bytes:
        return json.dumps(self.fixture["body"] | self.put).encode()

    def headers(self, body: bytes | None = None) -> dict[str, str]:
        """The headers with a signature over the body; all as the fixture's ``signature`` says."""
        scheme = FIXTURES[self.platform]["signature"]
        headers = {"Content-Type": "application/json"} | self.fixture.get("headers", {}) | self.extra
        if "time" in scheme:
            headers[scheme["time"]] = str(int(self.at * (1000 if scheme.get("milliseconds") else 1)))
        if "id" in scheme:
            headers[scheme["id"]] = self.delivery
        return headers | {scheme["header"]: self._signature(scheme, headers, body or self.body)}

    def _signature(self, scheme: dict[str, Any], headers: dict[str, str], body: bytes) -> str:
        known = {name.lower(): value for name, value in headers.items()}
        words = known | {"method": self.method, "path": self.path, "body": body.decode()}
        words |= {"time": known.get(scheme.get("time", ""), known.get(scheme.get("time", "").lower(), ""))}
        words |= {"id": known.get(scheme.get("id", ""), "")}
        signed = re.sub(r"\{([\w-]+)\}", lambda found: words[found[1]], scheme.get("over", ""))
        key = base64.b64decode(self.secret.removeprefix("whsec_")) if "{base64}" in scheme["value"] else self.secret.encode()
        digest = hmac.new(key, signed.encode(), hashlib.sha256)
        made = {"secret": self.secret, "hex": digest.hexdigest(), "base64": base64.b64encode(digest.digest()).decode()}
        return re.sub(r"\{(\w+)\}", lambda found: made[found[1]], scheme["value"])

    @property
    def method(self) -> str:
        return str(self.fixture.get("method", "POST"))

    def send(self, service: Service, *, signed: bytes | None = None) -> Answer:
        """Make the request; ``signed``: sign this body and send the fixture's."""
        headers = {name.replace("-", "_"): value for name, value in self.headers(signed).items()}
        return service.ask(self.method, self.path, self.body, **headers)

    def but(self, **changed: Any) -> Call:
        """The same call with something else."""
        return replace(self, **changed)


def new_source(service: Service, platform: str, *secrets: str, **options: Any) -> str:
    """Add a source to the first site; give the path that its platform calls."""
    engine = open_engine(service.database_url)
    with engine.begin() as connection:
        site = sites.list_sites(connection)[0]
        source = Source(
            id="", site_id=site.id, adapter=platform, secrets=secrets or (GOOD,), options=Options(**options), created_at=1.0
        )
        made = add_source(connection, Digests(SECRET.encode()), source)
    engine.dispose()
    return f"/webhooks/{made.id}"


def waiting(service: Service) -> list[tuple[str, str]]:
    """The comments that wait for a moderator, and why."""
    engine = open_engine(service.database_url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT comment_id, why FROM queue_items WHERE state = 'waiting' ORDER BY comment_id"
        ).all()
    engine.dispose()
    return [(row[0], row[1]) for row in rows]
