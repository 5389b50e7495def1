"""Any program that speaks Standard Webhooks 1.0.0 (standardwebhooks.com), with the body of docs/webhooks-in.md."""

from __future__ import annotations

from typing import Any

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, Missing, Request
from service.domain import Label
from service.intake import DAY, Event, Source


class Generic(Adapter):
    """``comment.created``, ``.edited``, ``.deleted``, ``.reported`` and ``.labelled``; signed with id and time."""

    keep = DAY
    fields = {  # noqa: RUF012 # typed in the base class
        "text": "data.comment.text|data.comment.html",
        "external_id": "data.comment.id",
        "date": "data.comment.created_at",
        "permalink": "data.comment.permalink|data.article.url",
        "parent_id": "data.comment.parent_id",
        "type": "data.comment.type",
        "author": "data.author.name",
        "author_email": "data.author.email",
        "author_url": "data.author.url",
        "user_ip": "data.author.ip",
        "user_agent": "data.author.user_agent",
        "role": "data.author.role",
        "article_id": "data.article.id",
        "context": "data.article.tags",
        "lang": "data.context.lang",
        "referrer": "data.context.referrer",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``."""
        delivery, stamp = signatures.header(request, "webhook-id"), signatures.header(request, "webhook-timestamp")
        signed = (f"{delivery}.{stamp}.".encode(), request.body)
        right = [signatures.standard_digest(secret, *signed) for secret in source.secrets]
        signatures.require_one_of(signatures.header(request, "webhook-signature").split(), right)
        signatures.require_recent(request, stamp)
        return delivery

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401, ARG002 # as the contract
        """Read the type's last word; types that do not begin with ``comment.`` are none of ours."""
        kind = paths.text_at(payload, "type")
        if not kind:
            raise Missing("type")
        if kind in {"comment.created", "comment.edited"}:
            return [Event(kind="written", comment=self.comment(payload, source, "text"))]
        if kind == "comment.deleted":
            return [Event(kind="deleted", comment=self.comment(payload, source, "external_id"))]
        if kind == "comment.reported":
            return [Event(kind="reported", comment=self.comment(payload, source, "external_id"))]
        return [self._labelled(payload, source)] if kind == "comment.labelled" else []

    def _labelled(self, payload: Any, source: Source) -> Event:  # noqa: ANN401 # whatever JSON holds
        label = paths.text_at(payload, "data.label")
        if label not in set(Label):
            raise Missing("data.label (ham, spam or abuse)")
        comment = self.comment(payload, source, "text", "external_id")
        return Event(kind="written", comment=comment, label=Label(label), hand=paths.text_at(payload, "data.by")[:100] or "webhook")


ADAPTER = Generic()
