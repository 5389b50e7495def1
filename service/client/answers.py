"""What the API answers, as types; fields that a later version adds are passed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["accept", "hold", "reject"]


class WinnowError(Exception):
    """A refusal: its HTTP status, what is wrong, and the fields that are."""

    def __init__(self, status: int, detail: str, errors: list[dict[str, str]] | None = None) -> None:
        named = "; ".join(f"{each.get('field', '')} {each.get('message', '')}" for each in errors or [])
        super().__init__(f"{detail} {named}".strip())
        self.status = status
        self.detail = detail
        self.errors = errors or []


class Unreachable(WinnowError):
    """No answer after all attempts, or none that could be used. Hold the comment: that is what the service itself does."""

    def __init__(self, detail: str, status: int = 0) -> None:
        super().__init__(status, detail)


@dataclass(frozen=True)
class Judgement:
    """The verdict on a comment. ``scores`` has spam and abuse in [0, 1], None where no model was asked; ``clues`` say why."""

    id: str
    verdict: Verdict
    rule: str
    reasons: list[str]
    source: str
    scores: dict[str, float] | None
    model: str | None
    external_id: str = ""
    repeated: bool = False
    clues: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Feedback:
    """What became of a label: the verdict now, the one before, and whether the same had been said already."""

    id: str
    verdict: Verdict
    before: Verdict
    repeated: bool


@dataclass(frozen=True)
class StoredComment:
    """A comment with its decisions, oldest first (in a list only the newest), and its labels."""

    id: str
    received_at: float
    verdict: Verdict
    comment: dict[str, Any]
    decisions: list[dict[str, Any]]
    labels: list[dict[str, Any]]


Answer = Judgement | Feedback | StoredComment
