"""Lines from an error budget, with bounds that hold whatever the scores' distribution (Clopper and Pearson 1934)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from service.domain import Lines

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
NEVER = 1.01
"""A reject line above every score: no score alone rejects."""
SMALLEST = 1e-9
"""A hold line below every score: everything is held."""
EVEN = 0.5
"""What is likelier ham is never rejected, what is likelier bad never accepted, whatever the budget would allow."""
FEW = 20
"""Fewer labels than this say nothing of how many more would be needed."""
EDGE, DROPPED = 0.1, 1.75
"""A line keeps this share of the error-free run before it away from the next error, after leaving some errors behind.

At the very edge the chosen line profits from chance, and as many comments again scatter as much as those that chose it: a number
of errors by its root. So many roots (less one, and rounded down) are left. docs/trainers.md says how often a budget is then kept.
"""


def upper_bound(errors: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided upper Clopper-Pearson bound of an error rate; 1 without trials."""
    if trials == 0 or errors >= trials:
        return 1.0
    return float(beta.ppf(confidence, errors + 1, trials - errors))


@dataclass(frozen=True)
class RejectLine:
    """A line with what it was certified on: ``errors`` of ``ham`` comments at or above it, and the share of spam it catches."""

    at: float
    errors: int
    ham: int
    bound: float
    recall: float


def certify_reject(p: Floats, y: Floats, budget: float, confidence: float = 0.95) -> RejectLine:
    """The lowest line whose share of ham rejected is at most ``budget`` at ``confidence``; NEVER where no line is certified.

    ``p`` (n,) are scores of comments that the model has not seen, ``y`` (n,) 1 for spam.
    """
    ham = np.sort(p[y == 0])[::-1]
    allowed = -1
    while allowed + 1 < len(ham) and upper_bound(allowed + 1, len(ham), confidence) <= budget:
        allowed += 1
    if allowed < 0:
        return RejectLine(NEVER, 0, len(ham), upper_bound(0, len(ham), confidence), 0.0)
    at = float(np.nextafter(ham[allowed], 2.0)) if allowed < len(ham) else 0.0
    caught = int(np.count_nonzero(p[y == 1] >= at)) / max(int(np.count_nonzero(y == 1)), 1)
    return RejectLine(at, allowed, len(ham), upper_bound(allowed, len(ham), confidence), caught)


@dataclass(frozen=True)
class Budget:
    """What a site allows: at most this share of accepted comments is bad, of rejected ones ham, with this confidence each."""

    accepted: float = 0.01
    rejected: float = 0.005
    confidence: float = 0.95


@dataclass(frozen=True)
class Side:
    """One side of the lines: ``errors`` among ``trials`` labelled comments there and the upper bound of the error rate.

    ``trials`` is 0 where nothing could be certified; then ``missing`` says how many more labels would be needed if the rates
    stayed as they are, None when no number would do. Weighted labels count as Kish's effective number of equal ones.
    """

    errors: float
    trials: float
    bound: float
    missing: int | None = 0

    @property
    def certified(self) -> bool:
        """Whether there is any comment on this side."""
        return self.trials > 0


@dataclass(frozen=True)
class Certificate:
    """Lines with what certifies them, and ``coverage``: the share of comments that they decide."""

    lines: Lines
    coverage: float
    accepted: Side
    rejected: Side


