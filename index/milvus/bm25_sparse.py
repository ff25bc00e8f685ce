"""BM25 over a Milvus server: sparse vectors of ours, compared by inner product.

A row's vector has, for each term, f / (f + k1 (1 − b + b · length / usual length)); a question's has the term's weight.
So the product is BM25, whatever analyser the server has, and a row is written once: the usual length is a setting, not
the mean of the rows. The rows found are then scored with the mean (`milvus_lexical.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from index.index_settings import MILVUS
from index.search.bm25_terms import terms
from index.search.lexical import length_norm
from index.search.postings import hash_of

NOTHING = {0: 1e-6}
"""The vector of a row without a term: a vector may not be empty. No term has the place 0."""


def place_of(term: str) -> int:
    """Return the place of a term in a sparse vector: 1 to 2³² − 2. Of ten million terms, a percent share theirs."""
    return hash_of(term) % 0xFFFFFFFE + 1


def counted(text: str) -> Counter[str]:
    """Return how often a text has each term."""
    return Counter(terms(text))


def row_vector(counts: Counter[str]) -> dict[int, float]:
    """Return the sparse vector of a row."""
    norm = length_norm(counts.total(), MILVUS.usual_terms)
    return {place_of(term): count / (count + norm) for term, count in counts.items()} or dict(NOTHING)


def question_vector(weights: Mapping[str, float]) -> dict[int, float]:
    """Return the sparse vector of a question, from the weight of each of its terms."""
    found: dict[int, float] = {}
    for term, weight in weights.items():
        found[place_of(term)] = found.get(place_of(term), 0.0) + weight
    return found
