"""Giving out and erasing what is stored of a comment or of a person, for who may."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial

import msgspec
from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from service.queue.visit import Visit
from service.search import finding
from service.search.query import of_author
from service.store import audit, erasure, notes, queries
from service.store.audit import Deed

_CHUNK = 32
_PAGE = 500


async def all_of_author(visit: Visit, site_id: int, key: int) -> list[str]:
    """Give the ids of everything that an author wrote on a site, newest first."""
    query, after, found = of_author(site_id, key), "", []
    while True:
        page = await visit.look(lambda connection, after=after: finding.find(connection, query, after, _PAGE, 1.0))  # type: ignore[misc]
        found += page.ids
        after = page.after
        if not after:
            return found


async def erase(visit: Visit, site_id: int, ids: Sequence[str]) -> int:
    """Empty comments of a site; gives how many were not empty before."""
    count = 0
    for start in range(0, len(ids), _CHUNK):  # few at a time: requests wait for the same writer
        portion = ids[start : start + _CHUNK]
        count += await visit.write(partial(erasure.erase, site_id=site_id, ids=portion, at=visit.at))
    if count:
        await visit.write(lambda connection: erasure.log(connection, site_id, visit.person.name, count, visit.at))
    visit.pages.counts.forget()
    return count


async def give(visit: Visit, site_id: int, ids: Sequence[str], what: str, name: str) -> Response:
    """Answer with everything that is stored of these comments, as one JSON array; that is a deed itself."""
    who = visit.person
    deed = Deed(at=visit.at, who=who.name, person_id=who.id, what=what, site_id=site_id, target=name, after={"comments": len(ids)})
    await visit.write(lambda connection: audit.append(connection, deed))
    headers = {"content-disposition": f'attachment; filename="{name}.json"', "cache-control": "no-store"}
    return StreamingResponse(_array(visit, site_id, ids), headers=headers, media_type="application/json")


async def _array(visit: Visit, site_id: int, ids: Sequence[str]) -> AsyncIterator[bytes]:
    yield b"["
    for start in range(0, len(ids), _CHUNK):
        portion = ids[start : start + _CHUNK]
        found = await visit.look(lambda connection, portion=portion: [_whole(connection, site_id, each) for each in portion])  # type: ignore[misc]
        yield (b",\n" if start else b"\n") + b",\n".join(msgspec.json.encode(each) for each in found if each is not None)
    yield b"\n]\n"


def _whole(connection: Connection, site_id: int, comment_id: str) -> dict[str, object] | None:
    stored = queries.get_comment(connection, site_id, comment_id)
    if stored is None:
        return None
    about = notes.notes_on(connection, site_id, "comment", comment_id)
    return {
        "id": stored.id,
        "received": datetime.fromtimestamp(stored.received_at, UTC).isoformat(),
        "comment": stored.comment,
        "decisions": stored.decisions,
        "labels": stored.labels,
        "notes": [{"at": note.at, "who": note.who, "text": note.text} for note in about],
    }
