"""Pictures made of numbers: as SVG in the page, for nothing else gets past the Content-Security-Policy."""

from __future__ import annotations

from msgspec import Struct


class Picture(Struct, frozen=True):
    """An SVG path in a square of ``size`` units."""

    size: int
    path: str


def qr(text: str) -> Picture:
    """Draw a QR code, with its quiet zone."""
    import segno  # noqa: PLC0415 # one page needs it

    code = segno.make(text, error="m", micro=False)
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=4)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(len(rows), path)
