"""How far the lines of one score can sway what a site's policy makes of a comment: asked of the policy itself, rule by rule."""

from __future__ import annotations

from math import inf

from msgspec import Struct

from service.domain import Head, History, Lines, Reading, Scores, Verdict
from service.policy import Case, Policy, settle

BINS = 1000
"""Bin i holds scores in [i / 1000, (i + 1) / 1000); the last one holds 1 alone."""


class Sway(Struct, frozen=True):
    """A comment's verdict when its score lies below the hold line, between the lines, and from the reject line on.

    All three are the same where no line of this head moves it. ``score`` is what the rules compare with the lines: the model's,
    and what the site's own rules added.
    """

    score: float
    below: Verdict
    between: Verdict
    above: Verdict

    @property
    def fixed(self) -> bool:
        """Tell whether no line moves the comment."""
        return self.below is self.between is self.above

    def under(self, lines: Lines) -> Verdict:
        """Give the verdict under lines."""
        if self.score >= lines.reject_at:
            return self.above
        return self.between if self.score >= lines.hold_at else self.below


class Asked:
    """A policy, made ready, asked about one head's lines."""

    def __init__(self, policy: Policy, head: Head) -> None:
        self.head: Head = head
        self.policy = policy
        self._policies = [policy.drawing(head, *lines) for lines in ((inf, inf), (-inf, inf), (-inf, -inf))]

    @property
    def adds(self) -> bool:
        """Tell whether a rule may add to a score, so that the model's own does not tell on which side of a line it lies."""
        return any(each.rule.on and (each.rule.spam_add or each.rule.abuse_add) for each in (*self.policy.shared, *self.policy.own))

    def sway(self, reading: Reading, scores: Scores | None, history: History) -> Sway:
        """Say how far the lines sway a comment."""
        asked = [settle(Case(reading, scores, history, policy)) for policy in self._policies]
        last = asked[0][0].scores
        below, between, above = (answer[0] for _case, _rule, answer in asked)
        return Sway(last.of(self.head) if last is not None else 0.0, below, between, above)


def place_of(score: float) -> int:
    """Give the bin of a score: the last one that begins at or below it."""
    place = min(BINS, max(0, int(score * BINS)))
    if place < BINS and score >= (place + 1) / BINS:
        return place + 1
    return place - 1 if place and score < place / BINS else place
