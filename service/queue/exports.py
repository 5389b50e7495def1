"""Comments as files: CSV for spreadsheets, JSON lines for programs. What a spreadsheet would take for a formula is text in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from service.store import queries

Form = Literal["csv", "jsonl"]
FORMS: tuple[Form, ...] = ("csv", "jsonl")
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
COLUMNS = (
    *("id", "site", "received", "verdict", "rule", "model", "spam", "abuse", "author", "email", "url", "ip"),
    *("article", "address", "text", "labels"),
)
_FORMULA = re.compile(r"[\s\x00-\x20\ufeff]*[=+\-@＝＋－＠|%]")
_encode = msgspec.json.Encoder().encode


def rows(connection: Connection, ids: Sequence[str], names: dict[int, str]) -> list[dict[str, Any]]:
    """Give comments with all that is stored of them; those of sites without a name are left out."""
    found = []
    for comment_id in ids:
        site_id = queries.site_of(connection, comment_id)
        stored = queries.get_comment(connection, site_id, comment_id) if site_id in names and site_id is not None else None
        if stored is not None:
            found.append(_row(stored, names[stored.site_id]))
    return found


def _row(stored: queries.StoredComment, site: str) -> dict[str, Any]:
    comment, first = stored.comment, stored.decisions[0]
    scores = first.scores
    values = (
        *(stored.id, site, datetime.fromtimestamp(stored.received_at, UTC).isoformat(timespec="seconds")),
        *(stored.decision.verdict.value, first.rule, scores.model if scores else ""),
        *(round(scores.spam, 6) if scores else None, round(scores.abuse, 6) if scores else None),
        *(comment.author, comment.author_email, comment.author_url, comment.user_ip),
        *(comment.article_id, comment.permalink, comment.text),
        " ".join(each.label.value for each in stored.labels),
    )
    return dict(zip(COLUMNS, values, strict=True))


def head(form: Form) -> bytes:
    """Give how the file begins; a mark tells spreadsheets that it is UTF-8."""
    return b"\xef\xbb\xbf" + _line(COLUMNS) if form == "csv" else b""


def lines(form: Form, found: Sequence[dict[str, Any]]) -> bytes:
    """Write rows."""
    if form == "csv":
        return b"".join(_line([cell(each) for each in row.values()]) for row in found)
    return b"".join(_encode(row) + b"\n" for row in found)


def cell(value: object) -> object:
    """Give a value that no spreadsheet runs: text that begins like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _line(values: Sequence[object]) -> bytes:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_MINIMAL).writerow(values)
    return written.getvalue().encode("utf-8", "replace")
