"""What was known of authors when their comments came, found by going back from what is known of them now."""

from __future__ import annotations

from collections.abc import Container, Sequence

from msgspec import structs

from service.domain import History, Verdict
from service.store.past import Known, Trace

_COUNTED = {Verdict.ACCEPT: "accepted", Verdict.HOLD: "held", Verdict.REJECT: "rejected"}


class Lookback:
    """Authors as of the last comment looked at: their counts go down on the way into the past.

    A label counts from its comment on. Of floods is known only where the flood limit decided.
    """

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}

    def missing(self, traces: Sequence[Trace], wanted: Container[int] | None = None) -> set[int]:
        """Give the authors that were not met before, among those ``wanted`` (None: all)."""
        found = {each.author for each in traces if each.author is not None and each.author not in self._known}
        return found if wanted is None else {author for author in found if author in wanted}

    def meet(self, asked: set[int], found: dict[int, Known], traces: Sequence[Trace]) -> None:
        """Take over what is known of authors, with what of the ``traces`` is not counted there yet."""
        self._known.update({author: found.get(author, Known()) for author in asked})
        for each in traces:
            if each.author in asked and not each.counted:
                known, counted = self._known[each.author], _COUNTED[each.first]
                self._known[each.author] = structs.replace(known, **{counted: getattr(known, counted) + 1})

    def before(self, trace: Trace) -> History:
        """Tell what was known before a comment: what is known after it, less the comment itself. Newest first, each once."""
        after = self._known.get(trace.author) if trace.author is not None else None
        if trace.author is None or after is None:
            return History(flooding=trace.flooding)
        counted = _COUNTED[trace.verdict]
        less = {counted: max(0, getattr(after, counted) - 1)}
        if trace.label:
            said = "ham" if trace.label == "ham" else "spam"
            less[said] = max(0, getattr(after, said) - 1)
        before = self._known[trace.author] = structs.replace(after, **less)
        return History(before.accepted, before.held, before.rejected, before.ham, before.spam, 0.0, trace.flooding)
