"""Holding a challenger against the champion: what ``evaluate``, ``report`` and ``promote`` share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.classifier import artefact
from service.classifier.artefact import ArtefactRefused
from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.store import sites
from training.commands.desk import Desk, Refused, database
from training.dataset import PUBLIC
from training.fit import Rows, by_time, divide, spread
from training.folds import Folds
from training.layer import Base
from training.lines import Budget
from training.promote import CAMPAIGN, Examined, examine, measured_by_folds
from training.registry import CHAMPION, STARTER
from training.snapshot import Stored
from training.trial import Bench, Judge, judge

KNOWN_ROWS = 20_000
"""Campaigns are looked for among at most so many comments beside the newest."""
MOST_NEWEST = 20_000
"""Of more new labels, so many are judged, evenly spaced in time: intervals would hardly narrow."""


@dataclass(frozen=True)
class Bout:
    """Champion and challenger, the labels that measure them, who gives the challenger's answers, and what came out."""

    champion: Classifier
    newest: Bench
    answers: Judge
    examined: Examined


class Measuring(NamedTuple):
    """What measures a model: rows of a snapshot that it has not seen, those of campaigns, and who gives the model's answers."""

    stored: Stored
    rows: Rows
    campaigns: Rows
    answers: Judge


def hold_against(desk: Desk, version: str, snapshot: str, budget: Budget, against: str | None = None) -> Bout:
    """Examine a model against the one that decides there now (or ``against``) on labels that it has not seen. Raises Refused.

    Those are a snapshot's newest. A layer that was fitted on all labels of its site is measured on the snapshot that it was fitted
    on, by its folds, unless another is named: of another, labels count that it was not fitted on and that resemble none of those.
    """
    folder, site = desk.path(version), site_of(desk, version)
    champion = desk.model(decides(desk, site) if against is None else against)
    cards = _cards(desk, version)
    measuring = _by_folds if any(map(measured_by_folds, cards)) else _by_newest
    stored, rows, campaigns, answers = measuring(desk, cards, site, snapshot, champion.card)
    newest = desk.bench(stored.take(rows[spread(len(rows), MOST_NEWEST)]))
    known = desk.bench(stored.take(campaigns))
    return Bout(champion, newest, answers, examine(folder, champion, newest, known, budget, answers))


def _by_newest(desk: Desk, cards: list[Card], site: str, snapshot: str, champion: Card) -> Measuring:
    """Measure on the newest labels, but for what the model, its own base where it is a layer, or the champion has seen."""
    stored = desk.stored(desk.manifest(snapshot))
    bases = [desk.model(_shared(desk, card)).card for card in cards if "shared" in card.parameters]
    return Measuring(stored, unseen(desk, stored, *cards, *bases, champion, site=site), _campaigns(stored.outline(), site), judge)


def _by_folds(desk: Desk, cards: list[Card], site: str, snapshot: str, champion: Card) -> Measuring:
    """Measure a layer that was fitted on all labels, on what neither the champion nor the layer's own base has seen."""
    [card] = cards
    shared, home = _shared(desk, card), _home(desk, card)
    stored = desk.stored(desk.manifest(snapshot)) if snapshot else home
    outline = stored.outline()
    mine, campaigns = _of_site(stored, outline, site), _campaigns(outline, site)
    answers: Judge = judge
    if stored.manifest.digest == home.manifest.digest:
        base = Base((desk.path(shared) / artefact.WEIGHTS).read_bytes())
        answers = Folds.of(card, stored.take(mine), stored.unlabelled(), base).judge
    else:
        strange = _strange(stored, home, site)
        mine, campaigns = mine[strange[mine]], campaigns[strange[campaigns]]
    return Measuring(stored, _without(desk, stored, mine, (champion, desk.model(shared).card)), campaigns, answers)


def _home(desk: Desk, card: Card) -> Stored:
    """Open the snapshot that a layer was fitted on, which alone can tell what it has seen. Raises Refused."""
    if (home := _fitted_on(desk, card)) is None:
        gone = f"The snapshot {str(card.parameters['snapshot'])[:12]} that {card.version} was fitted on is gone"
        raise Refused(f"{gone}, so that nobody can tell which labels it has not seen; fit it anew.")
    return home


def _fitted_on(desk: Desk, card: Card) -> Stored | None:
    """Open the snapshot that a model was fitted on; None where it is gone. Raises Refused where it is damaged."""
    digest = str(card.parameters["snapshot"])
    return desk.stored(desk.manifest(digest)) if (desk.snapshots / digest).is_dir() else None


