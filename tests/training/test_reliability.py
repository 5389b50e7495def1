"""The drawing of what scores mean on sources not seen."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np

from training.calibration import calibration_error
from training.reliability import Scored, picture, together
from training.starter import held_out_figures


def scored(source: str, rows: int, shift: float) -> Scored:
    """A source whose share of bad comments is its score plus ``shift``."""
    dice = np.random.default_rng(rows)
    p = dice.uniform(0.2, 0.8, rows)
    return Scored(source, "spam", (dice.random(rows) < p + shift).astype(float), p)


def test_sources_weigh_the_same_together_whatever_their_size():
    """A small source that says too much and a large one that says too little, by as much, are right together."""
    parts = [scored("yt_tubespam", 40_000, 0.15), scored("sms_uci", 4_000, -0.15)]
    y, p, mass = together(parts)
    assert calibration_error(p, y, mass) < 0.03
    assert calibration_error(p, y) > 0.12


def test_the_figures_end_with_the_english_sources_together():
    """Each source has its own calibration error, and the English ones a common one."""
    found = held_out_figures([scored("yt_tubespam", 2_000, 0.0), scored("yt_gambling_id", 2_000, 0.0)])
    errors = {figure.source: figure.rows for figure in found if figure.measure == "calibration_error"}
    assert errors == {"yt_tubespam": 2_000, "yt_gambling_id": 2_000, "english_together": 2_000}


def test_the_drawing_shows_every_source_by_name():
    """It is well-formed, with a curve and a line of the legend for each source and for all together."""
    root = ET.fromstring(picture([scored("yt_tubespam", 500, 0.0), scored("sms_uci", 500, 0.1)]))
    space = "{http://www.w3.org/2000/svg}"
    said = {each.text for each in root.iter(f"{space}text")}
    assert {"yt_tubespam", "sms_uci", "together"} <= said
    assert len([each for each in root.iter(f"{space}polyline") if "ideal" not in each.attrib["class"]]) == 3
