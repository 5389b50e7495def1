"""What sites are told of: events written in the transaction of what happened, for the endpoints that asked for them.

A payload holds numbers and names of ours and nothing that the commenter wrote; text, where an endpoint may have it, is added when
the message leaves, so that an erased comment cannot leave any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit
from zlib import crc32

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, select, text

from service.domain import Comment, Decision, Label, Scores, Site, Source, Verdict
from service.store import audit
from service.store.audit import Deed
from service.store.ids import new_id
from service.store.schema import changes, endpoints, outbox, sites

EVENTS = {
    "comment.decided": "A comment came and was decided.",
    "comment.held": "A comment came and waits for a moderator.",
    "comment.redecided": "A moderator decided otherwise than before.",
    "feedback.received": "A human said what a comment is.",
    "queue.threshold": "Too many comments wait for a moderator.",
    "endpoint.disabled": "Another endpoint of the site was switched off.",
    "model.promoted": "Another model decides from now on.",
    "training.finished": "A model was fitted; it does not decide yet.",
    "training.failed": "A model could not be fitted.",
}
CALLBACK = "akismet_callback"
_MAX_REASONS = 5
_MAX_REASON = 300
_encode = msgspec.json.Encoder().encode


class Subscription(Struct, frozen=True):
    """An endpoint and the events that it wants."""

    endpoint_id: int
    events: frozenset[str]


class Said(Protocol):
    """What is told of a human's word; see ``service.store.feedback.Word``."""

    @property
    def label(self) -> Label: ...  # noqa: D102 # the class says it
    @property
    def hand(self) -> str: ...  # noqa: D102 # the class says it
    @property
    def at(self) -> float: ...  # noqa: D102 # the class says it
    @property
    def kind(self) -> str: ...  # noqa: D102 # the class says it
    @property
    def tell_site(self) -> bool: ...  # noqa: D102 # the class says it


class Event(Struct, frozen=True):
    """Something to tell: its type, when it happened and when it may leave (epoch seconds), and what is told.

    ``number`` is that of the decision it tells of; of a comment's messages the lower number leaves first.
    """

    kind: str
    at: float
    due_at: float
    data: dict[str, Any]
    comment_id: str | None = None
    number: int = 0

    def body(self) -> str:
        """Give the message as Standard Webhooks wants it: type, timestamp, data; minified."""
        stamp = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return _encode({"type": self.kind, "timestamp": stamp, "data": self.data}).decode()


def rows(event: Event, site_id: int, endpoint_ids: Sequence[int], payload: str | None = None) -> list[tuple[object, ...]]:
    """Give the outbox rows of an event, in the order of the table, one for each endpoint."""
    body = event.body() if payload is None else payload
    common = (event.comment_id, event.number, event.kind, body, event.at, event.due_at, "waiting", 0, "")
    return [(new_id(event.at), site_id, endpoint_id, *common) for endpoint_id in endpoint_ids]


def of_arrival(
    subscriptions: Sequence[Subscription], site: Site, comment_id: str, comment: Comment, decision: Decision
) -> list[tuple[object, ...]]:
    """Give the outbox rows of a comment's first decision; they leave at once."""
    found: list[tuple[object, ...]] = []
    kinds = ("comment.decided", "comment.held") if decision.verdict is Verdict.HOLD else ("comment.decided",)
    data: dict[str, Any] | None = None
    for kind in kinds:
        if wanted := [each.endpoint_id for each in subscriptions if kind in each.events]:
            data = data or _decided(site.name, comment_id, comment.external_id, decision)
            found += rows(Event(kind, decision.at, decision.at, data, comment_id), site.id, wanted)
    return found


def _decided(site: str, comment_id: str, external_id: str, decision: Decision) -> dict[str, Any]:
    return {
        "id": comment_id,
        "external_id": external_id,
        "site": site,
        "number": 0,
        "verdict": decision.verdict.value,
        "previous": None,
        "decided_by": decision.source.value,
        "rule": decision.rule,
        "reasons": [reason[:_MAX_REASON] for reason in decision.reasons[:_MAX_REASONS]],
        "scores": _scores(decision.scores),
        "model": decision.scores.model if decision.scores else None,
    }


