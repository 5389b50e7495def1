"""Disguises by characters: other letters that look the same, and characters that nobody sees."""

from __future__ import annotations

import re
from random import Random

from tests.disguises import alphabets as a
from tests.disguises.wording import LINK, Attack, between, on_words, swapped

ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
BIDI_MARKS = ("\u200e", "\u200f", "\u061c", "\u202a", "\u202c", "\u2066", "\u2069")
BLANKS = ("\u034f", "\u115f", "\u1160", "\u17b4", "\u180e", "\u2061", "\u2062", "\u2063", "\u2064", "\u3164", "\uffa0", "\u206a")
CONTROLS = ("\x01", "\x08", "\x0e", "\x1b", "\x7f", "\x9d")
ACCENTS = tuple(map(chr, range(0x300, 0x315)))


def reversed_display(word: str, dice: Random) -> str:
    """Written backwards, shown forwards by a right-to-left override."""
    return f"\u202e{word[::-1]}\u202c"


def zalgo(word: str, dice: Random) -> str:
    """Eight marks on each letter."""
    return "".join(letter + "".join(dice.choices(ACCENTS, k=8)) for letter in word)


def struck(word: str, dice: Random) -> str:
    """A stroke through each letter."""
    return "".join(letter + "\u0336" for letter in word)


def tags(word: str, dice: Random) -> str:
    """Invisible copies of ASCII after each letter."""
    return "".join(letter + chr(0xE0000 + ord(dice.choice("goodwrites"))) for letter in word)


def selectors(word: str, dice: Random) -> str:
    """Variation selectors, old and supplementary, after each letter."""
    return "".join(letter + dice.choice(("\ufe0e", "\ufe0f", "\ufe00", chr(0xE0100 + dice.randrange(240)))) for letter in word)


def prolonged(word: str, dice: Random) -> str:
    """One letter drawn out."""
    place = dice.randrange(len(word))
    return word[:place] + word[place] * dice.randint(3, 8) + word[place + 1 :]


def doubled_all(word: str, dice: Random) -> str:
    """Each letter twice."""
    return "".join(letter * 2 for letter in word)


def studly(word: str, dice: Random) -> str:
    """Capitals in turn."""
    return "".join(letter.upper() if place % 2 else letter.lower() for place, letter in enumerate(word))


def squared_or_circled(word: str, dice: Random) -> str:
    """Letters in boxes and discs, one kind a word."""
    return swapped(dice.choice(a.SQUARED))(word.upper(), dice)


def flags(word: str, dice: Random) -> str:
    """Regional indicators, kept apart so that no flag appears."""
    return "\u200b".join(a.FLAGS.get(letter, letter) for letter in word.lower())


def fancy(word: str, dice: Random) -> str:
    """A font a word: script, fraktur, sans italic, monospace, double-struck."""
    return swapped(dice.choice(a.FANCY))(word, dice)


def small_capitals(word: str, dice: Random) -> str:
    """Small capitals, as font makers for profiles write them."""
    return swapped(a.SMALL_CAPITALS)(word.lower(), dice)


def raised(word: str, dice: Random) -> str:
    """Superscript letters."""
    return swapped(a.RAISED)(word.lower(), dice)


def turned(text: str, dice: Random) -> str:
    """Each word upside down, the words' order turned as well, links as they were."""
    pieces = re.split(rf"({LINK.pattern}|<[^>]*>|&#?\w+;)", text, flags=re.IGNORECASE)
    return "".join(_turned(piece) if place % 2 == 0 else piece for place, piece in reversed(list(enumerate(pieces))))


def _turned(text: str) -> str:
    return "".join(a.TURNED.get(letter, letter) for letter in reversed(text.lower()))


def one_look_alike(word: str, dice: Random) -> str:
    """A single letter of another script: the least that breaks a word list."""
    return swapped(a.CYRILLIC, 0.0)(word, dice)


def anything(word: str, dice: Random) -> str:
    """Another trick for each word."""
    return dice.choice(MIXED)(word, dice)


MIXED: tuple[Attack, ...] = (
    swapped(a.CYRILLIC, 0.5),
    swapped(a.GREEK, 0.5),
    swapped(a.FULL_WIDTH),
    fancy,
    between(*ZERO_WIDTH, chance=0.3),
    swapped(a.ACCENTED, 0.4),
    swapped(a.LEET_PLAIN, 0.5),
    between("\u00ad"),
)

CHARACTERS: dict[str, Attack] = {
    "cyrillic, one letter": on_words(one_look_alike),
    "cyrillic": on_words(swapped(a.CYRILLIC), 0.5),
    "greek": on_words(swapped(a.GREEK), 0.5),
    "greek and cyrillic mixed": on_words(swapped(a.GREEK | a.CYRILLIC, 0.6), 0.5),
    "armenian": on_words(swapped(a.ARMENIAN), 0.5),
    "cherokee": on_words(swapped(a.CHEROKEE, 0.6), 0.5),
    "lisu": on_words(swapped(a.LISU), 0.5),
    "stroked and hooked": on_words(swapped(a.STROKED, 0.6), 0.5),
    "accented": on_words(swapped(a.ACCENTED, 0.6), 0.7),
    "phonetic": on_words(swapped(a.PHONETIC, 0.6), 0.5),
    "small capitals": on_words(small_capitals),
    "superscript": on_words(raised),
    "full-width": on_words(swapped(a.FULL_WIDTH)),
    "mathematical bold": on_words(swapped(a.BOLD)),
    "fancy fonts": on_words(fancy),
    "circled": on_words(swapped(a.CIRCLED)),
    "bracketed": on_words(swapped(a.BRACKETED)),
    "squares and discs": on_words(squared_or_circled, 0.5),
    "regional indicators": on_words(flags, 0.3),
    "upside down": turned,
    "zero-width": on_words(between(*ZERO_WIDTH, chance=0.4)),
    "soft hyphens": on_words(between("\u00ad", chance=0.5)),
    "bidi marks": on_words(between(*BIDI_MARKS, chance=0.4)),
    "right-to-left override": on_words(reversed_display, 0.3),
    "invisible fillers": on_words(between(*BLANKS, chance=0.4)),
    "control characters": on_words(between(*CONTROLS, chance=0.4)),
    "tag characters": on_words(tags),
    "variation selectors": on_words(selectors),
    "combining marks": on_words(between(*ACCENTS, chance=0.6)),
    "zalgo": on_words(zalgo),
    "struck through": on_words(struck),
    "leet, plain": on_words(swapped(a.LEET_PLAIN, 0.8), 0.5),
    "leet, signs": on_words(swapped(a.LEET_SIGNS, 0.8), 0.5),
    "leet, digits": on_words(swapped(a.LEET_DIGITS), 0.5),
    "leet, strokes": on_words(swapped(a.LEET_STROKES, 0.6), 0.3),
    "prolonged": on_words(prolonged, 0.5),
    "each letter twice": on_words(doubled_all, 0.3),
    "studly capitals": on_words(studly),
    "another trick for each word": on_words(anything, 0.7),
}