def _shared(desk: Desk, card: Card) -> str:
    """Find the shared model whose table a layer was fitted on. Raises Refused."""
    for version in (STARTER, *desk.models.versions()):
        if any(each.weights_sha256 == card.parameters["shared"] for each in _cards(desk, version)):
            return version
    raise Refused(f"The shared model that {card.version} was fitted on is gone; fit it anew.")


def _strange(stored: Stored, home: Stored, site: str) -> NDArray[np.bool_]:
    """Tell which rows of a snapshot are no label of the site in ``home`` and resemble none, by id, text and group: shape (n,)."""
    seen, rows = home.columns("site", "id", "text"), stored.columns("id", "text", "group")
    seen = seen[seen["site"] == site]
    known = rows["id"].isin(seen["id"]) | rows["text"].isin(seen["text"])
    return ~rows["group"].isin(rows["group"][known]).to_numpy()


def _of_site(stored: Stored, outline: Any, site: str) -> Rows:  # noqa: ANN401 # a pandas frame
    """Give the rows of a site in a snapshot's outline, all where none is named. Raises Refused."""
    mine = np.arange(len(outline)) if not site else np.flatnonzero(outline["site"] == site)
    if not len(mine):
        raise Refused(f"The snapshot {stored.manifest.digest[:12]} has no label of the site {site!r}.")
    return mine


def unseen(desk: Desk, stored: Stored, *cards: Card, site: str = "") -> Rows:
    """Give the rows of a snapshot's newest labels (of one site) that no model of these cards was fitted on. Raises Refused."""
    outline = stored.outline()
    mine = _of_site(stored, outline, site)
    rows = mine[_divided(outline.iloc[mine], site)[1]]
    return _without(desk, stored, rows, cards)


def _divided(outline: Any, site: str) -> tuple[Rows, Rows]:  # noqa: ANN401 # a pandas frame
    """Split (fitting, measuring) as the fit of a layer, or of a shared model, does."""
    return (by_time if site else divide)(outline.reset_index(drop=True))


def _without(desk: Desk, stored: Stored, rows: Rows, cards: Iterable[Card]) -> Rows:
    """Leave out of these rows what a model of these cards was fitted on."""
    columns = stored.columns("id", "source", "at").iloc[rows]
    seen = [seen_by(desk, card, columns) for card in cards]
    return rows[~np.any(seen, axis=0)] if seen else rows


def seen_by(desk: Desk, card: Card, rows: Any) -> NDArray[np.bool_]:  # noqa: ANN401 # a pandas frame
    """Tell which rows (n,), with id, source and time, a model was fitted on.

    Of one without a snapshot those of its card's sources; where its snapshot is gone, all that did not come after it was made.
    Raises Refused where its snapshot is damaged.
    """
    if not card.parameters.get("snapshot"):
        return np.asarray(rows["source"].isin({source.name for source in card.data}))
    if (stored := _fitted_on(desk, card)) is None:
        return np.asarray(~(rows["at"] > datetime.fromisoformat(card.created).timestamp()))
    outline, site = stored.outline(), str(card.parameters.get("site", ""))
    mine = _of_site(stored, outline, site)
    if not measured_by_folds(card):
        mine = mine[_divided(outline.iloc[mine], site)[0]]
    return np.asarray(rows["id"].isin(stored.columns("id")["id"].iloc[mine]))


def _cards(desk: Desk, version: str) -> list[Card]:
    try:
        return [desk.models.card(version)]
    except (ArtefactRefused, OSError):
        return []


def site_of(desk: Desk, version: str) -> str:
    """Tell for which site alone a model was made; empty for a shared one. Damaged papers name none."""
    return next((str(card.parameters.get("site", "")) for card in _cards(desk, version)), "")


def decides(desk: Desk, site: str) -> str:
    """Tell which model decides on a site, empty for everywhere: its own layer where it has one, else the champion."""
    shared = desk.models.pointed(CHAMPION)
    if not site:
        return shared
    with database(desk.settings) as connection:
        own = [desk.models.pointed(f"site-{each.id}") for each in sites.list_sites(connection) if each.name == site]
    return next(filter(None, own), shared)


def _campaigns(outline: Any, site: str) -> Rows:  # noqa: ANN401 # a pandas frame
    """Keep what has near-duplicates, the largest groups first, but for public corpora: no other row can be of a campaign."""
    rows = np.flatnonzero(((outline["site"] == site) | (site == "")) & ~outline["source"].isin(PUBLIC))
    size = outline.iloc[rows].groupby("group")["group"].transform("size").to_numpy()
    order = np.argsort(-size, kind="stable")
    return np.sort(rows[order[size[order] >= CAMPAIGN][:KNOWN_ROWS]])
