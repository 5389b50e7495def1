"""Counts a text's characters by class; compiled where there is a compiler, with the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

Counts = tuple[int, int, int, int, int, int, int, int, int, int, int, int]
"""Capitals, words of three or more letters in capitals, letters, letters outside Latin, digits, ASCII signs, commas (with bars and
semicolons), exclamation marks, question marks, runs of dots, line breaks, emoji."""

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d")
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")
_COMMAS = re.compile("[,|;]")
_DOTS = re.compile(r"\.{2,}")
_FOREIGN = re.compile("[^\x00-\u024f\u1e00-\u1eff]")
_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")


def _characters(text: str) -> Counts:
    runs = _LETTERS.findall(text)
    letters = "".join(runs)
    return (
        sum(map(str.isupper, letters)),
        sum(1 for run in runs if len(run) > 2 and run.isupper()),
        len(letters),
        0 if text.isascii() else len(_FOREIGN.findall(letters)),
        len(_DIGITS.findall(text)),
        len(_SIGNS.findall(text)),
        len(_COMMAS.findall(text)),
        text.count("!"),
        text.count("?"),
        len(_DOTS.findall(text)),
        text.count("\n"),
        0 if text.isascii() else len(_EMOJI.findall(_LETTERS.sub("", text))),
    )


def counter(*, compiled: bool = True) -> Callable[[str], Counts]:
    """Give the function that counts."""
    if compiled:
        with suppress(ImportError):
            count: Callable[[str], Counts] = import_module("service.text._text").characters
            return count
    return _characters


_WIDE_RUN = re.compile("([^\x00-\x7f])\\1{3}")


def wide_run_finder(*, compiled: bool = True) -> Callable[[str], bool]:
    """Give the function that tells whether a sign outside ASCII stands four times in a row."""
    if compiled:
        with suppress(ImportError):
            find: Callable[[str], bool] = import_module("service.text._text").has_wide_run
            return find
    return lambda text: _WIDE_RUN.search(text) is not None
