"""Whether a database says what the model of `model.py` says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from tests.queue.house import TOLD_OF
from tests.queue.model import Model


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
    remarks, look = model.remarks, connection.exec_driver_sql
    verdicts = dict(map(tuple, look("SELECT id, verdict FROM comments")))
    same("verdicts", verdicts, {key: each.verdict for key, each in remarks.items()})
    columns = "comment_id, version, state, second, claimed_by, acted_by, acted_at"
    items = {row[0]: tuple(row[1:]) for row in look(f"SELECT {columns} FROM queue_items")}
    same("items", items, _wanted_items(model))
    history = _lists(look("SELECT comment_id, verdict FROM decisions ORDER BY comment_id, number"))
    same("decisions", history, {key: [(verdict,) for verdict in each.verdicts] for key, each in remarks.items()})
    labels = _lists(look("SELECT comment_id, label, hand, at, number FROM labels ORDER BY comment_id, number"))
    said = {key: [(each.label, each.hand, each.at, each.number) for each in one.labels] for key, one in remarks.items()}
    same("labels", labels, {key: each for key, each in said.items() if each})
    counted = look("SELECT missed_spam, false_rejects FROM tallies").one_or_none() or (0, 0)
    mistakes = model.kept + Counter(each.mistake for each in remarks.values())
    same("mistakes", tuple(counted), (mistakes["missed_spam"], mistakes["false_rejects"]))
    same("the log", [tuple(row) for row in look("SELECT what, target FROM audit ORDER BY number")], model.log)
    compare_told(connection, model)


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
    told = _lists(connection.exec_driver_sql("SELECT comment_id, kind, number FROM outbox ORDER BY number"))
    for key, one in model.remarks.items():
        heard, changed = ([number for kind, number in told.get(key, []) if kind == each] for each in TOLD_OF)
        same(f"what the site knows of {key}", one.verdicts[changed[-1]] if changed else one.first, one.verdict)
        said = [each.number for each in one.labels]
        if not one.erased:
            same(f"words twice or taken back of {key}", (len(heard), set(heard) - set(said)), (len(set(heard)), set()))
            same(f"the newest word on {key}", heard[-1:], said[-1:])


def compare_authors(connection: Connection, model: Model) -> None:
    """What is known of authors, when nothing of it waits in memory."""
    rows = connection.exec_driver_sql("SELECT accepted, held, rejected, ham, spam FROM identities")
    authors = {each.author for each in model.remarks.values()} - {""}
    same("authors", Counter(map(tuple, rows)), Counter(tuple(model.counts(author).values()) for author in authors))


def _lists(rows: Any) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for key, *row in rows:
        found.setdefault(key, []).append(tuple(row))
    return found
