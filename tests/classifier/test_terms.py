"""Terms and their hashes are the same in C, in Python, in numpy and in scikit-learn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from sklearn.feature_extraction.text import CountVectorizer

from service.classifier.fallback import term_hashes
from service.classifier.layout import hashes_of
from service.classifier.terms import CHAR_NGRAMS, TOKEN, WORD_NGRAMS, Block, char_terms, char_terms_in, term_hash, word_terms, words
from tests.classifier.given import normalised

_kernel = pytest.importorskip("service.classifier._kernel", reason="there is no compiled kernel to compare")
ANALYZERS = {
    True: CountVectorizer(lowercase=False, token_pattern=TOKEN, ngram_range=WORD_NGRAMS).build_analyzer(),
    False: CountVectorizer(lowercase=False, analyzer="char_wb", ngram_range=CHAR_NGRAMS).build_analyzer(),
}


def terms_of(text: str, block: Block) -> list[str]:
    return list(word_terms(text) if block.of_words else char_terms(text))


@pytest.mark.parametrize("block", Block)
@given(text=normalised)
def test_the_kernel_and_numpy_read_the_same_terms_in_the_same_order(block, text):
    """The two hash lists are equal, and are the hashes of the terms that terms.py names."""
    expected = [term_hash(term, block) for term in terms_of(text, block)]
    assert expected == np.frombuffer(_kernel.terms(text, block), np.uint64).tolist()
    assert expected == term_hashes(text, block).tolist()


@pytest.mark.parametrize("block", [Block.TEXT_WORDS, Block.TEXT_CHARS])
@given(text=normalised)
def test_scikit_learn_reads_the_same_terms(block, text):
    """TfidfVectorizer's analyzers give the same terms the same number of times."""
    assert Counter(ANALYZERS[block.of_words](text)) == Counter(terms_of(text, block))


def test_every_code_point_is_of_the_same_class_in_c_as_in_the_token_pattern():
    """A doubled letter is one word, a doubled symbol two, anything else none: for all of Unicode, in C as in Python."""
    points = [chr(point) * 2 for point in range(0x110000) if point != 0x20]
    for first in range(0, len(points), 0x8000):
        text = " ".join(points[first : first + 0x8000])
        expected = hashes_of(words(text), Block.TEXT_WORDS)
        assert np.array_equal(expected, np.frombuffer(_kernel.terms(text, Block.TEXT_WORDS), np.uint64)[::2])


@given(text=normalised)
def test_hashing_many_terms_at_once_changes_nothing(text):
    """hashes_of a list is term_hash of each."""
    terms = text.split(" ")
    assert [term_hash(term, Block.FIELD_WORDS) for term in terms] == hashes_of(terms, Block.FIELD_WORDS).tolist()


def test_the_blocks_do_not_share_hashes():
    """The same letters as a word of the text, as characters of it, and in the fields, are different terms."""
    assert len({term_hash("win", block) for block in Block}) == len(Block)


@pytest.mark.parametrize("length", range(1, 12))
def test_the_number_of_characters_terms_of_a_word_is_known(length):
    """char_terms_in counts what char_terms yields."""
    assert char_terms_in(length) == len(list(char_terms("x" * length)))
