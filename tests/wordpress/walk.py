"""A walk through every path with one release of WordPress, and the page that tells how the walks ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.classifier.given import a_folder
from tests.running import winnow_serve
from tests.wordpress.between import Between
from tests.wordpress.blog import free_port, running
from tests.wordpress.desk import Desk, winnow
from tests.wordpress.packages import wordpress
from tests.wordpress.paths import Tour, paths

PAGE = Path(__file__).parents[2] / "docs" / "wordpress.md"
_POLICY = ("block.words=zzreject", "hold.words=zzhold", "allow.words=zzaccept")
_TABLE = re.compile(r"(?<=<!-- written by python -m tests\.wordpress --write -->\n).*?(?=<!-- to here -->)", re.DOTALL)


@dataclass
class Walked:
    """How the paths ended with one release, and what was wrong with that."""

    wordpress: str
    plugin: str
    ended: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def walk(suite: str, kept: Path, folder: Path, say: Callable[[str], None]) -> Walked:
    """Walk with the WordPress of a release of Debian; packages lie in ``kept``, everything else in ``folder``. Raises Missing."""
    with _tour(wordpress(suite, kept), folder / f"run-{suite}") as (tour, walked):
        say(f"WordPress {walked.wordpress}, Akismet plugin {walked.plugin}")
        for name, path, wanted in paths(tour):
            tour.between.mood = "pass"
            tour.blog.php("forget")
            try:
                ended = path()
            except Exception as error:  # the other paths are walked all the same
                ended = f"{type(error).__name__}: {error}"
            walked.ended[name] = ended
            if ended != wanted:
                walked.wrong.append(f"{name}: {ended}, not {wanted}")
            say(f"  {'ok   ' if ended == wanted else 'WRONG'} {name}: {ended}")
    return walked


@contextmanager
def _tour(tree: Path, folder: Path) -> Iterator[tuple[Tour, Walked]]:
    port, door = free_port(), free_port()
    folder.mkdir()
    settings = {"WINNOW_UNDO_SECONDS": "0", "WINNOW_OUTBOUND_ALLOW": "127.0.0.1", "WINNOW_MODEL_DIR": str(a_folder(folder))}
    settings |= {"WINNOW_DEADLINE_MS": "3000"}  # a machine with much else to do is none of the outages below
    environment = settings | {"WINNOW_DATA_DIR": str(folder / "winnow")}
    key = winnow(environment, "site", "add", "blog", "--url", f"http://127.0.0.1:{port}", "--json")["key"]
    admin = winnow(environment, "key", "create", "blog", "--kind", "bearer", "--scope", "admin", "--json")["key"]
    winnow(environment, "site", "set", "blog", *_POLICY)
    with winnow_serve(folder / "winnow", **settings) as serving:
        between = Between(door, serving.url)
        with running(tree, folder / "wordpress", port, key, f"http://127.0.0.1:{door}") as blog:
            about = blog.php("about")
            assert about["verified"] == "valid", "the plugin does not take the key"
            blog.sign_in()
            tour = Tour(
                blog, between, Desk(serving.url, admin, environment, folder), tuple(about["plugin"].split(".")) > ("5", "2")
            )
            yield tour, Walked(about["wordpress"], about["plugin"])
            tour.between.end()


def table(walks: Sequence[Walked]) -> str:
    """Give what the page says of some walks."""
    releases = ", ".join(f"{each.wordpress} with {each.plugin}" for each in walks)
    head = f"| path | {' | '.join(each.plugin for each in walks)} |\n|---|{'---|' * len(walks)}"
    rows = [f"| {name} | {' | '.join(each.ended.get(name, '–') for each in walks)} |" for name in walks[0].ended]
    day = f"{datetime.now(UTC):%-d %B %Y}"
    return "\n".join([f"On {day}, WordPress and plugin {releases}:", "", head, *rows, ""])


def write(walks: Sequence[Walked]) -> None:
    """Put the table into the page."""
    PAGE.write_text(_TABLE.sub(lambda _: table(walks), PAGE.read_text("utf-8")), "utf-8")


def told() -> dict[str, dict[str, str]]:
    """Give what the page says: by release of the plugin, how each path ended."""
    lines = [line for line in _TABLE.findall(PAGE.read_text("utf-8"))[0].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {release: {row[0]: row[place] for row in cells[2:]} for place, release in enumerate(cells[0][1:], 1)}
