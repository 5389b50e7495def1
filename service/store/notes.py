"""What moderators write down about a comment or an author, for each other; the author never sees it, and it goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from sqlalchemy import Connection, Text, bindparam, select

from service.store import storable
from service.store.desk_tables import notes
from service.store.direct import Direct

if TYPE_CHECKING:
    from service.store.queue import Hand

LONGEST = 2000
"""Characters of a note; what is longer is cut."""

About = Literal["comment", "author"]
_COLUMNS = [notes.c[name] for name in ("id", "site_id", "about", "target", "person_id", "who", "at", "text")]


class Note(Struct, frozen=True):
    """A note: ``about`` says what ``target`` names, a comment's id or an author's key in decimal; ``at`` in epoch seconds."""

    id: int
    site_id: int
    about: About
    target: str
    person_id: int | None
    who: str
    at: float
    text: str


def add(connection: Connection, site_id: int, about: About, target: str, text: str, hand: Hand) -> int | None:
    """Write a note down; gives its id, or None where the text is empty. The caller knows that the target is on that site."""
    said = storable.text(text).strip()[:LONGEST]
    if not said:
        return None
    values = {
        "site_id": site_id,
        "about": about,
        "target": storable.text(target),
        "person_id": hand.person_id,
        "who": storable.text(hand.name),
        "at": hand.at,
        "text": said,
    }
    return int(connection.execute(notes.insert().values(values).returning(notes.c.id)).scalar_one())


def notes_on(connection: Connection, site_id: int, about: About, target: str) -> list[Note]:
    """Give the notes about a comment or an author of a site, oldest first."""
    mine = (notes.c.target == storable.text(target)) & (notes.c.about == about) & (notes.c.site_id == site_id)
    return [Note(*row) for row in connection.execute(select(*_COLUMNS).where(mine).order_by(notes.c.id))]


_N, _COMMENT, _AUTHOR = notes.c, bindparam("comment", type_=Text), bindparam("author", type_=Text)
_ABOUT = (_N.target == _COMMENT) & (_N.about == "comment") | (_N.target == _AUTHOR) & (_N.about == "author")
_THERE = (_N.target == _COMMENT) | (_N.target == _AUTHOR)
_BESIDE = Direct(select(*_COLUMNS).where(_THERE, _ABOUT, _N.site_id == bindparam("site")).order_by(_N.at, _N.id))


def notes_beside(connection: Connection, site_id: int, comment_id: str, author: int | None) -> list[Note]:
    """Give the notes on a comment of a site and on its author, oldest first."""
    wanted = {"comment": storable.text(comment_id), "author": "" if author is None else str(author), "site": site_id}
    return [Note(*row) for row in _BESIDE.rows(connection, wanted)]


def remove(connection: Connection, site_id: int, note_id: int, person_id: int | None = None) -> bool:
    """Take a note of a site away, with a person id only if it is theirs; tell whether it was there."""
    mine = (notes.c.id == note_id) & (notes.c.site_id == site_id)
    if person_id is not None:
        mine &= notes.c.person_id == person_id
    return connection.execute(notes.delete().where(mine)).rowcount == 1


def erase(connection: Connection, site_id: int, comment_ids: Sequence[str], author_keys: Sequence[int]) -> None:
    """Delete the notes about comments and authors that are being forgotten."""
    for about, targets in (("comment", list(comment_ids)), ("author", [str(key) for key in author_keys])):
        mine = (notes.c.site_id == site_id) & (notes.c.about == about) & notes.c.target.in_(targets)
        connection.execute(notes.delete().where(mine))
