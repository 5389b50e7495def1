"""One function takes a comment's disguises off. Everything that reads a comment's words reads its normalised text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import re2

from service.text.characters import wide_run_finder
from service.text.confusables import DRAWN, FOREIGN, STRONG, TYPOGRAPHY
from service.text.lookalikes import (
    INVISIBLE,
    MARKS,
    PILED,
    REGIONAL,
    fold_words,
    is_accented_english,
    is_struck_english,
    strip_accents,
    strip_strokes,
    unveil,
)
from service.text.markup import strip_markup
from service.text.plain import plain as proof
from service.text.removed import NOTHING, Removed
from service.text.repair import repair
from service.text.spelling import TLDS, cap_runs, close_up, drop_separators, mend_addresses, unleet
from service.text.suspects import suspects
from service.text.turned import is_turned_english, turn

MAX_NORMALISED = 20_000
"""Most characters that a normalised text has; a longer one keeps its beginning and its end."""

_MAX_RAW = 70_000
_ROUNDS = 5

# A guard proves in one pass that no step below would change a lower-case text; what it lets through *is* normalised. It may fire
# in vain. The names are the places of the guards in the two sets. What a text of each holds is told again in plain.py.
(
    _SPACE,
    _CONTROL,
    _MARKUP,
    _SPACED,
    _SEPARATED,
    _LEET,
    _ADDRESS,
    _RUNS,
    _UNSEEN,
    _MARKS,
    _MIXED,
    _ALIKE,
    _WIDE_SPACED,
    _,
    _ACCENTED,
    _STRUCK,
    _TURNED,
) = range(17)
_MARKUP_GUARD = (
    r"<[a-z/!?]|&(?:#[0-9x]|[a-z][a-z0-9]{1,31};)|"
    r"\[/?(?:url|link|img|email|b|i|u|s|quote|code|color|size|font|center|left|right|justify|list|\*|youtube|video|spoiler|align|"
    r"sup|sub|table|tr|td|h[1-6]|hr|indent|highlight)(?:=[^\[\]]*)?\]"
)
_SEPARATED_GUARD = (
    r"(?:^|[^\w@/.:-])[a-z](?:(?:[.\-_*~|+,']{1,2}[a-z0-9]){3}|(?:\s[.\-_*~|+]\s[a-z0-9]){3})|(?:^|\s)[a-z0-9]+_[a-z0-9]+_|"
    r"(?:^|[\s\"'(])[a-z]{2,}[.*_~^|]{1,2}[a-z]{2,}(?:[^\w@/.(]|$)|[a-z](?:\*{1,3}|~~)[a-z]+[*~]|[*~][a-z]+(?:\*{1,3}|~~)[a-z]|"
    r"(?:^|[^\w@/.:|*-])[a-z](?:\.[a-z]\.[a-z]|-[a-z]-[a-z]|_[a-z]_[a-z]|\*[a-z]\*[a-z]|~[a-z]~[a-z]|\|[a-z]\|[a-z]|/[a-z]/[a-z]|[.\-_*~|',][a-z][.\-_*~|',][a-z](?:[^\w@/.:|*'-]|$))"
)
_LEET_GUARD = (
    r"[a-z][01345@$!]{1,2}[a-z]|\$(?:ex|lut|hit|ale|ave|uck|tud|hem|lot|pin|ing|wee|pec|oft|hop)|[a-z]\$|[a-z](?:33|11)\b|"
    r"\b(?:0[nrf]|4d|1n|5e|ur5)"
)
_ADDRESS_GUARD = (
    r"\bh(?:xx|\*\*|__|tx|xt)p|https?(?:\s|:\s|:/\s|://\s|[\[(])|\s?[\[({<]\s?(?:\.|dot|d0t|punkt|punto|ponto|at)\s?[\])}>]|"
    rf"\b(?:dot|d0t)\s{{1,2}}(?:{TLDS})\b|dot(?:com|net|org)\b|\s\.\s?(?:{TLDS})\b|\.\s(?:com|org|biz|ru|xyz)\b|"
    rf"[a-z0-9-][。·・•](?:{TLDS})\b|"
    r"\bw\s?w\s?w\s?\.\s|\bw\s?w\s?w\s\.|\bw\sw\sw\."
)
_ASCII_GUARDS = (
    r"^\s|\s$|\s\s|[\t\n\r\f\v\x1c-\x1f]",
    r"[\x00-\x08\x0e-\x1b\x7f]",
    _MARKUP_GUARD,
    r"(?:^|[^\w'.@-])[a-z0-9](?:\s{1,3}[a-z0-9]){3}(?:[^\w']|$)",
    _SEPARATED_GUARD,
    _LEET_GUARD,
    _ADDRESS_GUARD,
    "|".join(re.escape(chr(point)) + "{4}" for point in range(33, 127) if not chr(point).isdigit())
    + "|(?:^|[^a-z])(?:"
    + "|".join(letter * 2 for letter in "abcdefghijklmnopqrstuvwxyz")
    + "){3,20}(?:[^a-z]|$)",
)
_SMALL_ALIKE = "".join(letter for letter in STRONG if letter == letter.lower() and "\u0400" <= letter < "\u0530")
_ALIKE_GUARD = (
    f"(?:^|[^{FOREIGN}])[{''.join(letter for letter in STRONG if letter == letter.lower())}]{{3,}}(?:[^{FOREIGN}]|$)|"
    f"[a-z][ ,]+[{_SMALL_ALIKE}]{{1,2}}(?:[ ,.!?]|$)|(?:^| )[{_SMALL_ALIKE}]{{1,2}}[ ,]+[a-z]"
)
_WIDE_GUARDS = (
    "[" + INVISIBLE + "\u200c\u200d\x80-\x9f" + PILED + REGIONAL + "".join(DRAWN) + "\u2800]",
    f"[{MARKS}]{{5}}",
    f"[a-z][0-9]*[{FOREIGN}₳฿₿₵€₣₲₭₤£₥₦₱₴₮₩¥¢]|[{FOREIGN}₳฿₿₵€₣₲₭₤£₥₦₱₴₮₩¥¢][0-9]*[a-z]",
    _ALIKE_GUARD,
    r"(?:^|[^\pL\d])\pL(?:\s{1,3}\pL){3}(?:[^\pL\d]|$)|(?:^|[^\pL\d])\pL(?:(?:[.\-_*~|+,·•']{1,2}\pL){3}|(?:\s[.\-_*~|+·•]\s\pL){3})|[a-z][\x{2190}-\x{2bff}\x{1F000}-\x{1FAFF}]{1,2}[a-z][\x{2190}-\x{2bff}\x{1F000}-\x{1FAFF}]",
    "[\u0085\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
)
_has_wide_run = wide_run_finder()
_find_suspects = suspects()
_proven = proof().lower


def _guard(patterns: tuple[str, ...]) -> re2.Set:
    guard = re2.Set.SearchSet()
    for pattern in patterns:
        guard.Add(pattern)
    guard.Compile()
    return guard


_ASCII = _guard(_ASCII_GUARDS)
_WIDE = _guard(_ASCII_GUARDS + _WIDE_GUARDS)
_ONLY_SPACE = [_SPACE]
_EVERY = list(range(_TURNED))


def normalise(raw: str) -> str:
    """Give the comment's text without its disguises: lower case, single spaces, at most MAX_NORMALISED well-formed characters.

    Total over ``str`` (lone surrogates too), idempotent, and linear in the length of ``raw``.
    """
    return unmask(raw)[0]


def unmask(raw: str, lower: Callable[[str], str | None] = _proven) -> tuple[str, Removed]:
    """Give the normalised text, and what had to be taken off to get it; ``lower`` proves texts plain (see plain.py)."""
    if len(raw) > MAX_NORMALISED or not (raw.isascii() or _is_well_formed(raw)):
        raw = _well_formed(_shorten(raw, _MAX_RAW))
    text = raw if raw.isascii() else _plain_typography(raw)
    if (small := lower(text)) is not None:
        return small, NOTHING
    fired = _fired(text.lower())
    small = " ".join(text.lower().split()) if fired == _ONLY_SPACE else text.lower()
    if len(text) <= MAX_NORMALISED and (not fired or (fired == _ONLY_SPACE and not _fired(small))):
        found = _find_suspects(small)
        if found is None:
            return small, NOTHING
        removed = Removed()
        mended = repair(small, found, removed)
        return (small, NOTHING) if mended == small else (_settle(mended, removed), removed)
    removed = Removed()
    return _settle(_round(text, removed, fired), removed), removed


def _plain_typography(text: str) -> str:
    for sign, plain in TYPOGRAPHY:
        if sign in text:
            text = text.replace(sign, plain)
    return text


def _fired(text: str) -> list[int]:
    """Which guards a lower-case, well-formed text meets; none means that it is normalised."""
    if text.isascii():
        return _ASCII.Match(text) or []
    fired: list[int] = _WIDE.Match(text) or []
    if not unicodedata.is_normalized("NFKC", text):
        fired.append(_UNSEEN)
    if _has_wide_run(text):
        fired.append(_RUNS)
    if is_accented_english(text):
        fired.append(_ACCENTED)
    if is_struck_english(text):
        fired.append(_STRUCK)
    if is_turned_english(text):
        fired.append(_TURNED)
    return fired


def _settle(text: str, removed: Removed) -> str:
    """Run the steps until nothing changes; a text built to need ever more rounds loses its signs, then its digits."""
    for barred in ("", r"[^\w\s.,!?'-]+", r"[\W\d_]+"):
        if barred:
            text = _round(re.sub(barred, " ", text), removed, _EVERY)
        for _ in range(_ROUNDS):
            fired = _fired(text)
            before, text = text, _round(text, removed, fired) if fired else text
            if text == before:  # words are mended when nothing else hides them any more
                found = _find_suspects(text)
                text = repair(text, found, removed) if found else text
            if text == before:
                return text
    return ""


def _round(text: str, removed: Removed, fired: list[int]) -> str:
    """Take one layer off. Steps that no guard calls for are skipped: most texts wear one disguise, not ten."""
    text = _uncover(text, removed, fired)
    text = text.lower() if text.isascii() else _plain_typography(_plain_typography(text).lower())
    return _shorten(" ".join(_respell(text, removed, fired).split()), MAX_NORMALISED)


def _uncover(text: str, removed: Removed, fired: list[int]) -> str:
    """Take off what hides among markup and code points. Capitals are kept: some look like another letter than the small one."""
    if _TURNED in fired:
        text = turn(text, removed)
    if _MARKUP in fired:
        text = strip_markup(text, removed)
    if _CONTROL in fired:
        text = _CONTROLS.sub("", text)
    if _UNSEEN in fired or _MARKS in fired:
        text = unveil(text, removed)
    if _MIXED in fired or _ALIKE in fired:
        text = fold_words(text, removed)
    if _STRUCK in fired:
        text = strip_strokes(text)
        removed.marks += 1
    if _ACCENTED in fired:
        text = strip_accents(text)
        removed.marks += 1
    return text


def _respell(text: str, removed: Removed, fired: list[int]) -> str:
    """Take off what hides in the spelling of a lower-case text."""
    if _ADDRESS in fired:
        text = mend_addresses(text, removed)
    if _SPACED in fired or _WIDE_SPACED in fired:
        text = close_up(text, removed)
    if _SEPARATED in fired or _WIDE_SPACED in fired:
        text = drop_separators(text, removed)
    if _LEET in fired:
        text = unleet(text, removed)
    if _RUNS in fired:
        text = cap_runs(text)
        removed.runs += 1
    return text


_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]+")


def _shorten(text: str, most: int) -> str:
    """At most ``most`` characters: three parts beginning, two parts end."""
    if len(text) <= most:
        return text
    head = most * 3 // 5
    return (text[:head] + " " + text[len(text) - (most - head - 1) :]).strip()


def _is_well_formed(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _well_formed(text: str) -> str:
    """Surrogate pairs become their character, lone surrogates U+FFFD."""
    return text if _is_well_formed(text) else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
