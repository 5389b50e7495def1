"""Walk every path and print the table: ``python -m tests.wordpress --wp bookworm --wp trixie --wp sid``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.classifier.given import a_folder
from tests.running import winnow_serve
from tests.wordpress.between import Between
from tests.wordpress.blog import free_port, running
from tests.wordpress.packages import SUITES, Missing, programs, wordpress
from tests.wordpress.paths import Desk, Tour, paths

_POLICY = ("block.words=zzreject", "hold.words=zzhold", "allow.words=zzaccept")


def main() -> int:
    """Give 0 when every path ended where it must."""
    words = argparse.ArgumentParser(prog="python -m tests.wordpress", description=__doc__)
    words.add_argument(
        "--wp", action="append", choices=SUITES, help="a release of Debian, by its WordPress; repeat for more (trixie)"
    )
    words.add_argument("--install", action="store_true", help="install what is missing, as root")
    words.add_argument("--keep", type=Path, help="a folder that keeps the unpacked packages for the next run")
    given = words.parse_args()
    wrong = 0
    try:
        programs(install=given.install)
        with tempfile.TemporaryDirectory() as folder:
            for suite in given.wp or ["trixie"]:
                wrong += _walk(suite, given.keep or Path(folder), Path(folder))
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    return int(wrong > 0)


def _walk(suite: str, kept: Path, folder: Path) -> int:
    tree, wrong = wordpress(suite, kept), 0
    with _tour(tree, folder / f"run-{suite}") as (tour, about):
        print(f"\nWordPress {about['wordpress']}, Akismet plugin {about['plugin']}, key {about['verified']}\n")
        print("| path | ends | |\n|---|---|---|")
        for name, walk, wanted in paths(tour):
            tour.between.mood = "pass"
            tour.blog.php("forget")
            try:
                ended = walk()
            except Exception as error:  # the other paths are walked all the same
                ended = f"{type(error).__name__}: {error}"
            wrong += ended != wanted
            print(f"| {name} | {ended} | {'ok' if ended == wanted else f'WRONG, not {wanted}'} |", flush=True)
    return wrong


@contextmanager
def _tour(tree: Path, folder: Path) -> Iterator[tuple[Tour, Any]]:
    port, door = free_port(), free_port()
    folder.mkdir()
    environment = {
        "WINNOW_DATA_DIR": str(folder / "winnow"),
        "WINNOW_UNDO_SECONDS": "0",
        "WINNOW_OUTBOUND_ALLOW": "127.0.0.1",
        "WINNOW_MODEL_DIR": str(a_folder(folder)),
    }

    def winnow(*command: str) -> Any:
        known = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")} | environment
        done = subprocess.run([sys.executable, "-m", "service", *command], env=known, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if "--json" in command else None

    key = winnow("site", "add", "blog", "--url", f"http://127.0.0.1:{port}", "--json")["key"]
    admin = winnow("key", "create", "blog", "--kind", "bearer", "--scope", "admin", "--json")["key"]
    winnow("site", "set", "blog", *_POLICY)
    more = {name: value for name, value in environment.items() if name != "WINNOW_DATA_DIR"}
    with winnow_serve(folder / "winnow", **more) as serving:
        between = Between(door, serving.url)
        with running(tree, folder / "wordpress", port, key, f"http://127.0.0.1:{door}") as blog:
            about = blog.php("about")
            blog.sign_in()
            tour = Tour(blog, between, Desk(serving.url, admin), tuple(about["plugin"].split(".")) > ("5", "2"))
            yield tour, about
            tour.between.end()


if __name__ == "__main__":
    sys.exit(main())
