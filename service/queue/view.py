"""What of the queue someone looks at, as its address says it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from msgspec import Struct

from service.queue.visit import Visit
from service.store.facets import Filter
from service.store.walks import SORTS, Sort

FLAGS = {"new": "newcomer", "links": "linked", "second": "second", "doubt": "uncertain", "reports": "reported"}
"""Parts of the address that are switches, and the field of the filter that they switch."""

_NAMES = ("site", "why", "lang", "tag", *FLAGS, "claims", "sort", "after")


class View(Struct, frozen=True):
    """What of the queue someone looks at: the address's query, read and checked."""

    wanted: Filter
    sort: Sort
    chosen: dict[str, str]

    def query(self, **changed: str | None) -> str:
        """Give the query of the same view with something changed; an empty value takes it out."""
        kept = self.chosen | changed
        if "after" not in changed and changed:
            kept.pop("after", None)
        return "&".join([f"{name}={_quoted(value)}" for name, value in kept.items() if value])


_quoted = lru_cache(maxsize=4096)(quote_plus)
"""A page has a hundred addresses made of the same few words."""


def read_view(visit: Visit, given: Any) -> View:  # noqa: ANN401 # a query or a form
    """Read what is wished for; sites that are not the visitor's are not there."""
    chosen = {name: str(given.get(name, ""))[:200].replace("\0", "") for name in _NAMES}
    ids = tuple(visit.site_ids)
    if chosen["site"]:
        ids = tuple(site_id for site_id in ids if str(site_id) == chosen["site"])
    lang = None if not chosen["lang"] else chosen["lang"].removeprefix("-")
    flags = {field: bool(chosen[name]) for name, field in FLAGS.items()}
    person = visit.person.id
    claims: dict[str, Any] = {"mine": {"mine": person}, "free": {"free": person}}.get(chosen["claims"], {})
    sort: Sort = next((sort for sort in SORTS if sort == chosen["sort"]), "uncertain")
    return View(Filter(ids, chosen["why"], lang, **flags, **claims, tag=chosen["tag"], at=visit.at), sort, chosen)
