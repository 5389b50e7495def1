"""What a filter of the queue demands of an item, as conditions on the table or on an alias of it.

Who asks and when are parameters with names of their own, so that a statement can be made once and asked by everyone: ``asking``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, Integer, bindparam, literal_column, select

from service.store import storable
from service.store.facets import DOUBTFUL, Filter
from service.store.schema import queue_items

_HELD = queue_items.alias("held").c


def asking(wanted: Filter) -> dict[str, Any]:
    """Give the values of who asks, and when, for a statement that was made for somebody else."""
    return {"mine": wanted.mine, "free": wanted.free, "asked_at": wanted.at}


def conditions(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # of the table or of an alias
    """Give what a filter demands of an item, its site and that it waits aside."""
    return facets(columns, wanted) + _behind(columns, wanted)


def facets(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """Give the part that the index of the facets tells."""
    found = [columns.second == wanted.second]
    if wanted.why in {"audit", "reported"}:
        found.append(columns.why == wanted.why)
    elif wanted.why:
        found += [columns.why == "held", columns.rule == storable.text(wanted.why)]
    if wanted.lang is not None:
        found.append(columns.lang == storable.text(wanted.lang))
    if wanted.newcomer:
        found.append(columns.newcomer.is_(True))
    if wanted.linked:
        found.append(columns.linked.is_(True))
    if wanted.uncertain:
        found.append(columns.doubt <= DOUBTFUL)
    return found


def _behind(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """What hangs on claims, reports and tags."""
    at = bindparam("asked_at", wanted.at, Double)
    found: list[ColumnElement[bool]] = []
    if wanted.reported:
        found.append(columns.reports > literal_column("0"))
    if wanted.tag:
        found.append(columns.tag == storable.text(wanted.tag))
    if wanted.mine is not None:
        found += [columns.claimed_by == bindparam("mine", wanted.mine, Integer), columns.claimed_until > at]
    if wanted.free is not None:
        others = (
            _HELD.claimed_by.is_not(None),
            _HELD.claimed_by != bindparam("free", wanted.free, Integer),
            _HELD.claimed_until > at,
        )
        found.append(columns.comment_id.not_in(select(_HELD.comment_id).where(*others)))  # of which there are few
    return found
