"""BM25 over character n-grams (`normalise.terms`), as a share of what the question could reach at most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from index.normalise import terms

_NO_TERM = "\0"
"""A passage without terms keeps its row: bm25s would drop it, and every later row would be off by one."""


class Lexical:
    """One row a passage, in the order given. Make one with `build` or `open`."""

    def __init__(self, bm25: bm25s.BM25, size: int) -> None:
        self._bm25 = bm25
        self.size = size
        """How many rows there are."""

    @classmethod
    def build(cls, texts: Sequence[str]) -> Lexical:
        """Index `texts`, row by row."""
        # Lucene's variant never weighs a term below 0; 1.2 and 0.75 are its values too.
        bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        bm25.index([terms(text) or [_NO_TERM] for text in texts] or [[_NO_TERM]], show_progress=False)
        return cls(bm25, len(texts))

    def write(self, folder: Path) -> None:
        """Write the index as the files of bm25s. Raises OSError."""
        self._bm25.save(folder, show_progress=False)

    @classmethod
    def open(cls, folder: Path, size: int) -> Lexical:
        """Open what `write` wrote for `size` rows, memory-mapped. Raises OSError."""
        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False), size)

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of a term, above 0; highest for one that no passage has."""
        return float(np.log1p((self.size - self._frequency(term) + 0.5) / (self._frequency(term) + 0.5)))

    def _frequency(self, term: str) -> int:
        column = self._bm25.vocab_dict.get(term)
        if column is None:
            return 0
        ends = self._bm25.scores["indptr"]
        return int(ends[column + 1] - ends[column])

    def scores(self, parts: Sequence[tuple[str, float]]) -> npt.NDArray[np.float32]:
        """Return shape (size,), 0 to 1: the BM25 score over the sum of the weights of all terms asked for.

        `parts` are texts and what each counts. Terms that no passage has count in the sum: an English question over
        a Chinese text scores near 0 everywhere.
        """
        reached = np.zeros(self.size, dtype=np.float32)
        total = 0.0
        for text, counts in parts:
            asked = list(dict.fromkeys(terms(text)))
            known = [term for term in asked if term in self._bm25.vocab_dict]
            total += counts * sum(map(self.weight, asked))
            if known and self.size:
                reached += np.float32(counts) * np.asarray(self._bm25.get_scores(known), np.float32)
        shares: npt.NDArray[np.float32] = reached / np.float32(max(total, 1e-9))
        return shares
