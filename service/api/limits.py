"""How large a field may be, in characters.

Sizes are capped at the doors and nowhere else: the JSON door refuses, the form door cuts (its clients have no way to be told).
"""

from __future__ import annotations

import time
from collections import OrderedDict

MAX_CHARACTERS = {
    "text": 64_000,
    "author": 300,
    "author_email": 300,
    "author_url": 2_000,
    "user_ip": 64,
    "user_agent": 1_000,
    "referrer": 2_000,
    "permalink": 2_000,
    "type": 64,
    "date": 40,
    "lang": 64,
    "role": 100,
    "external_id": 200,
    "article_id": 200,
    "parent_id": 200,
    "callback": 2_000,
}
MAX_CONTEXT = 32
MAX_CONTEXT_CHARACTERS = 200
MAX_BEHAVIOUR = 40
MAX_BATCH = 1_000
MAX_PAGE = 200


class RateLimit:
    """So many calls a minute for each holder, with as many at once (the generic cell rate algorithm: one number a holder)."""

    def __init__(self, per_minute: int, holders: int = 10_000) -> None:
        self._interval = 60.0 / per_minute
        self._window = 60.0
        self._holders = holders
        self._due: OrderedDict[int, float] = OrderedDict()

    def wait(self, holder: int) -> float:
        """Count a call. Seconds to wait when it is one too many, else 0."""
        now = time.monotonic()
        due = max(self._due.get(holder, now), now)
        if due - now > self._window - self._interval:
            return due - now - self._window + self._interval
        self._due[holder] = due + self._interval
        self._due.move_to_end(holder)
        if len(self._due) > self._holders:
            self._due.popitem(last=False)
        return 0.0
