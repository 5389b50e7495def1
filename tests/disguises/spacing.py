"""Disguises by spacing and typos: a person reads over them."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

from tests.disguises.wording import PIECE, Attack, between, on_words

THIN = ("\u00a0", "\u2009", "\u200a", "\u202f", "\u3000", "\u2003")
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {key: row[max(place - 1, 0) : place] + row[place + 1 : place + 2] for row in KEYS for place, key in enumerate(row)}


def apart(gap: str) -> Attack:
    """The same gap between all letters of a word, and room around it, so that the word still shows as one."""
    room = "  " if gap.isspace() else ""
    return on_words(lambda word, _: room + gap.join(word) + room, 0.3)


def in_two(word: str, dice: Random) -> str:
    """A blank somewhere inside a word of five letters or more."""
    place = dice.randrange(2, len(word) - 2) if len(word) > 4 else 0
    return word[:place] + " " + word[place:] if place else word


def in_pairs(word: str, dice: Random) -> str:
    """Blanks after every second letter."""
    return " ".join(re.findall("..?", word)) if len(word) > 4 else word


def swapped_letters(word: str, dice: Random) -> str:
    """Two inner letters in the wrong order."""
    if len(word) < 4:
        return word
    place = dice.randrange(1, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def dropped_letter(word: str, dice: Random) -> str:
    """An inner letter left out."""
    place = dice.randrange(1, len(word) - 1) if len(word) > 3 else len(word)
    return word[:place] + word[place + 1 :]


def doubled_letter(word: str, dice: Random) -> str:
    """A letter typed twice."""
    place = dice.randrange(len(word))
    return word[: place + 1] + word[place:]


def wrong_key(word: str, dice: Random) -> str:
    """A key's neighbour instead of an inner letter."""
    place = dice.randrange(1, len(word))
    return word[:place] + dice.choice(NEIGHBOURS.get(word[place].lower(), word[place])) + word[place + 1 :]


def starred(word: str, dice: Random) -> str:
    """A star instead of the first inner vowel."""
    return word[0] + re.sub("[aeiouAEIOU]", "*", word[1:], count=1)


def without_vowels(word: str, dice: Random) -> str:
    """Inner vowels left out of longer words."""
    return word[0] + re.sub("[aeiouAEIOU]", "", word[1:-1]) + word[-1] if len(word) > 4 else word


def run_together(text: str, dice: Random) -> str:
    """No blanks between words but around links."""
    return re.sub(r"\S+(?: \S+)*", lambda run: _joined(run[0], dice), text)


def _joined(run: str, dice: Random) -> str:
    words = run.split(" ")
    glue = ["" if dice.random() < 0.6 and _plain(one) and _plain(two) else " " for one, two in pairwise(words)]
    return "".join(map("".join, zip(words, [*glue, ""], strict=True)))


def _plain(word: str) -> bool:
    found = PIECE.search(word)
    return bool(found and found["word"]) and "<" not in word and "&" not in word


def in_camels(text: str, dice: Random) -> str:
    """Words run together, each with a capital first."""
    return run_together(re.sub(PIECE, lambda piece: piece[0].capitalize() if piece["word"] else piece[0], text), dice)


SPACING: dict[str, Attack] = {
    "spaced": apart(" "),
    "dotted": apart("."),
    "underscored": apart("_"),
    "hyphened": apart("-"),
    "slashed": apart("/"),
    "piped": apart("|"),
    "starred apart": apart("*"),
    "thin spaces": on_words(lambda word, dice: dice.choice(THIN).join(word), 0.3),
    "different separators": on_words(between(".", "-", "_", "*", "'", ",", "~"), 0.3),
    "emoji between letters": on_words(between("🔥", "💰", "✨"), 0.2),
    "a letter a line": on_words(lambda word, _: "\n".join(word), 0.1),
    "split in two": on_words(in_two, 0.2),
    "split in pairs": on_words(in_pairs, 0.1),
    "swapped letters": on_words(swapped_letters, 0.3),
    "dropped letters": on_words(dropped_letter, 0.3),
    "doubled letters": on_words(doubled_letter, 0.3),
    "wrong keys": on_words(wrong_key, 0.2),
    "starred vowels": on_words(starred, 0.2),
    "vowels left out": on_words(without_vowels, 0.1),
    "words run together": run_together,
    "words run together, capitals": in_camels,
}
