"""An import from its beginning, or from where it stopped: page by page, each in a transaction of its own with its mark."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Engine

from service.domain import Site
from service.importing.pages import Page, Reader
from service.store import imports
from service.store.ids import Digests
from service.store.imports import Counts

_BREATH = 0.005
"""Seconds between two transactions, in which a running service stores what waited."""


def run(
    engine: Engine,
    digests: Digests,
    site: Site,
    reader: Reader,
    *,
    dry: bool = False,
    anew: bool = False,
    told: Callable[[Counts], None] = lambda _: None,
) -> Counts:
    """Store what the reader gives; tell the counts after every page, and give those of the whole import, earlier runs included.

    ``dry`` counts and stores nothing; ``anew`` begins at the start. Raises CannotImport, and what the database raises; what
    was stored until then stays, and the next run goes on behind it.
    """
    with engine.begin() as connection:
        if anew and not dry:
            imports.forget(connection, site.id, reader.origin)
        before = None if anew else imports.progress(connection, site.id, reader.origin)
    mark, counts = before or ("", Counts())
    for page in reader.pages(mark):
        counts = counts.plus(_store(engine, digests, site, reader.origin, page, counts, dry=dry))
        told(counts)
        if not dry:
            time.sleep(_BREATH)
    return counts


def _store(engine: Engine, digests: Digests, site: Site, origin: str, page: Page, before: Counts, *, dry: bool) -> Counts:
    with engine.connect() as connection, connection.begin() as transaction:
        more = imports.load(connection, digests, site, page.records)
        imports.set_progress(connection, site.id, origin, page.mark, before.plus(more), time.time())
        if dry:
            transaction.rollback()
        return more
