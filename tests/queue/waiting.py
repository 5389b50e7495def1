"""Comments that wait for a moderator, as the API took them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from service.store.schema import comments, decisions, labels, queue_items
from tests.queue.given import stored
from tests.serving import Service

TEXTS = (
    "Thank you for this article, the part about the harbour was new to me.",
    "Buy followers now at https://cheap-followers.example/now and be famous tomorrow, a thousand for five dollars!",
    "I disagree with the second paragraph. The figures are from 2019, and much has changed since.",
    "Du hast völlig recht, genau so war es bei uns im Dorf auch.",
    "Contact me on telegram @quick_profits, I made 9,000 dollars in a week with bitcoin.",
)


HOLD = {"spam": {"hold_at": 1e-9, "reject_at": 1.01}, "trusted_after": 0, "flood_limit": 0, "audit": 0}


def hold(service: Service, *texts: str, **fields: Any) -> list[str]:
    """Send comments that are held whatever a model says; give their ids."""
    ids = []
    assert service.api("PUT", "/v1/policy", HOLD).status == 200
    for number, text in enumerate(texts):
        said = {
            "text": text,
            "author": f"Reader {number}",
            "author_email": f"r{number}@example.org",
            "user_ip": f"203.0.113.{number}",
        }
        answer = service.api("POST", "/v1/comments", {**said, **fields})
        assert answer.status == 200, answer.body
        ids.append(answer.json()["id"])
    return ids


def state_of(service: Service, comment_id: str) -> tuple[str, str, list[str]]:
    """The item's state, the comment's verdict, and the labels it has."""

    def look(connection: Any) -> tuple[str, str, list[str]]:
        item = connection.execute(select(queue_items.c.state).where(queue_items.c.comment_id == comment_id)).scalar_one()
        verdict = connection.execute(select(comments.c.verdict).where(comments.c.id == comment_id)).scalar_one()
        given = connection.execute(select(labels.c.label).where(labels.c.comment_id == comment_id)).scalars().all()
        return item, verdict, list(given)

    return stored(service, look)


def empty(service: Service) -> None:
    """Let nothing wait."""

    def change(connection: Any) -> None:
        for table in (queue_items, labels, decisions):
            connection.execute(table.delete())
        connection.execute(comments.delete())

    stored(service, change)
