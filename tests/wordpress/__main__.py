"""Walk every path: ``python -m tests.wordpress --wp bookworm --wp trixie --wp sid``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.wordpress.packages import SUITES, Missing, programs
from tests.wordpress.walk import walk, write


def main() -> int:
    """Give 0 when every path ended where it must, 2 when something is missing."""
    words = argparse.ArgumentParser(prog="python -m tests.wordpress", description=__doc__)
    words.add_argument("--wp", action="append", choices=SUITES, help="a release of Debian, by its WordPress; repeat (trixie)")
    words.add_argument("--install", action="store_true", help="install what is missing, as root")
    words.add_argument("--keep", type=Path, help="a folder that keeps the unpacked packages for the next run")
    words.add_argument("--write", action="store_true", help="write how they ended into docs/wordpress.md, if all ended well")
    given = words.parse_args()
    try:
        programs(install=given.install)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            walks = [walk(suite, given.keep or folder, folder, print) for suite in given.wp or ["trixie"]]
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    if given.write and not any(each.wrong for each in walks):
        write(walks)
    return int(any(each.wrong for each in walks))


if __name__ == "__main__":
    sys.exit(main())
