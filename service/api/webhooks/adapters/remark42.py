"""Remark42: NOTIFY_WEBHOOK_URL with a template of your own, and a static header that carries the secret; new comments only.

Remark42 takes no other status than 200 for success and does not try again. docs/webhooks-in.md has the template.
"""

from __future__ import annotations

from typing import Any

from service.api.webhooks import signatures
from service.api.webhooks.contract import Adapter, Request
from service.intake import DAY, Event, Source


class Remark42(Adapter):
    """Whatever the template sends; only ``text`` must be there, as in Remark42's own template."""

    accepted = 200
    keep = DAY
    fields = {  # noqa: RUF012 # typed in the base class
        "text": "orig|text",
        "external_id": "id",
        "author": "user.name|user",
        "article_id": "url",
        "permalink": "url",
        "parent_id": "parent_id",
        "date": "time",
    }

    def verify(self, request: Request, source: Source) -> str:
        """Prove by the secret in ``Authorization``, or in the header that the source names ``token``."""
        signatures.require_token(request, source.options.headers.get("token", "Authorization"), source.secrets)
        return request.body.decode("latin-1")

    def events(self, payload: Any, request: Request, source: Source) -> list[Event]:  # noqa: ANN401, ARG002 # as the contract
        """Give the new comment."""
        return [Event(kind="written", comment=self.comment(payload, source, "text"))]


ADAPTER = Remark42()
