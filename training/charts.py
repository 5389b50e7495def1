"""Charts as small SVG drawings: no script, no font, no other file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10

from training.report import Chart

WIDTH, HEIGHT = 340, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 18, 10, 40
LEAST, MOST = 0.001, 0.1
"""Where a logarithmic axis begins and ends."""


def draw(chart: Chart) -> str:
    """Draw one chart; the classes ``champion`` and ``challenger`` colour its curves."""
    across, up = _Axis(logarithmic=chart.logarithmic), _Axis()
    parts = [
        *(_rule(up, across, tick, across_line=True) for tick in up.ticks),
        *(_rule(up, across, tick, across_line=False) for tick in across.ticks),
    ]
    if chart.ideal:
        parts.append(_line("ideal", [0.0, 1.0], [0.0, 1.0], across, up))
    parts += [_line(curve.model, curve.x, curve.y, across, up) for curve in chart.curves]
    parts.append(f'<text class="axis" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}">{escape(chart.x)}</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(f'<text class="axis" transform="translate(11 {middle}) rotate(-90)">{escape(chart.y)}</text>')
    name = escape(f"{chart.title}: {chart.y} by {chart.x}")
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


class _Axis:
    """Shares from 0 to 1, or from ``LEAST`` to ``MOST`` on a logarithmic scale."""

    def __init__(self, *, logarithmic: bool = False) -> None:
        self.logarithmic = logarithmic
        self.low, self.high = (log10(LEAST), log10(MOST)) if logarithmic else (0.0, 1.0)
        self.ticks = [0.001, 0.01, 0.1] if logarithmic else [0.0, 0.25, 0.5, 0.75, 1.0]

    def place(self, value: float) -> float:
        """Give where a value stands, in [0, 1]."""
        value = log10(value) if self.logarithmic else value
        return (value - self.low) / (self.high - self.low)


def _x(axis: _Axis, value: float) -> float:
    return LEFT + axis.place(value) * (WIDTH - LEFT - RIGHT)


def _y(axis: _Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.place(value) * (HEIGHT - TOP - BOTTOM)


def _rule(up: _Axis, across: _Axis, tick: float, *, across_line: bool) -> str:
    said = f"{tick:.1%}".replace(".0%", "%")
    if across_line:
        y = _y(up, tick)
        return f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>{_tick(said, LEFT - 5, y + 4, " end")}'
    x = _x(across, tick)
    return f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>{_tick(said, x, HEIGHT - BOTTOM + 14)}'


def _tick(said: str, x: float, y: float, kind: str = "") -> str:
    return f'<text class="tick{kind}" x="{x:.1f}" y="{y:.1f}">{said}</text>'


def _line(name: str, xs: Sequence[float], ys: Sequence[float], across: _Axis, up: _Axis) -> str:
    points = " ".join(f"{_x(across, x):.1f},{_y(up, y):.1f}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline class="curve {escape(name)}" points="{points}"/>'
