"""Takes off what hides among code points: invisible ones, piles of marks, drawn letters, letters of another script."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from service.text.confusables import DRAWN, FOREIGN, REGIONS, STRONG, STRUCK, TO_CYRILLIC, WEAK
from service.text.removed import Removed
from service.text.vocabulary import ENGLISH, VOCABULARY

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Code points that leave no ink. The two joiners U+200C and U+200D are not among them: Persian and Indic words need them."""

JOINED = "\u0600-\u0dff\u0f00-\u109f\u1780-\u17ff"
"""Scripts in which a joiner between two letters is spelling."""

PILED = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u0483-\u0489"
"""Marks that can be piled on any letter."""

OVERLAYS = "\u0305\u0332-\u0338\u033f\u035c-\u0362\u20d0-\u20ff\u0488\u0489"
"""Marks that strike through, underline or enclose: drawing, not spelling."""

REGIONAL = "\U0001f1e6-\U0001f1ff"
CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"


def _members(ranges: str) -> frozenset[str]:
    """Give the code points of a character class."""
    points: set[str] = set()
    at = 0
    while at < len(ranges):
        if ranges[at + 1 : at + 2] == "-":
            points.update(map(chr, range(ord(ranges[at]), ord(ranges[at + 2]) + 1)))
            at += 3
        else:
            points.add(ranges[at])
            at += 1
    return frozenset(points)


_MARKS = frozenset(filter(unicodedata.combining, map(chr, range(0x300, 0x1FFFF))))
_UNSEEN_POINTS = _members(INVISIBLE + CONTROLS) | {"\u200c", "\u200d"}
_OVERLAY_POINTS, _PILED_POINTS, _REGIONAL_POINTS = _members(OVERLAYS), _members(PILED), _members(REGIONAL)


def _as_class(points: frozenset[str]) -> str:
    """Code points as the ranges of a character class."""
    parts: list[str] = []
    for point in sorted(map(ord, points)):
        if parts and ord(parts[-1][-1]) == point - 1:
            parts[-1] = f"{parts[-1][0]}-{chr(point)}"
        else:
            parts.append(f"{chr(point)}-{chr(point)}")
    return "".join(parts)


MARKS = _as_class(_MARKS)
"""Combining marks that canonical ordering has to sort: a long run of them costs NFKC quadratic time."""

