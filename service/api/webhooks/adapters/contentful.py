"""Contentful: entries of a content type that holds comments, each field in its first language."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from service.api.webhooks import paths, signatures
from service.api.webhooks.contract import Adapter, NotTrusted, Request
from service.intake import DAY, Event, Source

_WRITTEN = ("create", "save", "publish", "unarchive")
_GONE = ("delete", "unpublish", "archive")
_MOST_HEADERS = 40


class Contentful(Adapter):
    """Topics ``ContentManagement.Entry.…``; signed over method, path, the headers it names, and the body."""

    keep = DAY
    fields = {  # noqa: RUF012 # typed in the base class
        "text": "fields.body|fields.text|fields.content|fields.comment|fields.message",
        "external_id": "sys.id",
        "author": "fields.author|fields.authorName|fields.name",
        "author_email": "fields.authorEmail|fields.email",
        "author_url": "fields.authorUrl|fields.website",
        "user_ip": "fields.ip",
        "article_id": "fields.article.sys.id|fields.slug",
        "permalink": "fields.url",
        "date": "sys.createdAt",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by Contentful's canonical request. The signed headers must hold the time, and their own list."""
        names = [name.strip().lower() for name in signatures.header(request, "x-contentful-signed-headers").split(",")]
        if not {"x-contentful-timestamp", "x-contentful-signed-headers"} <= set(names) or len(names) > _MOST_HEADERS:
            raise NotTrusted("The signature does not cover its own time.")
        headers = ";".join(f"{name}:{request.headers.get(name, '').strip()}" for name in names)
        path = quote(request.path, safe="/%;,?:@&=+$-_.!~*'()#")
        signed = "\n".join((request.method, path, headers, "")).encode()
        right = [signatures.hex_digest(secret, signed, request.body) for secret in source.secrets]
        signatures.require_one_of([signatures.header(request, "x-contentful-signature")], right)
        stamp = signatures.header(request, "x-contentful-timestamp")
        signatures.require_recent(request, stamp, 0.001)
        return f"{stamp}.{request.body.decode('latin-1')}"

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401 # as the contract
        """Read the topic's last word, of entries that hold comments."""
        topic = request.headers.get("x-contentful-topic", "")
        action = topic.rpartition(".")[2]
        if ".Entry." not in topic or not self.concerns(payload, source, **{"sys.contentType.sys.id": "comment"}):
            return []
        entry = {**payload, "fields": {name: _first(value) for name, value in _fields(payload).items()}}
        if action in _GONE:
            return [Event(kind="deleted", comment=self.comment(entry, source, "external_id"))]
        if action in _WRITTEN:
            return [Event(kind="written", comment=self.comment(entry, source, "text", "external_id"))]
        return []


def _fields(payload: Any) -> dict[str, Any]:  # noqa: ANN401 # whatever JSON holds
    found = paths.value_at(payload, "fields")
    return found if isinstance(found, dict) else {}


def _first(value: Any) -> Any:  # noqa: ANN401 # as above
    """Give a field's value in the first language that has one."""
    return next(iter(value.values()), None) if isinstance(value, dict) else value


ADAPTER = Contentful()
