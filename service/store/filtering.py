"""What a filter of the queue demands of an item, as conditions on the table or on an alias of it.

Every value is a parameter with a name of its own, so that a statement can be made once for all filters of a ``shape`` and asked
by everyone: ``asking`` gives the values.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Double, Integer, Text, bindparam, literal_column, select

from service.store import storable
from service.store.facets import DOUBTFUL, Filter
from service.store.schema import queue_items

WHYS = frozenset({"", "audit", "reported"})
"""What a filter may ask for as the reason that is no rule."""

_HELD = queue_items.alias("held").c


def asking(wanted: Filter) -> dict[str, Any]:
    """Give a filter's values, for a statement that was made for its shape."""
    texts = {"rule": storable.text(wanted.why), "lang": storable.text(wanted.lang or ""), "tag": storable.text(wanted.tag)}
    return {"mine": wanted.mine, "free": wanted.free, "asked_at": wanted.at, **texts}


def shape(wanted: Filter) -> Filter:
    """Give a filter without its values, and without its sites."""
    person = {"mine": None if wanted.mine is None else 0, "free": None if wanted.free is None else 0}
    lang, why = None if wanted.lang is None else "", wanted.why if wanted.why in WHYS else "rule"
    return replace(wanted, site_ids=(), at=0.0, lang=lang, why=why, tag="tag" if wanted.tag else "", **person)


def conditions(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # of the table or of an alias
    """Give what a filter demands of an item, its site and that it waits aside."""
    return facets(columns, wanted) + _behind(columns, wanted)


def facets(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """Give the part that the index of the facets tells."""
    found = [columns.second == wanted.second]
    if wanted.why in WHYS - {""}:
        found.append(columns.why == literal_column(f"'{wanted.why}'"))
    elif wanted.why:
        rule = bindparam("rule", storable.text(wanted.why), Text)
        found += [columns.why == literal_column("'held'"), columns.rule == rule]
    if wanted.lang is not None:
        found.append(columns.lang == bindparam("lang", storable.text(wanted.lang), Text))
    if wanted.newcomer:
        found.append(columns.newcomer.is_(True))
    if wanted.linked:
        found.append(columns.linked.is_(True))
    if wanted.uncertain:
        found.append(columns.doubt <= literal_column(str(DOUBTFUL)))
    return found


def _behind(columns: Any, wanted: Filter) -> list[ColumnElement[bool]]:  # noqa: ANN401 # as above
    """What hangs on claims, reports and tags."""
    at = bindparam("asked_at", wanted.at, Double)
    found: list[ColumnElement[bool]] = []
    if wanted.reported:
        found.append(columns.reports > literal_column("0"))
    if wanted.tag:
        found.append(columns.tag == bindparam("tag", storable.text(wanted.tag), Text))
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
