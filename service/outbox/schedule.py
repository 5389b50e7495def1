"""When to try again, when to give up, and how long to leave a struggling endpoint in peace."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

_MINUTE, _HOUR = 60.0, 3600.0
DELAYS = (0.0, 5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR)
"""Seconds before each attempt, counted from the one before: ten attempts over some 75 hours."""

JITTER = 0.2
DISABLE_SECONDS = 5 * 24 * _HOUR
"""An endpoint that only failed for so long is switched off."""

SLOWING = frozenset({429, 502, 503, 504})
"""Statuses by which a receiver says that it has too much to do."""

_LONGEST_PAUSE = 5 * _MINUTE
_LONGEST_WISH = 24 * _HOUR


def next_attempt(attempts: int, now: float, draw: float, retry_after: float | None = None) -> float | None:
    """Give the time (epoch seconds) of the attempt after ``attempts`` failed ones; None when there is none: the message is dead.

    ``draw`` in [0, 1) spreads it by ±20 %; ``retry_after`` is the receiver's wish in seconds, which only ever delays.
    """
    if attempts >= len(DELAYS):
        return None
    delay = DELAYS[attempts] * (1 - JITTER + 2 * JITTER * draw)
    return now + max(delay, min(retry_after or 0.0, _LONGEST_WISH))


def pause(failures: int, slowing: bool, draw: float, retry_after: float | None = None) -> float:
    """Give the seconds for which an endpoint that failed ``failures`` times in a row is sent nothing at all.

    Two failures may be chance. From the third on (from the first, when the receiver itself asks for time) the pause doubles, up to
    five minutes; a longer wish of the receiver is granted up to a day.
    """
    doublings = failures - (1 if slowing and retry_after is not None else 3)
    own = min(2.0**doublings, _LONGEST_PAUSE) * (0.8 + 0.4 * draw) if doublings >= 0 else 0.0
    return max(own, min(retry_after or 0.0, _LONGEST_WISH) if slowing else 0.0)


def wish(retry_after: str, now: float) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from now; None when it is neither."""
    if retry_after.strip().isdigit():
        return float(retry_after.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
