"""Hyvor Talk: its webhooks for comments and for flags. Hyvor takes no other status than 200 for success, and tries three times."""

from __future__ import annotations

from typing import Any

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, Request
from service.intake import Event, Source

_WRITTEN = {"comment.create", "comment.update", "comment.edit"}


class Hyvor(Adapter):
    """``comment.create``, ``.update`` (formerly ``.edit``), ``.delete`` and ``flag.created``."""

    accepted = 200
    fields = {  # noqa: RUF012 # typed in the base class
        "text": "data.comment.body_html|data.comment.content_html|data.comment.body|data.body_html|data.content_html|data.body",
        "external_id": "data.comment.id|data.id",
        "author": "data.comment.user.name|data.user.name",
        "author_email": "data.comment.user.email|data.user.email",
        "author_url": "data.comment.user.website_url|data.user.website_url",
        "user_ip": "data.comment.ip|data.ip",
        "permalink": "data.comment.page.url|data.comment.url|data.page.url|data.url",
        "article_id": "data.comment.page.identifier|data.comment.page.id|data.page.identifier|data.page.id",
        "parent_id": "data.comment.parent_id|data.parent_id",
        "date": "data.comment.created_at|data.created_at",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by ``X-Signature``, the HMAC of the body in hex."""
        right = [signatures.hex_digest(secret, request.body) for secret in source.secrets]
        signatures.require_one_of([signatures.header(request, "X-Signature")], right)
        return request.body.decode("latin-1")

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401, ARG002 # as the contract
        """Read the event; reactions, ratings, votes and newsletters are none of ours."""
        event = paths.text_at(payload, "event")
        if event in _WRITTEN:
            return [Event(kind="written", comment=self.comment(payload, source, "text", "external_id"))]
        if event == "comment.delete":
            return [Event(kind="deleted", comment=self.comment(payload, source, "external_id"))]
        if event == "flag.created":
            return [Event(kind="reported", comment=self.comment(payload, source, "external_id"))]
        return []


ADAPTER = Hyvor()
