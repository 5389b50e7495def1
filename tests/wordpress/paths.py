"""Every way that a comment can go between WordPress and Winnow, and where it must end."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as Folder

from tests.wordpress.between import PAGES, WORDS, Between
from tests.wordpress.blog import Blog, until
from tests.wordpress.desk import Desk

WORDS_OF = {"accept": "zzaccept", "hold": "zzhold", "reject": "zzreject"}


@dataclass
class Tour:
    """What the paths walk through: WordPress, what lies between, Winnow's desk; ``called_back`` is whether the plugin can be."""

    blog: Blog
    between: Between
    desk: Desk
    called_back: bool
    marks: Iterator[int] = field(default_factory=itertools.count)

    def comes(self, verdict: str = "accept", **more: str) -> str:
        """A visitor comments; gives words that only this comment has, so many that the queue takes no two for the same."""
        digest = hashlib.sha256(str(next(self.marks)).encode()).hexdigest()
        text = f"Loaf {' '.join(re.findall('.{6}', digest))}"
        self.blog.visit(f'{text}: it\'s "so" good, {WORDS_OF[verdict]}', **more)
        return text

    def ends(self, text: str, wanted: str) -> str:
        """Wait for a state; gives the state."""
        until(lambda: self.blog.state(text) == wanted)
        return self.blog.state(text)

    def told(self, verdict: str, *labels: str, queue: bool = False) -> Callable[[], str]:
        """A comment of this verdict on which a moderator of ours then says so; at first in the queue's pages, if it waits there."""

        def walk() -> str:
            text, state = self.comes(verdict), ""
            for place, label in enumerate(labels):
                says = self.desk.decides if queue and place == 0 else self.desk.says
                says(text, label)
                wanted = {"ham": "approved", "spam": "spam"}[label]
                state = self.ends(text, wanted) if self.called_back else self.given_up(text)
            return state

        return walk

    def given_up(self, text: str) -> str:
        """A plugin that cannot be called back: Winnow says what to do, to programs and to people."""
        told = self.desk.found(text)["told"]
        shown = "Decide in WordPress too" in self.desk.page(text)
        return f"{self.blog.state(text)}, {told.partition(':')[0]}{'' if shown else ', which the page does not say'}"

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
        ("held, then accepted in the queue", tour.told("hold", "ham", queue=True), _told(old, "pending", "approved")),
        ("held, then rejected in the queue", tour.told("hold", "spam", queue=True), _told(old, "pending", "spam")),
        ("accepted, then called spam", tour.told("accept", "spam"), _told(old, "approved", "spam")),
        ("rejected, then called ham", tour.told("reject", "ham"), _told(old, "spam", "approved")),
        (
            "held, rejected in the queue, then called ham",
            tour.told("hold", "spam", "ham", queue=True),
            _told(old, "pending", "approved"),
        ),
        ("no echo of what was told", lambda: _no_echo(tour), "1 label"),
        ("marked as spam in WordPress", lambda: _marked(tour, "accept", "spam"), "spam; label spam"),
        ("marked as not spam in WordPress", lambda: _marked(tour, "reject", "unspam"), "pending; label ham"),
        *((f"outage: {mood}", tour.silent(mood), "pending, then spam") for mood in (*PAGES, *WORDS, "reset", "silent")),
        ("outage: nobody listens", lambda: _nobody(tour), "pending, then spam"),
        ("outage: the next visitor does not wait", lambda: _no_wait(tour), "pending at once"),
        ("verdict, score and reason in the list", lambda: _column(tour), "shown"),
        ("export of personal data in WordPress", lambda: _exported(tour), "with what Winnow stores"),
        ("erasure in WordPress", lambda: _erased(tour), "erased in Winnow"),
        ("import by REST, all statuses", lambda: _by_rest(tour), "every comment, labelled by status; again: nothing"),
        ("import of the export file, with what moderators told Akismet", lambda: _by_file(tour), "a moderator's labels"),
    ]


def _told(old: bool, before: str, after: str) -> str:
    return f"{before}, decide in WordPress" if old else after


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
    before = tour.between.asked
    tour.blog.visit(f"{text}, zzaccept")
    asked = tour.between.asked - before  # who asks what is silent waits for it
    tour.between.mood = "pass"
    state = tour.blog.state(text)
    tour.blog.php("recheck")
    return f"{state} after {asked} questions" if asked else f"{state} at once"


def _column(tour: Tour) -> str:
    text = tour.comes("hold")
    [comment] = tour.blog.comments(text)
    said, page = comment["winnow"], tour.blog.list_page()
    shown = "column-winnow" in page and f"<strong>{said['verdict']}</strong>" in page and "spam 0." in page and said["reason"]
    return "shown" if shown else f"not shown: {said}"


def _exported(tour: Tour) -> str:
    text = tour.comes("accept", author="Rita", email="rita@example.org")
    exported = tour.blog.php("personal", "rita@example.org")
    said = [{pair["name"]: pair["value"] for pair in item["data"]} for item in exported["data"]]
    whole = len(said) == 1 and text in said[0]["text"] and (said[0]["author"], said[0]["verdict"]) == ("Rita", "accept")
    return "with what Winnow stores" if whole and exported["done"] else f"with {said}"


def _erased(tour: Tour) -> str:
    text = tour.comes("accept", author="Ruth", email="ruth@example.org")
    number = tour.desk.found(text)["id"]
    done = tour.blog.php("erase", "ruth@example.org")
    left = tour.desk.ask("GET", f"/v1/comments/{number}")["comment"]
    gone = not any(left.get(name) for name in ("text", "author", "author_email", "user_ip"))
    return "erased in Winnow" if done["items_removed"] and not done["items_retained"] and gone else f"left: {done}"


def _by_rest(tour: Tour) -> str:
    """Into a site of its own, which knows none of the comments yet."""
    tour.blog.php("trash", tour.comes("accept"))
    password = tour.desk.folder / "application.password"
    password.write_text(tour.blog.php("password"))
    here = [*("wordpress", tour.blog.url, "--site", "rest", "--user", "admin"), *("--password-file", str(password))]
    dry, done, again = (tour.desk.imports(*here, *more) for more in (["--dry-run"], [], ["--anew"]))
    states = [each["comment_approved"] for each in tour.blog.php("comments")]
    labels = sum(state in {"1", "spam"} for state in states)
    assert {"0", "1", "spam", "trash"} <= set(states), "not every status is there to be imported"
    whole = (dry["stored"], done["stored"], done["labelled"]) == (len(states), len(states), labels)
    anew = "nothing" if (again["stored"], again["known"]) == (0, len(states)) else again
    return f"every comment, labelled by status; again: {anew}" if whole else f"{done} of {states}"


def _by_file(tour: Tour) -> str:
    """Into another one; what the administrator marked above is in the metadata of the file."""
    file: Folder = tour.desk.folder / "export.xml"
    file.write_text(tour.blog.php("export"))
    done = tour.desk.imports("wxr", str(file), "--site", "file")
    kept = sum(each["comment_approved"] not in {"spam", "trash", "post-trashed"} for each in tour.blog.php("comments"))
    hands = tour.desk.hands("file")
    by_human = {"import:wordpress admin"} <= set(hands)
    return "a moderator's labels" if by_human and done["read"] >= kept else f"{done}, {kept} in WordPress, said by {hands}"
