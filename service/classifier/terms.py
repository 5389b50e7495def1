"""What the model reads in a text, and the 64-bit hashes by which the table knows it.

Two kinds of terms, as scikit-learn's ``TfidfVectorizer`` makes them: words alone and in pairs (``token_pattern=TOKEN``,
``ngram_range=WORD_NGRAMS``) and characters inside words (``analyzer="char_wb"``, ``ngram_range=CHAR_NGRAMS``), both with
``lowercase=False`` on normalised text, whose only space is U+0020. ``terms.h`` computes the same hashes in C.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Final

WORD_NGRAMS: Final = (1, 2)
CHAR_NGRAMS: Final = (2, 5)

_WORD = (
    r"0-9A-Z_a-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2070-\u209f\u2c00-\u2fff\u3040-\ufdff"
    r"\ufe70-\ufeff\uff10-\uffef\U00010000-\U0001efff\U0001fb00-\U0010ffff"
)
_SYMBOL = (
    r"!?$%#@&*+=<>~|\^/:\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u20a0-\u2bff\u3000-\u303f"
    r"\uff00-\uff0f\U0001f000-\U0001faff"
)
TOKEN: Final = f"[{_WORD}]+|[{_SYMBOL}]"
"""A word is a run of letters, digits and marks of any script; a symbol that speaks (``$``, ``!``, an emoji) is a word of its own.

The classes are ranges of code points, not Unicode properties, so that a newer Unicode never moves a term."""

_PATTERN = re.compile(TOKEN)


class Block(IntEnum):
    """The four blocks of the model; each has its own norm and its own hashes."""

    TEXT_WORDS = 0
    TEXT_CHARS = 1
    FIELD_WORDS = 2
    FIELD_CHARS = 3

    @property
    def of_words(self) -> bool:
        """Whether its terms are words, not characters."""
        return self in (Block.TEXT_WORDS, Block.FIELD_WORDS)


SEEDS: Final = (0x9AE16A3B2F90404F, 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x8F14E45FCEEA167A)
"""One start value a block, so that "win" as a word and "win" as characters are two terms."""

PRIME: Final = 0x100000001B3
"""FNV-1a's 64-bit prime (RFC 9923); folded over code points instead of bytes."""

MIX: Final = 0xD6E8FEB86659FD93
_64_BITS: Final = (1 << 64) - 1

KERNEL_CODE: Final = blake2b(repr((TOKEN, WORD_NGRAMS, CHAR_NGRAMS, SEEDS, PRIME, MIX)).encode(), digest_size=8).hexdigest()
"""Digest of what terms and hashes are made of: a table made with other terms is refused."""


def term_hash(term: str, block: int) -> int:
    """Hash one term (an n-gram as the vectorizer writes it, words joined by a space): 0 ≤ hash < 2**64."""
    state = SEEDS[block]
    for point in map(ord, term):
        state = (state ^ point) * PRIME & _64_BITS
    state ^= state >> 32
    state = state * MIX & _64_BITS
    return state ^ state >> 29


def words(text: str) -> list[str]:
    """List the words and speaking symbols of a text, in order."""
    return _PATTERN.findall(text)


def word_terms(text: str) -> Iterator[str]:
    """Words alone and in pairs, in the kernel's order: the pair that ends with a word, then the word."""
    before = None
    for word in words(text):
        if before is not None:
            yield f"{before} {word}"
        yield word
        before = word


def char_terms(text: str) -> Iterator[str]:
    """Two to five characters inside ``" word "``, in the kernel's order: by where they start, then by length."""
    shortest, longest = CHAR_NGRAMS
    for word in text.split(" "):
        padded = f" {word} "
        for start in range(len(padded) - 1) if word else ():
            for end in range(start + shortest, min(start + longest, len(padded)) + 1):
                yield padded[start:end]


@lru_cache(256)
def char_terms_in(length: int) -> int:
    """Count the terms that ``char_terms`` makes of one word of so many characters."""
    shortest, longest = CHAR_NGRAMS
    return sum(max(0, length + 2 - size + 1) for size in range(shortest, longest + 1))
