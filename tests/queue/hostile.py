"""Payloads at every place of every page: `python -m tests.queue.hostile [--rounds 574]`.

A round writes another payload into every text of the database that comes from outside (a table that is added is attacked without
another word) and looks at every page of `screens.py` in a real Chromium, many in one document *without* the policy that would keep
script from running: nothing may fire by escaping alone. In the end the same pages are shown unescaped: there something must fire.
"""

from __future__ import annotations

import argparse
import html
import itertools
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import Connection, Table, Text, select

from service.store import audit
from service.store.audit import Deed
from service.store.schema import metadata
from service.store.sites import note_change
from tests.browser import FLAGS, executable
from tests.queue.given import Client, add_site, forget, stored, stranger
from tests.queue.payloads import CALLS, PAYLOADS
from tests.queue.screens import Screen, screens
from tests.queue.waiting import hold
from tests.queue.world import admin, make_world
from tests.serving import Service, serving

OURS = {
    *("id", "digest", "hash", "verdict", "state", "why", "source", "hold_as", "scopes", "password", "role", "totp", "settings"),
    *("counts", "secrets", "options", "salt", "old_salt", "events", "adapter", "stage", "day", "about", "target", "comment_id"),
    *("source_id", "delivery", "outbox_id", "body_digest", "key", "revision", "lease_by", "mark", "subject", "match_key"),
    *("endpoints.kind", "keys.kind", "invitations.kind", "outbox.kind", "labels.label", "search_marks.name", "changes.name"),
    *("queue_items.act", "outbox.payload", "deliveries.endpoint_id", "attempts.key"),
}
"""Columns that only we write, or that hold what has a form of its own; everything else is attacked."""
JSON_TEXTS = {"comments.more", "decisions.reasons"}
POLICIES = {"policies.body", "policy_drafts.body"}
ONLY_ADDED = {"audit", "changes", "attempts", "idempotency", "arrivals", "imports", "search_marks", "tallies", "memberships"}
ASKED = (
    "q",
    "why",
    "lang",
    "site",
    "sort",
    "after",
    "at",
    "who",
    "what",
    "name",
    "from",
    "to",
    "by",
    "kind",
    "days",
    "person",
    "table",
)
COUNTER = "window.hits = window.hits || 0; window.fired = () => { top.hits = (top.hits || 0) + 1; };"
BLANK = "/a-page-without-a-policy"


def columns(table: Table) -> list[str]:
    """Give the columns of a table into which others write."""
    texts = [column.name for column in table.columns if isinstance(column.type, Text) and not column.primary_key]
    return [name for name in texts if name not in OURS and f"{table.name}.{name}" not in OURS]


def poison(connection: Connection, payloads: Iterator[str]) -> int:
    """Write the next payload into every such text; gives how many were written."""
    written = 0
    for table in metadata.sorted_tables:
        names = columns(table)
        if table.name in ONLY_ADDED or not names:
            continue
        for number, row in enumerate(connection.execute(select(table)).mappings().all()):
            mine = [column == row[column.name] for column in table.primary_key.columns]
            values = {name: _poisoned(f"{table.name}.{name}", row[name], next(payloads), number) for name in names}
            connection.execute(table.update().where(*mine).values(values))
            written += len(values)
    said = {name: next(payloads) for name in ("who", "what", "target", "before", "after")}
    audit.append(connection, Deed(at=time.time(), person_id=1, site_id=1, **said))  # type: ignore[arg-type]
    note_change(connection)
    return written + len(said)


def _poisoned(column: str, value: str, payload: str, number: int) -> str:
    if column in POLICIES:
        return msgspec.json.encode(msgspec.json.decode(value) | _policy(payload)).decode()
    if column in JSON_TEXTS:
        return msgspec.json.encode(_within(msgspec.json.decode(value), payload)).decode()
    return f"{payload} {number}"  # where each must be another one, it is


def _policy(payload: str) -> dict[str, Any]:
    """What a site can write into its policy: names of rules and reasons, words to look for."""
    said = "".join(each for each in payload if each.isprintable())[:78].strip()
    lists = {"words": [said], "authors": [said]}
    rules = [{"name": said, "verdict": "hold", "when": lists}]
    return {"rules": rules, "block": lists, "hold": lists, "reasons": [{"name": said[:40], "label": "spam"}]}


