"""Every way that a comment can go between WordPress and Winnow, and where it must end."""

from __future__ import annotations

import itertools
import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.wordpress.between import PAGES, WORDS, Between
from tests.wordpress.blog import Blog, until

WORDS_OF = {"accept": "zzaccept", "hold": "zzhold", "reject": "zzreject"}


@dataclass
class Desk:
    """The moderator's side: Winnow's API with an administrator's key."""

    url: str
    key: str

    def ask(self, method: str, path: str, value: Any = None) -> Any:
        heads = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        body = None if value is None else json.dumps(value).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, body, heads, method=method), timeout=10) as answer:
            return json.load(answer)

    def found(self, text: str) -> dict[str, Any]:
        """The stored comment that says this."""
        listed = self.ask("GET", "/v1/comments?limit=50")["comments"]
        [comment] = [each for each in listed if text in each["comment"]["text"]]
        shown: dict[str, Any] = self.ask("GET", f"/v1/comments/{comment['id']}")
        return shown

    def says(self, text: str, label: str) -> None:
        """Decide in Winnow."""
        self.ask("POST", f"/v1/comments/{self.found(text)['id']}/feedback", {"label": label, "by": "ana"})

    def labels(self, text: str) -> list[str]:
        return [each["label"] for each in self.found(text)["labels"]]


@dataclass
class Tour:
    """What the paths walk through: WordPress, what lies between, Winnow's desk; ``called_back`` is whether the plugin can be."""

    blog: Blog
    between: Between
    desk: Desk
    called_back: bool
    marks: Iterator[int] = field(default_factory=itertools.count)

    def comes(self, verdict: str = "accept", **more: str) -> str:
        """A visitor comments; gives words that only this comment has."""
        text = f"Loaf number {next(self.marks)} of the day"
        self.blog.visit(f'{text}: it\'s "so" good, {WORDS_OF[verdict]}', **more)
        return text

    def ends(self, text: str, wanted: str) -> str:
        """Wait for a state; gives the state."""
        until(lambda: self.blog.state(text) == wanted)
        return self.blog.state(text)

    def told(self, verdict: str, *labels: str) -> Callable[[], str]:
        """A comment of this verdict on which a moderator of ours then says so."""

        def walk() -> str:
            text, state = self.comes(verdict), ""
            for label in labels:
                self.desk.says(text, label)
                wanted = {"ham": "approved", "spam": "spam"}[label]
                state = self.ends(text, wanted) if self.called_back else self.given_up(text)
            return state

        return walk

    def given_up(self, text: str) -> str:
        """A plugin that cannot be called back: Winnow says what to do."""
        told = self.desk.found(text)["told"]
        return f"{self.blog.state(text)}, {told.partition(':')[0]}"

    def silent(self, mood: str) -> Callable[[], str]:
        """A comment that comes while something is wrong; then all is well again and WordPress asks once more."""

        def walk() -> str:
            self.between.mood = mood
            text = self.comes("reject")
            self.between.mood = "pass"
            before = self.blog.state(text)
            self.blog.php("recheck")
            return f"{before}, then {self.blog.state(text)}"

        return walk


Path = tuple[str, Callable[[], str], str]


def paths(tour: Tour) -> list[Path]:
    """The ways by name, how to walk them, and where they end."""
    old = not tour.called_back
    return [
        *((f"{verdict}", lambda verdict=verdict: tour.blog.state(tour.comes(verdict)), end) for verdict, end in _ENDS.items()),
        ("held, then ham in Winnow", tour.told("hold", "ham"), "pending, decide in WordPress" if old else "approved"),
        ("held, then spam in Winnow", tour.told("hold", "spam"), "pending, decide in WordPress" if old else "spam"),
        ("accepted, then spam in Winnow", tour.told("accept", "spam"), "approved, decide in WordPress" if old else "spam"),
        ("rejected, then ham in Winnow", tour.told("reject", "ham"), "spam, decide in WordPress" if old else "approved"),
        (
            "held, spam, then ham after all",
            tour.told("hold", "spam", "ham"),
            "pending, decide in WordPress" if old else "approved",
        ),
        ("no echo of what was told", lambda: _no_echo(tour), "1 label"),
        ("marked as spam in WordPress", lambda: _marked(tour, "accept", "spam"), "spam; label spam"),
        ("marked as not spam in WordPress", lambda: _marked(tour, "reject", "unspam"), "pending; label ham"),
        *((f"outage: {mood}", tour.silent(mood), "pending, then spam") for mood in (*PAGES, *WORDS, "reset", "silent")),
        ("outage: nobody listens", lambda: _nobody(tour), "pending, then spam"),
        ("outage: the next visitor does not wait", lambda: _no_wait(tour), "pending at once"),
        ("verdict, score and reason in the list", lambda: _column(tour), "shown"),
        ("erasure in WordPress", lambda: _erased(tour), "erased in Winnow"),
    ]


_ENDS = {"accept": "approved", "hold": "pending", "reject": "spam"}


def _no_echo(tour: Tour) -> str:
    text = tour.comes("hold")
    tour.desk.says(text, "spam")
    if tour.called_back:
        tour.ends(text, "spam")
    return f"{len(tour.desk.labels(text))} label"


def _marked(tour: Tour, verdict: str, action: str) -> str:
    text = tour.comes(verdict)
    tour.blog.decide(text, action)
    labels = until(lambda: tour.desk.labels(text))
    return f"{tour.blog.state(text)}; label {', '.join(labels)}"


def _nobody(tour: Tour) -> str:
    port, behind = tour.between.server_address[1], tour.between.behind
    tour.between.end()
    text = tour.comes("reject")
    before = tour.blog.state(text)
    tour.between = Between(int(port), behind)
    tour.blog.php("recheck")
    return f"{before}, then {tour.blog.state(text)}"


def _no_wait(tour: Tour) -> str:
    tour.between.mood = "silent"
    tour.comes("accept")
    text = "The visitor after that"
    seconds = tour.blog.visit(f"{text}, zzaccept")
    tour.between.mood = "pass"
    state = tour.blog.state(text)
    tour.blog.php("recheck")
    return f"{state} at once" if seconds < 3 else f"{state} after {seconds:.1f} s"


def _column(tour: Tour) -> str:
    text = tour.comes("hold")
    [comment] = tour.blog.comments(text)
    said, page = comment["winnow"], tour.blog.list_page()
    shown = "column-winnow" in page and f"<strong>{said['verdict']}</strong>" in page and "spam 0." in page and said["reason"]
    return "shown" if shown else f"not shown: {said}"


def _erased(tour: Tour) -> str:
    text = tour.comes("accept", author="Ruth", email="ruth@example.org")
    number = tour.desk.found(text)["id"]
    done = tour.blog.php("erase", "ruth@example.org")
    left = tour.desk.ask("GET", f"/v1/comments/{number}")["comment"]
    gone = not any(left.get(name) for name in ("text", "author", "author_email", "user_ip"))
    return "erased in Winnow" if done["items_removed"] and not done["items_retained"] and gone else f"left: {done}"
