"""Tables to take away: CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from service.queue.exports import cell


def as_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a table as a file of that name."""
    body = io.StringIO(newline="")
    writer = csv.writer(body)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"', "cache-control": "no-store"}
    return Response(body.getvalue().encode("utf-8", "replace"), headers=headers, media_type="text/csv")
