"""Holding a challenger against the champion: what ``evaluate``, ``report`` and ``promote`` share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.classifier.artefact import ArtefactRefused
from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.store import sites
from training.commands.desk import Desk, Refused, database
from training.fit import Rows, divide, spread
from training.lines import Budget
from training.promote import CAMPAIGN, Examined, examine
from training.registry import CHAMPION
from training.snapshot import Stored
from training.trial import Bench

KNOWN_ROWS = 20_000
"""Campaigns are looked for among at most so many comments beside the newest."""
MOST_NEWEST = 20_000
"""Of more new labels, so many are judged, evenly spaced in time: intervals would hardly narrow."""


@dataclass(frozen=True)
class Bout:
    """Champion and challenger, the labels that measure them, and what came out."""

    champion: Classifier
    newest: Bench
    examined: Examined


def hold_against(desk: Desk, version: str, snapshot: str, budget: Budget, against: str | None = None) -> Bout:
    """Examine a model against the one that decides there now (or ``against``) on a snapshot's newest labels. Raises Refused."""
    folder = desk.path(version)
    stored = desk.stored(desk.manifest(snapshot))
    site = site_of(desk, version)
    champion = desk.model(decides(desk, site) if against is None else against)
    rows = unseen(desk, stored, *_cards(desk, version), champion.card, site=site)
    newest = desk.bench(stored.take(rows[spread(len(rows), MOST_NEWEST)]))
    known = desk.bench(stored.take(_campaigns(stored.outline(), site)))
    return Bout(champion, newest, examine(folder, champion, newest, known, budget))


def unseen(desk: Desk, stored: Stored, *cards: Card, site: str = "") -> Rows:
    """Give the rows of a snapshot's newest labels (of one site) that no model of these cards was fitted on. Raises Refused."""
    outline = stored.outline()
    mine = np.arange(len(outline)) if not site else np.flatnonzero(outline["site"] == site)
    if not len(mine):
        raise Refused(f"The snapshot {stored.manifest.digest[:12]} has no label of the site {site!r}.")
    rows = mine[divide(outline.iloc[mine].reset_index(drop=True))[1]]
    fitted = set().union(*(_fitted_on(desk, card, stored.manifest.digest) for card in cards))
    if fitted:
        rows = rows[~stored.columns("id")["id"].iloc[rows].isin(fitted).to_numpy()]
    return rows


def _fitted_on(desk: Desk, card: Card, digest: str) -> set[str]:
    """Name the comments that a model was fitted on, where its snapshot is another and still there."""
    other = str(card.parameters.get("snapshot", ""))
    if other in ("", digest) or not (desk.snapshots / other).is_dir():
        return set()
    stored = Stored(desk.snapshots / other)
    return set(stored.columns("id")["id"].iloc[divide(stored.outline())[0]])


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
    """Keep what has near-duplicates, the largest groups first: no other row can be of a campaign."""
    rows = np.flatnonzero((outline["site"] == site) | (site == ""))
    size = outline.iloc[rows].groupby("group")["group"].transform("size").to_numpy()
    order = np.argsort(-size, kind="stable")
    return np.sort(rows[order[size[order] >= CAMPAIGN][:KNOWN_ROWS]])
