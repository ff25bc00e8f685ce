"""BM25 over character n-grams (`bm25_terms.terms`); a score is a share of the query's greatest possible score.

Document frequencies and the mean length are taken over all segments, so that scores do not depend on how the rows are
divided into segments. This is Lucene's variant, in which no weight is below 0, with its values 1.2 and 0.75.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.index_settings import SEARCH
from index.query import WeightedQuery
from index.search.bm25_terms import terms
from index.search.postings import Postings, hash_of

Rows = npt.NDArray[np.int64]
_K1, _B = 1.2, 0.75


def length_norm(length: int, mean: float) -> float:
    """Return the length term in the denominator of BM25, of a row of so many terms."""
    return _K1 * (1 - _B + _B / mean * length)


@dataclass(frozen=True, slots=True)
class _QueryTerms:
    """The terms of a query that occur in the index, the highest weight first."""

    weights: npt.NDArray[np.float64]
    """Shape (terms,): the greatest score of each: its inverse document frequency times the weights of its texts."""
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    """Both of shape (segments, terms): the start and end of each term's postings in each segment."""
    total: float
    """The sum of the weights of all terms of the query, including terms that no row has."""


class Lexical:
    """BM25 over all segments of an index. A segment's lengths are the numbers of terms of its rows."""

    def __init__(self, segments: Sequence[tuple[Postings, npt.NDArray[np.int32]]]) -> None:
        self._postings = [postings for postings, _ in segments]
        self._lengths = [lengths for _, lengths in segments]
        self._firsts = np.cumsum([0, *map(len, self._lengths)])
        self.size = int(self._firsts[-1])
        """The number of rows."""

    @classmethod
    def build(cls, texts: Sequence[str]) -> Lexical:
        """Count `texts`, a row each, as one segment in memory."""
        return cls([Postings.of(texts)])

    @cached_property
    def _norms(self) -> npt.NDArray[np.float32]:
        """The length term in the denominator of BM25, for each row."""
        lengths = np.concatenate([np.zeros(0, np.int32), *self._lengths]).astype(np.float32)
        return np.float32(_K1) * (np.float32(1 - _B) + np.float32(_B / self.mean_length) * lengths)

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a row, above 0."""
        total = sum(float(lengths.sum(dtype=np.float64)) for lengths in self._lengths)
        return max(total / self.size if self.size else 0.0, 1e-9)

    def frequencies(self, wanted: Iterable[str]) -> dict[str, int]:
        """Return the number of rows that have each of the terms."""
        names = list(wanted)
        starts, ends = self._find([hash_of(term) for term in names])
        return dict(zip(names, (ends - starts).sum(axis=0).tolist(), strict=True))

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of a term, above 0; highest for a term in no row."""
        starts, ends = self._find([hash_of(term)])
        return float(self._weights(starts, ends)[0])

    def weights(self, wanted: Iterable[str]) -> dict[str, float]:
        """Return `weight` of each of the terms."""
        names = list(wanted)
        return dict(zip(names, self._weights(*self._find([hash_of(term) for term in names])).tolist(), strict=True))

    def has(self, term: str) -> bool:
        """Return whether any row has a term."""
        starts, ends = self._find([hash_of(term)])
        return bool((ends > starts).any())

    def known(self, wanted: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that any row has."""
        names = list(wanted)
        starts, ends = self._find([hash_of(term) for term in names])
        return frozenset(names[number] for number in np.flatnonzero((ends > starts).any(axis=0)))

    def _find(self, hashes: Sequence[int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the starts and ends of the terms' postings, each of shape (segments, terms)."""
        wanted = np.array(hashes, np.uint64)
        found = np.array([postings.find(wanted) for postings in self._postings], np.int64)
        found = found.reshape(len(self._postings), 2, len(wanted))
        return found[:, 0], found[:, 1]

    def _weights(self, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        frequencies = (ends - starts).sum(axis=0)
        weights: npt.NDArray[np.float64] = np.log1p((self.size - frequencies + 0.5) / (frequencies + 0.5))
        return weights

    def _terms(self, query: WeightedQuery) -> _QueryTerms:
        factors: dict[int, float] = {}
        for text, weight in query:
            for term in dict.fromkeys(terms(text)):
                hashed = hash_of(term)
                factors[hashed] = factors.get(hashed, 0.0) + weight
        starts, ends = self._find([*factors])
        weights = self._weights(starts, ends) * np.array([*factors.values()])
        total, known = float(weights.sum()), np.flatnonzero((ends > starts).any(axis=0))
        order = known[np.argsort(-weights[known], kind="stable")]
        return _QueryTerms(weights[order], starts[:, order], ends[:, order], max(total, 1e-9))

    def scores(self, query: WeightedQuery) -> npt.NDArray[np.float32]:
        """Return shape (size,), 0 to 1: each row's BM25 score, divided by the sum of the weights of the query's terms.

        The sum includes terms that no row has, so an English question scores near 0 in a Chinese text.
        """
        return self.at(query, np.arange(self.size))

    def at(self, query: WeightedQuery, rows: Rows) -> npt.NDArray[np.float32]:
        """Return `scores(query)[rows]` without computing the other rows. `rows`: ascending."""
        return self._at(self._terms(query), rows)

    def top(self, query: WeightedQuery, limit: int) -> Rows:
        """Return the `limit` rows with the highest scores, ascending; all rows above 0 if they are fewer.

        Terms are added from the highest weight down. Once the remaining terms alone cannot bring a row into the result,
        they are looked up only for the rows that have a score already (MaxScore: Turtle and Flood, 1995).
        """
        query_terms = self._terms(query)
        reached = np.zeros(self.size, np.float32)
        frequencies = (query_terms.ends - query_terms.starts).sum(axis=0)
        left = np.concatenate([np.cumsum(query_terms.weights[::-1])[::-1], [0.0]])
        added, bar = len(query_terms.weights), 0.0
        for number in range(len(query_terms.weights)):
            if frequencies[number] >= SEARCH.long_postings and reached.max() > left[number]:
                scored = reached[reached > 0]
                if len(scored) >= limit:
                    bar = _largest(scored, limit) - left[number]
                    if bar > 0:
                        added = number
                        break
            self._add(query_terms, number, reached)
        slack = SEARCH.score_slack * query_terms.total
        rows = np.flatnonzero((reached > 0) & (reached >= bar - slack))
        if len(rows) <= limit:
            return rows
        nearly = reached[rows] + query_terms.total * self._at(query_terms, rows, since=added)
        rows = rows[nearly >= _largest(nearly, limit) - slack]
        scores = self._at(query_terms, rows)
        return np.sort(rows[np.lexsort((rows, -scores))[:limit]])

    def _add(self, query_terms: _QueryTerms, number: int, reached: npt.NDArray[np.float32]) -> None:
        """Add the score of one term to every row that has it."""
        weight = np.float32(query_terms.weights[number])
        places = zip(query_terms.starts[:, number].tolist(), query_terms.ends[:, number].tolist(), strict=True)
        for postings, first, (start, end) in zip(self._postings, self._firsts, places, strict=False):
            if start == end:
                continue
            rows, counts = postings.rows[start:end] + first, postings.counts[start:end].astype(np.float32)
            reached[rows] += weight * counts / (counts + self._norms[rows])

    def _at(self, query_terms: _QueryTerms, rows: Rows, *, since: int = 0) -> npt.NDArray[np.float32]:
        """Return the scores of some rows over the terms from number `since` on."""
        reached = np.zeros(len(rows), np.float64)
        cuts = np.searchsorted(rows, self._firsts)
        for number, postings in enumerate(self._postings):
            here = slice(cuts[number], cuts[number + 1])
            # Of one type with the postings, which else were converted for each term.
            local = (rows[here] - self._firsts[number]).astype(postings.rows.dtype)
            if not len(local):
                continue
            norms = self._norms[rows[here]].astype(np.float64)
            kept = (query_terms.weights[since:], query_terms.starts[number, since:], query_terms.ends[number, since:])
            places = zip(*(some.tolist() for some in kept), strict=True)
            for weight, start, end in places:
                if start == end:
                    continue
                # This runs thousands of times for a question in a large index, so calls are few.
                holders = postings.rows[start:end]
                if len(holders) > 4 * len(local):
                    at = holders.searchsorted(local)
                    (mine,) = (holders.take(at, mode="clip") == local).nonzero()
                    at = at[mine]
                else:
                    mine = local.searchsorted(holders)
                    (at,) = (local.take(mine, mode="clip") == holders).nonzero()
                    mine = mine[at]
                if not len(at):
                    continue
                counts = postings.counts[start + at].astype(np.float64)
                reached[here][mine] += weight * counts / (counts + norms[mine])
        return (reached / query_terms.total).astype(np.float32)

    def rows_with(self, wanted: Sequence[str], limit: int) -> Rows:
        """Return the first rows that have all of the wanted terms, at most `limit`."""
        places = zip(*self._find([hash_of(term) for term in wanted]), strict=True)
        found: list[Rows] = []
        missing = limit
        for postings, first, (starts, ends) in zip(self._postings, self._firsts, places, strict=False):
            rows: npt.NDArray[np.int32 | np.uint16] | None = None
            for number in np.argsort(ends - starts):
                own = postings.rows[starts[number] : ends[number]]
                rows = own if rows is None else rows[np.isin(rows, own, assume_unique=True)]
                if not len(rows):
                    break
            if rows is not None and len(rows):
                found.append(rows[:missing] + first)
                missing -= len(found[-1])
            if missing <= 0:
                break
        return np.concatenate([np.zeros(0, np.int64), *found])


def _largest(scores: npt.NDArray[np.float32], number: int) -> float:
    """Return the `number`-th largest of the scores."""
    return float(np.partition(scores, len(scores) - number)[len(scores) - number])
