"""What requests and answers look like, for the API's description."""

from __future__ import annotations

from typing import Any

_ID = "0196f0e7a5c07b3c9d2e8f6a1b4c5d7e"

COMMENT: dict[str, Any] = {
    "text": "Did you weigh the water, or use cups?",
    "author": "Maria",
    "author_email": "maria@example.net",
    "user_ip": "203.0.113.7",
    "permalink": "https://blog.example.net/bread",
    "external_id": "4711",
}
DECISION: dict[str, Any] = {
    "verdict": "accept",
    "rule": "below_lines",
    "reasons": ["every score is below its hold line"],
    "source": "model",
    "at": 1795403338.9,
    "scores": {"spam": 0.012, "abuse": 0.003},
    "model": "starter-1",
}
JUDGED: dict[str, Any] = {
    **DECISION,
    "id": _ID,
    "external_id": "4711",
    "bands": {"spam": "accept", "abuse": "accept"},
    "clues": [{"kind": "word", "name": "weigh", "weight": -0.41, "head": "spam"}],
    "repeated": False,
}
STORED: dict[str, Any] = {
    "id": _ID,
    "received_at": 1795403338.9,
    "verdict": "accept",
    "comment": COMMENT,
    "decisions": [DECISION],
    "labels": [{"label": "ham", "kind": "", "by": "ana", "at": 1795403400.0}],
    "told": "sent",
}
BATCH: dict[str, Any] = {"comments": [COMMENT, {"text": "Cheap watches at https://watches.example"}]}
BATCH_ANSWER: dict[str, Any] = {"results": [JUDGED]}
PAGE: dict[str, Any] = {"comments": [STORED], "next": _ID}
FEEDBACK: dict[str, Any] = {"label": "spam", "by": "ana"}
FEEDBACK_ANSWER: dict[str, Any] = {"id": _ID, "verdict": "reject", "before": "accept", "repeated": False}
POLICY: dict[str, Any] = {"block": {"domains": ["casino.example"]}, "max_links": 3, "first_time": "links"}
POLICY_ANSWER: dict[str, Any] = {"version": 3, "policy": {**POLICY, "spam": {"hold_at": 0.4, "reject_at": 0.98}}}