def choose(p: Floats, bad: Floats, budget: Budget, mass: Floats | None = None, reach: Mask | None = None) -> Certificate:
    """Choose the lines that decide most comments while both error bounds (Clopper and Pearson 1934) stay within the budget.

    ``p`` (n,) are scores of comments that the model has not seen, ``bad`` (n,) 1 for what should not be accepted, ``mass`` (n,)
    how many comments each stands for (1 / chance), ``reach`` (n, 2) whether lines can accept and reject it at all (see
    ``training.reach``). Nothing is accepted or rejected where no line can be certified.
    """
    order = np.argsort(p, kind="stable")
    mass = np.ones(len(p)) if mass is None else mass
    accepts, rejects = _reached(mass, reach)[order].T
    p, bad, every = p[order], bad[order], max(float(mass.sum()), SMALLEST)
    border = np.diff(p, prepend=-1.0, append=2.0) > 0
    below = _Prefixes(bad, accepts, border, budget.accepted, budget.confidence)
    above = _Prefixes(1 - bad[::-1], rejects[::-1], border[::-1], budget.rejected, budget.confidence)
    below.allowed[1:] &= p < EVEN
    above.allowed[1:] &= p[::-1] >= EVEN
    most = np.maximum.accumulate(np.where(below.allowed, np.arange(len(p) + 1), 0))
    decided = below.total[most] + above.total[::-1]
    reject = int(np.argmax(np.where(above.allowed[::-1], decided, -1.0)))
    accepted, rejected = below.step_back(int(most[reject])), above.step_back(len(p) - reject)
    coverage = (below.total[accepted] + above.total[rejected]) / every
    return Certificate(_between(p, accepted, rejected), float(coverage), below.side(accepted), above.side(rejected))


def _reached(mass: Floats, reach: Mask | None) -> Floats:
    """Give what of each comment's mass (n,) can be accepted and rejected: shape (n, 2)."""
    return mass[:, None] * (np.ones((len(mass), 2)) if reach is None else reach)


def _between(p: Floats, accepted: int, rejected: int) -> Lines:
    """Give the lines just above the highest score accepted and at the lowest rejected; ``p`` rises."""
    reject_at = float(p[len(p) - rejected]) if rejected else NEVER
    hold_at = float(np.nextafter(p[accepted - 1], 2.0)) if accepted else SMALLEST
    return Lines(min(hold_at, reject_at), reject_at)


