"""What every adapter does: prove who sent a request, say what happened, and put the ruling into the platform's words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import Struct

from service.api.webhooks import paths
from service.domain import Comment, Decision, Verdict
from service.domain import Source as DecidedBy
from service.intake import DAY, Event, Ruling, Source

MONTH = 30 * DAY


class Request(Struct, frozen=True):
    """A request as it came; header names in small letters, ``at`` the time of its arrival (epoch seconds)."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


class Answer(Struct, frozen=True):
    """What a platform is answered; ``body`` is JSON, None for an answer without one."""

    status: int
    body: Any = None


class NotTrusted(Exception):
    """A request that its platform did not send, or not lately; the message says what is missing, never what would be right."""


class Missing(Exception):
    """A payload without the fields that this event needs; ``fields`` names them by their paths."""

    def __init__(self, *fields: str) -> None:
        super().__init__(f"The payload lacks {', '.join(fields)}.")
        self.fields = fields


class Adapter(ABC):
    """One platform. An adapter is a module in ``adapters`` with one of these as ``ADAPTER``; see docs/webhooks-in.md.

    ``fields`` says where each of our fields lies in the payload: dotted paths, the first that is there counts. ``keep`` is how
    many seconds a delivery is remembered: a day where old requests are refused by their signed time, a month where none is signed.
    """

    fields: ClassVar[Mapping[str, str]] = {}
    waits: ClassVar[bool] = False
    """The platform wants the verdict as the answer, unless its source says otherwise."""
    accepted: ClassVar[int] = 202
    """The status for what will be decided later; some platforms take no other than 200 for success."""
    fails_open: ClassVar[bool] = False
    """The platform publishes when we fail: a failure is then answered with a hold."""
    keep: ClassVar[float] = MONTH

    @abstractmethod
    def verify(self, request: Request, source: Source) -> str:
        """Prove the sender; give what makes this delivery unique among all of the source. Raises NotTrusted."""

    @abstractmethod
    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401 # whatever JSON holds
        """Say what happened; nothing for what does not concern comments. Raises Missing."""

    def render(self, ruling: Ruling, source: Source) -> Answer:  # noqa: ARG002 # adapters of waiting platforms need it
        """Put a ruling into the platform's words."""
        decision = ruling.decision
        scores = decision.scores
        body: dict[str, Any] = {
            "id": ruling.id,
            "verdict": decision.verdict.value,
            "score": max(scores.spam, scores.abuse) if scores else None,
            "reasons": list(decision.reasons),
            "model": scores.model if scores else None,
        }
        return Answer(200, body | {"duplicate": True} if ruling.repeated else body)

    def comment(self, payload: Any, source: Source, *needed: str, **more: str) -> Comment:  # noqa: ANN401 # whatever JSON holds
        """Give the comment of a payload by ``fields``, the source's own places first; ``more`` replaces what they say.

        Raises Missing when one of the fields ``needed`` is nowhere.
        """
        places = {**self.fields, **source.options.fields}
        found = paths.comment_fields(payload, places) | more
        if lacking := [places.get(name, name) for name in needed if not found.get(name)]:
            raise Missing(*lacking)
        return Comment(**{"text": "", "door": f"webhook {source.adapter}", **found})

    def concerns(self, payload: Any, source: Source, **usual: str) -> bool:  # noqa: ANN401 # whatever JSON holds
        """Tell whether each place holds its word: the source's ``only``, else the adapter's usual ones."""
        wanted = source.options.only or usual
        return all(word.lower() in paths.text_at(payload, path).lower() for path, word in wanted.items())


def holding(reason: str, at: float) -> Ruling:
    """Give the ruling for a comment that could not be judged in time."""
    return Ruling("", Decision(Verdict.HOLD, "failure", (reason,), DecidedBy.RULE, at))
