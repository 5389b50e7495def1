"""Kill -9 while sixteen writers store comments: `python -m tests.durability.kill [--cycles 1000] [--serve] [--folder DIR]`.

A cycle starts the real writer (with `--serve` the whole HTTP service, driven by sixteen Akismet clients), lets it work for a random
while, kills it with SIGKILL, opens the database again and looks for every comment and label that had been acknowledged, for rows
that belong together, for counts that must agree, and runs SQLite's integrity check. Every 25 cycles the database is a new one.

What a kill cannot show: the kernel keeps what the process wrote, so a commit that was never flushed survives. See `powercut`.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from pydantic import SecretStr

from service.app import serve
from service.settings import Settings
from service.store.engine import open_engine
from service.store.ids import Digests
from service.store.sites import add_key
from tests.durability.victim import WRITERS, Damage, Promised, Victim, inspect, prepare, store_until_killed

_SECRET = "the secret of the killed service"
_LIFE = (0.02, 0.4)
_FRESH = 25


def cycle(database: Path, promised: Promised) -> Damage:
    """One life of the writer, from its first promise on, and the look at what it left."""
    victim = Victim(store_until_killed(database))
    promised.add(victim.listen(0.05))
    promised.add(victim.listen(random.uniform(*_LIFE)))
    promised.add(victim.kill())
    return inspect(database, promised)


class Service:
    """The whole service on a free port, and clients that know which answers they got."""

    def __init__(self, folder: Path) -> None:
        self._settings = Settings(data_dir=folder, port=0, secret=SecretStr(_SECRET))
        database = folder / "winnow.db"
        prepare(database)
        engine = open_engine(f"sqlite:///{database}")
        with engine.begin() as connection:
            self._key, _ = add_key(connection, Digests(_SECRET.encode()), 1, time.time())
        engine.dispose()

    def cycle(self, database: Path, promised: Promised) -> Damage:
        """One life of the service."""
        victim = Victim(self._serve)
        port = int(victim.listen_line())
        answered: list[str] = []
        clients = [threading.Thread(target=self._comment, args=(port, answered)) for _ in range(WRITERS)]
        for client in clients:
            client.start()
        patience = time.monotonic() + 10
        while not answered and time.monotonic() < patience:
            time.sleep(0.001)
        time.sleep(random.uniform(*_LIFE))
        victim.kill()
        for client in clients:
            client.join()
        promised.comments += answered
        return inspect(database, promised)

    def _serve(self, pipe: int) -> None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 # until it dies
        serve(self._settings, lambda port: (os.write(pipe, f"{port}\n".encode()), None)[1])

    def _comment(self, port: int, answered: list[str]) -> None:
        """Send comments until the service is gone; note the id of each that was answered with a verdict."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        head = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            while True:
                form = {
                    "api_key": self._key,
                    "blog": "https://blog.example/",
                    "user_ip": f"203.0.113.{random.randrange(256)}",
                    "comment_author_email": f"{random.randrange(500)}@example.org",
                    "comment_content": "word " * random.randrange(1, 400),
                }
                connection.request("POST", "/1.1/comment-check", urlencode(form), head)
                answer = connection.getresponse()
                body, guid = answer.read(), answer.getheader("X-akismet-guid")
                if answer.status == 200 and body in (b"true", b"false") and guid:
                    answered.append(guid)
        except (OSError, http.client.HTTPException):
            connection.close()


def run(cycles: int, folder: Path, *, whole: bool = False, tell: Callable[[str], None] = lambda _: None) -> tuple[int, Damage]:
    """So many cycles; gives how many promises were checked, and the first damage, if any."""
    checked = 0
    for done in range(0, cycles, _FRESH):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            database, promised = Path(place) / "winnow.db", Promised()
            prepare(database)
            one = Service(Path(place)).cycle if whole else cycle
            damages = (one(database, promised) for _ in range(min(_FRESH, cycles - done)))
            damage = next(filter(None, damages), Damage())
        checked += len(promised.comments) + len(promised.labels)
        if damage:
            return checked, damage
        tell(f"{min(done + _FRESH, cycles):5} cycles, {checked:8} acknowledged rows, none lost")
    return checked, Damage()


def main() -> None:
    """Run and report; the exit status is 1 if anything was lost."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cycles", type=int, default=1000)
    options.add_argument("--serve", action="store_true")
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = options.parse_args()
    start = time.monotonic()
    checked, damage = run(asked.cycles, asked.folder, whole=asked.serve, tell=print)
    print(f"{checked} acknowledged rows in {time.monotonic() - start:.0f} s: {damage or 'nothing lost, everything fits'}")  # noqa: T201
    sys.exit(bool(damage))


if __name__ == "__main__":
    main()
