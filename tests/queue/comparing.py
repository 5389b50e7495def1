"""Whether a database says what the model of `model.py` says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, select

from service.store import audit
from service.store.schema import comments, decisions, identities, labels, outbox, queue_items, tallies
from tests.queue.house import TOLD_OF
from tests.queue.model import Model

_COUNTS = ("accepted", "held", "rejected", "ham", "spam")


class Divergence(AssertionError):
    """The database and the model differ; the message says where."""


def same(what: str, found: Any, wanted: Any) -> None:
    """Raise Divergence unless both are the same; of dicts only what differs is told."""
    if found == wanted:
        return
    if isinstance(found, dict):
        keys = [key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)]
        found, wanted = ({key: each.get(key) for key in keys} for each in (found, wanted))
    raise Divergence(f"{what}: the database has {found}, the model {wanted}")


def compare(connection: Connection, model: Model) -> None:
    """Compare everything. Raises Divergence."""
    remarks = model.remarks
    same(
        "verdicts",
        dict(connection.execute(select(comments.c.id, comments.c.verdict)).all()),
        {key: each.verdict for key, each in remarks.items()},
    )
    same("items", _items(connection), _wanted_items(model))
    history = _lists(connection.execute(select(decisions.c.comment_id, decisions.c.verdict).order_by(decisions.c.number)))
    same("decisions", history, {key: [(verdict,) for verdict in each.verdicts] for key, each in remarks.items()})
    query = select(labels.c.comment_id, labels.c.label, labels.c.hand, labels.c.at, labels.c.number).order_by(labels.c.number)
    said = {key: [(each.label, each.hand, each.at, each.number) for each in one.labels] for key, one in remarks.items()}
    same("labels", _lists(connection.execute(query)), {key: each for key, each in said.items() if each})
    counted = connection.execute(select(tallies.c.missed_spam, tallies.c.false_rejects)).one_or_none() or (0, 0)
    mistakes = model.kept + Counter(each.mistake for each in remarks.values())
    same("mistakes", tuple(counted), (mistakes["missed_spam"], mistakes["false_rejects"]))
    same("the log", [(entry.what, entry.target) for entry in audit.everything(connection)], model.log)
    compare_told(connection, model)


def _items(connection: Connection) -> dict[str, tuple[Any, ...]]:
    q = queue_items.c
    columns = (q.comment_id, q.version, q.state, q.second, q.claimed_by, q.acted_by, q.acted_at)
    return {row[0]: tuple(row[1:]) for row in connection.execute(select(*columns))}


def _wanted_items(model: Model) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for key, each in model.remarks.items():
        if (item := each.item) is not None:
            state = "waiting" if item.waits else "decided"
            acted = item.acted[:2] if item.acted is not None else (None, None)
            found[key] = (item.version, state, item.second, item.claimed_by, *acted)
    return found


def compare_told(connection: Connection, model: Model) -> None:
    """The site heard, or will hear, of the verdict in force last; of the newest word once, and of none taken back."""
    query = select(outbox.c.comment_id, outbox.c.kind, outbox.c.number).order_by(outbox.c.number)
    told = _lists(connection.execute(query))
    for key, one in model.remarks.items():
        heard, changed = ([number for kind, number in told.get(key, []) if kind == each] for each in TOLD_OF)
        same(f"what the site knows of {key}", one.verdicts[changed[-1]] if changed else one.first, one.verdict)
        said = [each.number for each in one.labels]
        if not one.erased:
            same(f"words twice or taken back of {key}", (len(heard), set(heard) - set(said)), (len(set(heard)), set()))
            same(f"the newest word on {key}", heard[-1:], said[-1:])


def compare_authors(connection: Connection, model: Model) -> None:
    """What is known of authors, when nothing of it waits in memory."""
    rows = connection.execute(select(*(identities.c[name] for name in _COUNTS)))
    authors = {each.author for each in model.remarks.values()} - {""}
    same("authors", Counter(map(tuple, rows)), Counter(tuple(model.counts(author).values()) for author in authors))


def _lists(rows: Any) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for key, *row in rows:
        found.setdefault(key, []).append(tuple(row))
    return found
