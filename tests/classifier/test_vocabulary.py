"""What training counts through the kernel is what scikit-learn's vectorizers count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from service.classifier.layout import hashes_of
from service.classifier.terms import CHAR_NGRAMS, TOKEN, WORD_NGRAMS, Block
from service.classifier.vocabulary import Rows, Vocabulary, smooth_idf
from tests.classifier.given import normalised, some_texts

pytest.importorskip("service.classifier._kernel", reason="counting needs the compiled kernel")
RECIPES = {
    Block.TEXT_WORDS: {"token_pattern": TOKEN, "ngram_range": WORD_NGRAMS},
    Block.TEXT_CHARS: {"analyzer": "char_wb", "ngram_range": CHAR_NGRAMS},
}


def matrix(rows: Rows, data: np.ndarray, columns: int) -> csr_matrix:
    return csr_matrix((data, rows.columns.copy(), rows.starts.copy()), shape=(len(rows.starts) - 1, columns))


@pytest.mark.parametrize("block", RECIPES)
def test_tfidf_is_scikit_learns(block):
    """Same terms, same inverse document frequencies, same weights to the last digits."""
    texts = [*some_texts(50), "", "!"]
    theirs = TfidfVectorizer(lowercase=False, sublinear_tf=True, **RECIPES[block])
    expected = theirs.fit_transform(texts)
    vocabulary = Vocabulary(block)
    rows = vocabulary.learn(texts)
    idf = smooth_idf(vocabulary.frequencies, len(texts))
    column = {int(known): place for place, known in enumerate(vocabulary.hashes)}
    places = [column[int(wanted)] for wanted in hashes_of(theirs.get_feature_names_out().tolist(), block)]
    assert len(places) == len(idf)
    assert abs(matrix(rows, rows.tfidf(idf), len(idf))[:, places] - expected).max() < 1e-12


@given(texts=st.lists(normalised, max_size=6))
def test_counting_with_known_columns_leaves_the_unknown_out(texts):
    """count gives what learn gave for the chosen columns, renumbered, and learns nothing."""
    learnt = Vocabulary(Block.TEXT_CHARS)
    rows = learnt.learn(texts)
    chosen = np.arange(0, len(learnt.hashes), 2)
    few = Vocabulary(Block.TEXT_CHARS, learnt.hashes[chosen])
    expected = matrix(rows, rows.counts, len(learnt.hashes))[:, chosen].toarray()
    counted = few.count(texts)
    assert np.array_equal(expected, matrix(counted, counted.counts, len(chosen)).toarray())
    assert np.array_equal(few.hashes, learnt.hashes[chosen])
    assert not few.frequencies.any()


def test_learning_in_parts_is_learning_at_once():
    """Columns and frequencies do not depend on how the texts are cut into calls."""
    texts = some_texts(30)
    once, parts = Vocabulary(Block.FIELD_WORDS), Vocabulary(Block.FIELD_WORDS)
    once.learn(texts)
    for first in range(0, 30, 7):
        parts.learn(texts[first : first + 7])
    assert np.array_equal(once.hashes, parts.hashes)
    assert np.array_equal(once.frequencies, parts.frequencies)


def test_hashes_that_repeat_are_refused():
    """Two columns for one term would be a lie."""
    with pytest.raises(ValueError, match="distinct"):
        Vocabulary(Block.TEXT_WORDS, np.array([5, 5], np.uint64))
