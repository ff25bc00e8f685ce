"""BM25 over the rows of a Milvus server: what `index/search/lexical.py` is to a folder.

The server finds rows; it does not say how many rows have a term. So frequencies and the mean length are those of a
sample of the rows (`MILVUS.sampled_rows`), scaled to all of them. Up to so many rows the sample is all of them, and
every number is that of a folder. In a larger index a term that no sampled row has is looked up on the server, and
counts as one that half a sampled row has.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from index.backend import RowNumbers
from index.index_settings import MILVUS
from index.milvus.bm25_sparse import place_of, question_vector
from index.milvus.milvus_rows import MilvusRows
from index.query import WeightedQuery
from index.search.bm25_terms import terms
from index.search.lexical import Lexical, length_norm


class MilvusLexical:
    """BM25 over all rows of a state. Safe to share between threads."""

    def __init__(self, rows: MilvusRows) -> None:
        self._rows = rows
        self.size = rows.size
        """The number of rows."""
        step = max(1, -(-rows.size // MILVUS.sampled_rows))
        self._sampled = np.arange(0, rows.size, step, dtype=np.int64)
        self._is_whole = step == 1
        self._sample: Lexical | None = None
        self._exists: dict[str, bool] = {}

    @property
    def _statistics(self) -> Lexical:
        if self._sample is None:  # two threads may both make it
            self._sample = Lexical.build(self._rows.texts(self._sampled))
        return self._sample

    def sample(self) -> tuple[RowNumbers, list[str]]:
        """Return the rows of which the statistics are, evenly spread, and their embedded texts."""
        return self._sampled, self._rows.texts(self._sampled)

    def weights(self, wanted: Iterable[str]) -> dict[str, float]:
        """Return the inverse document frequency of each term, above 0."""
        names = list(dict.fromkeys(wanted))
        known = self.known(names)
        found = self._statistics.frequencies(names)
        scale = self.size / max(len(self._sampled), 1)
        frequencies = [(found[name] or 0.5 * (not self._is_whole)) * scale * (name in known) for name in names]
        return {
            name: math.log1p((self.size - frequency + 0.5) / (frequency + 0.5))
            for name, frequency in zip(names, frequencies, strict=True)
        }

    def has(self, term: str) -> bool:
        """Return whether any row has a term."""
        return bool(self.known([term]))

    def known(self, wanted: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that any row has."""
        names = frozenset(wanted)
        known = self._statistics.known(names)
        if self._is_whole:
            return known
        unsure = [name for name in names - known if name not in self._exists]
        for name, found in zip(unsure, self._rows.sparse([{place_of(name): 1.0} for name in unsure], 1), strict=True):
            self._exists[name] = bool(len(found))
        return known | {name for name in names - known if self._exists[name]}

    def at(self, query: WeightedQuery, rows: RowNumbers) -> npt.NDArray[np.float32]:
        """Return shape (rows,), 0 to 1: BM25 scores, each divided by the sum of the weights of the query's terms."""
        weights = self._weighted(query)
        total = max(sum(weights.values()), 1e-9)
        scores = np.zeros(len(rows), np.float64)
        mean = self._statistics.mean_length
        for number, counts in enumerate(self._rows.counts(rows)):
            norm = length_norm(counts.total(), mean)
            scores[number] = sum(
                weight * counts[term] / (counts[term] + norm) for term, weight in weights.items() if term in counts
            )
        return (scores / total).astype(np.float32)

    def top(self, query: WeightedQuery, limit: int, documents: Sequence[int] | None = None) -> RowNumbers:
        """Return the `limit` rows with the highest scores, the highest first; of some documents, by number."""
        weights = self._weighted(query)
        known = self.known(weights)
        (found,) = self._rows.sparse(
            [question_vector({term: weight for term, weight in weights.items() if term in known})], limit, documents
        )
        return found

    def rows_with(self, wanted: Sequence[str], limit: int) -> RowNumbers:
        """Return rows that have all of the wanted terms, at most `limit`.

        In a large index: those among the rows in which the rarest of the terms is most frequent.
        """
        if self._is_whole:
            return self._statistics.rows_with(wanted, limit)
        if not wanted or len(self.known(wanted)) < len(set(wanted)):
            return np.zeros(0, np.int64)
        weights = self.weights(wanted)
        rarest = max(weights, key=weights.__getitem__)
        (rows,) = self._rows.sparse([{place_of(rarest): 1.0}], min(limit, MILVUS.batch_rows))
        kept = [all(term in counts for term in wanted) for counts in self._rows.counts(rows)]
        return np.sort(rows[np.array(kept, bool)])

    def _weighted(self, query: WeightedQuery) -> dict[str, float]:
        """Return the weight of each term of the query."""
        factors: dict[str, float] = {}
        for text, weight in query:
            for term in dict.fromkeys(terms(text)):
                factors[term] = factors.get(term, 0.0) + weight
        weights = self.weights(factors)
        return {term: factor * weights[term] for term, factor in factors.items()}
