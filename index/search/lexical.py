"""BM25 over character n-grams (`bm25_terms.terms`); a score is a share of the query's greatest possible score.

Document frequencies and the mean length are taken over all segments, so that scores do not depend on how the rows are
divided into segments. This is Lucene's variant, in which no weight is below 0, with its values 1.2 and 0.75.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
    frequencies: npt.NDArray[np.int64]
    """Shape (terms,): how many rows have each."""
    left: npt.NDArray[np.float64]
    """Shape (terms + 1,): the sum of the weights from each term on."""
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
        weights, starts, ends = weights[order], starts[:, order], ends[:, order]
        left = np.concatenate([np.cumsum(weights[::-1])[::-1], [0.0]])
        return _QueryTerms(weights, starts, ends, (ends - starts).sum(axis=0), left, max(total, 1e-9))

    def scores(self, query: WeightedQuery) -> npt.NDArray[np.float32]:
        """Return shape (size,), 0 to 1: each row's BM25 score, divided by the sum of the weights of the query's terms.

        The sum includes terms that no row has, so an English question scores near 0 in a Chinese text.
        """
        return self.at(query, np.arange(self.size))

    def at(self, query: WeightedQuery, rows: Rows) -> npt.NDArray[np.float32]:
        """Return `scores(query)[rows]` without computing the other rows. `rows`: ascending."""
        return self._at(self._terms(query), rows)

    def top(self, query: WeightedQuery, limit: int, within: Rows | None = None) -> Rows:
        """Return the `limit` rows with the highest scores, the highest first; all rows above 0 if they are fewer.

        `within`: the rows among which they are; None for all.

        Terms are added from the highest weight down. Once the remaining terms alone can bring few rows into the result,
        they are looked up for these only, and fewer are left after each (MaxScore: Turtle and Flood, 1995).
        """
        query_terms = self._terms(query)
        slack = SEARCH.score_slack * query_terms.total
        reached = np.zeros(self.size, np.float32)
        if within is not None:
            reached -= np.inf  # to which no term adds
            reached[within] = 0
        number, bar = self._add_until_few(query_terms, reached, limit, slack)
        rows = np.flatnonzero(reached > 0 if bar <= slack else reached >= bar - slack)
        nearly = reached.take(rows).astype(np.float64)
        for later in range(number, len(query_terms.weights)):
            self._add_to(query_terms, later, rows, nearly)
            kept = nearly >= _largest(nearly, limit) - query_terms.left[later + 1] - slack
            rows, nearly = rows[kept], nearly[kept]
        rows = rows[nearly >= _largest(nearly, limit) - slack]
        scores = self._at(query_terms, rows)
        return rows[np.lexsort((rows, -scores))[:limit]]

    def _add_until_few(
        self, query_terms: _QueryTerms, reached: npt.NDArray[np.float32], limit: int, slack: float
    ) -> tuple[int, float]:
        """Add terms to `reached` while that costs less than looking up the others for the rows that may get far enough.

        Return the number of the first term that was not added, and the least that such a row has reached: 0 if any may.
        """
        postings_left = np.cumsum(query_terms.frequencies[::-1])[::-1]
        common = max(SEARCH.long_postings, self.size * SEARCH.common_share)
        front = np.zeros(0, np.int64)  # rows ahead of the others: their scores bound the `limit`-th highest from below
        for number, left in enumerate(query_terms.left[:-1].tolist()):
            if query_terms.frequencies[number] >= common:
                if not len(front) and np.count_nonzero(reached > left) >= limit:
                    (front,) = (reached > left).nonzero()
                    front = front[np.argsort(-reached.take(front), kind="stable")[: 4 * limit]]
                if len(front):
                    bar = _largest(reached.take(front), limit) - left
                    few = postings_left[number] / (SEARCH.lookup_cost * (len(postings_left) - number))
                    if bar > slack and np.count_nonzero(reached >= bar - slack) < few:
                        return number, bar
            rows, counts = self._holders(query_terms, number)
            narrow = counts.astype(np.float32)
            reached[rows] += np.float32(query_terms.weights[number]) * narrow / (narrow + self._norms[rows])
        return len(postings_left), 0.0

    def _holders(self, query_terms: _QueryTerms, number: int) -> tuple[Rows, npt.NDArray[np.integer[Any]]]:
        """Return the rows that have a term, ascending, and how often each has it."""
        starts, ends = query_terms.starts[:, number], query_terms.ends[:, number]
        # All segments at once: each step for each of them would take longer than what it does.
        held = [*zip(self._postings, starts.tolist(), ends.tolist(), strict=True)]
        rows = np.concatenate([postings.rows[start:end] for postings, start, end in held]).astype(np.int64)
        rows += np.repeat(self._firsts[:-1], ends - starts)
        return rows, np.concatenate([postings.counts[start:end] for postings, start, end in held])

    def _at(self, query_terms: _QueryTerms, rows: Rows) -> npt.NDArray[np.float32]:
        """Return the scores of some rows, ascending."""
        reached = np.zeros(len(rows), np.float64)
        for number in range(len(query_terms.weights)):
            self._add_to(query_terms, number, rows, reached)
        return (reached / query_terms.total).astype(np.float32)

    def _add_to(self, query_terms: _QueryTerms, number: int, rows: Rows, reached: npt.NDArray[np.float64]) -> None:
        """Add the score of one term to `reached`, the scores of some rows, ascending."""
        if query_terms.frequencies[number] <= SEARCH.lookup_cost * len(rows):
            holders, counts = self._holders(query_terms, number)
            mine = rows.searchsorted(holders)
            (at,) = (rows.take(mine, mode="clip") == holders).nonzero()
            mine, counts = mine[at], counts[at]
        else:
            mine, counts = self._among(query_terms, number, rows)
        if len(mine):
            wide, norms = counts.astype(np.float64), self._norms[rows[mine]].astype(np.float64)
            reached[mine] += query_terms.weights[number] * wide / (wide + norms)

    def _among(
        self, query_terms: _QueryTerms, number: int, rows: Rows
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.integer[Any]]]:
        """Return the places of those of the rows that have a term, which more have, and how often each has it."""
        cuts = rows.searchsorted(self._firsts).tolist()
        starts, ends = query_terms.starts[:, number].tolist(), query_terms.ends[:, number].tolist()
        places, counts = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)]
        for segment, postings in enumerate(self._postings):
            first, last, start, end = cuts[segment], cuts[segment + 1], starts[segment], ends[segment]
            if first == last or start == end:
                continue
            # This runs thousands of times for a question in a large index, so calls are few.
            holders = postings.rows[start:end]
            local = (rows[first:last] - self._firsts[segment]).astype(holders.dtype)  # else all holders are converted
            at = holders.searchsorted(local)
            (mine,) = (holders.take(at, mode="clip") == local).nonzero()
            if len(mine):
                places.append(mine + first)
                counts.append(postings.counts[start + at[mine]])
        return np.concatenate(places), np.concatenate(counts)

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


def _largest(scores: npt.NDArray[np.floating[Any]], number: int) -> float:
    """Return the `number`-th largest of the scores; below all if they are fewer."""
    return float(np.partition(scores, len(scores) - number)[len(scores) - number]) if len(scores) >= number else 0.0
