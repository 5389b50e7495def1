"""The moderator's side: Winnow's pages as a signed-in browser without script has them, its API, its command line."""

from __future__ import annotations

import html
import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.wordpress.blog import until

PASSWORD = "seven wooden giraffes"


def winnow(environment: dict[str, str], *words: str) -> Any:
    """Run a command; gives its JSON if it prints some."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")} | environment
    done = subprocess.run([sys.executable, "-m", "service", *words], env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in words else None


@dataclass
class Desk:
    """Winnow at ``url``; ``key`` is an administrator's, ``environment`` what commands are run with, ``folder`` one for files."""

    url: str
    key: str
    environment: dict[str, str]
    folder: Path
    browser: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        """Sign a moderator in, by the link that the command line gives."""
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        link = winnow(self.environment, "person", "add", "ana@example.org", "--name", "ana", "--json")["link"]
        path = urllib.parse.urlsplit(link).path
        form = self._fields(self.read(path), path)
        self.send(path, form | {"password": PASSWORD, "again": PASSWORD})
        assert "/account" in self.read("/"), "the moderator is not signed in"

    def imports(self, *words: str) -> dict[str, int]:
        """Import comments, of which the site may be new; gives the counts."""
        name = words[words.index("--site") + 1]
        if name not in [each["name"] for each in winnow(self.environment, "site", "list", "--json")]:
            winnow(self.environment, "site", "add", name, "--url", f"https://{name}.example", "--json")
        counts: dict[str, int] = winnow(self.environment, "import", *words, "--json")
        return counts

    def hands(self, site: str) -> list[str]:
        """Who gave a site's labels."""
        key = winnow(self.environment, "key", "create", site, "--kind", "bearer", "--scope", "admin", "--json")["key"]
        until(lambda: self._opens(key), seconds=90)  # a running service takes a new key over within a second or so
        listed = self.ask("GET", "/v1/comments?limit=200", key=key)["comments"]
        shown = [self.ask("GET", f"/v1/comments/{each['id']}", key=key) for each in listed]
        return sorted({label["by"] for each in shown for label in each["labels"]})

    def _opens(self, key: str) -> bool:
        try:
            return bool(self.ask("GET", "/v1/comments?limit=1", key=key))
        except urllib.error.HTTPError:
            return False

    def ask(self, method: str, path: str, value: Any = None, key: str = "") -> Any:
        """Ask the API."""
        heads = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"}
        body = None if value is None else json.dumps(value).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, body, heads, method=method), timeout=60) as answer:
            return json.load(answer)

    def found(self, text: str) -> dict[str, Any]:
        """The stored comment that says this."""
        listed = self.ask("GET", "/v1/comments?limit=50")["comments"]
        [comment] = [each for each in listed if text in each["comment"]["text"]]
        shown: dict[str, Any] = self.ask("GET", f"/v1/comments/{comment['id']}")
        return shown

    def says(self, text: str, label: str) -> None:
        """Decide by the API."""
        self.ask("POST", f"/v1/comments/{self.found(text)['id']}/feedback", {"label": label, "by": "ana"})

    def decides(self, text: str, label: str) -> None:
        """Decide in the queue: open the comment there and press the button."""
        number = self.found(text)["id"]
        page = until(lambda: page if f'data-id="{number}"' in (page := self.read(f"/queue?at={number}")) else "")
        assert page, "the comment is not in the queue"
        fields = self._fields(page[page.index('class="hand"') :], "/queue/act")  # beside it is the form for those that are ticked
        self.send("/queue/act", fields | {"verdict": {"ham": "accept", "spam": "reject"}[label]})
        assert self.labels(text) == [label], "the queue did not take the decision"

    def page(self, text: str) -> str:
        """The comment's own page."""
        return self.read(f"/comments/{self.found(text)['id']}")

    def labels(self, text: str) -> list[str]:
        """What was said of the comment."""
        return [each["label"] for each in self.found(text)["labels"]]

    def read(self, path: str) -> str:
        """Open a page."""
        request = urllib.request.Request(self.url + path, headers={"Accept": "text/html", "Accept-Language": "en"})
        with self.browser.open(request, timeout=60) as answer:
            page: bytes = answer.read()
        return page.decode()

    def send(self, path: str, fields: dict[str, str]) -> None:
        """Send a form, as a page of ours would."""
        heads = {"Accept": "text/html", "Origin": self.url}
        request = urllib.request.Request(self.url + path, urllib.parse.urlencode(fields).encode(), heads)
        self.browser.open(request, timeout=60).close()

    def _fields(self, page: str, action: str) -> dict[str, str]:
        """The hidden fields of the form that goes there."""
        form = next(form for form in re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL) if f'action="{action}"' in form)
        found = {}
        for tag in re.findall(r"<input[^>]*>", form):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if attributes.get("type") == "hidden":
                found[attributes["name"]] = html.unescape(attributes.get("value", ""))
        return found
