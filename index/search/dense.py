"""Dense search: the rows whose vectors are closest to a query. Only this module imports faiss.

Up to `SEARCH.exact_rows` rows, every vector is compared. In a larger index, codes of 2 bits a component preselect about
a thousand rows, which are then compared exactly. The codes are those of a product quantiser (Jégou and others, 2011)
whose centroids are the same in every index, so that nothing is trained and segments can be merged and split. FAISS
compares them in registers (André and others, 2015). `measure` determines how many rows to preselect; the manifest
stores that number.

faiss is imported when it is first needed: a start has other work to do meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from index.index_settings import SEARCH
from index.manifest import Shortlist
from index.row_sets import are_in

Half = npt.NDArray[np.float16]


def codes_of(vectors: Half) -> bytes:
    """Return a serialised FAISS index of the codes of some vectors: 2 bits a component."""
    import faiss

    data: bytes = faiss.serialize_index(_coded(vectors)).tobytes()
    return data


def open_codes(data: npt.NDArray[np.uint8], vectors: Half) -> Any:
    """Return the FAISS index of the codes that `codes_of` serialised for these vectors.

    From memory, because FAISS opens paths in the locale's encoding. Before format 9 there was 1 bit a component: such
    codes are made anew here, until a change writes the segment anew.
    """
    import faiss

    codes = faiss.deserialize_index(data)
    return codes if isinstance(codes, faiss.IndexPQFastScan) else _coded(vectors)


def _coded(vectors: Half) -> Any:
    import faiss

    dimension = vectors.shape[1] + vectors.shape[1] % 2  # a code has 4 bits, for two components
    index = faiss.IndexPQFastScan(dimension, dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
    # Components of a vector of length 1 spread about as numbers of a normal distribution do. These four, in standard
    # deviations, stand for such numbers with the least error (Max, 1960).
    levels = (-1.5104, -0.4528, 0.4528, 1.5104)
    centroids = np.array([*product(levels, repeat=2)], np.float32) / np.sqrt(np.float32(dimension))
    faiss.copy_array_to_vector(np.tile(centroids.ravel(), dimension // 2), index.pq.centroids)
    index.is_trained = True
    for start in range(0, len(vectors), SEARCH.block_rows):
        index.add(_even(widened(vectors[start : start + SEARCH.block_rows])))
    return index


def _even(vectors: Vectors) -> Vectors:
    """Return the vectors with an even number of components: with a further one of 0 if it is odd."""
    return np.pad(vectors, ((0, 0), (0, 1))) if vectors.shape[1] % 2 else vectors


def widened(vectors: Half) -> Vectors:
    """Return finite numbers in float32, as `astype` does, in a sixth of its time: numpy converts them one by one."""
    bits = vectors.view(np.int16).astype(np.int32)
    bits <<= 13  # sign, exponent and fraction to where float32 has them; the sign is above the exponent, too
    bits &= np.int32(~0x70000000)
    wide: Vectors = bits.view(np.float32)
    wide *= np.float32(2.0**112)  # the exponent counts from another number
    return wide


class Dense:
    """The vectors of all rows."""

    def __init__(
        self,
        segments: Sequence[tuple[Half, Callable[[], Any]]],
        dimension: int,
        shortlist: Shortlist | None,
    ) -> None:
        """`segments`: the vectors of each, and what opens its codes (`open_codes`), used in a large index only."""
        self._vectors = [vectors for vectors, _ in segments]
        self._codes = [codes for _, codes in segments]
        self._firsts = np.cumsum([0, *map(len, self._vectors)])
        self._dimension = dimension
        self._shortlist = shortlist.size if shortlist is not None else SEARCH.shortlist_sizes[-1]
        self.size = int(self._firsts[-1])

    def search(self, vectors: Vectors, limit: int) -> list[npt.NDArray[np.int64]]:
        """Return, for each vector, the `limit` rows with the greatest inner products; all rows if they are fewer."""
        limit = min(limit, self.size)
        if limit < 1:
            return [np.zeros(0, np.int64) for _ in vectors]
        if self.size <= SEARCH.exact_rows:
            _, found = self._flat.search(vectors, limit)
            return [rows[rows >= 0] for rows in found]  # FAISS pads with row -1
        found = self._preselected(vectors, min(max(self._shortlist, limit), self.size))
        return [self._closest(vector, rows, limit) for vector, rows in zip(vectors, found, strict=True)]

    def closest(self, vector: Vectors, rows: npt.NDArray[np.int64] | None, limit: int) -> npt.NDArray[np.int64]:
        """Return, of some rows (ascending; None for all), the `limit` with the greatest inner products; all if fewer.

        Of more rows than are compared one by one, those of a shortlist of all rows, if they are enough. It is longer
        the fewer they are, so that as many of them are in it.
        """
        if rows is None:
            (found,) = self.search(vector[np.newaxis], limit)
            return found
        if len(rows) > SEARCH.exact_rows:
            wanted = min(self._shortlist * self.size // len(rows) + limit, SEARCH.shortlist_sizes[-1], self.size)
            (found,) = self._preselected(vector[np.newaxis], wanted)
            short = found[are_in(found, rows)]
            rows = short if len(short) >= limit else rows
        return self._closest(vector, rows, limit) if len(rows) else rows

    def measure(self, questions: Vectors) -> Shortlist | None:
        """Return how many rows to preselect to keep 99 % of the 50 closest; None for a small index."""
        if self.size <= SEARCH.exact_rows:
            return None
        exact = self._exactly(questions)
        shortlist = None
        for size in SEARCH.shortlist_sizes:
            found = self._preselected(questions, min(size, self.size))
            kept = [np.isin(right, rows).mean() for right, rows in zip(exact, found, strict=True)]
            shortlist = Shortlist(rows=self.size, size=size, recall=round(float(np.mean(kept)), 4))
            if shortlist.recall >= SEARCH.recall:
                break
        return shortlist

    @cached_property
    def _flat(self) -> Any:
        import faiss

        index = faiss.IndexFlatIP(self._dimension)
        for vectors in self._vectors:
            index.add(widened(vectors))
        return index

    def _preselected(self, vectors: Vectors, size: int) -> list[npt.NDArray[np.int64]]:
        """Return, for each vector, the `size` rows whose codes are closest."""
        asked = _even(vectors)
        products, rows = [np.zeros((len(vectors), 0), np.float32)], [np.zeros((len(vectors), 0), np.int64)]
        for own, codes, first in zip(self._vectors, self._codes, self._firsts, strict=False):
            if len(own):
                scores, found = codes().search(asked, min(size, len(own)))
                products.append(scores)
                rows.append(np.where(found < 0, found, found + first))  # FAISS pads with row -1
        best, every = np.concatenate(products, axis=1), np.concatenate(rows, axis=1)
        if every.shape[1] > size:
            every = np.take_along_axis(every, np.argpartition(-best, size - 1, axis=1)[:, :size], 1)
        return [np.sort(own[own >= 0]) for own in every]

    def _closest(self, vector: Vectors, rows: npt.NDArray[np.int64], limit: int) -> npt.NDArray[np.int64]:
        cuts = np.searchsorted(rows, self._firsts)
        parts = [
            widened(vectors[rows[start:end] - first]) @ vector
            for vectors, first, start, end in zip(self._vectors, self._firsts, cuts, cuts[1:], strict=False)
        ]
        return rows[np.argsort(-np.concatenate(parts), kind="stable")[:limit]]

    def _exactly(self, questions: Vectors) -> list[npt.NDArray[np.int64]]:
        """Return the closest rows of each question by exact comparison with all rows."""
        best = np.zeros((len(questions), 0), np.float32)
        rows = np.zeros((len(questions), 0), np.int64)
        for vectors, first in zip(self._vectors, self._firsts, strict=False):
            for start in range(0, len(vectors), SEARCH.block_rows):
                scores = questions @ widened(vectors[start : start + SEARCH.block_rows]).T
                best = np.concatenate([best, scores], axis=1)
                own = np.broadcast_to(np.arange(scores.shape[1]) + first + start, scores.shape)
                rows = np.concatenate([rows, own], axis=1)
                kept = np.argpartition(-best, min(SEARCH.recall_at, best.shape[1]) - 1, axis=1)[:, : SEARCH.recall_at]
                best, rows = np.take_along_axis(best, kept, 1), np.take_along_axis(rows, kept, 1)
        return list(rows)
