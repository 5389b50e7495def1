"""A site to try the queue on: comments of the seed corpus, judged like any others, and taken away again as a whole."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from service.domain import Comment, Site
from service.moderation import Moderation
from service.policy import Policy
from service.settings import CHECKOUT
from service.store import audit, removal, search, sites
from service.store.audit import Deed
from service.store.removal import DEMO_NAME, DEMO_URL

SEED = CHECKOUT / "data" / "seed"
_PARTS = {"ham": 70, "spam": 55, "abuse": 15}
_COPIES = 6
_ARTICLES = ("the-harbour-festival", "bread-without-kneading", "a-new-school", "trains-on-sunday")
_SPAN = 2 * 86_400.0
POLICY = Policy(first_time="always", audit=0.1)
"""Whoever is new is held, so that there is something to decide."""


class NoDemo(RuntimeError):  # named like the other refusals
    """There is no demo site, there is one already, or the seed corpus is not here; the message says which."""


class _Row(Struct, frozen=True):
    """A line of the seed corpus."""

    text: str
    author: str = ""
    author_email: str = ""
    author_url: str = ""
    lang: str = "en"


def find(connection: Connection) -> Site | None:
    """Find the demo site: by name and address, so that no other is ever taken for it."""
    site = sites.find_site(connection, DEMO_NAME)
    return site if site is not None and site.url == DEMO_URL else None


async def add(moderation: Moderation, deed: Deed) -> tuple[Site, int]:
    """Make the demo site and let its comments come, as over the last two days; gives how many. Raises NoDemo, Unavailable."""
    comments = list(_comments(random.Random(1)))  # noqa: S311 # no secret
    if not comments:
        raise NoDemo(f"The seed corpus is not at {SEED}.")
    body = msgspec.json.encode(POLICY).decode()

    def make(connection: Connection) -> Site:
        try:
            site = sites.add_site(connection, DEMO_NAME, DEMO_URL, deed.at)
        except sites.NameTaken:
            raise NoDemo("There is a site named demo already.") from None
        sites.add_policy(connection, site.id, body, deed.who, deed.at)
        audit.append(connection, msgspec.structs.replace(deed, site_id=site.id, target=DEMO_NAME))
        return site

    site = await moderation.writer.run(make)
    await moderation.reload()
    step = _SPAN / len(comments)
    for number, comment in enumerate(comments):
        await moderation.check(site, comment, deed.at - _SPAN + (number + 1) * step)
        await asyncio.sleep(0)  # others' comments go first
    await moderation.writer.run(search.look_back)
    return site, len(comments)


async def remove(moderation: Moderation, deed: Deed) -> int:
    """Take the demo site away with everything on it; gives how many comments that were. Raises NoDemo, Unavailable."""

    def take(connection: Connection) -> int:
        site = find(connection)
        if site is None:
            raise NoDemo("There is no demo site.")
        count = removal.remove_site(connection, site.id)
        audit.append(connection, msgspec.structs.replace(deed, target=DEMO_NAME))
        return count

    count = await moderation.writer.run(take)
    await moderation.reload()
    return count


def _comments(dice: random.Random) -> Iterator[Comment]:
    """Draw from each part of the corpus, mixed; one advertisement comes several times with other figures."""
    drawn = [row for label, count in _PARTS.items() for row in _drawn(SEED / label, count, dice)]
    if drawn:
        copied = _Row("Earn 900 euros a week from home, no experience needed, write to our manager today and start at once", "Work")
        drawn += [msgspec.structs.replace(copied, text=copied.text.replace("900", str(900 + number))) for number in range(_COPIES)]
    dice.shuffle(drawn)
    for number, row in enumerate(drawn):
        address = f"{DEMO_URL}/{_ARTICLES[number % len(_ARTICLES)]}"
        fields = {name: getattr(row, name) for name in _Row.__struct_fields__}
        yield Comment(**fields, permalink=address, user_ip=f"203.0.113.{dice.randrange(1, 255)}", external_id=f"demo-{number}")


def _drawn(folder: Path, count: int, dice: random.Random) -> list[_Row]:
    files = sorted(folder.glob("*.jsonl"))
    known = [msgspec.json.decode(line, type=_Row) for path in files for line in path.read_bytes().splitlines() if line.strip()]
    short = [row for row in known if len(row.text) < 600 and row.lang in {"en", "de"}]
    return dice.sample(short, min(count, len(short)))
