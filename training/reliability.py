"""Do scores mean what they say on sources that a model has not seen? One drawing: each source, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.domain import Head
from training.charts import BOTTOM, HEIGHT, RIGHT, WIDTH, draw
from training.report import Chart, reliability
from training.sources import CORPORA

Floats = NDArray[np.float64]

ENGLISH = frozenset(corpus.name for corpus in CORPORA if corpus.english)
TOGETHER = "english_together"
"""The name under which the English sources' common figures stand."""
COLOURS = ("#4269d0", "#b8860b", "#c2410c", "#3a8f5b", "#8b5cc7", "#6b7280")
LINE = 15
"""Between two lines of the legend, in the drawing's units."""


@dataclass(frozen=True)
class Scored:
    """One source's labels of one head, 0 or 1, and the probabilities of a model that has not seen it: both of shape (n,)."""

    source: str
    head: Head
    y: Floats
    p: Floats


def together(parts: Sequence[Scored]) -> tuple[Floats, Floats, Floats]:
    """Labels, probabilities and masses of several sources, each source of equal mass: three of shape (sum of n,)."""
    mass = np.concatenate([np.full(len(part.y), 1 / len(part.y)) for part in parts])
    return np.concatenate([part.y for part in parts]), np.concatenate([part.p for part in parts]), mass


def picture(parts: Sequence[Scored]) -> str:
    """Draw a reliability diagram as a file of SVG: the sources one by one, thin, and together, thick."""
    y, p, mass = together(parts)
    curves = [reliability(f"c{place}", one.y, one.p, np.ones(len(one.y))) for place, one in enumerate(parts)]
    curves.append(reliability("all", y, p, mass))
    names = [*(one.source for one in parts), "together"]
    chart = Chart("Scores of sources not seen", "score", "share that was bad", tuple(curves), ideal=True)
    drawn = draw(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return drawn.replace("</svg>", f"{_style(len(parts))}{_legend(names)}</svg>\n")


def picture_of(folder: Path) -> Path:
    """Where the drawing of the model in ``folder`` stands: beside it, for a model's folder holds nothing else."""
    return folder.with_name(f"{folder.name}-reliability.svg")


def _style(count: int) -> str:
    colours = "".join(f".c{place}{{stroke:{COLOURS[place % len(COLOURS)]}}}" for place in range(count))
    return (
        "<style>svg{background:#fff}text{font:11px sans-serif;fill:#333}.axis{text-anchor:middle}.tick{text-anchor:middle}"
        ".tick.end{text-anchor:end}.grid{stroke:#ddd}.curve{fill:none;stroke-width:1.5}.ideal{stroke:#999;stroke-dasharray:3 3}"
        f".all{{stroke:#111;stroke-width:3}}{colours}</style>"
    )


def _legend(names: Sequence[str]) -> str:
    lines = []
    for place, name in enumerate(names):
        kind = "all" if place == len(names) - 1 else f"c{place}"
        y = HEIGHT - BOTTOM - 8 - LINE * (len(names) - 1 - place)
        lines.append(f'<path class="curve {kind}" d="M{WIDTH - RIGHT - 118} {y - 4}h18"/>')
        lines.append(f'<text x="{WIDTH - RIGHT - 94}" y="{y}">{escape(name)}</text>')
    return "".join(lines)