class _Prefixes:
    """Errors, effective trials and bounds of the first k comments, for k from 0 to n; none is allowed at k = 0."""

    def __init__(self, errors: Floats, mass: Floats, border: NDArray[np.bool_], budget: float, confidence: float) -> None:
        self.border, self.budget, self.confidence = border, budget, confidence
        self.total, squares, wrong = (np.concatenate([[0.0], np.cumsum(each)]) for each in (mass, mass**2, mass * errors))
        rate = np.divide(wrong, self.total, out=np.zeros_like(wrong), where=self.total > 0)
        self.trials = np.divide(self.total**2, squares, out=np.zeros_like(wrong), where=squares > 0)
        self.errors = rate * self.trials
        self.bound = _bounds(self.errors, self.trials, confidence)
        self.errors_by = wrong
        self.allowed = (self.bound <= budget) & border
        self.allowed[0] = True

    def step_back(self, count: int) -> int:
        """Step back from the edge over some errors and some of the run before them, no further than is certified."""
        if not count:
            return 0
        errors = max(float(self.errors[count]), 1.0)
        kept = 1 - np.floor(DROPPED * (np.sqrt(errors) - 1)) / errors
        most = int(np.searchsorted(self.errors_by[: count + 1], self.errors_by[count] * kept + SMALLEST)) - 1
        clean = most - int(np.searchsorted(self.errors_by[: most + 1], self.errors_by[most]))
        possible = np.flatnonzero(self.allowed[: count + 1])
        return int(possible[np.searchsorted(possible, most - EDGE * clean)])

    def side(self, count: int) -> Side:
        """Describe the first ``count`` comments."""
        if count:
            return Side(float(self.errors[count]), float(self.trials[count]), float(self.bound[count]))
        return Side(0.0, 0.0, 1.0, self._missing())

    def _missing(self) -> int | None:
        """How many more labels would certify some prefix, if each grew as it is."""
        rows = len(self.total) - 1
        if rows < FEW:
            return int(np.ceil(np.log(1 - self.confidence) / np.log(1 - self.budget)))
        tried = np.flatnonzero(self.border)
        tried = tried[tried >= FEW][:: max(1, len(tried) // 60)]
        least = min((growth for k in tried if (growth := self._growth(int(k))) is not None), default=None)
        return None if least is None else int(np.ceil((least - 1) * rows))

    def _growth(self, count: int) -> float | None:
        errors, trials = self.errors[count], self.trials[count]
        if errors >= self.budget * trials:
            return None
        growth = np.geomspace(1, 1e5, 400)
        enough = np.flatnonzero(_bounds(errors * growth, trials * growth, self.confidence) <= self.budget)
        return float(growth[enough[0]]) if len(enough) else None


def _bounds(errors: Floats, trials: Floats, confidence: float) -> Floats:
    """Compute ``upper_bound`` of many rates at once; counts may be broken."""
    known = trials > errors
    return np.where(known, beta.ppf(confidence, errors + 1, np.where(known, trials - errors, 1.0)), 1.0)


@dataclass(frozen=True)
class Check:
    """Certified lines on a later window: shares of error on both sides, and what that says of the budget.

    ``accepted`` and ``rejected`` are ``holds`` (certified again), ``agrees`` (within the budget or too few to tell) or
    ``contradicted`` (the lower bound is above the budget).
    """

    missed: float
    false_rejects: float
    coverage: float
    accepted: str
    rejected: str


def verify(lines: Lines, p: Floats, bad: Floats, budget: Budget, mass: Floats | None = None, reach: Mask | None = None) -> Check:
    """Hold lines against comments that did not choose them; arguments as in ``choose``."""
    mass = np.ones(len(p)) if mass is None else mass
    accepts, rejects = _reached(mass, reach).T
    accepted, rejected = (p < lines.hold_at) & (accepts > 0), (p >= lines.reject_at) & (rejects > 0)
    (missed, said_a), (false, said_r) = (
        _said(errors[rows], mass[rows], allowed, budget.confidence)
        for rows, errors, allowed in ((accepted, bad, budget.accepted), (rejected, 1 - bad, budget.rejected))
    )
    return Check(missed, false, float(mass[accepted | rejected].sum() / max(mass.sum(), 1e-300)), said_a, said_r)


def _said(errors: Floats, mass: Floats, allowed: float, confidence: float) -> tuple[float, str]:
    if not len(errors):
        return 0.0, "agrees"
    rate = float(np.average(errors, weights=mass))
    trials = mass.sum() ** 2 / (mass**2).sum()
    if float(_bounds(np.array([rate * trials]), np.array([trials]), confidence)[0]) <= allowed:
        return rate, "holds"
    lower = beta.ppf(1 - confidence, rate * trials, trials * (1 - rate) + 1) if rate > 0 else 0.0
    return rate, "contradicted" if lower > allowed else "agrees"


def say(certificate: Certificate, budget: Budget) -> list[str]:
    """Tell in sentences what is certified and what is not, and how many more labels would do."""
    lines, sure = certificate.lines, f"{budget.confidence:.0%}"
    told = [
        f"Hold at {lines.hold_at:.4f}, reject at {lines.reject_at:.4f}: {certificate.coverage:.1%} are decided without a human."
    ]
    sides = (
        ("accepted", "spam or abuse", certificate.accepted, budget.accepted),
        ("rejected", "ham", certificate.rejected, budget.rejected),
    )
    for verdict, wrong, side, allowed in sides:
        if side.certified:
            found = f"{side.errors:g} of {side.trials:g} labelled ones"
            told.append(
                f"Of the {verdict}, at most {side.bound:.2%} are {wrong} ({sure} sure; {found}; the budget is {allowed:.2%})."
            )
        elif side.missing is None:
            told.append(
                f"Nothing is {verdict}: even the surest comments are {wrong} more often than {allowed:.2%}; no label helps."
            )
        else:
            told.append(f"Nothing is {verdict}: these labels cannot certify {allowed:.2%}; some {side.missing:,} more would.")
    return told
