"""The account pages of the Akismet protocol: subscription, statistics, sites and usage, in the shapes its clients expect."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from service.domain import Site
from service.moderation import Access, Tally

_SECONDS_A_SPAM = 5
"""How long a human would have looked at one, for ``time_saved``; the figure that the plugin shows as a duration."""

_DAYS = {"60-days": 60, "6-months": 183}
_encode = msgspec.json.encode


class Asked(Struct, frozen=True):
    """What key-sites was asked for, as it came."""

    month: str
    filter: str
    limit: str
    offset: str


def since(period: str, now: float) -> str:
    """Give the first day (YYYY-MM-DD) of a period's name; empty for all time."""
    days = _DAYS.get(period or "6-months")
    return time.strftime("%Y-%m-%d", time.gmtime(now - days * 86_400)) if days else ""


def _spam(tally: Tally) -> int:
    """Held comments count as spam: most clients were told so."""
    return tally.rejected + tally.held


def _accuracy(total: int, mistakes: int) -> str:
    return f"{100 * (1 - mistakes / total):.2f}" if total else "100.00"


def _row(tally: Tally) -> dict[str, Any]:
    return {
        "spam": str(_spam(tally)),
        "ham": str(tally.accepted),
        "missed_spam": str(tally.missed_spam),
        "false_positives": str(tally.false_rejects),
        "da": f"{tally.month}-01",
    }


def counts(tallies: Sequence[Tally]) -> bytes:
    """get-stats and get-key-stats. Numbers are strings, as the service has always sent them."""
    spam, ham = sum(map(_spam, tallies)), sum(tally.accepted for tally in tallies)
    missed, false = sum(tally.missed_spam for tally in tallies), sum(tally.false_rejects for tally in tallies)
    totals = {
        "spam": str(spam),
        "ham": str(ham),
        "missed_spam": str(missed),
        "false_positives": str(false),
        "accuracy": _accuracy(spam + ham, missed + false),
        "time_saved": str(spam * _SECONDS_A_SPAM),
        "breakdown": {tally.month: _row(tally) for tally in tallies},
    }
    return _encode(totals)


def subscription(access: Access) -> bytes:
    """Give an account that never ends."""
    return _encode(
        {
            "account_id": access.site.id,
            "account_type": "self-hosted",
            "account_name": "Winnow",
            "status": "active",
            "next_billing_date": False,
            "limit_reached": False,
        }
    )


def connection(access: Access, key: str) -> bytes:
    """verify-wpcom-key: there is no account to look a key up by, so the key that was sent is only confirmed."""
    return _encode({"api_key": key, "account_id": access.site.id, "status": "active", "account_type": "self-hosted"})


def _figures(tallies: Sequence[Tally], month: str) -> tuple[int, int, int, int, int]:
    found = [tally for tally in tallies if tally.month == month]
    spam, ham = sum(map(_spam, found)), sum(tally.accepted for tally in found)
    return spam + ham, spam, ham, sum(each.missed_spam for each in found), sum(each.false_rejects for each in found)


def _page(asked: Asked) -> tuple[int, int]:
    limit = int(asked.limit) if asked.limit.isdecimal() and len(asked.limit) < 6 else 500
    return limit, int(asked.offset) if asked.offset.isdecimal() and len(asked.offset) < 9 else 0


def _listed(site: Site, asked: Asked, total: int) -> bool:
    limit, offset = _page(asked)
    return bool(total) and limit > 0 and offset == 0 and asked.filter in site.url


def sites_json(site: Site, tallies: Sequence[Tally], asked: Asked) -> bytes:
    """key-sites: a key belongs to one site, so the month has one row or none."""
    total, spam, ham, missed, false = _figures(tallies, month := _month(asked))
    limit, offset = _page(asked)
    row = {
        "site": site.url,
        "api_calls": str(total),
        "spam": str(spam),
        "ham": str(ham),
        "missed_spam": str(missed),
        "false_positives": str(false),
        "is_revoked": False,
    }
    rows = [row] if _listed(site, asked, total) else []
    return _encode({month: rows, "limit": limit, "offset": offset, "total": len(rows)})


def sites_csv(site: Site, tallies: Sequence[Tally], asked: Asked) -> bytes:
    """key-sites as CSV; the key itself is left out of the heading."""
    total, *figures = _figures(tallies, month := _month(asked))
    limit, offset = _page(asked)
    listed = _listed(site, asked, total)
    lines = [
        f"Active sites for the key during {month} (limit:{limit}, offset: {offset}, total: {int(listed)})",
        "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked",
    ]
    if listed:
        quoted = site.url.replace('"', '""')
        lines.append(f'"{quoted}",{total},{",".join(map(str, figures))},false')
    return "\n".join(lines).encode()


def _month(asked: Asked) -> str:
    """Give the month asked for, if it is one: it is said again in the answer."""
    year, _, month = asked.month.partition("-")
    usable = len(year) == 4 and len(month) == 2 and asked.month.replace("-", "").isascii() and (year + month).isdecimal()
    return asked.month if usable else time.strftime("%Y-%m", time.gmtime())


def usage(tallies: Sequence[Tally]) -> bytes:
    """usage-limit: there is none."""
    return _encode(
        {"limit": "none", "usage": sum(_spam(each) + each.accepted for each in tallies), "percentage": "0.00", "throttled": False}
    )
