"""GitHub, for comments kept in discussions (Giscus) or issues (utterances)."""

from __future__ import annotations

from typing import Any

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, Request
from service.intake import Event, Source

_EVENTS = ("discussion_comment", "issue_comment")


class GitHub(Adapter):
    """``discussion_comment`` and ``issue_comment``: created, edited, deleted. Every other event is answered and let go."""

    fields = {  # noqa: RUF012 # typed in the base class
        "text": "comment.body",
        "author": "comment.user.login",
        "date": "comment.created_at",
        "permalink": "comment.html_url",
        "article_id": "discussion.node_id|issue.node_id|discussion.number|issue.number",
        "parent_id": "comment.parent_id",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by the HMAC of the body. ``X-GitHub-Delivery`` is not signed, so the body itself is the delivery's identity."""
        signatures.require_sha256(request, "X-Hub-Signature-256", source.secrets, request.body)
        return request.body.decode("latin-1")

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401 # as the contract
        """Read event and action. An id is unique among the comments of one kind only."""
        event, action = request.headers.get("x-github-event", ""), paths.text_at(payload, "action")
        if event not in _EVENTS or action not in {"created", "edited", "deleted"}:
            return []
        known_as = {"external_id": f"{event}:{number}"[:200]} if (number := paths.text_at(payload, "comment.id")) else {}
        if action == "deleted":
            return [Event(kind="deleted", comment=self.comment(payload, source, "external_id", **known_as))]
        if paths.text_at(payload, "comment.author_association") == "OWNER":
            known_as["role"] = "administrator"
        return [Event(kind="written", comment=self.comment(payload, source, "text", "external_id", **known_as))]


ADAPTER = GitHub()
