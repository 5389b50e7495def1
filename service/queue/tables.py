"""Tables to take away: CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that some spreadsheet runs, also in the wide forms of East Asian keyboards."""


def cell(value: object) -> object:
    """Give a cell: a text that would be a formula gets an apostrophe before it. Numbers are numbers."""
    text = value if isinstance(value, str) else None
    return f"'{text}" if text is not None and text.lstrip(" ").startswith(_FORMULA) else value


def as_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a table as a file of that name."""
    body = io.StringIO(newline="")
    writer = csv.writer(body)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"', "cache-control": "no-store"}
    return Response(body.getvalue().encode("utf-8", "replace"), headers=headers, media_type="text/csv")
