"""What a policy's rules leave to the lines: a list, a link limit or a text that nobody can see holds whatever the score."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import numpy as np
from numpy.typing import NDArray

from service.domain import HEADS, History, Reading, Scores, Verdict
from service.policy import Case, Policy, settle

EVEN = Scores(0.5, 0.5, "")
"""Any score would do: lines below and above all scores are asked about."""


def reach(cases: Iterable[tuple[Reading, History, Policy]]) -> NDArray[np.bool_]:
    """Tell of each comment whether lines can accept it, and whether they can reject it: shape (n, 2).

    Policies have their lists made ready (``Policy.with_defaults``).
    """
    drawn: dict[int, tuple[Policy, Policy, Policy]] = {}
    found = []
    for reading, history, policy in cases:
        if id(policy) not in drawn:
            drawn[id(policy)] = policy, _drawing(policy, inf), _drawing(policy, -inf)
        _, lenient, strict = drawn[id(policy)]
        verdicts = (settle(Case(reading, EVEN, history, each))[2][0] for each in (lenient, strict))
        found.append([verdict is wanted for verdict, wanted in zip(verdicts, (Verdict.ACCEPT, Verdict.REJECT), strict=True)])
    return np.array(found, bool).reshape(-1, 2)


def _drawing(policy: Policy, line: float) -> Policy:
    """Draw both lines of every head at one place."""
    for head in HEADS:
        policy = policy.drawing(head, line, line)
    return policy
