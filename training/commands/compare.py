"""Holding a challenger against the champion: what ``evaluate``, ``report`` and ``promote`` share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.classifier.artefact import ArtefactRefused
from service.classifier.classifier import Classifier
from training.commands.desk import Desk, Refused
from training.fit import TEST_SHARE, divide
from training.lines import Budget
from training.promote import Examined, examine
from training.registry import CHAMPION
from training.snapshot import Manifest
from training.trial import Bench

KNOWN_ROWS = 20_000
"""Campaigns are looked for among at most so many comments beside the newest."""


@dataclass(frozen=True)
class Bout:
    """Champion and challenger, the labels that measure them, and what came out."""

    champion: Classifier
    newest: Bench
    examined: Examined


def hold_against(desk: Desk, version: str, snapshot: str, budget: Budget, against: str | None = None) -> Bout:
    """Examine a model against the champion (or the model ``against``) on the newest labels of a snapshot. Raises Refused."""
    folder = desk.path(version)
    manifest = desk.manifest(snapshot)
    champion = desk.model(desk.models.pointed(CHAMPION) if against is None else against)
    rows = _unseen(desk, version, manifest)
    newest = desk.bench(rows.iloc[divide(rows, TEST_SHARE)[1]])
    known = desk.bench(_campaigns(rows))
    return Bout(champion, newest, examine(folder, champion, newest, known, budget))


def _unseen(desk: Desk, version: str, manifest: Manifest) -> Any:  # noqa: ANN401 # a pandas frame
    """Give a site's own rows for a site's layer, else all."""
    rows = desk.rows(manifest)
    site = site_of(desk, version)
    if not site:
        return rows
    mine = rows[rows["site"] == site].reset_index(drop=True)
    if not len(mine):
        raise Refused(f"The snapshot {manifest.digest[:12]} has no label of the site {site!r}.")
    return mine


def site_of(desk: Desk, version: str) -> str:
    """Tell for which site alone a model was made; empty for a shared one. Damaged papers name none."""
    try:
        return str(desk.models.card(version).parameters.get("site", ""))
    except (ArtefactRefused, OSError):
        return ""


def _campaigns(rows: Any) -> Any:  # noqa: ANN401 # a pandas frame
    """Keep what has near-duplicates, the largest groups first: no other row can be of a campaign."""
    size = rows.groupby("group")["group"].transform("size").to_numpy()
    order = np.argsort(-size, kind="stable")
    return rows.iloc[order[size[order] >= 3][:KNOWN_ROWS]]