def _scores(scores: Scores | None) -> dict[str, float] | None:
    return None if scores is None else {"spam": round(scores.spam, 6), "abuse": round(scores.abuse, 6)}


def tell_of_word(
    connection: Connection, comment: Row[*tuple[Any, ...]], number: int, verdicts: tuple[Verdict, Verdict], word: Said, undo: float
) -> None:
    """Write the events of a human's word on a comment; they leave after ``undo`` seconds.

    A word that comes while the former one has not left takes its place: what was undone in time was never said.
    """
    site = connection.execute(select(sites.c.name, sites.c.url).where(sites.c.id == comment.site_id)).one()
    withdrawn = withdraw(connection, comment.id, word.at)
    shared = {"id": comment.id, "external_id": comment.external_id, "site": site.name, "number": number}
    label = {"label": word.label.value, "kind": word.kind, "by": word.hand, "verdict": verdicts[1].value}
    due_at = word.at + undo
    tell(connection, comment.site_id, Event("feedback.received", word.at, due_at, shared | label, comment.id, number))
    told = withdrawn.get("comment.redecided", verdicts[0])
    if told is not verdicts[1]:
        change = {"verdict": verdicts[1].value, "previous": told.value, "decided_by": Source.MODERATOR.value}
        more = {"rule": "moderator", "reasons": [f"labelled {word.label}"], "by": word.hand}
        event = Event("comment.redecided", word.at, due_at, shared | change | more, comment.id, number)
        tell(connection, comment.site_id, event)
    told = withdrawn.get(CALLBACK, verdicts[0])
    if word.tell_site and told is not verdicts[1] and (target := _callback(comment, site.url)):
        _call_back(connection, comment, target, Event(CALLBACK, word.at, due_at, {}, comment.id, number), (told, verdicts[1]))


def withdraw(connection: Connection, comment_id: str, at: float) -> dict[str, Verdict]:
    """Take back a comment's messages that may not leave yet; gives, by kind, the verdict that was told last."""
    early = (outbox.c.comment_id == comment_id) & (outbox.c.state == "waiting") & (outbox.c.attempts == 0) & (outbox.c.due_at > at)
    taken = connection.execute(outbox.delete().where(early, outbox.c.number > 0).returning(outbox.c.kind, outbox.c.payload))
    told: dict[str, Verdict] = {}
    for kind, payload in taken:
        data = msgspec.json.decode(payload)
        if previous := data.get("previous") or data.get("data", {}).get("previous"):
            told[kind] = Verdict(previous)
    return told


def told_of(connection: Connection, comment_id: str, number: int) -> bool:
    """Tell whether there is, or was, anything to tell of that decision."""
    mine = (outbox.c.comment_id == comment_id) & (outbox.c.number == number)
    return connection.execute(select(outbox.c.id).where(mine).limit(1)).scalar() is not None


def told_last(connection: Connection, comment_id: str) -> Verdict | None:
    """Give the verdict that webhooks heard of last, if they heard of another than the first."""
    mine = (outbox.c.comment_id == comment_id) & (outbox.c.kind == "comment.redecided")
    last = connection.execute(select(outbox.c.payload).where(mine).order_by(outbox.c.number.desc()).limit(1)).scalar()
    return Verdict(msgspec.json.decode(last)["data"]["verdict"]) if last is not None else None


def tell(connection: Connection, site_id: int | None, event: Event, *, but: int = 0) -> None:
    """Write an event for the endpoints of a site (or, with None, of all) that want it, except the endpoint ``but``."""
    works = endpoints.c.disabled_at.is_(None) & (endpoints.c.kind == "webhook") & (endpoints.c.id != but)
    query = select(endpoints.c.id, endpoints.c.site_id, endpoints.c.events).where(works)
    if site_id is not None:
        query = query.where(endpoints.c.site_id == site_id)
    for endpoint_id, of_site, events in connection.execute(query).all():
        if event.kind in events.split():
            connection.execute(outbox.insert().values(rows(event, of_site, [endpoint_id])[0]))