def _within(value: Any, payload: str) -> Any:
    if isinstance(value, dict):
        return {key: _within(each, payload) for key, each in value.items()}
    if isinstance(value, list):
        return [_within(each, payload) for each in value]
    return payload[:200] if isinstance(value, str) else value


class Attack:
    """A service with something of every kind, someone who may see it all, and a browser in which whatever runs is counted."""

    def __init__(self, service: Service, page: Page, world: dict[str, str]) -> None:
        self.service, self.page, self.world = service, page, world
        fields = {
            "permalink": "https://blog.example.net/a",
            "parent_id": "7",
            "user_agent": "x",
            "referrer": "y",
            "lang": "en",
            "author_url": "z",
        }
        hold(service, *(f"{payload} {number}" for number, payload in enumerate(PAYLOADS[:30])), **fields)
        self.someone = admin(service)
        self.nobody = stranger(service)
        page.set_default_timeout(60_000)
        page.add_init_script(COUNTER)
        self.blank = f"http://127.0.0.1:{service.port}{BLANK}"
        page.route("**/static/**", lambda route: route.abort())
        page.route(self.blank, lambda route: route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html"))

    def bodies(self, payload: str) -> list[tuple[str, str]]:
        """Fetch every screen, as it is and asked with a payload; gives address and HTML."""
        found = []
        asked = "&".join(f"{name}={quote(payload[:80])}" for name in ASKED)
        for screen in screens(self.world):
            visitor = self.nobody if screen.outside else self.someone
            addresses = (screen.address, f"{screen.address.partition('?')[0]}?{asked}")
            found += [(address, self._body(visitor, screen, address)) for address in addresses]
        return found

    def _body(self, visitor: Client, screen: Screen, address: str) -> str:
        answer = visitor.get(address, follow_redirects=True)
        if answer.status_code >= 500:
            raise AssertionError(
                f"{screen.route} fails on a hostile text: add what is ours in it to OURS, or mend the page ({address})"
            )
        return answer.text

    def hits(self, bodies: Sequence[str]) -> int:
        """Show pages side by side in one document, with nothing but their escaping to protect them; count what runs."""
        self.page.goto(self.blank)
        self.page.evaluate(
            """async (bodies) => {
                const loaded = bodies.map((body) => new Promise((done) => {
                    const frame = document.createElement("iframe");
                    frame.onload = done;
                    frame.srcdoc = body;
                    document.body.append(frame);
                    setTimeout(done, 3000);
                }));
                await Promise.all(loaded);
            }""",
            list(bodies),
        )
        self.page.wait_for_timeout(30)
        return int(self.page.evaluate("window.hits"))


def attack(under: Attack, numbers: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
    """Attack; gives after every round how many texts were written, and the pages where something ran."""
    for number in numbers:
        payloads = itertools.cycle(PAYLOADS[number % len(PAYLOADS) :] + PAYLOADS[: number % len(PAYLOADS)])
        written = stored(under.service, lambda connection, next_ones=payloads: poison(connection, next_ones))
        bodies = under.bodies(PAYLOADS[number % len(PAYLOADS)])
        wrong = []
        if under.hits([body for _, body in bodies]):
            wrong = [address for address, body in bodies if under.hits([body])]
        yield written, wrong


def control(under: Attack) -> int:
    """Show the same pages unescaped; count what runs."""
    return under.hits([html.unescape(body) for _, body in under.bodies(PAYLOADS[0])[:12]])


def report(line: str) -> None:
    """Print at once."""
    print(line, flush=True)  # noqa: T201 # a command line prints


def run(service: Service, numbers: Sequence[int]) -> int:
    """Attack with a browser of one's own; gives on how many pages something ran."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        under, wrong, begun = Attack(service, browser.new_page(), make_world(service)), 0, time.monotonic()
        for number, (written, found) in enumerate(attack(under, numbers), 1):
            wrong += len(found)
            if found or number % 20 == 0 or number == len(numbers):
                report(f"{number} rounds, {written} texts each, {time.monotonic() - begun:.0f} s: fired on {wrong} pages {found}")
        report(f"unescaped, {control(under)} fire on 12 of these pages")
        browser.close()
    return wrong


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=len(PAYLOADS))
    parser.add_argument("--start", type=int, default=0, help="the first payload's number")
    parser.add_argument(
        "--step", type=int, default=1, help=f"payloads from round to round; {len(CALLS)}: every shape in one variant"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as service:
        add_site(service, "other")
        wrong = run(service, range(given.start, given.start + given.rounds * given.step, given.step))
        forget(service)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
