"""Where an attacker lays a disguise on: the words that give a spam away, others by chance, never a link that must keep working."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

Attack = Callable[[str, Random], str]
"""A spam and dice in, the spam disguised out: a person still reads it, a link still leads somewhere."""

TELLING = frozenset(
    re.findall(
        r"\w+",
        """bet betting bitcoin bonus buy cash casino channel cheap check click coins comment crypto deal discount
        dollars download earn facebook followers follow free gift giveaway girls hot hour income instagram
        invest join link loan lottery make making money month offer online page pills please prize profit
        promo rich sale sex share shop site sub subs subscribe subscribers support traders trading twitter
        video videos viagra visit vote watch website week whatsapp win winner work""",
    )
)
DOMAIN = r"(?:[\w-]+\.)+(?:com|net|org|info|tk|ly|gl|be|me|co|us|uk|de|ru|example|test|shop|site|xyz)\b"
LINK = re.compile(rf"(?:https?://|www\.)[^\s<>\"]+|{DOMAIN}(?:/[^\s<>\"]*)?", re.IGNORECASE)
PIECE = re.compile(rf"<[^>]*>|&#?\w+;|{LINK.pattern}|\S+@\S+|(?P<word>[^\W\d_]{{3,}})", re.IGNORECASE)


def on_words(change: Attack, share: float = 1.0) -> Attack:
    """Disguise each telling word, and any other of at least three letters with the chance ``share``."""

    def attack(text: str, dice: Random) -> str:
        def disguised(piece: re.Match[str]) -> str:
            chosen = piece["word"] and (dice.random() < share or piece["word"].lower() in TELLING)
            return change(piece[0], dice) if chosen else piece[0]

        return PIECE.sub(disguised, text)

    return attack


def on_links(change: Callable[[str], str]) -> Attack:
    """Rewrite every link of the text."""
    return lambda text, _: LINK.sub(lambda link: change(link[0]), text)


def swapped(letters: Mapping[str, str], chance: float = 1.0) -> Attack:
    """Swap each letter that the table knows with ``chance``, at least one a word."""

    def change(word: str, dice: Random) -> str:
        known = [place for place, letter in enumerate(word) if letter in letters]
        sure = dice.choice(known) if known else -1
        swaps = {place for place in known if place == sure or dice.random() < chance}
        return "".join(letters[letter] if place in swaps else letter for place, letter in enumerate(word))

    return change


def between(*fillers: str, chance: float = 1.0) -> Attack:
    """Put one of the fillers after each letter but the last with ``chance``, at least once a word."""

    def change(word: str, dice: Random) -> str:
        sure = dice.randrange(len(word) - 1)
        gaps = (dice.choice(fillers) if place == sure or dice.random() < chance else "" for place in range(len(word) - 1))
        return "".join(map("".join, zip(word, [*gaps, ""], strict=True)))

    return change
