"""A model's card as a page shows it: worst figures first, held-out scores as curves."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from service.domain import HEADS, Head
from service.queue import charts, spread
from service.queue.charts import Plot
from service.queue.languages import N_
from service.queue.languages import gettext as _
from service.queue.spread import Spread
from service.sway import BINS

if TYPE_CHECKING:
    from service.classifier.card import Card, Metric

_PARTS = 10
_FEW = 20

COLUMNS = {
    "roc_auc": N_("ROC-AUC"),
    "average_precision": N_("Average precision"),
    "recall_at_1%": N_("Found at 1%% false alarms"),
    "calibration_error": N_("Calibration error"),
}
OTHERS = {
    "false_reject_bound_at_line": N_("Ham rejected at the line, at most"),
    "bad among accepted, bound": N_("Bad among the accepted, at most"),
    "ham among rejected, bound": N_("Ham among the rejected, at most"),
    "coverage": N_("Decided without a human"),
}
_SAME = {"ROC-AUC": "roc_auc", "recall at 1 % false positives": "recall_at_1%", "calibration error": "calibration_error"}
"""Models that were fitted on an installation's own labels name their measures so."""


class Row(Struct, frozen=True):
    """A source that was held out, the head that was measured there, on how many rows, and the measures by name."""

    source: str
    head: str
    rows: int
    measures: dict[str, Metric]


def worst_first(card: Card) -> list[Row]:
    """Give the figures of the card by source and head, the one that tells bad from good worst first."""
    found: dict[tuple[str, str], dict[str, Metric]] = {}
    for metric in card.report:
        if (name := _SAME.get(metric.name, metric.name)) in COLUMNS:
            found.setdefault((metric.source, metric.head or ""), {})[name] = metric
    rows = [Row(*key, max(each.rows for each in measures.values()), measures) for key, measures in found.items()]
    return sorted(rows, key=lambda row: row.measures["roc_auc"].value if "roc_auc" in row.measures else 1.0)


def others(card: Card) -> list[Metric]:
    """Give the figures that are of no source."""
    return [metric for metric in card.report if metric.name in OTHERS]


def held_out(card: Card, head: Head) -> Spread | None:
    """Give the held-out scores of one head, if the card has them."""
    ham, bad = (card.parameters.get(f"{spread.HELD_OUT}.{head}.{label}") for label in ("ham", "bad"))
    return _spread(ham, bad) if isinstance(ham, str) and isinstance(bad, str) else None


@lru_cache(maxsize=16)
def _spread(ham: str, bad: str) -> Spread | None:
    try:
        return spread.of_card(*(spread.dense([int(each) for each in written.split()]) for written in (ham, bad)))
    except ValueError:
        return None


def plots(card: Card) -> list[Plot]:
    """Draw what the held-out scores tell: found against silenced, and whether scores mean what they say."""
    found = [(head, known) for head in HEADS if (known := held_out(card, head)) is not None]
    if not found:
        return []
    names = {"spam": _("Spam"), "abuse": _("Abuse")}
    roc = [(names[head], head, _roc(known), False) for head, known in found]
    reliable = [(names[head], head, _reliable(known), True) for head, known in found]
    return [
        charts.unit_plot(_("Found and silenced"), _("ham that scores as high"), _("bad ones found"), roc, ideal=True),
        charts.unit_plot(_("Do scores mean what they say?"), _("score"), _("share that was bad"), reliable, ideal=True),
    ]


def _roc(known: Spread) -> list[tuple[float, float]]:
    """Walk the lines from the strictest to the mildest; few points are enough for a curve."""
    ham, bad = known.ham[0], known.bad[0]
    points, silenced, caught = [(0.0, 0.0)], 0, 0
    for good, worse in zip(reversed(ham.shape), reversed(bad.shape), strict=True):
        silenced, caught = silenced + good, caught + worse
        point = silenced / max(1, ham.total), caught / max(1, bad.total)
        if abs(point[0] - points[-1][0]) + abs(point[1] - points[-1][1]) > 0.01:
            points.append(point)
    return [*points, (1.0, 1.0)]


def _reliable(known: Spread) -> list[tuple[float, float]]:
    """Cut the scores into ten parts of equal width: mean score and share of bad ones, where there are enough."""
    ham, bad = known.ham[0].shape, known.bad[0].shape
    points = []
    for good, worse, said in zip(spread.coarse(ham, _PARTS), spread.coarse(bad, _PARTS), _means(ham, bad), strict=True):
        if good + worse >= _FEW:
            points.append((said, worse / (good + worse)))
    return points


def _means(ham: list[int], bad: list[int]) -> list[float]:
    width = BINS // _PARTS
    weighted = [(good + worse) * (place + 0.5) / BINS for place, (good, worse) in enumerate(zip(ham, bad, strict=True))]
    both = [good + worse for good, worse in zip(ham, bad, strict=True)]
    found = []
    for part in range(_PARTS):
        rows = slice(part * width, (part + 1) * width if part < _PARTS - 1 else None)
        found.append(sum(weighted[rows]) / max(1, sum(both[rows])))
    return found
