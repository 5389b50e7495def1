"""An import that is killed in the middle, as a machine that is switched off would do it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.importing.given import wxr, wxr_comment

COMMENTS = 4_000


def count(database: Path) -> int:
    """How many comments are stored by now."""
    try:
        with closing(sqlite3.connect(database, timeout=10)) as connection:
            return int(connection.execute("SELECT count(*) FROM comments").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def test_a_killed_import_goes_on_and_stores_nothing_twice(tmp_path: Path) -> None:
    """SIGKILL somewhere in the file, twice; the run that ends has read all and stored each comment once."""
    file = tmp_path / "export.xml"
    file.write_text(wxr(*(wxr_comment(number, f"Words {number}") for number in range(COMMENTS))))
    environment = os.environ | {"WINNOW_DATA_DIR": str(tmp_path / "data")}
    winnow = [sys.executable, "-m", "service"]
    subprocess.run(
        [*winnow, "site", "add", "harbour", "--url", "https://harbour.example"], env=environment, check=True, capture_output=True
    )
    command = [*winnow, "import", "wxr", str(file), "--site", "harbour", "--json"]
    database = tmp_path / "data" / "winnow.db"
    for share in (0.2, 0.6):
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as importing:
            while count(database) < COMMENTS * share:
                assert importing.poll() is None, "it ended before it was killed"
                time.sleep(0.01)
            importing.send_signal(signal.SIGKILL)
    last = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert (last["read"], last["stored"], last["known"], count(database)) == (COMMENTS, COMMENTS, 0, COMMENTS)