_UNSEEN = re.compile(f"[{INVISIBLE}{CONTROLS}\u200c\u200d]+")
_OVERRIDDEN = re.compile("\u202e([^\u202c\u202e\n]*)[\u202c]?")
_JOINERS = frozenset("\u200c\u200d")
_JOINED = re.compile(f"[{JOINED}]")
_RUN = re.compile(f"([{MARKS}]{{4}})[{MARKS}]+")
_REGIONAL_RUN = re.compile(f"[{REGIONAL}]+")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_LOOSE_ON_CONSONANT = re.compile(f"[bcdfhjklpqrstvwxz][{PILED}]", re.IGNORECASE)
_PILED = re.compile(f"[{PILED}]")
_WORDISH = re.compile(f"(?:[^\\W_]|[{PILED}])+")
_SIGNS = "".join(sign for sign in WEAK if not sign.isalpha())
_WORD = re.compile(f"(?:[^\\W_]|[{_SIGNS}])+")
_LATIN = re.compile("[a-zA-Z]")
_OTHER = re.compile(f"[{FOREIGN}]")
_GREEK = re.compile("[\u0370-\u03ff]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LOOK = STRONG | WEAK
_ASCII_LETTERS = bytes((*range(65, 91), *range(97, 123)))


def unveil(text: str, removed: Removed) -> str:
    """NFKC of ``text`` with every code point that hides or imitates put right; linear, and total over well-formed text."""
    points = set(text)
    if "\u202e" in points:
        text = _OVERRIDDEN.sub(_read_backwards, text)
    if not points.isdisjoint(_UNSEEN_POINTS):
        text = _UNSEEN.sub(lambda found: _unseen(found, removed), text)
    for overlay in points & _OVERLAY_POINTS:
        text = text.replace(overlay, "")
    if not points.isdisjoint(_MARKS):
        text = _RUN.sub(r"\1", text)
    for letter in points & DRAWN.keys():
        removed.drawn += text.count(letter)
        text = text.replace(letter, DRAWN[letter])
    if not points.isdisjoint(_REGIONAL_POINTS):
        text = _REGIONAL_RUN.sub(lambda found: _flags_or_letters(found[0], removed), text)
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isascii() and not _PILED_POINTS.isdisjoint(plain):
        if len(_LOOSE_ON_CONSONANT.findall(plain)) > 2:  # no orthography marks these: whoever does marks every letter
            removed.marks += 1
            return unicodedata.normalize("NFC", _PILED.sub("", unicodedata.normalize("NFD", plain)))
        plain = _WORDISH.sub(lambda found: _without_pile(found[0], removed), plain)
    return plain


def _read_backwards(found: re.Match[str]) -> str:
    """Give text that is shown from right to left in the order in which it is read, unless it is words as it stands."""
    turned = found[1][::-1]
    if not _LATIN.search(turned) or _known(found[1]) > _known(turned):
        return found[1]
    return turned


def _known(text: str) -> int:
    return sum(word in VOCABULARY for word in text.lower().split())


_STRUCK = {ord(letter): plain for letter, plain in STRUCK.items()} | {
    ord(letter.upper()): plain for letter, plain in STRUCK.items() if len(letter.upper()) == 1
}
_STRUCK_POINTS = frozenset(map(chr, _STRUCK))


def is_struck_english(text: str) -> bool:
    """Tell English in struck and phonetic letters: without them half of all words are English, and two of those that had them.

    One word is enough where two of its letters or more are such and it is four letters long: no orthography spells one so.
    """
    if _STRUCK_POINTS.isdisjoint(text):
        return False
    words = [word.strip(".,!?").lower() for word in text.split()]
    plain = {word: strip_accents(word.translate(_STRUCK)) for word in words}
    known = {word for word, letters in plain.items() if letters in ENGLISH or (len(letters) > 2 and letters in VOCABULARY)}
    struck = [word for word in known if word != word.translate(_STRUCK)]
    if any(len(word) > 3 and sum(letter in _STRUCK_POINTS for letter in word) > 1 for word in struck):
        return True
    return len(struck) > 1 and len(known) * 2 >= len(plain)


def strip_strokes(text: str) -> str:
    """Give the text with struck and phonetic letters, and those with accents among them, as plain ones."""
    return strip_accents(text.translate(_STRUCK))


def is_accented_english(text: str) -> bool:
    """Tell English under accents: a twelfth of the characters carry one, and without them a third of the words are English.

    An English text with a café in it has far fewer; other languages have other words.
    """
    if (len(text.encode()) - len(text)) * 12 < len(text):
        return False
    if len(_ACCENTED.findall(text)) * 12 < len(text):
        return False
    words = [strip_accents(word).strip(".,!?") for word in text.split()]
    known = sum(1 for word in words if word in ENGLISH or (len(word) > 3 and word in VOCABULARY))
    return len(words) > 1 and known * 3 >= len(words)


def strip_accents(text: str) -> str:
    """Give the text with the marks on its Latin letters taken off."""
    return text if text.isascii() else _ACCENTED.sub(lambda found: unicodedata.normalize("NFD", found[0])[0], text)


def _unseen(found: re.Match[str], removed: Removed) -> str:
    """Nothing, or one joiner where the script spells with it. Only what splits a word counts as hiding."""
    text, start, end = found.string, found.start(), found.end()
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if not (before.isalnum() and after.isalnum()):
        return ""
    if _JOINERS.issuperset(found[0]) and _JOINED.match(before) and _JOINED.match(after):
        return found[0][0]
    removed.invisible += 1
    return ""


def _flags_or_letters(run: str, removed: Removed) -> str:
    """Regional indicators that make flags stay; others spell a word."""
    letters = "".join(chr(ord(sign) - 0x1F1E6 + 97) for sign in run)
    if len(run) % 2 == 0 and all(letters[at : at + 2] in REGIONS for at in range(0, len(run), 2)):
        return run
    removed.drawn += len(run)
    return letters


def _without_pile(word: str, removed: Removed) -> str:
    """Strip all marks off a word in which two or more letters still carry loose ones: no orthography writes so."""
    if len(_PILED.findall(word)) < 2:
        return word
    removed.marks += 1
    return unicodedata.normalize("NFC", _PILED.sub("", unicodedata.normalize("NFD", word)))


def fold_words(text: str, removed: Removed) -> str:
    """Look-alike letters become the letters they imitate, in words that mix scripts or stand alone in a Latin text.

    Runs of blanks become one.
    """
    tokens = text.split()
    odd = [at for at, token in enumerate(tokens) if not token.isascii()]
    data = text.encode()
    latin = len(data) - len(data.translate(None, _ASCII_LETTERS))
    latin_text = latin >= sum(len(_OTHER.findall(tokens[at])) for at in odd) or _is_english_underneath(tokens, odd)

    def fold(found: re.Match[str]) -> str:
        folded = _fold(found[0], latin_text)
        removed.lookalikes += folded != found[0]
        return folded

    for at in odd:
        tokens[at] = _WORD.sub(fold, tokens[at])
    return " ".join(tokens)


def _is_english_underneath(tokens: list[str], odd: list[int]) -> bool:
    """Tell a text of which two of five of the odd words are English once folded: in no other script do so many seem so."""
    folded = [_to_latin(tokens[at]).lower().strip(".,!?") for at in odd]
    return sum(len(word) > 2 and word in VOCABULARY for word in folded) * 5 >= len(odd) * 2 > 2


def _reads_as_english(word: str) -> bool:
    return len(word) > 2 and _to_latin(word).lower() in VOCABULARY


def _has_latin_end(word: str) -> bool:
    """Tell Latin letters with others before and among them, rather than a Latin stem with an ending of another script."""
    kinds = [bool(_LATIN.match(letter)) for letter in word if letter.isalpha()]
    return sum(kind != after for kind, after in pairwise(kinds)) > 1


def _fold(word: str, latin_text: bool) -> str:
    latin = len(_LATIN.findall(word))
    others = [letter for letter in word if letter in _LOOK or _OTHER.match(letter)]
    if not others:
        return word
    strong = all(letter in STRONG for letter in others)
    if not latin:
        whole = len(others) == sum(map(str.isalpha, word)) and (strong or (latin_text and _reads_as_english(word)))
        return _to_latin(word) if whole and ((latin_text and _stands_in(word)) or _mixes_scripts(word)) else word
    letters = word.strip("0123456789")
    if len(others) == 1 and others[0] in (letters[0], letters[-1]) and _is_sign(others[0]):
        return word
    if (strong and (latin_text or latin >= len(others) or _has_only_latin(word) or _mixes_scripts(word))) or _is_latin_inside(
        word, latin, others
    ):
        return _to_latin(word)
    if latin_text and all(letter in _LOOK for letter in others) and (_reads_as_english(word) or _has_latin_end(word)):
        return _to_latin(word)
    return _to_cyrillic(word) if latin < len(others) else word


def _stands_in(word: str) -> bool:
    """Tell a word long enough not to be a sign (α, μ) in a Latin text."""
    return len(word) > 2 or not _GREEK.search(word)


def _mixes_scripts(word: str) -> bool:
    """Tell a word with both Greek and Cyrillic letters: none is honest."""
    return bool(_GREEK.search(word) and _CYRILLIC.search(word))


def _has_only_latin(word: str) -> bool:
    """Tell a word with a Latin letter that has no Cyrillic twin: it did not stray into a Cyrillic word."""
    return any(_LATIN.match(letter) and letter.lower() not in TO_CYRILLIC for letter in word)


def _is_sign(letter: str) -> bool:
    """Tell a Greek letter or a currency sign, which is honest at a word's edge (TNFα, kΩ, 50€)."""
    return bool(_GREEK.match(letter)) or letter in _SIGNS


def _is_latin_inside(word: str, latin: int, others: list[str]) -> bool:
    """Mostly Latin, all others have a Latin shape, and they stand inside (not an inflected ending, as in a Russian "iPhoneом")."""
    return latin >= len(others) and all(letter in _LOOK for letter in others) and bool(_LATIN.match(word[-1]))


def _to_latin(word: str) -> str:
    return "".join(_LOOK.get(letter, letter) for letter in word)


def _to_cyrillic(word: str) -> str:
    """Give the word in Cyrillic where each of its Latin letters has a Cyrillic twin, else unchanged."""
    lower = word.lower()
    if any(_GREEK.match(letter) or (_LATIN.match(letter) and letter not in TO_CYRILLIC) for letter in lower):
        return word
    return "".join(TO_CYRILLIC.get(letter, letter) for letter in lower)
