"""Notes of moderators on comments and authors."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.store import erasure, notes
from service.store.queue import Hand
from service.store.schema import comments
from tests.store.given import NOON, submission


@pytest.fixture
def said(engine, site):
    """Writes a note of Ana's; gives its id."""

    def write(about: str, target: str, text: str) -> int | None:
        with engine.begin() as connection:
            return notes.add(connection, site.id, about, target, text, Hand(7, "Ana", NOON))

    return write


def texts(engine, site_id, about, target):
    with engine.connect() as connection:
        return [note.text for note in notes.notes_on(connection, site_id, about, target)]


def test_notes_belong_to_what_they_are_about(engine, site, said):
    """Oldest first, of that comment or author on that site only; an empty one is none, a long one is cut."""
    said("comment", "c1", "Seen before.")
    said("comment", "c1", " Again\x00! " + "x" * 3000)
    said("author", "c1", "Another thing.")
    assert said("comment", "c1", "  \n") is None
    assert texts(engine, site.id, "comment", "c1") == ["Seen before.", ("Again\ufffd! " + "x" * 3000)[:2000]]
    assert texts(engine, site.id + 1, "comment", "c1") == []


def test_only_whose_note_it_is_takes_it_away(engine, site, said):
    """With a person named, others' notes stay."""
    note_id = said("author", "5", "Writes under two names.")
    with engine.begin() as connection:
        assert not notes.remove(connection, site.id, note_id, person_id=8)
        assert not notes.remove(connection, site.id + 1, note_id)
        assert notes.remove(connection, site.id, note_id, person_id=7)
    assert texts(engine, site.id, "author", "5") == []


async def test_notes_go_with_the_person(engine, site, writer, said):
    """Erasing comments takes the notes on them and on their author along, and no others."""
    stored = await writer.submit(submission(site))
    with engine.connect() as connection:
        key = connection.execute(select(comments.c.author_key)).scalar_one()
    said("comment", stored.id, "Rude.")
    said("author", str(key), "Always rude.")
    said("author", "5", "Kind.")
    with engine.begin() as connection:
        erasure.erase(connection, site.id, [stored.id], NOON)
    left = [texts(engine, site.id, *each) for each in (("comment", stored.id), ("author", str(key)), ("author", "5"))]
    assert left == [[], [], ["Kind."]]
