"""What someone tries with a site's lines: the lines in force, those being tried, and what both would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from msgspec import Struct

from service.domain import HEADS, Head, Lines, Site
from service.queue import papers, spread, traffic
from service.queue.spread import Spread
from service.queue.stop import Stop
from service.queue.traffic import Month
from service.queue.visit import Visit

if TYPE_CHECKING:
    from service.classifier.classifier import Classifier


class Tried(Struct, frozen=True):
    """What someone looks at: a site and one head of its model, the lines in force, and those being tried."""

    site: Site
    head: Head
    force: Lines
    tried: Lines
    audit: float

    @property
    def bins(self) -> tuple[int, int]:
        """The tried lines as bins."""
        return spread.bins_of(self.tried)

    def query(self, **changed: Any) -> str:  # noqa: ANN401 # whatever a query holds
        """Give the query of the same view with something changed."""
        known = {"site": self.site.id, "head": self.head, "hold": shown(self.tried.hold_at), "reject": shown(self.tried.reject_at)}
        return urlencode({name: value for name, value in (known | changed).items() if value is not None})


def shown(line: float) -> str:
    """Write a line as the fields show it."""
    return f"{min(line, 1.01):.3f}"


def _line(given: str, force: float) -> float:
    """Read a line; what reads like the one in force is that one, to its last digit."""
    try:
        line = float(given[:20].replace(",", ".")) if given else force
    except ValueError:
        raise Stop(422, "A line is a number between 0 and 1.01.") from None
    return force if f"{line:.3f}" == shown(force) else line


def head_of(given: str) -> Head:
    """Read which score is meant."""
    return next((head for head in HEADS if head == given), HEADS[0])


def tried(visit: Visit, site: Site, given: Any) -> Tried:  # noqa: ANN401 # a query or a form
    """Read what is wished for. Raises Stop for lines that cannot be."""
    policy = visit.pages.moderation.policy(site)
    head = head_of(str(given.get("head", "")))
    force = policy.lines(head)
    tried = Lines(_line(str(given.get("hold", "")), force.hold_at), _line(str(given.get("reject", "")), force.reject_at))
    if not 0.0 < tried.hold_at <= 1.0 or not tried.hold_at <= tried.reject_at <= 1.01:
        raise Stop(422, "The hold line must be above 0 and at most 1, the reject line between it and 1.01.")
    return Tried(site, head, force, tried, policy.audit)


def figures(view: Tried, model: Classifier | None, month: Month | None) -> dict[str, Any]:
    """Give what the lines do on both sets, now and as tried, and the same counts for the page's script."""
    known = month or traffic.nothing()
    validation = papers.held_out(model.card, view.head) if model is not None else None
    sets = {"validation": validation, "month": known.spread if known.spread.all.total else None}
    force, tried = spread.bins_of(view.force), view.bins
    days, seconds = known.days, known.seconds.seconds
    data = {
        "force": force,
        "exact": [shown(view.force.hold_at), shown(view.force.reject_at)],
        "sets": {name: spread.packed(each) for name, each in sets.items() if each is not None},
        "days": days,
        "audit": view.audit,
        "seconds": seconds,
    }
    return {
        "columns": [name for name, each in sets.items() if each is not None],
        "force": {name: spread.split(each, *force) for name, each in sets.items() if each is not None},
        "tried": {name: spread.split(each, *tried) for name, each in sets.items() if each is not None},
        "load": {
            name: _load(spread.split(known.spread, *bins), days, view.audit, seconds)
            for name, bins in (("force", force), ("tried", tried))
        },
        "shape": _shape(known, validation),
        "month": month,
        "counting": month is None,
        "data": data,
    }


def _load(parts: spread.Split, days: float, audited: float, seconds: float | None) -> dict[str, float | None]:
    """Give items a day and minutes a day: what is held, and the audit's share of the rest."""
    held = parts.hold.value if parts.hold is not None else 0.0
    items = parts.count / days * (held + audited * (1 - held))
    return {"items": items, "minutes": items * seconds / 60 if seconds is not None else None}


def _shape(month: Month, validation: Spread | None) -> str:
    """Draw the scores' distribution as the outline behind the slider; heights by the root, so that few are seen as well."""
    known = month.spread if month.spread.all.total else validation
    if known is None:
        return ""
    parts = spread.coarse(known.all.shape, 100)
    most = max(*parts, 1)
    heights = [40 - 38 * (part / most) ** 0.5 for part in parts]
    return "M0 40" + "".join(f"L{place * 10} {height:.1f}H{place * 10 + 10}" for place, height in enumerate(heights)) + "V40Z"
