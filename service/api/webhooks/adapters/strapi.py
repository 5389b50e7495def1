"""Strapi: entries of a content type that holds comments. It sends static headers; one of them carries the secret."""

from __future__ import annotations

from typing import Any

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, Request
from service.intake import Event, Source

_WRITTEN = {"entry.create", "entry.update", "entry.publish"}


class Strapi(Adapter):
    """``entry.create``, ``.update``, ``.publish``, ``.delete`` and ``.unpublish`` of models named like comments."""

    fields = {  # noqa: RUF012 # typed in the base class
        "text": "entry.content|entry.text|entry.body|entry.comment|entry.message",
        "external_id": "entry.documentId|entry.id",
        "author": "entry.author.name|entry.author.username|entry.authorName|entry.author|entry.name",
        "author_email": "entry.author.email|entry.authorEmail|entry.email",
        "author_url": "entry.author.url|entry.authorUrl|entry.website",
        "user_ip": "entry.ip|entry.author.ip",
        "article_id": "entry.article.documentId|entry.article.id|entry.related|entry.slug",
        "permalink": "entry.url|entry.article.url",
        "date": "entry.createdAt|createdAt",
        "lang": "entry.locale",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by the secret in ``Authorization``, or in the header that the source names ``token``."""
        signatures.require_token(request, source.options.headers.get("token", "Authorization"), source.secrets)
        return request.body.decode("latin-1")

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401, ARG002 # as the contract
        """Read the event of entries that hold comments."""
        event = paths.text_at(payload, "event")
        if not self.concerns(payload, source, **{"model|uid": "comment"}):
            return []
        if event in _WRITTEN:
            return [Event(kind="written", comment=self.comment(payload, source, "text", "external_id"))]
        if event in {"entry.delete", "entry.unpublish"}:
            return [Event(kind="deleted", comment=self.comment(payload, source, "external_id"))]
        return []


ADAPTER = Strapi()
