"""FastComments: PUT for a comment that was created or changed, DELETE for one that is gone; and its moderators' word on spam."""

from __future__ import annotations

from typing import Any

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, Request
from service.domain import Label
from service.intake import DAY, Event, Source


class FastComments(Adapter):
    """One shape for all events, the ``WebhookComment``; signed with its time."""

    keep = DAY
    fields = {  # noqa: RUF012 # typed in the base class
        "text": "comment|commentHTML",
        "external_id": "id",
        "author": "commenterName",
        "author_email": "commenterEmail",
        "permalink": "url",
        "article_id": "urlId",
        "parent_id": "parentId",
        "date": "date",
        "lang": "locale",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by the HMAC of time and body; the older header ``token`` is not enough."""
        stamp = signatures.header(request, "X-FastComments-Timestamp")
        signatures.require_sha256(request, "X-FastComments-Signature", source.secrets, f"{stamp}.".encode(), request.body)
        signatures.require_recent(request, stamp)
        return f"{stamp}.{request.body.decode('latin-1')}"

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401 # as the contract
        """Read the method; a comment that a moderator reviewed brings a label."""
        if request.method == "DELETE":
            return [Event(kind="deleted", comment=self.comment(payload, source, "external_id"))]
        comment = self.comment(payload, source, "text", "external_id")
        return [Event(kind="written", comment=comment, label=_label(payload), hand="fastcomments moderator")]


def _label(payload: Any) -> Label | None:  # noqa: ANN401 # whatever JSON holds
    """Give what a human said: FastComments tells when a moderator reviewed it, and when its machine called it spam."""
    said = {name: paths.text_at(payload, name) == "true" for name in ("reviewed", "isSpam", "aiDeterminedSpam", "approved")}
    if not said["reviewed"]:
        return None
    if said["isSpam"]:
        return None if said["aiDeterminedSpam"] else Label.SPAM
    return Label.HAM if said["approved"] else None


ADAPTER = FastComments()
