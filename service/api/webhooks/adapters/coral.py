"""Coral's external moderation phase: asked before a comment exists, answered with the status that it gets.

Coral publishes when the phase fails or is late, so every failure of ours is answered with a hold. The phase tells no id of the
comment; its webhooks tell ids and no text, and are let go.
"""

from __future__ import annotations

from typing import Any

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, Answer, Request
from service.domain import Verdict
from service.intake import Event, Ruling, Source

_STATUSES = {"accept": "NONE", "hold": "PREMOD", "reject": "REJECTED"}
"""What a verdict becomes unless the source says otherwise; NONE leaves the comment to Coral's own settings."""


class Coral(Adapter):
    """``NEW`` and ``EDIT``; signed by ``X-Coral-Signature``, several signatures while Coral rotates its secret."""

    waits = True
    fails_open = True
    fields = {  # noqa: RUF012 # typed in the base class
        "text": "comment.body",
        "parent_id": "comment.parentID",
        "author": "author.id",
        "article_id": "story.id",
        "permalink": "story.url",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by the HMAC of the body. Nothing else is signed, so the same body is the same delivery."""
        signatures.require_sha256(request, "X-Coral-Signature", source.secrets, request.body)
        return request.body.decode("latin-1")

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401, ARG002 # as the contract
        """Give the comment that is about to be published."""
        if paths.text_at(payload, "type"):
            return []
        role = paths.text_at(payload, "author.role").lower()[:100]
        more = {"role": "administrator" if role == "admin" else role}
        return [Event(kind="written", comment=self.comment(payload, source, "text", "article_id", **more))]

    def render(self, ruling: Ruling, source: Source) -> Answer:
        """Give Coral's status, and a flag that tells its moderators why."""
        decision = ruling.decision
        status = (_STATUSES | source.options.statuses)[decision.verdict.value]
        if decision.verdict is Verdict.ACCEPT:
            return Answer(204) if status == "NONE" else Answer(200, {"status": status})
        scores = decision.scores
        abusive = scores is not None and scores.abuse > scores.spam
        reason = "COMMENT_DETECTED_TOXIC" if abusive else "COMMENT_DETECTED_SPAM"
        return Answer(200, {"status": status, "actions": [{"actionType": "FLAG", "reason": reason}]})


ADAPTER = Coral()
