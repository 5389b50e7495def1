"""What would this model have done? Stored comments decided again, with the policies of today and the histories of then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection, select

from service.classifier import artefact
from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.classifier.kernels import open_table
from service.domain import Comment, History, Verdict
from service.policy import OwnRule, Policy, decide
from service.store import shared_rules, sites
from service.store.schema import comments, decisions, labels
from service.text.reading import read
from training.engine import Engine
from training.labels import histories, stored_comment

BATCH = 2_000


class Change(Struct, frozen=True):
    """A comment whose verdict would be another. ``label`` is what a human said, empty where nobody did."""

    id: str
    site: str
    at: float
    was: Verdict
    would_be: Verdict
    rule: str
    spam: float
    abuse: float
    label: str
    text: str


class Replay(Struct, frozen=True):
    """``pairs`` counts (verdict then, verdict now); ``changes`` has every comment that differs, oldest first."""

    model: str
    comments: int
    pairs: dict[Verdict, dict[Verdict, int]]
    changes: tuple[Change, ...]


class Past(Struct, frozen=True):
    """A stored comment with the verdict that the service gave first, and what was known of its author then."""

    id: str
    site: str
    at: float
    comment: Comment
    was: Verdict
    history: History
    label: str


class Judge(Struct, frozen=True):
    """A model and the sites' policies as they travel to a worker."""

    card: Card
    weights: bytes
    policies: dict[str, Policy]
    shared: tuple[OwnRule, ...]


def replay(
    connection: Connection,
    folder: Path,
    since: float,
    until: float,
    engine: Engine,
    site: str | None = None,
    told: Callable[[str, int, int], None] = lambda *_: None,
) -> Replay:
    """Decide again by the model in ``folder`` what arrived in [since, until) (epoch seconds), on one site or all.

    Nothing is written; ``told`` hears how far it is. Raises ArtefactRefused.
    """
    card, weights = artefact.load(folder)
    judge = Judge(card, bytes(weights), policies_by_name(connection), shared(connection))
    past = [each for each in _past(connection, since, until) if site in (None, each.site)]
    batches = [past[first : first + BATCH] for first in range(0, len(past), BATCH)]
    decided: list[Change] = []
    for batch in engine.map(decide_again, judge, batches):
        decided += batch
        told("deciding again", len(decided), len(past))
    pairs = Counter((each.was, each.would_be) for each in decided)
    table = {was: {now: pairs[was, now] for now in Verdict} for was in Verdict}
    return Replay(card.version, len(past), table, tuple(each for each in decided if each.was is not each.would_be))


def decide_again(judge: Judge, batch: list[Past]) -> list[Change]:
    """Decide a batch by the judge's model and policies; runs on a worker where there is a cluster."""
    model = Classifier(judge.card, open_table(judge.weights))
    ready = {name: policy.sharing(judge.shared).with_defaults(model.lines) for name, policy in judge.policies.items()}
    default = Policy().sharing(judge.shared).with_defaults(model.lines)
    return [_one(model, ready.get(past.site, default), past) for past in batch]


def _one(model: Classifier, policy: Policy, past: Past) -> Change:
    reading = read(past.comment)
    scores = model.score(reading)
    decision = decide(reading, scores, past.history, policy, past.at)
    found = past.was, decision.verdict, decision.rule, scores.spam, scores.abuse
    return Change(past.id, past.site, past.at, *found, past.label, past.comment.text)


def stored_policies(connection: Connection) -> Mapping[int, Policy]:
    """Give the sites' policies in force, without a model's lines, by site id."""
    return {number: msgspec.json.decode(found.body, type=Policy) for number, found in sites.policies_in_force(connection).items()}


def shared(connection: Connection) -> tuple[OwnRule, ...]:
    """Give the rules that hold on all sites."""
    return msgspec.json.decode(shared_rules.in_force(connection).body, type=tuple[OwnRule, ...])


def policies_by_name(connection: Connection) -> dict[str, Policy]:
    """Give the same by the sites' names, with the rules of all sites."""
    found, rules = stored_policies(connection), shared(connection)
    return {site.name: found.get(site.id, Policy()).sharing(rules) for site in sites.list_sites(connection)}


def _past(connection: Connection, since: float, until: float) -> Iterator[Past]:
    names = {site.id: site.name for site in sites.list_sites(connection)}
    given = connection.execute(select(labels.c.comment_id, labels.c.label).order_by(labels.c.number))
    said = {row.comment_id: row.label for row in given}
    query = (
        select(comments, decisions.c.verdict.label("first"), decisions.c.rule)
        .join(decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.number == 0))
        .where(comments.c.received_at >= since, comments.c.received_at < until, comments.c.is_test.is_(False))
        .order_by(comments.c.id)
    )
    rows = connection.execute(query).all()
    known = histories(connection, {row.author_key for row in rows if row.author_key is not None})
    for row in rows:
        history = structs.replace(known.get(row.id, History()), flooding=row.rule == "flood")
        said_of, site = said.get(row.id, ""), names[row.site_id]
        yield Past(row.id, site, row.received_at, stored_comment(row), Verdict(row.first), history, said_of)
