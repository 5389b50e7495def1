"""Discourse: its webhooks for posts and for what readers flag."""

from __future__ import annotations

from typing import Any

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, Request
from service.domain import Comment
from service.intake import Event, Source


class Discourse(Adapter):
    """``post_created``, ``post_edited``, ``post_destroyed``, ``post_recovered`` and ``reviewable_created``."""

    fields = {  # noqa: RUF012 # typed in the base class
        "text": "post.raw|post.cooked",
        "external_id": "post.id",
        "author": "post.username",
        "date": "post.created_at",
        "article_id": "post.topic_id",
        "parent_id": "post.reply_to_post_number",
        "permalink": "post.post_url",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by the HMAC of the body. The event's name is not signed, so it is part of no delivery's identity."""
        signatures.require_sha256(request, "X-Discourse-Event-Signature", source.secrets, request.body)
        return request.body.decode("latin-1")

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401 # as the contract
        """Read the event's name in its header."""
        event = request.headers.get("x-discourse-event", "")
        if event in {"post_created", "post_edited", "post_recovered"}:
            return [Event(kind="written", comment=self._post(payload, request, source))]
        if event == "post_destroyed":
            return [Event(kind="deleted", comment=self.comment(payload, source, "external_id"))]
        if event == "reviewable_created" and paths.text_at(payload, "reviewable.type") == "ReviewableFlaggedPost":
            return [Event(kind="reported", comment=self._flagged(payload, source))]
        return []

    def _post(self, payload: Any, request: Request, source: Source) -> Comment:  # noqa: ANN401 # whatever JSON holds
        """Give the post, its address completed with the forum's own."""
        more = {"type": "forum-post" if paths.text_at(payload, "post.post_number") == "1" else "reply"}
        if paths.text_at(payload, "post.admin") == "true":
            more["role"] = "administrator"
        place = paths.text_at(payload, "post.post_url")
        if place.startswith("/") and (forum := request.headers.get("x-discourse-instance", "")):
            more["permalink"] = (forum.rstrip("/") + place)[:2000]
        return self.comment(payload, source, "text", "external_id", **more)

    def _flagged(self, payload: Any, source: Source) -> Comment:  # noqa: ANN401 # whatever JSON holds
        number = paths.text_at(payload, "reviewable.target_id")
        text = paths.text_at(payload, "reviewable.raw|reviewable.payload.raw")
        return self.comment(payload, source, "external_id", external_id=number[:200], text=text[:64_000])


ADAPTER = Discourse()
