"""Charts as SVG in the page: made on the server, coloured by classes, each with the same figures as a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from msgspec import Struct

from service.queue.figures import number, share

WIDE, HIGH = 320.0, 180.0
LEFT, BELOW, ABOVE, RIGHT = 38.0, 22.0, 8.0, 6.0
"""Room for the axes' words."""
ROWS = 11
"""Points of a curve that its table has."""


class Tick(Struct, frozen=True):
    """A mark on an axis: where, and what it says."""

    at: float
    text: str


class Curve(Struct, frozen=True):
    """A line, drawn in the colour of ``kind``, with some of its points for a table."""

    label: str
    kind: str
    path: str
    points: tuple[tuple[float, float], ...]
    dots: tuple[tuple[float, float], ...] = ()


class Plot(Struct, frozen=True):
    """Curves over two axes from 0 to 1; ``ideal`` is the path of the diagonal."""

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    ideal: str = ""


class Bar(Struct, frozen=True):
    """A rectangle; ``text`` is what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    text: str


class Bars(Struct, frozen=True):
    """Stacked bars, one place on the x axis each."""

    title: str
    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    wide: float = WIDE


def unit_plot(
    title: str, x: str, y: str, curves: Sequence[tuple[str, str, Sequence[tuple[float, float]], bool]], *, ideal: bool
) -> Plot:
    """Draw curves (label, kind, points in [0, 1]², with dots or without)."""
    drawn = tuple(
        Curve(label, kind, _path(points), tuple(_few(points)), tuple((_x(a), _y(b)) for a, b in points) if dots else ())
        for label, kind, points, dots in curves
    )
    steps = (0.0, 0.25, 0.5, 0.75, 1.0)
    x_ticks = tuple(Tick(_x(step), number(step)) for step in steps)
    y_ticks = tuple(Tick(_y(step), number(step)) for step in steps)
    diagonal = _path([(0.0, 0.0), (1.0, 1.0)]) if ideal else ""
    return Plot(title, x, y, drawn, x_ticks, y_ticks, diagonal)


def _few(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give so many points, evenly spaced, that a table can hold them."""
    places = sorted({round(number * (len(points) - 1) / (ROWS - 1)) for number in range(ROWS)}) if points else []
    return [points[place] for place in places]


def _x(share: float, wide: float = WIDE) -> float:
    return round(LEFT + share * (wide - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HIGH - BELOW - share * (HIGH - ABOVE - BELOW), 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if place else 'M'}{_x(a)} {_y(b)}" for place, (a, b) in enumerate(points))


def stacked(title: str, places: Sequence[str], layers: Sequence[tuple[str, str, Sequence[float]]], wide: float = 640.0) -> Bars:
    """Draw bars, a place on the axis each; layers (kind, label, a value a place) lie on one another, the first at the bottom."""
    tops = [sum(values[place] for _, _, values in layers) for place in range(len(places))]
    highest, marks = scale(max(tops, default=0.0))
    width = (wide - LEFT - RIGHT) / max(1, len(places))
    bars = []
    for place, name in enumerate(places):
        below = 0.0
        for kind, label, values in layers:
            value = values[place]
            top = _y((below + value) / highest)
            height = round(_y(below / highest) - top, 1)
            if height > 0:
                bars.append(
                    Bar(
                        round(LEFT + place * width + width * 0.12, 1),
                        top,
                        round(width * 0.76, 1),
                        height,
                        kind,
                        f"{name} · {label}: {number(value)}",
                    )
                )
            below += value
    every = max(1, ceil(len(places) / 8))
    x_ticks = tuple(Tick(round(LEFT + (place + 0.5) * width, 1), places[place]) for place in range(0, len(places), every))
    return Bars(title, tuple(bars), x_ticks, tuple(Tick(_y(mark / highest), short(mark)) for mark in marks), wide)


def paired(title: str, places: Sequence[str], groups: Sequence[tuple[str, str, Sequence[float]]], wide: float = 640.0) -> Bars:
    """Draw groups of bars side by side; groups (kind, label, a value in percent a place)."""
    highest, marks = scale(max((value for _, _, values in groups for value in values), default=0.0))
    width = (wide - LEFT - RIGHT) / max(1, len(places))
    bars = []
    for place, name in enumerate(places):
        for beside, (kind, label, values) in enumerate(groups):
            top = _y(values[place] / highest)
            height = round(_y(0.0) - top, 1)
            x = round(LEFT + place * width + width * (0.1 + 0.4 * beside), 1)
            if height > 0:
                bars.append(Bar(x, top, round(width * 0.4, 1), height, kind, f"{name} · {label}: {share(values[place] / 100, 2)}"))
    x_ticks = tuple(Tick(round(LEFT + place * width, 1), name) for place, name in enumerate(places) if place % 4 == 0)
    return Bars(
        title,
        tuple(bars),
        x_ticks,
        tuple(Tick(_y(mark / highest), share(mark / 100, 0 if mark == int(mark) else 1)) for mark in marks),
        wide,
    )


def scale(most: float) -> tuple[float, list[float]]:
    """Give a round number at or above ``most``, and the marks of an axis up to it."""
    if most <= 0:
        return 1.0, [0.0, 1.0]
    step = 10 ** floor(log10(most))
    step = next(width for width in (step / 5, step / 2, step, 2 * step, 5 * step) if most / width <= 5)
    count = ceil(most / step - 1e-9)
    return count * step, [step * number for number in range(count + 1)]


def short(value: float) -> str:
    """Write an axis's number in few signs."""
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{number(value / size)}{sign}"
    return number(value)