def tell_of_model(connection: Connection, version: str, at: float) -> None:
    """Tell everyone that another model decides from now on; of several processes that find it, one does."""
    known = (changes.c.name == "model") & (changes.c.number == crc32(version.encode()) & 0x7FFF_FFFF)
    if connection.execute(select(changes.c.name).where(known)).one_or_none() is not None:
        return
    number = {"number": crc32(version.encode()) & 0x7FFF_FFFF}
    if connection.execute(changes.update().where(changes.c.name == "model", ~known).values(number)).rowcount:
        tell(connection, None, Event("model.promoted", at, at, {"model": version}))
        audit.append(connection, Deed(at=at, who="the service", what="model.promoted", target=version))
    else:
        connection.execute(changes.insert().values(number | {"name": "model"}))


def tell_of_training(connection: Connection, version: str, at: float, failed: str = "") -> None:
    """Tell everyone that a model was fitted, or, with the reason, that it was not."""
    kind = "training.failed" if failed else "training.finished"
    data = {"model": version, "why": failed} if failed else {"model": version}
    tell(connection, None, Event(kind, at, at, data))


def told_by_callback(connection: Connection, comment_id: str, verdict: Verdict) -> bool:
    """Tell whether the last that the site's WordPress was told of a comment is this verdict: its saying so is then an echo."""
    mine = (outbox.c.comment_id == comment_id) & (outbox.c.kind == CALLBACK) & (outbox.c.state != "dead")
    last = connection.execute(select(outbox.c.payload).where(mine).order_by(outbox.c.number.desc()).limit(1)).scalar()
    return last is not None and msgspec.json.decode(last)["verdict"] == verdict.value


def _callback(comment: Row[*tuple[Any, ...]], site_url: str) -> str:
    """Give the address that the comment's client named for a later decision, if it lies on the registered site."""
    target: str = msgspec.json.decode(comment.more).get("callback", "")
    return target if target and same_host(target, site_url) else ""


def _call_back(
    connection: Connection, comment: Row[*tuple[Any, ...]], target: str, event: Event, verdicts: tuple[Verdict, Verdict]
) -> None:
    """Write what the site's WordPress is to be told, for an endpoint that is made when it is first needed."""
    endpoint_id, disabled = _callback_endpoint(connection, comment.site_id, target, event.at)
    payload = _encode({"guid": comment.id, "previous": verdicts[0].value, "verdict": verdicts[1].value}).decode()
    row = outbox.insert().values(rows(event, comment.site_id, [endpoint_id], payload)[0])
    connection.execute(row.values(state="dead", error="the endpoint is switched off") if disabled else row)


def _callback_endpoint(connection: Connection, site_id: int, target: str, at: float) -> tuple[int, bool]:
    key = (endpoints.c.site_id == site_id) & (endpoints.c.kind == CALLBACK) & (endpoints.c.url == target)
    known = select(endpoints.c.id, endpoints.c.disabled_at).where(key)
    if (found := connection.execute(known).one_or_none()) is None:
        connection.execute(
            text(
                "INSERT INTO endpoints (site_id, kind, url, with_text, salt, created_at)"
                " VALUES (:site_id, :kind, :url, false, '', :at) ON CONFLICT (site_id, kind, url) DO NOTHING"
            ),
            {"site_id": site_id, "kind": CALLBACK, "url": target, "at": at},
        )
        found = connection.execute(known).one()
    return found.id, found.disabled_at is not None


def same_host(target: str, site_url: str) -> bool:
    """Allow only the registered site's own host and port: a callback comes from whoever calls us."""
    try:
        there, home = urlsplit(target), urlsplit(site_url)
        ports = [parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0) for parts in (there, home)]
    except ValueError:
        return False
    same = there.hostname is not None and there.hostname == home.hostname and there.username is None
    return there.scheme in {"http", "https"} and same and (ports[0] == ports[1] or set(ports) == {80, 443})
